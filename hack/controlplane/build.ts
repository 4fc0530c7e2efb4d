import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import { withLock } from './build-lock.ts';
import { buildFlags, goModules, moduleFolder } from './modules.ts';
import type { Binary, GoModule } from './modules.ts';

const progressEveryMs = 15_000;

/** Where to look for programs, and where progress goes. */
export interface BuildOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly report?: (line: string) => void;
}

/** The programs that `KUBEBUILDER_ASSETS` may supply instead of a build. */
const suppliable: ReadonlySet<string> = new Set(['etcd', 'kube-apiserver', 'kubectl']);

/**
 * Returns the path of each named program. What `KUBEBUILDER_ASSETS` and the cache do not have is built first, one module
 * at a time, which takes minutes the first time.
 */
export async function ensureBinaries(
  names: readonly string[],
  options: BuildOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const environment = options.environment ?? process.env;
  const report = options.report ?? ((line) => void process.stderr.write(`controlplane: ${line}\n`));
  const paths = new Map<string, string>();
  for (const goModule of goModules) {
    const wanted = goModule.binaries.filter(({ name }) => names.includes(name));
    const missing: Binary[] = [];
    for (const binary of wanted) {
      const path = findBinary(goModule, binary, environment);
      if (existsSync(path)) paths.set(binary.name, path);
      else missing.push(binary);
    }
    if (missing.length === 0) continue;
    await buildModule(goModule, missing, { environment, report });
    for (const { name } of missing) paths.set(name, join(cacheFolder(goModule, environment), 'bin', name));
  }
  const unknown = names.filter((name) => !paths.has(name));
  if (unknown.length > 0) throw new Error(`No Go module of hack/controlplane builds ${unknown.join(', ')}.`);
  return paths;
}

/** The folder of a module's programs in the user's cache: another one for each change of its pins or flags. */
export function cacheFolder(goModule: GoModule, environment: NodeJS.ProcessEnv = process.env): string {
  const hash = createHash('sha256');
  const folder = moduleFolder(goModule);
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(folder, file)));
  hash.update(JSON.stringify([buildFlags(goModule), process.platform, process.arch]));
  const cache = environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache');
  return join(cache, 'quaymaster', 'controlplane', `${goModule.folder}-${hash.digest('hex').slice(0, 16)}`);
}

function findBinary(goModule: GoModule, { name }: Binary, environment: NodeJS.ProcessEnv): string {
  const assets = environment['KUBEBUILDER_ASSETS'];
  if (assets && suppliable.has(name) && existsSync(join(assets, name))) return join(assets, name);
  return join(cacheFolder(goModule, environment), 'bin', name);
}

interface BuildContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly report: (line: string) => void;
}

async function buildModule(
  goModule: GoModule,
  binaries: readonly Binary[],
  context: BuildContext,
): Promise<void> {
  const go = findGo(binaries, context.environment);
  const folder = cacheFolder(goModule, context.environment);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const build = async () => {
    for (const binary of binaries) await buildBinary({ go, goModule, binary, folder, context });
  };
  const onWait = () => context.report(`another process is building ${goModule.folder}, waiting for it`);
  await withLock(join(folder, 'lock'), build, { onWait });
}

function findGo(binaries: readonly Binary[], environment: NodeJS.ProcessEnv): string {
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    const candidate = join(folder, 'go');
    if (folder !== '' && isExecutable(candidate)) return candidate;
  }
  throw new Error(
    `The embedded control plane needs ${binaries.map(({ name }) => name).join(', ')}, and there is no Go on PATH to ` +
      'build them with. Install Go 1.26 or newer, or take one of two ways out: set KUBEBUILDER_ASSETS to a folder ' +
      'that has etcd, kube-apiserver and kubectl, and start only what they can run; or use a real cluster through ' +
      'its kubeconfig (npm run demo -- --kubeconfig FILE).',
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface BinaryBuild {
  readonly go: string;
  readonly goModule: GoModule;
  readonly binary: Binary;
  readonly folder: string;
  readonly context: BuildContext;
}

// The program appears under its name in one step, complete: a reader never sees half of it.
async function buildBinary({ go, goModule, binary, folder, context }: BinaryBuild): Promise<void> {
  const target = join(folder, 'bin', binary.name);
  if (existsSync(target)) return;
  const unfinished = join(folder, `${binary.name}.${process.pid}`);
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  context.report(`building ${binary.name} (the first time takes minutes, then it is cached in ${folder})`);
  const progress = setInterval(
    () => context.report(`still building ${binary.name}, ${elapsed()}`),
    progressEveryMs,
  );
  try {
    const args = ['build', ...buildFlags(goModule), '-o', unfinished, binary.package];
    await runGo(go, args, { cwd: moduleFolder(goModule), env: goEnvironment(context.environment) });
    renameSync(unfinished, target);
  } finally {
    clearInterval(progress);
    rmSync(unfinished, { force: true });
  }
  context.report(`built ${binary.name} in ${elapsed()}`);
}

// The user's own flags and workspace must not change what is built. Without cgo no C compiler is needed.
function goEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' };
}

function runGo(
  go: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(go, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    let tail = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-4_000);
    });
    // A build that outlives its parent would only burn the machine.
    const stop = () => child.kill('SIGKILL');
    process.once('exit', stop);
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', stop);
      if (code === 0) resolve();
      else reject(new Error(`go ${args.join(' ')} (in ${options.cwd}) failed with code ${code}:\n${tail}`));
    });
  });
}

if (import.meta.main) {
  const names = goModules.flatMap(({ binaries }) => binaries.map(({ name }) => name));
  for (const [name, path] of await ensureBinaries(names)) process.stdout.write(`${name} ${path}\n`);
}
