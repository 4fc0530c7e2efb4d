import { expect, test } from 'vitest';
import { parseCommandLine } from './command-line.ts';

test('O-1.1: without flags everything is default', () => {
  expect(parseCommandLine([])).toEqual({
    kind: 'run',
    commandLine: {
      config: undefined,
      kubeconfig: undefined,
      featureGates: undefined,
      insecureMetrics: false,
      logLevel: 'info',
      logVerbosity: 0,
    },
  });
});

test('O-1.1: the flags of the shipped start line are read', () => {
  const result = parseCommandLine([
    '--config=/settings.yaml',
    '--zap-log-level=2',
    '--feature-gates=PartialAdmission=false,PriorityBoost=true',
    '--zap-encoder=json',
  ]);
  expect(result).toMatchObject({
    kind: 'run',
    commandLine: {
      config: '/settings.yaml',
      logVerbosity: 2,
      featureGates: { PartialAdmission: false, PriorityBoost: true },
    },
  });
});

test.each([
  { name: 'an unknown flag', args: ['--visibility-server-port=1'], want: /visibility-server-port/ },
  { name: 'a gate without a value', args: ['--feature-gates=PartialAdmission'], want: /must be <gate>=true/ },
  { name: 'a log level that is none', args: ['--zap-log-level=loud'], want: /invalid log level "loud"/ },
  { name: 'a stray word', args: ['start'], want: /start/ },
])('O-1.1: $name is fatal and named', ({ args, want }) => {
  expect(parseCommandLine(args)).toMatchObject({ kind: 'invalid', message: expect.stringMatching(want) });
});

test('help is given', () => {
  expect(parseCommandLine(['--help'])).toMatchObject({
    kind: 'help',
    text: expect.stringContaining('--kubeconfig'),
  });
});
