import { expect, test } from 'vitest';
import { PlantedTree } from './planted-tree.ts';

const importing = "import { expect, test } from 'vitest';\n\n";

test.each([
  {
    name: 'passed, failed and skipped tests are counted',
    text: `${importing}test('a', () => expect(1).toBe(1));\ntest('b', () => expect(1).toBe(2));\ntest.skip('c', () => {});\n`,
    want: { exitCode: 1, summary: '1 passed, 1 failed, 1 skipped' },
  },
  {
    name: 'a green run has nothing skipped to tell',
    text: `${importing}test('a', () => expect(1).toBe(1));\n`,
    want: { exitCode: 0, summary: '1 passed, 0 failed' },
  },
  {
    name: 'a file that cannot be loaded is a failure',
    text: "throw new Error('broken');\n",
    want: { exitCode: 1, summary: '0 passed, 1 failed' },
  },
  {
    name: 'a hook that throws is a failure beside the tests it spoils',
    text: `import { afterAll, expect, test } from 'vitest';\n\nafterAll(() => {\n  throw new Error('broken');\n});\ntest('a', () => expect(1).toBe(1));\n`,
    want: { exitCode: 1, summary: '1 passed, 1 failed' },
  },
  {
    name: 'a run in which all is skipped fails',
    text: `${importing}test.skip('a', () => expect(1).toBe(1));\n`,
    want: { exitCode: 1, summary: '0 passed, 0 failed, 1 skipped' },
  },
  {
    name: 'a run that finds no test file fails',
    text: undefined,
    want: { exitCode: 1, summary: '0 passed, 0 failed' },
  },
])('$name', async ({ text, want }) => {
  await using tree = await PlantedTree.create(text === undefined ? {} : { 'src/a.test.ts': text });
  const { exitCode, output } = await tree.run('test');
  expect({ exitCode, summary: output.trimEnd().split('\n').at(-1) }).toEqual(want);
});
