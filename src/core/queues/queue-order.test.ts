import { expect, test } from 'vitest';
import { aWorkload } from '../../../test/builders/index.ts';
import type { WorkloadShape } from '../../../test/builders/index.ts';
import { defaultSchedulingOptions as options, describePending } from '../workload/index.ts';
import type { PendingWorkload } from '../workload/index.ts';
import { comparePending } from './queue-order.ts';

function pending(shape: WorkloadShape): PendingWorkload {
  return describePending(aWorkload(shape), { limitRanges: [], runtimeClass: () => undefined, options });
}

test.each([
  {
    name: 'the sticky one comes before higher priority (S-3.3 step 2)',
    first: { name: 'sticky', priority: 1 },
    second: { name: 'b', priority: 2 },
  },
  {
    name: 'higher priority comes first (S-3.3 step 3)',
    first: { name: 'b', priority: 2 },
    second: { name: 'a', priority: 1, creationTimestamp: '2025-01-01T00:00:00Z' },
  },
  {
    name: 'of equal priority the earlier queue timestamp comes first (S-3.3 step 4)',
    first: { name: 'b', uid: '2', creationTimestamp: '2026-01-01T00:00:01Z' },
    second: { name: 'a', uid: '1', creationTimestamp: '2026-01-01T00:00:02Z' },
  },
  {
    name: 'of equal timestamp the smaller uid comes first (S-3.3 step 5)',
    first: { name: 'b', uid: '1' },
    second: { name: 'a', uid: '2' },
  },
])('$name', ({ first, second }) => {
  const a = pending(first);
  const b = pending(second);
  expect(comparePending(a, b, 'team-a/sticky')).toBeLessThan(0);
  expect(comparePending(b, a, 'team-a/sticky')).toBeGreaterThan(0);
  expect(comparePending(a, a, 'team-a/sticky')).toBe(0);
});
