import type { PendingWorkload } from '../workload/index.ts';

/** Lower usage of the LocalQueue first (S-3.3 step 1); two that are infinite are equal. */
export function compareUsage(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** Heap order without the usage step: the sticky preemptor, priority, queue timestamp, uid (S-3.3). */
export function comparePending(
  a: PendingWorkload,
  b: PendingWorkload,
  stickyKey: string | undefined,
): number {
  return (
    compareNumbers(Number(b.key === stickyKey), Number(a.key === stickyKey)) ||
    compareNumbers(b.priority, a.priority) ||
    compareNumbers(a.queueTimestampMs, b.queueTimestampMs) ||
    compareText(a.uid, b.uid) ||
    compareText(a.key, b.key)
  );
}

/** Whether a workload is neither locked nor backed off; a time that equals now counts as over (S-3.8). */
export function isBackoffOver(pending: PendingWorkload, now: number): boolean {
  return !pending.isLocked && (pending.requeueAtMs === undefined || pending.requeueAtMs <= now);
}

/** A time that is no time counts as equal, so that the next step decides. */
function compareNumbers(a: number, b: number): number {
  return a - b || 0;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
