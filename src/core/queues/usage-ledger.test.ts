import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AdmissionFairSharingOptions } from '../workload/index.ts';
import { UsageLedger } from './usage-ledger.ts';

const minute = 60_000;
const start = Date.parse('2026-01-01T12:00:00Z');
const queue = 'team/main';

function ledgerOf(options: Partial<AdmissionFairSharingOptions> = {}): UsageLedger {
  const defaults = {
    usageHalfLifeMs: 10 * minute,
    usageSamplingIntervalMs: 5 * minute,
    resourceWeights: {},
  };
  return new UsageLedger({ ...defaults, ...options });
}

/** Amounts in milli for cpu, in whole units otherwise. */
function requests(amounts: Readonly<Record<string, bigint>>): ReadonlyMap<string, bigint> {
  return new Map(Object.entries(amounts));
}

const eightCores = requests({ cpu: 8000n });
const charged = (workload: string, totals = eightCores) => ({ workload, totals });
const settled = (workload: string, admitted = eightCores) => ({ workload, admitted });

describe('penalties (S-8.6, S-8.8)', () => {
  test('an admission is charged what one sampling of it would count, rounded down to billionths (worked example)', () => {
    const ledger = ledgerOf();
    ledger.charge(queue, charged('w'), start);
    expect(ledger.usageOf(queue, 1)).toBe(2.34314575);
  });

  test('charging again replaces, and dropping restores (I-29)', () => {
    const ledger = ledgerOf();
    ledger.charge(queue, charged('w', requests({ cpu: 1000n })), start);
    ledger.charge(queue, charged('w'), start);
    expect(ledger.usageOf(queue, 1)).toBe(2.34314575);
    expect(ledger.drop('w')).toBe(queue);
    expect(ledger.usageOf(queue, 1)).toBe(0);
    expect(ledger.drop('w')).toBeUndefined();
  });

  test('a workload is charged to one LocalQueue at a time', () => {
    const ledger = ledgerOf();
    ledger.charge(queue, charged('w'), start);
    ledger.charge('team/other', charged('w'), start);
    expect([ledger.usageOf(queue, 1), ledger.usageOf('team/other', 1)]).toEqual([0, 2.34314575]);
  });

  test('pods are not counted (S-1.12)', () => {
    const ledger = ledgerOf();
    ledger.charge(queue, charged('w', requests({ cpu: 8000n, pods: 3n })), start);
    expect(ledger.usageOf(queue, 1)).toBe(2.34314575);
  });
});

describe('settling (S-8.7)', () => {
  test('an admission moves its penalty into the average, which first decays', () => {
    const ledger = ledgerOf();
    ledger.charge(queue, charged('w'), start);
    ledger.settle(queue, settled('w'), start);
    expect(ledger.usageOf(queue, 1)).toBe(2.34314575);
    expect(ledger.drop('w')).toBeUndefined();
    ledger.settle(queue, settled('other', requests({})), start + 10 * minute);
    expect(ledger.usageOf(queue, 1)).toBe(1.171572875);
  });

  test('a clock that goes back counts as standing still', () => {
    const ledger = ledgerOf();
    ledger.settle(queue, settled('w'), start);
    ledger.settle(queue, settled('w'), start - minute);
    expect(ledger.usageOf(queue, 1)).toBe(0);
    ledger.sample(queue, requests({}), start);
    expect(ledger.sampleOf(queue)?.atMs).toBe(start);
  });
});

describe('sampling (S-8.9)', () => {
  test('the first sampling happens at once, the next when its time has come, or at once with a penalty', () => {
    const ledger = ledgerOf();
    expect(ledger.sample(queue, eightCores, start)).toBe(5 * minute);
    expect(ledger.sample(queue, eightCores, start + minute)).toBe(4 * minute);
    expect(ledger.sampleOf(queue)?.atMs).toBe(start);
    ledger.charge(queue, charged('w'), start + minute);
    expect(ledger.sample(queue, eightCores, start + 2 * minute)).toBe(5 * minute);
    expect(ledger.sampleOf(queue)?.atMs).toBe(start + 2 * minute);
  });

  test('after a half-life with constant usage half of it is counted (S-8.5)', () => {
    const ledger = ledgerOf();
    ledger.sample(queue, eightCores, start);
    ledger.sample(queue, eightCores, start + 10 * minute);
    expect(ledger.sampleOf(queue)?.consumed).toEqual(new Map([['cpu', 4_000_000_000n]]));
  });

  test('without half-life nothing is remembered (S-8.9)', () => {
    const ledger = ledgerOf({ usageHalfLifeMs: 0 });
    ledger.charge(queue, charged('w'), start);
    ledger.sample(queue, eightCores, start + minute);
    expect(ledger.sampleOf(queue)?.consumed).toEqual(new Map());
    expect(ledger.usageOf(queue, 1)).toBe(0);
  });
});

