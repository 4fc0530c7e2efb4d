import type { PodSetAssignment, Workload } from '../../api/index.ts';
import { findCondition, isConditionFalse, isConditionTrue } from './conditions.ts';
import { keys } from './keys.ts';
import type { SchedulingOptions } from './options.ts';
import { parseTime } from './times.ts';
import type { EpochMs } from './times.ts';

type GateOption = Pick<SchedulingOptions, 'admissionGatedBy'>;

export type WorkloadPhase = 'finished' | 'admitted' | 'quotaReserved' | 'pending';

/** Not switched off by `spec.active: false` (L-1.1). */
export function isActive(workload: Workload): boolean {
  return workload.spec.active !== false;
}

/** Holds quota, whether admitted or not (L-1.1). */
export function hasQuotaReservation(workload: Workload): boolean {
  return isConditionTrue(workload, 'QuotaReserved');
}

/** May run its pods (L-1.1). */
export function isAdmitted(workload: Workload): boolean {
  return isConditionTrue(workload, 'Admitted');
}

/** Has ended for good (L-1.1). */
export function isFinished(workload: Workload): boolean {
  return isConditionTrue(workload, 'Finished');
}

/** Was asked to leave and has not reserved quota since (L-1.1). */
export function isEvicted(workload: Workload): boolean {
  return isConditionTrue(workload, 'Evicted');
}

/** Its job is held back, so that it is never queued (L-1.1). */
export function isOnHold(workload: Workload): boolean {
  const reserved = findCondition(workload, 'QuotaReserved');
  return reserved?.status === 'False' && reserved.reason === 'OnHold';
}

/** Who keeps the workload from being queued, by annotation; undefined when nobody does (L-1.1). */
export function admissionGate(workload: Workload, options: GateOption): string | undefined {
  if (!options.admissionGatedBy) return undefined;
  return workload.metadata.annotations?.[keys.admissionGatedBy] || undefined;
}

/** Kept from being queued by annotation (L-1.1). */
function isGated(workload: Workload, options: GateOption): boolean {
  return admissionGate(workload, options) !== undefined;
}

/** May stand in a queue (L-1.1, section 0). */
export function isAdmissible(workload: Workload, options: GateOption): boolean {
  return (
    isActive(workload) &&
    !isFinished(workload) &&
    !hasQuotaReservation(workload) &&
    !isOnHold(workload) &&
    !isConditionTrue(workload, 'WaitingForReplacementPods') &&
    !isGated(workload, options)
  );
}

/** Its admission counts as usage of its ClusterQueue (L-1.1). */
export function countsInQuota(workload: Workload): boolean {
  return hasQuotaReservation(workload) && !isFinished(workload) && isActive(workload);
}

/** The furthest phase that was reached (L-1.1). */
export function workloadPhase(workload: Workload): WorkloadPhase {
  if (isFinished(workload)) return 'finished';
  if (isAdmitted(workload)) return 'admitted';
  return hasQuotaReservation(workload) ? 'quotaReserved' : 'pending';
}

/** Every admission check is Ready; true without any (L-1.1). */
export function areChecksReady(workload: Workload): boolean {
  return (workload.status.admissionChecks ?? []).every((check) => check.state === 'Ready');
}

/** Some check asks to retry or refuses, so that the workload is not nominated (S-4.4). */
export function hasFailedChecks(workload: Workload): boolean {
  return (workload.status.admissionChecks ?? []).some(
    (check) => check.state === 'Retry' || check.state === 'Rejected',
  );
}

/** Admitted but for a topology that is found later (L-1.1). */
export function isTopologyPending(workload: Workload): boolean {
  return (workload.status.admission?.podSetAssignments ?? []).some(isAssignmentPending);
}

/** Some pod set may run with fewer pods than it asks for (L-1.1). */
export function isPartialAdmissible(workload: Workload): boolean {
  return workload.spec.podSets.some(({ minCount, count }) => minCount !== undefined && count > minCount);
}

/** Stands for one plain pod, which cannot be restarted (L-1.1). */
export function isOwnedBySinglePod(workload: Workload): boolean {
  const owners = workload.metadata.ownerReferences ?? [];
  const [owner] = owners;
  if (owner === undefined || owners.length > 1) return false;
  const isPod = owner.apiVersion === 'v1' && owner.kind === 'Pod';
  return isPod && workload.metadata.annotations?.[keys.isGroupWorkload] !== 'true';
}

/** Some preemption gate of the spec has not been opened (S-3.7). */
export function isPreemptionGateClosed(workload: Workload): boolean {
  const states = workload.status.preemptionGates ?? [];
  return (workload.spec.preemptionGates ?? []).some(
    (gate) => states.find((state) => state.name === gate.name)?.position !== 'Open',
  );
}

/** Locked out of scheduling by `Requeued=False` until its unlocker comes (L-7.5, S-3.8). */
export function isRequeueLocked(workload: Workload): boolean {
  return isConditionFalse(workload, 'Requeued');
}

/** When its back-off ends, if it has one (S-3.8). */
export function requeueAtMs(workload: Workload): EpochMs | undefined {
  const text = workload.status.requeueState?.requeueAt;
  return text === undefined ? undefined : parseTime(text);
}

/** Whether neither lock nor back-off keeps it from the heap; the end itself counts as over (S-3.8, L-8.9). */
export function isBackoffOver(workload: Workload, now: EpochMs): boolean {
  return !isRequeueLocked(workload) && (requeueAtMs(workload) ?? now) <= now;
}

function isAssignmentPending(assignment: PodSetAssignment): boolean {
  return assignment.topologyAssignment === undefined && assignment.delayedTopologyRequest === 'Pending';
}
