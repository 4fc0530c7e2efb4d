import type { SchedulingOptions } from '../workload/index.ts';
import type { Entry } from './nominate.ts';

/** The order in which entries of one round are handled, without fair sharing (S-4.7). */
export function inHandlingOrder(entries: readonly Entry[], options: SchedulingOptions): readonly Entry[] {
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
