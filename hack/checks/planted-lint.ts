/** A file that breaks one lint rule, named as .oxlintrc.json names it. */
export interface PlantedFault {
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

const lines = (count: number, line: string): string => `${line}\n`.repeat(count);
const aTest = (body: string): string => `import { expect, test } from 'vitest';\n\n${body}\n`;

export const plantedFaults: readonly PlantedFault[] = [
  {
    rule: 'max-lines-per-function',
    file: 'src/state/p-long-function.ts',
    text: `export function long(): void {\n${lines(61, '  void 0;')}}\n`,
  },
  { rule: 'max-lines', file: 'src/state/p-long-file.ts', text: lines(401, 'export {};') },
  {
    rule: 'max-depth',
    file: 'src/state/p-deep.ts',
    text: 'export function deep(a: boolean): number {\n  if (a) {\n    if (a) {\n      if (a) {\n        if (a) return 1;\n      }\n    }\n  }\n  return 0;\n}\n',
  },
  {
    rule: 'max-params',
    file: 'webhooks/p-many.ts',
    text: 'export const many = (a: number, b: number, c: number, d: number): number => a + b + c + d;\n',
  },
  {
    rule: 'complexity',
    file: 'src/state/p-complex.ts',
    text: `export function complex(a: number): number {\n${lines(10, '  if (a > 1) return 1;')}  return 0;\n}\n`,
  },
  {
    rule: 'eqeqeq',
    file: 'src/state/p-equal.ts',
    text: 'export const same = (a: unknown): boolean => a == 1;\n',
  },
  {
    rule: 'prefer-const',
    file: 'src/state/p-let.ts',
    text: 'let fixed = 1;\nexport const held = fixed;\n',
  },
  { rule: 'no-console', file: 'src/state/p-print.ts', text: "console.log('printed');\n" },
  { rule: 'no-console', file: 'webhooks/p-print.ts', text: "console.log('printed');\n" },
  { rule: 'no-unused-vars', file: 'src/state/p-unused.ts', text: 'const unused = 1;\nexport {};\n' },
  {
    rule: 'no-else-return',
    file: 'src/state/p-else.ts',
    text: 'export function noise(a: boolean): number {\n  if (a) {\n    return 1;\n  } else {\n    return 2;\n  }\n}\n',
  },
  {
    rule: 'import/no-default-export',
    file: 'src/state/p-default.ts',
    text: 'export default function named(): void {}\n',
  },
  { rule: 'unicorn/filename-case', file: 'src/state/pCamel.ts', text: 'export const camel = 1;\n' },
  {
    rule: 'typescript/await-thenable',
    file: 'src/state/p-await.ts',
    text: 'export const waited = async (a: number): Promise<number> => await a;\n',
  },
  {
    rule: 'typescript/consistent-type-imports',
    file: 'src/state/p-import.ts',
    text: "import { Queue } from '../api/queue.ts';\n\nexport const size = (a: Queue): number => a.size;\n",
  },
  {
    rule: 'typescript/no-explicit-any',
    file: 'src/state/p-any.ts',
    text: 'export const anything = (a: any): boolean => a === 1;\n',
  },
  {
    rule: 'typescript/no-floating-promises',
    file: 'src/state/p-floating.ts',
    text: 'Promise.resolve(1);\nexport {};\n',
  },
  {
    rule: 'typescript/no-misused-promises',
    file: 'src/state/p-misused.ts',
    text: '[1].forEach(async () => {\n  await Promise.resolve();\n});\nexport {};\n',
  },
  {
    rule: 'typescript/no-unnecessary-type-assertion',
    file: 'src/state/p-assertion.ts',
    text: 'export const plain = (a: number): number => a as number;\n',
  },
  {
    rule: 'typescript/only-throw-error',
    file: 'src/state/p-throw.ts',
    text: "export function fails(): never {\n  throw 'text';\n}\n",
  },
  {
    rule: 'typescript/switch-exhaustiveness-check',
    file: 'src/state/p-switch.ts',
    text: "export function judge(a: 'x' | 'y'): number {\n  switch (a) {\n    case 'x':\n      return 1;\n  }\n  return 0;\n}\n",
  },
  {
    rule: 'vitest/expect-expect',
    file: 'src/state/p-nothing.test.ts',
    text: "import { test } from 'vitest';\n\ntest('asserts nothing', () => {});\n",
  },
  {
    rule: 'vitest/no-focused-tests',
    file: 'src/state/p-focused.test.ts',
    text: aTest("test.only('alone', () => {\n  expect(1).toBe(1);\n});"),
  },
  {
    rule: 'unused-disable-directive',
    file: 'src/state/p-directive.ts',
    text: '// oxlint-disable-next-line no-console\nexport const quiet = 1;\n',
  },
];

/** The same things where they are allowed. */
export const permitted: Readonly<Record<string, string>> = {
  'src/state/long.test.ts': aTest(`test('a long table', () => {\n${lines(61, '  expect(1).toBe(1);')}});`),
  'hack/release/print.ts': "console.log('printed');\n",
  'test/bench/print.ts': "console.log('printed');\n",
};
