import type { PendingWorkload } from '../workload/index.ts';

/** Where usage counts before everything else, lower usage first (S-3.3 step 1); zero where it says nothing. */
export type CompareByUsage = (clusterQueue: string, a: PendingWorkload, b: PendingWorkload) => number;

/** Heap order without the usage step: the sticky preemptor, priority, queue timestamp, uid (S-3.3). */
export function comparePending(
  a: PendingWorkload,
  b: PendingWorkload,
  stickyKey: string | undefined,
): number {
  if (stickyKey !== undefined && a.key !== b.key) {
    if (a.key === stickyKey) return -1;
    if (b.key === stickyKey) return 1;
  }
  if (a.priority !== b.priority) return b.priority - a.priority;
  if (a.queueTimestampMs !== b.queueTimestampMs) return a.queueTimestampMs - b.queueTimestampMs;
  if (a.uid !== b.uid) return a.uid < b.uid ? -1 : 1;
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}

/** Whether a workload is neither locked nor backed off; a time that equals now counts as over (S-3.8). */
export function isBackoffOver(pending: PendingWorkload, now: number): boolean {
  return !pending.isLocked && (pending.requeueAtMs === undefined || pending.requeueAtMs <= now);
}
