export { adjustTemplate } from './adjust-template.ts';
export type { AdjustmentContext } from './adjust-template.ts';
export { judgeChecks, requiredChecks, syncAdmissionChecks } from './admission-checks.ts';
export type { ChecksVerdict } from './admission-checks.ts';
export { assignedFlavors, usageOfAdmission } from './admission-usage.ts';
export { syncAdmitted } from './admitted.ts';
export type { AdmittedOptions } from './admitted.ts';
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
export { settleInactive, targetDeactivation } from './deactivation.ts';
export type { DeactivationInput } from './deactivation.ts';
export { digest } from './digest.ts';
export { evict, evictedReason, release } from './eviction.ts';
export type { Eviction, EvictionReason, ReleaseOptions } from './eviction.ts';
export { finish } from './finish.ts';
export type { FinishInput } from './finish.ts';
export { judgeWorkload } from './judge-workload.ts';
export type { LifePolicy, LifeVerdict, Surroundings, Tiding } from './judge-workload.ts';
export { keys } from './keys.ts';
export { matchesSelector, selectorFault } from './label-selector.ts';
export { mergeLimitRanges } from './limit-ranges.ts';
export {
  checksText,
  controllerReason,
  messages,
  preemptionMessage,
  preemptionPriorities,
  schedulerReason,
} from './messages.ts';
export { defaultSchedulingOptions } from './options.ts';
export type { ResourceTransformation, SchedulingOptions } from './options.ts';
export { recordUnadmitted, resolveUnadmitted } from './pending-resolution.ts';
export type { Resolution, UnadmittedContext } from './pending-resolution.ts';
export { describePending } from './pending.ts';
export type { PendingContext, PendingWorkload, PodSetRequest } from './pending.ts';
export { effectiveCount, podRequests, totalRequests } from './pod-requests.ts';
export { mergePodSetInfo, mergePodSetUpdates, restoreTemplate } from './pod-set-info.ts';
export type { MergedInfo, MergedTemplate, PodSetInfo } from './pod-set-info.ts';
export { setPodsReady } from './pods-ready.ts';
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
export { judgeQueues } from './queue-stops.ts';
export type { QueueStanding, QueueStandings, QueueVerdict } from './queue-stops.ts';
export { setReclaimablePods } from './reclaimable-pods.ts';
export { clearRequeueAt, delayByChecks, setRequeued, unlockRequeued, withBackoff } from './requeue.ts';
export type { BackoffPolicy, QueueStops, RequeuedInput } from './requeue.ts';
export { recordPending, reserveQuota, resourceRequestsOf, unsetReservation } from './reservation.ts';
export type { PendingFinding, Reservation, Unreservation } from './reservation.ts';
export { mergePatch, statusPatch } from './status-patch.ts';
export { judgeExecutionTime, judgeReadiness } from './timers.ts';
export type { ExecutionTimeVerdict, ReadinessPolicy, ReadinessVerdict } from './timers.ts';
export { formatTime, parseTime } from './times.ts';
export type { EpochMs } from './times.ts';
export { truncateBytes } from './truncate.ts';
export { joinFaults, validateLimitRanges, validateResources } from './validate-resources.ts';
