import type { QuotaTree } from '../quota/index.ts';
import type { SchedulingOptions } from '../workload/index.ts';
import { inFairOrder } from './fair-order.ts';
import type { Entry } from './nominate.ts';

/**
 * The order in which entries of one round are handled (S-4.7). The next one is taken only when the one before it has
 * been handled, so that an order may follow what changed in the tree, as that of fair sharing does (S-7.6).
 */
export function inHandlingOrder(
  entries: readonly Entry[],
  tree: QuotaTree,
  options: SchedulingOptions,
): Iterable<Entry> {
  if (options.fairSharing !== undefined) return inFairOrder(entries, tree, options);
  return entries.toSorted((a, b) => compareEntries(a, b, options));
}

function compareEntries(a: Entry, b: Entry, options: SchedulingOptions): number {
  const [first, second] = [a.head.pending, b.head.pending];
  return (
    (options.prioritizePreemptorWorkloads ? Number(b.head.isPreemptor) - Number(a.head.isPreemptor) : 0) ||
    a.assignment.level - b.assignment.level ||
    (options.prioritySortingWithinCohort ? second.priority - first.priority : 0) ||
    first.queueTimestampMs - second.queueTimestampMs ||
    (first.uid < second.uid ? -1 : Number(first.uid > second.uid))
  );
}
