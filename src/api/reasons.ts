/** Condition types and reasons of every kind: wire text (section 7). */
export const conditionTypes = {
  quotaReserved: 'QuotaReserved',
  admitted: 'Admitted',
  evicted: 'Evicted',
  preempted: 'Preempted',
  requeued: 'Requeued',
  deactivationTarget: 'DeactivationTarget',
  finished: 'Finished',
  podsReady: 'PodsReady',
  blockedOnPreemptionGates: 'BlockedOnPreemptionGates',
  waitingForReplacementPods: 'WaitingForReplacementPods',
  /** On ClusterQueue, LocalQueue, AdmissionCheck and MultiKueueCluster. */
  active: 'Active',
  multiKueueManagerQuotaAutomation: 'MultiKueueManagerQuotaAutomation',
  /** On pods. */
  terminationTarget: 'TerminationTarget',
  terminatedByKueue: 'TerminatedByKueue',
  kueueFailureRecovery: 'KueueFailureRecovery',
} as const;
export type ConditionType = (typeof conditionTypes)[keyof typeof conditionTypes];

/** the last three are written with gate UnadmittedWorkloadsObservability off. */
export const quotaReservedReasons = {
  quotaReserved: 'QuotaReserved',
  noMatchingFlavor: 'NoMatchingFlavor',
  waitingForQuota: 'WaitingForQuota',
  exceedsMaxQuota: 'ExceedsMaxQuota',
  topologyPlacementFailed: 'TopologyPlacementFailed',
  waitingForPreemptedWorkloads: 'WaitingForPreemptedWorkloads',
  waitingForPodsReady: 'WaitingForPodsReady',
  pendingEvaluation: 'PendingEvaluation',
  suspended: 'Suspended',
  misconfigured: 'Misconfigured',
  admissionGated: 'AdmissionGated',
  deactivated: 'Deactivated',
  onHold: 'OnHold',
  pending: 'Pending',
  waiting: 'Waiting',
  inadmissible: 'Inadmissible',
} as const;
export type QuotaReservedReason = (typeof quotaReservedReasons)[keyof typeof quotaReservedReasons];

/** the last two are written with gate UnadmittedWorkloadsObservability off. */
export const admittedReasons = {
  admitted: 'Admitted',
  noReservation: 'NoReservation',
  unsatisfiedAdmissionChecks: 'UnsatisfiedAdmissionChecks',
  pendingDelayedTopologyRequests: 'PendingDelayedTopologyRequests',
  unsatisfiedChecks: 'UnsatisfiedChecks',
  noReservationUnsatisfiedChecks: 'NoReservationUnsatisfiedChecks',
} as const;
export type AdmittedReason = (typeof admittedReasons)[keyof typeof admittedReasons];

/** a cleared eviction has the reason `QuotaReserved`. */
export const evictedReasons = {
  preempted: 'Preempted',
  podsReadyTimeout: 'PodsReadyTimeout',
  admissionCheck: 'AdmissionCheck',
  clusterQueueStopped: 'ClusterQueueStopped',
  localQueueStopped: 'LocalQueueStopped',
  deactivated: 'Deactivated',
  /** Followed by the reason of DeactivationTarget. */
  deactivatedDueToPrefix: 'DeactivatedDueTo',
  nodeFailures: 'NodeFailures',
  flavorMigration: 'FlavorMigration',
  variantEvicted: 'VariantEvicted',
  concurrentAdmission: 'ConcurrentAdmission',
  quotaReserved: 'QuotaReserved',
} as const;

/** */
export const preemptedReasons = {
  inClusterQueue: 'InClusterQueue',
  inCohortReclamation: 'InCohortReclamation',
  inCohortFairSharing: 'InCohortFairSharing',
  inCohortReclaimWhileBorrowing: 'InCohortReclaimWhileBorrowing',
} as const;
export type PreemptedReason = (typeof preemptedReasons)[keyof typeof preemptedReasons];

/** otherwise the reason of the eviction. */
export const requeuedReasons = {
  preempted: 'Preempted',
  nodeFailures: 'NodeFailures',
  reactivated: 'Reactivated',
  backoffFinished: 'BackoffFinished',
  localQueueRestarted: 'LocalQueueRestarted',
  clusterQueueRestarted: 'ClusterQueueRestarted',
  inadmissible: 'Inadmissible',
} as const;

/** */
export const deactivationTargetReasons = {
  requeuingLimitExceeded: 'RequeuingLimitExceeded',
  maximumExecutionTimeExceeded: 'MaximumExecutionTimeExceeded',
  admissionCheck: 'AdmissionCheck',
  evictedOnManagerCluster: 'EvictedOnManagerCluster',
} as const;

/** */
export const finishedReasons = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  outOfSync: 'OutOfSync',
  ownerNotFound: 'OwnerNotFound',
  failedToStart: 'FailedToStart',
  workloadSliceReplaced: 'WorkloadSliceReplaced',
} as const;

/** `PodsReady` is an old spelling of waitForStart on a False condition. */
export const podsReadyReasons = {
  waitForStart: 'WaitForStart',
  started: 'Started',
  waitForRecovery: 'WaitForRecovery',
  recovered: 'Recovered',
  old: 'PodsReady',
} as const;

/** */
export const preemptionGatedReason = 'PreemptionGated';
export const replacementPodsReasons = { podsFailed: 'PodsFailed', podsReady: 'PodsReady' } as const;

/** in the order in which the first that applies is taken. */
export const clusterQueueActiveReasons = {
  ready: 'Ready',
  notFound: 'NotFound',
  terminating: 'Terminating',
  stopped: 'Stopped',
  flavorNotFound: 'FlavorNotFound',
  admissionCheckNotFound: 'AdmissionCheckNotFound',
  admissionCheckInactive: 'AdmissionCheckInactive',
  multipleMultiKueueAdmissionChecks: 'MultipleMultiKueueAdmissionChecks',
  multiKueueAdmissionCheckAppliedPerFlavor: 'MultiKueueAdmissionCheckAppliedPerFlavor',
  multiKueueWithProvisioningRequest: 'MultiKueueWithProvisioningRequest',
  topologyNotFound: 'TopologyNotFound',
  unknown: 'Unknown',
} as const;
export type ClusterQueueActiveReason =
  (typeof clusterQueueActiveReasons)[keyof typeof clusterQueueActiveReasons];

/** */
export const localQueueActiveReasons = {
  ready: 'Ready',
  stopped: 'Stopped',
  clusterQueueDoesNotExist: 'ClusterQueueDoesNotExist',
  clusterQueueIsInactive: 'ClusterQueueIsInactive',
} as const;
export type LocalQueueActiveReason = (typeof localQueueActiveReasons)[keyof typeof localQueueActiveReasons];

/** */
export const admissionCheckActiveReasons = {
  active: 'Active',
  badParametersRef: 'BadParametersRef',
  someActiveClusters: 'SomeActiveClusters',
  noUsableClusters: 'NoUsableClusters',
  badConfig: 'BadConfig',
} as const;

/** why a pod is being ended; the prefix is followed by the Evicted reason. */
export const stopReasons = {
  workloadDeleted: 'WorkloadDeleted',
  workloadEvictedDueToPrefix: 'WorkloadEvictedDueTo',
  noMatchingWorkload: 'NoMatchingWorkload',
  notAdmitted: 'NotAdmitted',
} as const;
