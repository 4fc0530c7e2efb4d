import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

/** A manifest as far as it is looked at here. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

const configFolder = fileURLToPath(new URL('../../config/', import.meta.url));

/** Every object in the YAML files of a folder of `config`, in the order of file names; or of one file there. */
export async function readManifests(path: string): Promise<Manifest[]> {
  const full = join(configFolder, path);
  if (path.endsWith('.yaml')) return parseManifests(await readFile(full, 'utf8'));
  const names = (await readdir(full)).filter((name) => name.endsWith('.yaml')).sort();
  const lists = await Promise.all(names.map((name) => readManifests(join(path, name))));
  return lists.flat();
}

function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value = document.toJS() as Manifest | null;
    return value === null ? [] : [value];
  });
}
