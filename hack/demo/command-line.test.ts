import { expect, test } from 'vitest';

import { parseCommandLine } from './command-line.ts';

test.each([
  { args: [], want: { keep: false, kubeconfig: undefined, webhookHost: '127.0.0.1' } },
  { args: ['--keep'], want: { keep: true } },
  {
    args: ['--kubeconfig', 'file', '--webhook-host=10.0.0.1'],
    want: { kubeconfig: 'file', webhookHost: '10.0.0.1' },
  },
])('$args is understood', ({ args, want }) => {
  expect(parseCommandLine(args)).toMatchObject({ kind: 'run', options: want });
});

test.each([
  { args: ['--webhook-host=10.0.0.1'], want: '--webhook-host goes with --kubeconfig' },
  { args: ['--kep'], want: "Unknown option '--kep'" },
  { args: ['more'], want: 'Unexpected argument' },
])('$args is refused', ({ args, want }) => {
  expect(parseCommandLine(args)).toMatchObject({ kind: 'invalid', message: expect.stringContaining(want) });
});

test('--help explains every flag', () => {
  const help = parseCommandLine(['--help']);
  expect(help.kind).toBe('help');
  for (const flag of ['--keep', '--kubeconfig', '--webhook-host', '--help'])
    expect(help).toMatchObject({ text: expect.stringContaining(flag) });
});
