import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { cacheFolder, ensureBinaries } from './build.ts';
import { goModules } from './modules.ts';

let folder: string;
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-test-'));
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const report = (line: string) => void lines.push(line);
const etcdModule = goModules.find(({ folder: name }) => name === 'etcd')!;

/** A stand-in for the go program: it writes down its runs, and a file where `-o` says. */
function installGo(script: string): NodeJS.ProcessEnv {
  const bin = join(folder, 'path');
  mkdirSync(bin);
  writeFileSync(join(bin, 'go'), `#!/bin/sh\necho "$*" >> ${join(folder, 'runs')}\n${script}\n`);
  chmodSync(join(bin, 'go'), 0o755);
  return { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
}

const writesItsOutput = 'while [ "$1" != -o ]; do shift; done; sleep 0.2; echo program > "$2"';
const runs = () => readFileSync(join(folder, 'runs'), 'utf8').trim().split('\n');

test('a missing program is built into the cache, and not built again', async () => {
  const environment = installGo(writesItsOutput);
  const first = await ensureBinaries(['etcd'], { environment, report });
  expect(first.get('etcd')).toBe(join(cacheFolder(etcdModule, environment), 'bin', 'etcd'));
  expect(readFileSync(first.get('etcd')!, 'utf8')).toBe('program\n');
  expect(await ensureBinaries(['etcd'], { environment, report })).toEqual(first);
  expect(runs()).toHaveLength(1);
  expect(lines.join('\n')).toMatch(/building etcd .*first time takes minutes/);
});

test('two builds at once share one run of the compiler', async () => {
  const environment = installGo(writesItsOutput);
  const both = [1, 2].map(() => ensureBinaries(['etcd'], { environment, report }));
  const [first, second] = await Promise.all(both);
  expect(first).toEqual(second);
  expect(runs()).toHaveLength(1);
  expect(lines).toContain('another process is building etcd, waiting for it');
});

test('a build that fails tells what the compiler said and leaves nothing behind', async () => {
  const environment = installGo('echo "no such module" >&2; exit 1');
  await expect(ensureBinaries(['etcd'], { environment, report })).rejects.toThrow('no such module');
  const cache = cacheFolder(etcdModule, environment);
  expect(readdirSync(cache)).toEqual(['bin']);
  expect(existsSync(join(cache, 'bin', 'etcd'))).toBe(false);
});

test('the lock of a build that was killed does not stop the next', async () => {
  const environment = installGo(writesItsOutput);
  const lock = join(cacheFolder(etcdModule, environment), 'lock');
  mkdirSync(dirname(lock), { recursive: true });
  // No process has this id: it is above what Linux and macOS give out.
  writeFileSync(lock, `99999999 ${(await import('node:os')).hostname()}`);
  const binaries = await ensureBinaries(['etcd'], { environment, report });
  expect(existsSync(binaries.get('etcd')!)).toBe(true);
});

test('without Go the error names the programs and both ways out', async () => {
  const environment = { PATH: folder, XDG_CACHE_HOME: folder };
  const building = ensureBinaries(['etcd', 'kwok'], { environment, report });
  await expect(building).rejects.toThrow(/etcd.*no Go on PATH.*KUBEBUILDER_ASSETS.*kubeconfig/);
});

test('KUBEBUILDER_ASSETS supplies what it has, and only etcd, kube-apiserver and kubectl', async () => {
  const environment = { ...installGo(writesItsOutput), KUBEBUILDER_ASSETS: join(folder, 'assets') };
  mkdirSync(join(folder, 'assets'));
  for (const name of ['etcd', 'kwok']) writeFileSync(join(folder, 'assets', name), '');
  const binaries = await ensureBinaries(['etcd', 'kwok', 'kubectl'], { environment, report });
  expect(binaries.get('etcd')).toBe(join(folder, 'assets', 'etcd'));
  expect(binaries.get('kwok')).toContain('cache');
  expect(binaries.get('kubectl')).toContain('cache');
  expect(runs()).toHaveLength(2);
});

test('a program that no module builds is an error', async () => {
  await expect(ensureBinaries(['kubelet'], { report })).rejects.toThrow('kubelet');
});

test.each([
  { variable: 'XDG_CACHE_HOME', want: '/x/quaymaster/' },
  { variable: 'HOME', want: '/x/.cache/quaymaster/' },
])('the cache lies under $variable', ({ variable, want }) =>
  expect(cacheFolder(etcdModule, { [variable]: '/x' }).startsWith(want)).toBe(true),
);
