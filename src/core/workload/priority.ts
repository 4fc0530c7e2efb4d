import type { Workload } from '../../api/index.ts';
import { findCondition } from './conditions.ts';
import { keys } from './keys.ts';
import type { SchedulingOptions } from './options.ts';
import { parseTime } from './times.ts';
import type { EpochMs } from './times.ts';

const INT32_MAX = 2 ** 31 - 1;

/** The priority of the spec; absent counts as 0 (section 0). */
export function basePriority(workload: Workload): number {
  return workload.spec.priority ?? 0;
}

/** What the boost annotation adds; absent, empty or unreadable counts as 0 (section 0). */
export function priorityBoost(workload: Workload, options: Pick<SchedulingOptions, 'priorityBoost'>): number {
  if (!options.priorityBoost) return 0;
  const text = workload.metadata.annotations?.[keys.priorityBoost] ?? '';
  if (!/^[+-]?\d+$/.test(text)) return 0;
  const boost = Number(text);
  return boost > INT32_MAX || boost < -INT32_MAX - 1 ? 0 : boost;
}

/** The priority that all rules mean: that of the spec and the boost (section 0). */
export function effectivePriority(
  workload: Workload,
  options: Pick<SchedulingOptions, 'priorityBoost'>,
): number {
  return basePriority(workload) + priorityBoost(workload, options);
}

/** The time that orders workloads of equal priority: the creation, or an eviction that sends it to the back
 * (section 0, L-8.8). */
export function queueTimestampMs(
  workload: Workload,
  options: Pick<SchedulingOptions, 'requeuingTimestamp' | 'prioritySortingWithinCohort'>,
): EpochMs {
  const evicted = findCondition(workload, 'Evicted');
  if (evicted?.status === 'True') {
    const isTimeout = evicted.reason === 'PodsReadyTimeout' && options.requeuingTimestamp === 'Eviction';
    if (isTimeout || evicted.reason === 'AdmissionCheck') return parseTime(evicted.lastTransitionTime);
  }
  if (!options.prioritySortingWithinCohort) {
    const preempted = findCondition(workload, 'Preempted');
    if (preempted?.status === 'True' && preempted.reason === 'InCohortReclaimWhileBorrowing') {
      return parseTime(preempted.lastTransitionTime) + 1;
    }
  }
  return parseTime(workload.metadata.creationTimestamp);
}
