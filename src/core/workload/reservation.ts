import type {
  Admission,
  ConditionType,
  PodSetRequest,
  QuotaReservedReason,
  Workload,
} from '../../api/index.ts';
import { formatAmount, PODS_RESOURCE } from '../amounts/index.ts';
import type { Requests } from '../amounts/index.ts';
import { syncAdmitted } from './admitted.ts';
import type { AdmittedOptions } from './admitted.ts';
import { canonicalJson } from './canonical-json.ts';
import { findCondition, setCondition } from './conditions.ts';
import { messages, schedulerReason } from './messages.ts';
import { withStatusFields } from './status-fields.ts';
import type { EpochMs } from './times.ts';

export interface Reservation {
  readonly admission: Admission;
  /** The checks that the ClusterQueue requires for the assigned flavors. */
  readonly requiredChecks: readonly string[];
  readonly options: AdmittedOptions;
}

/** Why a workload has no reservation; the reason is stored as given. */
export interface Unreservation {
  readonly reason: QuotaReservedReason;
  readonly message: string;
  readonly options: AdmittedOptions;
}

/** What the scheduler found; the reason is that with gate UnadmittedWorkloadsObservability on. */
export interface PendingFinding extends Unreservation {
  readonly resourceRequests: readonly PodSetRequest[];
}

const clearedByReservation = ['Evicted', 'Preempted', 'BlockedOnPreemptionGates'] as const;

/** Reserves quota, and admits in the same write when every required check is there and Ready (L-5.3, S-9.3). */
export function reserveQuota(workload: Workload, reservation: Reservation, now: EpochMs): Workload {
  const { admission, requiredChecks, options } = reservation;
  const message = messages.quotaReserved(admission.clusterQueue);
  let after = withStatusFields(workload, { admission, resourceRequests: undefined });
  after = setCondition(after, { ...quotaReserved, status: 'True', reason: 'QuotaReserved', message }, now);
  for (const type of clearedByReservation) after = clear(after, type, now);
  const checks = new Set((workload.status.admissionChecks ?? []).map(({ name }) => name));
  // A missing check is first added by the workload reconciler, which then syncs.
  return requiredChecks.every((name) => checks.has(name)) ? syncAdmitted(after, options, now) : after;
}

/** Takes the reservation away; the same workload when neither the condition changes nor an admission is there (L-5.4). */
export function unsetReservation(workload: Workload, input: Unreservation, now: EpochMs): Workload {
  const { reason, message, options } = input;
  let after = setCondition(workload, { ...quotaReserved, status: 'False', reason, message }, now);
  if (after.status.admission !== undefined) after = withStatusFields(after, { admission: undefined });
  return after === workload ? workload : syncAdmitted(after, options, now);
}

/** Records why a scheduling attempt failed, and what it asked for; the same workload when it says so already
 * (L-11.3, S-1.20). */
export function recordPending(workload: Workload, finding: PendingFinding, now: EpochMs): Workload {
  const { reason, resourceRequests, options } = finding;
  const stored = { ...finding, reason: schedulerReason(reason, options) };
  const after = unsetReservation(workload, stored, now);
  if (areSameRequests(workload.status.resourceRequests ?? [], resourceRequests)) return after;
  const requests = resourceRequests.length > 0 ? [...resourceRequests] : undefined;
  return withStatusFields(after, { resourceRequests: requests });
}

/** The totals of an attempt as the status shows them, without `pods` (S-1.20). */
export function resourceRequestsOf(
  podSets: readonly { readonly name: string; readonly requests: Requests }[],
): PodSetRequest[] {
  return podSets.map(({ name, requests }) => {
    const shown = [...requests].filter(([resource]) => resource !== PODS_RESOURCE);
    if (shown.length === 0) return { name };
    const resources = shown.map(([resource, amount]) => [resource, formatAmount(resource, amount)]);
    return { name, resources: Object.fromEntries(resources) };
  });
}

const quotaReserved = { type: 'QuotaReserved' } as const;

function clear(workload: Workload, type: ConditionType, now: EpochMs): Workload {
  const condition = findCondition(workload, type);
  if (condition?.status !== 'True') return workload;
  const message = messages.previously(condition.message);
  return setCondition(workload, { type, status: 'False', reason: 'QuotaReserved', message }, now);
}

function areSameRequests(before: readonly PodSetRequest[], after: readonly PodSetRequest[]): boolean {
  return before === after || canonicalJson(before) === canonicalJson(after);
}
