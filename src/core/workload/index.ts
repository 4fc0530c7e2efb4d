export { adjustTemplate } from './adjust-template.ts';
export type { AdjustmentContext } from './adjust-template.ts';
export { assignedFlavors, usageOfAdmission } from './admission-usage.ts';
export { canonicalJson } from './canonical-json.ts';
export type { LimitRange, LimitRangeItem, Namespace, RuntimeClass } from './cluster-objects.ts';
export {
  findCondition,
  isConditionFalse,
  isConditionTrue,
  removeCondition,
  setCondition,
  withCondition,
} from './conditions.ts';
export type { ConditionInput } from './conditions.ts';
export { digest } from './digest.ts';
export { keys } from './keys.ts';
export { labelSelectorFault, matchesLabelSelector } from './label-selector.ts';
export { mergeLimitRanges } from './limit-ranges.ts';
export { defaultSchedulingOptions } from './options.ts';
export type { ResourceTransformation, SchedulingOptions } from './options.ts';
export { describePending } from './pending.ts';
export type { PendingContext, PendingWorkload, PodSetRequest } from './pending.ts';
export { effectiveCount, podRequests, totalRequests } from './pod-requests.ts';
export {
  admissionGate,
  areChecksReady,
  countsInQuota,
  hasFailedChecks,
  hasQuotaReservation,
  isActive,
  isAdmissible,
  isAdmitted,
  isBackoffOver,
  isEvicted,
  isFinished,
  isGated,
  isOnHold,
  isOwnedBySinglePod,
  isPartialAdmissible,
  isPreemptionGateClosed,
  isRequeueLocked,
  isTopologyPending,
  requeueAtMs,
  workloadPhase,
} from './predicates.ts';
export type { WorkloadPhase } from './predicates.ts';
export { basePriority, effectivePriority, priorityBoost, queueTimestampMs } from './priority.ts';
export { formatTime, parseTime } from './times.ts';
export type { EpochMs } from './times.ts';
export { truncateBytes } from './truncate.ts';
