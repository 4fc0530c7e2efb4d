import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { UsageLedger } from './usage-ledger.ts';
import type { Holding, Quota } from './usage-ledger.ts';

const gpu = { flavor: 'a100', resource: 'nvidia.com/gpu' };
const red: Quota = { clusterQueue: 'red', ...gpu, nominal: 8n, borrowingLimit: 4n };
const blue: Quota = { clusterQueue: 'blue', ...gpu, nominal: 8n, borrowingLimit: undefined };

function holds(clusterQueue: string, amount: bigint, flavor = gpu.flavor): Holding {
  return { clusterQueue, amounts: [{ ...gpu, flavor, amount }] };
}

function ledgerWith(holdings: Readonly<Record<string, Holding>>): UsageLedger {
  const ledger = new UsageLedger([red, blue]);
  for (const [workload, holding] of Object.entries(holdings)) ledger.record(workload, holding);
  return ledger;
}

describe('what is too much', () => {
  test.each<{ name: string; holdings: Record<string, Holding>; want: string[] }>([
    { name: 'quota and borrowing limit used up is fine', holdings: { a: holds('red', 12n) }, want: [] },
    {
      name: 'a queue above its borrowing limit is not',
      holdings: { a: holds('red', 12n), b: holds('red', 1n) },
      want: ['red used more nvidia.com/gpu of a100 than quota and borrowing limit'],
    },
    {
      name: 'without a borrowing limit a queue may use what all have',
      holdings: { a: holds('blue', 16n) },
      want: [],
    },
    {
      name: 'all together may not use more than the sum of their quotas',
      holdings: { a: holds('red', 8n), b: holds('blue', 9n) },
      want: ['more nvidia.com/gpu of a100 was used than all quotas together'],
    },
    {
      name: 'a flavor without a quota may not be used at all',
      holdings: { a: holds('red', 1n, 'l40s') },
      want: ['red uses nvidia.com/gpu of l40s without a quota'],
    },
  ])('$name', ({ holdings, want }) => expect([...ledgerWith(holdings).violations]).toEqual(want));

  test('what was too much for a moment is remembered', () => {
    const ledger = ledgerWith({ a: holds('red', 13n) });
    ledger.record('a', undefined);
    expect(ledger.violations.size).toBe(1);
    expect(ledger.isEmpty()).toBe(true);
  });
});

test('a workload that holds less than before counts with what it holds now', () => {
  const ledger = ledgerWith({ a: holds('red', 8n) });
  ledger.record('a', holds('red', 6n));
  expect(ledger.usageOf(red)).toBe(6n);
  expect(ledger.peaks()).toMatchObject([{ flavor: 'a100', highest: 8n, nominal: 16n }]);
});

test('a fresh list gives the usage that the events gave', () => {
  const holding = fc.record({
    workload: fc.constantFrom('a', 'b', 'c', 'd'),
    queue: fc.constantFrom('red', 'blue'),
    amount: fc.option(fc.bigInt({ min: 0n, max: 10n }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(holding), (events) => {
      const followed = new UsageLedger([red, blue]);
      const last = new Map<string, Holding>();
      for (const { workload, queue, amount } of events) {
        const next = amount === undefined ? undefined : holds(queue, amount);
        followed.record(workload, next);
        if (next === undefined) last.delete(workload);
        else last.set(workload, next);
      }
      const fresh = new UsageLedger([red, blue]);
      fresh.record('gone', holds('red', 3n));
      fresh.replace(last);
      for (const quota of [red, blue]) expect(followed.usageOf(quota)).toBe(fresh.usageOf(quota));
      expect(followed.isEmpty()).toBe(fresh.isEmpty());
    }),
  );
});