describe('after a start (S-8.10, S-8.11)', () => {
  const before = new Map([['cpu', 3_000_000_000n]]);

  test('the status is taken over once, and added to what came before it', () => {
    const ledger = ledgerOf();
    ledger.charge(queue, charged('w'), start);
    ledger.seed(queue, before, start);
    ledger.seed(queue, before, start);
    expect(ledger.usageOf(queue, 1)).toBe(5.34314575);
  });

  test('the time that was away does not decay it', () => {
    const ledger = ledgerOf();
    ledger.seed(queue, before, start);
    ledger.sample(queue, requests({}), start);
    expect(ledger.sampleOf(queue)).toEqual({ consumed: before, atMs: start });
  });

  test('a LocalQueue that is gone is forgotten with its penalties', () => {
    const ledger = ledgerOf();
    ledger.seed(queue, before, start);
    ledger.charge(queue, charged('w'), start);
    ledger.remove(queue);
    expect([ledger.usageOf(queue, 1), ledger.drop('w')]).toEqual([0, undefined]);
    ledger.seed(queue, undefined, start);
    expect(ledger.usageOf(queue, 1)).toBe(0);
  });
});

describe('usage (S-8.4)', () => {
  const gib = 2n ** 30n;

  test.each<{ name: string; weights: Record<string, number>; weight: number; want: number }>([
    { name: 'resources weigh 1 unless it is said', weights: {}, weight: 1, want: 4 + 2 ** 30 },
    { name: 'a resource may weigh otherwise', weights: { cpu: 0.5 }, weight: 1, want: 2 + 2 ** 30 },
    { name: 'a resource may be left out', weights: { memory: 0 }, weight: 1, want: 4 },
    { name: 'the weight of the LocalQueue divides', weights: { memory: 0 }, weight: 2, want: 2 },
    { name: 'without weight it is above all', weights: {}, weight: 0, want: Number.POSITIVE_INFINITY },
  ])('$name', ({ weights, weight, want }) => {
    const ledger = ledgerOf({ resourceWeights: weights });
    ledger.seed(
      queue,
      new Map([
        ['cpu', 4_000_000_000n],
        ['memory', gib * 1_000_000_000n],
      ]),
      start,
    );
    expect(ledger.usageOf(queue, weight)).toBe(want);
  });
});

describe('the average on generated histories', () => {
  const millis = fc.bigInt({ min: 0n, max: 10n ** 9n });

  test('two steps with constant usage are one long step, up to rounding (I-29)', () => {
    const step = fc.integer({ min: 0, max: 3_600_000 });
    fc.assert(
      fc.property(fc.tuple(millis, millis), fc.tuple(step, step), ([from, usage], [first, second]) => {
        const options = { usageHalfLifeMs: 7 * minute, usageSamplingIntervalMs: 1 };
        const run = (...times: readonly number[]): bigint => {
          const ledger = ledgerOf(options);
          ledger.seed(queue, new Map([['cpu', from * 1_000_000n]]), start);
          for (const time of times)
            ledger.settle(queue, settled('w', requests({ cpu: usage })), start + time);
          ledger.sample(queue, requests({ cpu: usage }), start + first + second);
          return ledger.sampleOf(queue)?.consumed.get('cpu') ?? 0n;
        };
        const [inTwo, inOne] = [Number(run(first)), Number(run())];
        expect(Math.abs(inTwo - inOne)).toBeLessThanOrEqual(4 + inOne * 1e-12);
      }),
    );
  });

  test('nothing is ever negative, and a charge that is dropped leaves no trace (I-29)', () => {
    const event = fc.record({
      kind: fc.constantFrom('charge', 'drop', 'settle', 'sample'),
      workload: fc.constantFrom('a', 'b', 'c'),
      amount: millis,
      afterMs: fc.integer({ min: -1000, max: 600_000 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 15 }), (events) => {
        const ledger = ledgerOf();
        let now = start;
        for (const { kind, workload, amount, afterMs } of events) {
          now += afterMs;
          const cpu = requests({ cpu: amount });
          const before = ledger.usageOf(queue, 1);
          const isNew = ledger.drop(workload) === undefined;
          if (!isNew) expect(ledger.usageOf(queue, 1)).toBeLessThanOrEqual(before);
          if (kind === 'charge') {
            const clean = ledger.usageOf(queue, 1);
            ledger.charge(queue, charged(workload, cpu), now);
            ledger.drop(workload);
            expect(ledger.usageOf(queue, 1)).toBe(clean);
            ledger.charge(queue, charged(workload, cpu), now);
          }
          if (kind === 'settle') ledger.settle(queue, settled(workload, cpu), now);
          if (kind === 'sample') ledger.sample(queue, cpu, now);
          expect(ledger.usageOf(queue, 1)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
