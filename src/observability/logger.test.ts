import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nanosecondClock, rfc3339Nano } from './log-time.ts';
import { createLogger } from './logger.ts';
import type { Logger, LoggerOptions } from './logger.ts';

type Line = Record<string, unknown>;

function collect(options: LoggerOptions = {}): { logger: Logger; lines: () => Line[] } {
  const texts: string[] = [];
  const logger = createLogger({ sink: (line) => texts.push(line), now: () => 0n, ...options });
  return {
    logger,
    lines: () => {
      for (const text of texts) expect(text).toMatch(/^[^\n]*\n$/);
      return texts.map((text) => JSON.parse(text) as Line);
    },
  };
}

test('a line has level, time, logger and message, then the fields (O-8.11)', () => {
  const texts: string[] = [];
  const now = () => 1_767_225_600_123_456_789n;
  const logger = createLogger({ sink: (line) => texts.push(line), now }).child('controllers', { shard: 1 });
  logger.child('job').info('Job started', { namespace: 'team-a', name: 'sample' });
  expect(texts).toEqual([
    '{"level":"info","ts":"2026-01-01T00:00:00.123456789Z","logger":"controllers.job",' +
      '"msg":"Job started","shard":1,"namespace":"team-a","name":"sample"}\n',
  ]);
});

test.each([
  { name: 'info by default', options: {}, want: ['info', 'warn', 'error'] },
  { name: 'debug', options: { level: 'debug' }, want: ['debug', 'info', 'warn', 'error'] },
  { name: 'verbosity 1', options: { verbosity: 1 }, want: ['debug', 'info', 'warn', 'error'] },
  {
    name: 'verbosity 2',
    options: { level: 'debug', verbosity: 2 },
    want: ['Level(-2)', 'debug', 'info', 'warn', 'error'],
  },
  {
    name: 'verbosity 3',
    options: { verbosity: 3 },
    want: ['Level(-3)', 'Level(-2)', 'debug', 'info', 'warn', 'error'],
  },
  { name: 'error', options: { level: 'error', verbosity: 3 }, want: ['error'] },
  { name: 'panic', options: { level: 'panic' }, want: [] },
] as const)('$name lets through what is as severe (O-1.1, O-8.11)', ({ options, want }) => {
  const { logger, lines } = collect(options);
  logger.verbose(3, 'detail');
  logger.verbose(2, 'detail');
  logger.debug('detail');
  logger.info('news');
  logger.warn('warning');
  logger.error('failure');
  expect(lines().map(({ level }) => level)).toEqual(want);
});

test('an error shows its message with its causes, and its stack (O-8.11)', () => {
  const { logger, lines } = collect();
  const error = new Error('write status', { cause: new Error('connection reset') });
  logger.error('Reconcile failed', { error, name: 'sample' });
  expect(lines()).toEqual([
    {
      level: 'error',
      ts: expect.any(String),
      msg: 'Reconcile failed',
      name: 'sample',
      error: 'write status: connection reset',
      stacktrace: expect.stringContaining('logger.test.ts'),
    },
  ]);
});

test('a write conflict is a detail without a stack (O-8.13)', () => {
  const error = new Error(
    'Operation cannot be fulfilled on workloads.kueue.x-k8s.io "a": the object has been modified; ' +
      'please apply your changes to the latest version and try again',
  );
  const quiet = collect({ verbosity: 2 });
  quiet.logger.error('Reconcile failed', { error });
  expect(quiet.lines()).toEqual([]);
  const talkative = collect({ verbosity: 3 });
  talkative.logger.error('Reconcile failed', { error });
  expect(talkative.lines()).toMatchObject([{ level: 'Level(-3)', error: error.message }]);
  expect(talkative.lines()[0]).not.toHaveProperty('stacktrace');
});

test('fields that change are read with each line (O-8.12)', () => {
  let role = 'follower';
  const { logger, lines } = collect({ context: () => ({ 'replica-role': role }) });
  const child = logger.child('scheduler');
  child.info('first');
  role = 'leader';
  child.info('second');
  expect(lines().map((line) => line['replica-role'])).toEqual(['follower', 'leader']);
});

test('values that JSON does not know are written all the same', () => {
  const { logger, lines } = collect();
  const fields = { big: 2n ** 63n, map: new Map([['a', 1]]), set: new Set([1]), why: new Error('no') };
  logger.info('values', fields);
  expect(lines()[0]).toMatchObject({ big: '9223372036854775808', map: { a: 1 }, set: [1], why: 'no' });
});

test('fields that cannot be written do not swallow the message', () => {
  const { logger, lines } = collect();
  const circular: Line = {};
  circular['self'] = circular;
  logger.warn('values', { circular });
  expect(lines()).toMatchObject([{ level: 'warn', msg: 'values', fieldsLost: expect.any(String) }]);
});

test('times have nine digits and name the moment they stand for', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n }), (nanoseconds) => {
      const text = rfc3339Nano(nanoseconds);
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      const seconds = BigInt(Date.parse(`${text.slice(0, 19)}Z`)) / 1000n;
      expect(seconds * 1_000_000_000n + BigInt(text.slice(20, 29))).toBe(nanoseconds);
    }),
  );
});

test('the clock of log lines stays with the wall clock and never stands still', () => {
  const now = nanosecondClock();
  const first = now();
  const second = now();
  expect(second).toBeGreaterThan(first);
  expect(Math.abs(Number(second / 1_000_000n) - Date.now())).toBeLessThan(1000);
});
