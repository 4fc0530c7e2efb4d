import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** What the checks read besides the sources; copied, so that the tree is judged by the project's own rules. */
const ruleFiles = [
  'package.json',
  'tsconfig.json',
  '.oxlintrc.json',
  '.prettierrc.json',
  '.prettierignore',
  'knip.json',
  'vitest.config.ts',
  'hack/dependency-rules.cjs',
  'hack/checks/require-node.cjs',
  'hack/checks/summary-reporter.ts',
  'hack/checks/property-runs.ts',
];

export interface CheckResult {
  readonly exitCode: number;
  /** What was printed on both streams, in the order of printing. */
  readonly output: string;
}

/** A temporary copy of the project's rules around given sources; gone when disposed. */
export class PlantedTree implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(sources: Readonly<Record<string, string>>): Promise<PlantedTree> {
    const tree = new PlantedTree(await mkdtemp(join(tmpdir(), 'quaymaster-checks-')));
    await symlink(join(repository, 'node_modules'), join(tree.folder, 'node_modules'));
    for (const file of ruleFiles) {
      await mkdir(dirname(join(tree.folder, file)), { recursive: true });
      await copyFile(join(repository, file), join(tree.folder, file));
    }
    for (const [path, text] of Object.entries(sources)) await tree.write(path, text);
    return tree;
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), text);
  }

  /** Runs one script of package.json in the tree, so that what is tested is the very command of `npm run check`. */
  run(script: string, ...args: string[]): Promise<CheckResult> {
    return runScript(this.folder, script, ...args);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }
}

/** Runs an npm script in a folder, with the output as it is where nobody watches: no colours, no test worker's environment. */
export function runScript(folder: string, script: string, ...args: string[]): Promise<CheckResult> {
  const { FORCE_COLOR: _colour, ...inherited } = process.env;
  const environment = Object.fromEntries(
    Object.entries(inherited).filter(([name]) => !name.startsWith('VITEST')),
  );
  const options = { cwd: folder, env: { ...environment, NO_COLOR: '1' }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    const command = ['npm', 'run', '--silent', script, '--', ...args];
    execFile('sh', ['-c', 'exec "$@" 2>&1', 'sh', ...command], options, (error, output) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ exitCode: Number(error?.code ?? 0), output });
    });
  });
}
