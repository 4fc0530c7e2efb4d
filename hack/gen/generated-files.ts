import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder whose files all come from a generator; whatever else lies in it is stale. */
export interface GeneratedFolder {
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Writes the folders, or with `--check` on the command line only says what differs and fails then. */
export function settle(folders: readonly GeneratedFolder[]): void {
  const isCheck = process.argv.includes('--check');
  const stale = folders.flatMap((folder) => findStale(folder));
  if (!isCheck) {
    for (const folder of folders) write(folder);
    return;
  }
  for (const file of stale) console.error(`${file} is not what the generator makes of it; run npm run gen`);
  if (stale.length > 0) process.exitCode = 1;
}

/** Paths of files that are missing, different or left over. */
function findStale({ folder, files }: GeneratedFolder): string[] {
  const names = new Set([...files.keys(), ...listFiles(folder)]);
  return [...names]
    .sort()
    .filter((name) => files.get(name) !== readIfThere(join(root, folder, name)))
    .map((name) => join(folder, name));
}

function write({ folder, files }: GeneratedFolder): void {
  mkdirSync(join(root, folder), { recursive: true });
  for (const name of listFiles(folder)) if (!files.has(name)) rmSync(join(root, folder, name));
  for (const [name, text] of files) writeFileSync(join(root, folder, name), text);
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(join(root, folder)).filter((name) => name.endsWith('.yaml'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
