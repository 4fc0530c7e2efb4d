import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock, settle } from './testing/manual-clock.ts';
import { TerminalError, WorkQueue } from './work-queue.ts';
import type { ReconcileResult } from './work-queue.ts';

interface Gate {
  readonly key: string;
  readonly open: () => void;
}

/** A queue whose passes wait until the test opens their gate. */
function gatedQueue(concurrency: number) {
  const gates: Gate[] = [];
  const clock = new ManualClock();
  const queue = new WorkQueue({
    name: 'test',
    concurrency,
    clock,
    random: () => 1,
    onFailure: () => undefined,
    reconcile: (key) =>
      new Promise<ReconcileResult>((resolve) => {
        gates.push({ key, open: () => resolve({ kind: 'done' }) });
      }),
  });
  queue.start();
  return { queue, gates, clock };
}

/** A queue that works through a script of results for each key, done after its end. */
function scriptedQueue(script: Record<string, (ReconcileResult | Error)[]>) {
  const passes: string[] = [];
  const failures: { key: string; isTerminal: boolean; attempts: number }[] = [];
  const clock = new ManualClock();
  const queue = new WorkQueue({
    name: 'test',
    concurrency: 1,
    clock,
    random: () => 1,
    onFailure: ({ key, isTerminal, attempts }) => failures.push({ key, isTerminal, attempts }),
    reconcile: async (key) => {
      passes.push(key);
      const next = script[key]?.shift() ?? { kind: 'done' };
      if (next instanceof Error) throw next;
      return next;
    },
  });
  queue.start();
  return { queue, passes, failures, clock };
}

test('a key added many times before its turn is worked on once', async () => {
  const { queue, passes } = scriptedQueue({});
  queue.add('a');
  queue.add('b');
  queue.add('a');
  expect(passes).toEqual([]);
  await settle();
  expect(passes).toEqual(['a', 'b']);
});

test('a key added while it is worked on is worked on again afterwards, not at the same time', async () => {
  const { queue, gates } = gatedQueue(4);
  queue.add('a');
  await settle();
  queue.add('a');
  queue.add('a');
  await settle();
  expect(gates.map(({ key }) => key)).toEqual(['a']);
  gates[0]?.open();
  await settle();
  expect(gates.map(({ key }) => key)).toEqual(['a', 'a']);
  gates[1]?.open();
  await settle();
  expect({ running: queue.running, passes: gates.length }).toEqual({ running: 0, passes: 2 });
});

test('no more keys than the concurrency are worked on at once', async () => {
  const { queue, gates } = gatedQueue(2);
  for (const key of ['a', 'b', 'c']) queue.add(key);
  await settle();
  expect({ running: queue.running, depth: queue.depth }).toEqual({ running: 2, depth: 1 });
  gates[1]?.open();
  await settle();
  expect(gates.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
});

test('keys added before the start wait for it', async () => {
  const passes: string[] = [];
  const reconcile = async (key: string): Promise<ReconcileResult> => {
    passes.push(key);
    return { kind: 'done' };
  };
  const queue = new WorkQueue({ name: 'test', concurrency: 1, onFailure: () => undefined, reconcile });
  queue.add('a');
  await settle();
  expect(passes).toEqual([]);
  queue.start();
  await settle();
  expect(passes).toEqual(['a']);
});

test('of several delays the earliest counts, and the key is worked on once', async () => {
  const { queue, passes, clock } = scriptedQueue({});
  queue.addAfter('a', 500);
  queue.addAfter('a', 100);
  queue.addAfter('a', 300);
  await clock.advance(99);
  expect(passes).toEqual([]);
  await clock.advance(1);
  expect(passes).toEqual(['a']);
  await clock.advance(1000);
  expect(passes).toEqual(['a']);
});

test('a plain add fulfils a delayed one', async () => {
  const { queue, passes, clock } = scriptedQueue({});
  queue.addAfter('a', 100);
  queue.add('a');
  await clock.advance(200);
  expect(passes).toEqual(['a']);
});

test('a pass can ask to be repeated after a while', async () => {
  const { queue, passes, clock } = scriptedQueue({ a: [{ kind: 'again', afterMs: 50 }] });
  queue.add('a');
  await settle();
  await clock.advance(49);
  expect(passes).toEqual(['a']);
  await clock.advance(1);
  expect(passes).toEqual(['a', 'a']);
});

test('failures come back after 10, 20 and 40 ms, and a success starts the count anew', async () => {
  const fault = new Error('broken');
  const { queue, passes, failures, clock } = scriptedQueue({ a: [fault, fault, { kind: 'done' }, fault] });
  queue.add('a');
  await settle();
  await clock.advance(10);
  await clock.advance(19);
  expect(passes).toHaveLength(2);
  await clock.advance(1);
  expect(passes).toHaveLength(3);
  queue.add('a');
  await settle();
  expect(failures.map(({ attempts }) => attempts)).toEqual([1, 2, 1]);
});

test('a terminal failure is reported and not tried again', async () => {
  const { queue, passes, failures, clock } = scriptedQueue({ a: [new TerminalError('never')] });
  queue.add('a');
  await settle();
  await clock.advance(120_000);
  expect(passes).toEqual(['a']);
  expect(failures).toEqual([{ key: 'a', isTerminal: true, attempts: 1 }]);
  expect(queue.counters).toMatchObject({ givenUp: 1, retried: 0 });
});

test('stopping waits for the pass under way, starts no other and leaves no timer', async () => {
  const { queue, gates, clock } = gatedQueue(1);
  for (const key of ['a', 'b']) queue.add(key);
  queue.addAfter('c', 100);
  await settle();
  let isStopped = false;
  const stopped = queue.stop().then(() => (isStopped = true));
  await settle();
  expect(isStopped).toBe(false);
  gates[0]?.open();
  await stopped;
  queue.add('d');
  await clock.advance(1000);
  expect(gates.map(({ key }) => key)).toEqual(['a']);
  expect(clock.timerCount).toBe(0);
});

test('stopping does not wait longer than its deadline', async () => {
  const { queue, clock } = gatedQueue(1);
  queue.add('a');
  await settle();
  const stopped = queue.stop(200);
  await clock.advance(200);
  await expect(stopped).resolves.toBeUndefined();
});

test('the last state of every key is seen, whatever the order of adds and ends', async () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), does: fc.constantFrom('change', 'open') });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.integer({ min: 1, max: 3 }),
      async (steps, width) => {
        const versions = new Map<string, number>();
        const seen = new Map<string, number>();
        const gates: (() => void)[] = [];
        const running = new Set<string>();
        const reconcile = async (key: string): Promise<ReconcileResult> => {
          expect(running.has(key)).toBe(false);
          running.add(key);
          seen.set(key, versions.get(key) ?? 0);
          await new Promise<void>((resolve) => gates.push(resolve));
          running.delete(key);
          return { kind: 'done' };
        };
        const queue = new WorkQueue({
          name: 'test',
          concurrency: width,
          onFailure: () => undefined,
          reconcile,
        });
        queue.start();
        for (const { key, does } of steps) {
          if (does === 'open') gates.shift()?.();
          else {
            versions.set(key, (versions.get(key) ?? 0) + 1);
            queue.add(key);
          }
          await Promise.resolve();
        }
        while (queue.depth + queue.running > 0) {
          gates.shift()?.();
          await settle();
        }
        expect(seen).toEqual(versions);
      },
    ),
    { numRuns: 50 },
  );
});
