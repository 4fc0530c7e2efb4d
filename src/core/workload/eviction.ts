import type { AdmissionCheckState, EvictionCount, PreemptedReason, Workload } from '../../api/index.ts';
import type { AdmittedOptions } from './admitted.ts';
import { findCondition, isConditionTrue, setCondition } from './conditions.ts';
import { controllerReason, messages } from './messages.ts';
import type { SchedulingOptions } from './options.ts';
import { isOwnedBySinglePod } from './predicates.ts';
import { unsetReservation } from './reservation.ts';
import { withStatusFields } from './status-fields.ts';
import { formatTime } from './times.ts';
import type { EpochMs } from './times.ts';

/** Why a workload is to leave (L-7.2). */
export type EvictionReason =
  | 'Preempted'
  | 'PodsReadyTimeout'
  | 'AdmissionCheck'
  | 'LocalQueueStopped'
  | 'ClusterQueueStopped'
  | 'NodeFailures'
  | 'Deactivated';

export interface Eviction {
  readonly reason: EvictionReason;
  /** A closer cause of a timeout or a deactivation, counted apart. */
  readonly cause?: string;
  readonly message: string;
  /** With reason `Preempted`: the kind of preemption. */
  readonly preempted?: PreemptedReason;
}

export type ReleaseOptions = AdmittedOptions &
  Pick<SchedulingOptions, 'skipReassignmentForPodOwnedWorkloads'>;

/** Asks a workload to leave; the quota stays with it until the release. What the caller prepares (back-off, removal of
 * DeactivationTarget) is already in the given workload (L-7.1). */
export function evict(workload: Workload, eviction: Eviction, now: EpochMs): Workload {
  const { message, preempted } = eviction;
  const reason = evictedReason(eviction);
  let after = setCondition(workload, { type: 'Evicted', status: 'True', reason, message }, now);
  if (preempted !== undefined) {
    after = setCondition(after, { type: 'Preempted', status: 'True', reason: preempted, message }, now);
  }
  if (isConditionTrue(after, 'BlockedOnPreemptionGates')) {
    after = setCondition(after, { type: 'BlockedOnPreemptionGates', status: 'False', reason, message }, now);
  }
  return withStatusFields(after, {
    clusterName: undefined,
    nominatedClusterNames: undefined,
    unhealthyNodes: undefined,
    admissionChecks: workload.status.admissionChecks?.map((check) => resetCheck(check, now)),
    preemptionGates: workload.status.preemptionGates?.map((gate) =>
      gate.position === 'Closed'
        ? gate
        : { ...gate, position: 'Closed' as const, lastTransitionTime: formatTime(now) },
    ),
    schedulingStats: {
      ...workload.status.schedulingStats,
      evictions: countEviction(workload.status.schedulingStats?.evictions ?? [], eviction),
    },
  });
}

/** The reason on the condition: a deactivation carries its cause (L-7.1 step 2). */
function evictedReason({ reason, cause }: Pick<Eviction, 'reason' | 'cause'>): string {
  return reason === 'Deactivated' && cause !== undefined ? `DeactivatedDueTo${cause}` : reason;
}

/** Gives the quota of an evicted workload back, once its job has no active pod. Only after a preemption or a node
 * failure it may be scheduled again at once (L-7.4). */
export function release(workload: Workload, options: ReleaseOptions, now: EpochMs): Workload {
  const evicted = findCondition(workload, 'Evicted');
  if (evicted?.status !== 'True') return workload;
  const { reason, message } = evicted;
  const isBound = options.skipReassignmentForPodOwnedWorkloads && isOwnedBySinglePod(workload);
  const isFree = !isBound && (reason === 'Preempted' || reason === 'NodeFailures');
  const status = isFree ? 'True' : 'False';
  const requeued = setCondition(workload, { type: 'Requeued', status, reason, message }, now);
  const unset = { reason: controllerReason('PendingEvaluation', options), message, options };
  return unsetReservation(requeued, unset, now);
}

function resetCheck(check: AdmissionCheckState, now: EpochMs): AdmissionCheckState {
  if (check.state === 'Pending') return check;
  const { podSetUpdates: _dropped, retryCount = 0, ...kept } = check;
  return {
    ...kept,
    state: 'Pending',
    message: messages.checkReset(check.state),
    lastTransitionTime: formatTime(now),
    ...(check.state === 'Retry' && { retryCount: retryCount + 1 }),
  };
}

function countEviction(
  evictions: readonly EvictionCount[],
  { reason, cause = '' }: Eviction,
): EvictionCount[] {
  const index = evictions.findIndex((entry) => entry.reason === reason && entry.underlyingCause === cause);
  const present = evictions[index];
  if (present === undefined) return [...evictions, { reason, underlyingCause: cause, count: 1 }];
  return evictions.with(index, { ...present, count: present.count + 1 });
}
