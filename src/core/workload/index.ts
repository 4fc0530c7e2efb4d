export { requiredChecks } from './admission-checks.ts';
export { assignedFlavors, usageOfAdmission } from './admission-usage.ts';
export { canonicalJson } from './canonical-json.ts';
export type { LimitRange, RuntimeClass } from './cluster-objects.ts';
export { findCondition, withCondition } from './conditions.ts';
export { evict, release } from './eviction.ts';
export { finish } from './finish.ts';
export { judgeWorkload } from './judge-workload.ts';
export type { Surroundings, Tiding } from './judge-workload.ts';
export { matchesSelector } from './label-selector.ts';
export { messages, preemptionMessage, preemptionPriorities, schedulerReason } from './messages.ts';
export { defaultSchedulingOptions } from './options.ts';
export type {
  AdmissionFairSharingOptions,
  FairSharingOptions,
  PreemptionStrategy,
  SchedulingOptions,
} from './options.ts';
export { resolveUnadmitted } from './pending-resolution.ts';
export type { UnadmittedContext } from './pending-resolution.ts';
export { describePending } from './pending.ts';
export type { PendingWorkload, PodSetRequest } from './pending.ts';
export { mergePodSetInfo, mergePodSetUpdates, restoreTemplate } from './pod-set-info.ts';
export type { PodSetInfo } from './pod-set-info.ts';
export { setPodsReady } from './pods-ready.ts';
export {
  countsInQuota,
  hasFailedChecks,
  hasQuotaReservation,
  isActive,
  isAdmissible,
  isAdmitted,
  isEvicted,
  isFinished,
  isPartialAdmissible,
} from './predicates.ts';
export { effectivePriority, queueTimestampMs } from './priority.ts';
export { setReclaimablePods } from './reclaimable-pods.ts';
export { recordPending, reserveQuota, resourceRequestsOf } from './reservation.ts';
export { mergePatch, statusPatch } from './status-patch.ts';
export type { ReadinessPolicy } from './timers.ts';
export { formatTime } from './times.ts';
export type { EpochMs } from './times.ts';
export { joinFaults, validateLimitRanges, validateResources } from './validate-resources.ts';
export { isSemanticallyEqual } from './semantic-equality.ts';
