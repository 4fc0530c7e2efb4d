import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { buildFlags, goModules, moduleFolder, requiredVersion } from './modules.ts';

test.each([
  { name: 'a requirement of its own line', goMod: 'require example.org/a v1.2.3\n', want: 'v1.2.3' },
  {
    name: 'a requirement in a block',
    goMod: 'require (\n\texample.org/a v2.0.0 // indirect\n)\n',
    want: 'v2.0.0',
  },
  {
    name: 'a requirement beside a replacement',
    goMod: 'require (\n\texample.org/a v0.0.1\n)\nreplace example.org/a => example.org/b v3.0.0\n',
    want: 'v0.0.1',
  },
])('the version is read from $name', ({ goMod, want }) => {
  expect(requiredVersion(goMod, 'example.org/a')).toBe(want);
});

test('a module that is not required is an error', () => {
  expect(() => requiredVersion('require example.org/ab v1.0.0', 'example.org/a')).toThrow('does not require');
});

test('no program comes from two modules', () => {
  const names = goModules.flatMap(({ binaries }) => binaries.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

test.each(goModules)('module $folder pins what it builds', (goModule) => {
  const goMod = readFileSync(join(moduleFolder(goModule), 'go.mod'), 'utf8');
  const goSum = readFileSync(join(moduleFolder(goModule), 'go.sum'), 'utf8');
  expect(goSum).toContain(`${goModule.main} ${requiredVersion(goMod, goModule.main)} h1:`);
  for (const binary of goModule.binaries)
    expect(goMod).toMatch(new RegExp(`tool\\s[^)]*${binary.package}\\s`));
});

test('the Kubernetes programs are linked with the version they are built from', () => {
  const kubernetes = goModules.find(({ folder }) => folder === 'kubernetes')!;
  expect(buildFlags(kubernetes).join(' ')).toMatch(/component-base\/version\.gitVersion=v1\.\d+\.\d+/);
});
