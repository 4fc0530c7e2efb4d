import type { Workload } from '../../api/index.ts';
import type { Usage } from '../amounts/index.ts';
import { effectivePriority, findCondition, isEvicted, queueTimestampMs } from '../workload/index.ts';
import type { EpochMs, SchedulingOptions } from '../workload/index.ts';

/** A workload that holds quota, as the search for victims sees it. */
export interface ReservingWorkload {
  /** `namespace/name`. */
  readonly key: string;
  readonly uid: string;
  readonly clusterQueue: string;
  /** Exactly what it is accounted with. */
  readonly usage: Usage;
  /** With the boost (section 0). */
  readonly priority: number;
  readonly queueTimestampMs: EpochMs;
  /** Since when `QuotaReserved` is True; one that does not say counts as the latest (S-6.7). */
  readonly reservedAtMs: EpochMs;
  /** Asked to leave already, or about to be: the write is under way (S-6.13). */
  readonly isEvicted: boolean;
  readonly workload: Workload;
}

/** Describes a workload that is accounted with `usage`. */
export function describeReserving(
  workload: Workload,
  account: {
    readonly usage: Usage;
    readonly clusterQueue: string;
    readonly isEvictionExpected: boolean;
    readonly options: Pick<
      SchedulingOptions,
      'priorityBoost' | 'requeuingTimestamp' | 'prioritySortingWithinCohort'
    >;
  },
): ReservingWorkload {
  const { metadata } = workload;
  const { usage, clusterQueue, isEvictionExpected, options } = account;
  const reserved = findCondition(workload, 'QuotaReserved');
  const reservedAtMs = Date.parse(reserved?.status === 'True' ? reserved.lastTransitionTime : '');
  return {
    key: `${metadata.namespace}/${metadata.name}`,
    uid: metadata.uid,
    clusterQueue,
    usage,
    priority: effectivePriority(workload, options),
    queueTimestampMs: queueTimestampMs(workload, options),
    reservedAtMs: Number.isNaN(reservedAtMs) ? Infinity : reservedAtMs,
    isEvicted: isEvictionExpected || isEvicted(workload),
    workload,
  };
}

/**
 * Whom to take first, of workloads on the same side of a search: evicted ones, then low priority, then the latest
 * reservation, then the smaller uid (S-6.7 without the steps that compare ClusterQueues).
 */
export function compareReserving(a: ReservingWorkload, b: ReservingWorkload): number {
  return (
    Number(b.isEvicted) - Number(a.isEvicted) ||
    a.priority - b.priority ||
    // Two that do not say are equal, and their difference is no number.
    b.reservedAtMs - a.reservedAtMs ||
    compareText(a.uid, b.uid) ||
    compareText(a.key, b.key)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
