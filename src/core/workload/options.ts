/** One entry of `resources.transformations` of the settings (S-1.18). */
export interface ResourceTransformation {
  readonly input: string;
  readonly strategy: 'Retain' | 'Replace';
  readonly multiplyBy?: string;
  /** Factor of each output resource, as a quantity. */
  readonly outputs: Readonly<Record<string, string | number>>;
}

/** How fair sharing tests a candidate for eviction (S-7.10). */
export type PreemptionStrategy = 'LessThanOrEqualToFinalShare' | 'LessThanInitialShare';

/** The section `fairSharing` of the settings; the strategies are tried in order (S-7.10). */
export interface FairSharingOptions {
  readonly preemptionStrategies: readonly PreemptionStrategy[];
}

/** The section `admissionFairSharing` of the settings (S-8.1). */
export interface AdmissionFairSharingOptions {
  /** After this time past usage counts half; 0 forgets it at once. */
  readonly usageHalfLifeMs: number;
  readonly usageSamplingIntervalMs: number;
  /** A resource that is not named weighs 1. */
  readonly resourceWeights: Readonly<Record<string, number>>;
}

/** Switches and settings that change decisions, read once at the start and handed down (scheduling, section 10).
 * One object serves the whole run: results are cached by its identity. */
export interface SchedulingOptions {
  /** Absent: no ClusterQueue orders its workloads by past usage (section 8). */
  readonly admissionFairSharing: AdmissionFairSharingOptions | undefined;
  readonly admissionGatedBy: boolean;
  /** `waitForPodsReady` with `blockAdmission`: nothing is admitted while an admitted workload is not ready (L-8.10). */
  readonly blockAdmission: boolean;
  readonly excludeResourcePrefixes: readonly string[];
  /** Absent: heads are ordered and victims are found without regard to shares (section 7). */
  readonly fairSharing: FairSharingOptions | undefined;
  readonly fairSharingPreemptWithinNominal: boolean;
  readonly fairSharingPrioritizeNonBorrowing: boolean;
  readonly flavorFungibility: boolean;
  readonly flavorFungibilityPreserveScanProgress: boolean;
  readonly partialAdmission: boolean;
  readonly prioritizePreemptorWorkloads: boolean;
  readonly priorityBoost: boolean;
  readonly prioritySortingWithinCohort: boolean;
  readonly quotaCheckStrategy: 'BlockUndeclared' | 'IgnoreUndeclared';
  readonly reclaimablePods: boolean;
  /** Goes away with gate RecomputeAssignmentUponPreemptionTargetsOverlap (S-4.10). */
  readonly recomputeOverlappingTargets: boolean;
  /** `waitForPodsReady.requeuingStrategy.timestamp` (L-8.8). */
  readonly requeuingTimestamp: 'Eviction' | 'Creation';
  readonly resourceTransformations: readonly ResourceTransformation[];
  readonly schedulingEquivalenceHashing: boolean;
  readonly skipReassignmentForPodOwnedWorkloads: boolean;
  readonly unadmittedWorkloadsExplicitStatus: boolean;
  readonly unadmittedWorkloadsObservability: boolean;
}

/** What holds without any settings (scheduling, section 10). */
export const defaultSchedulingOptions: SchedulingOptions = {
  admissionFairSharing: undefined,
  admissionGatedBy: true,
  blockAdmission: false,
  excludeResourcePrefixes: [],
  fairSharing: undefined,
  fairSharingPreemptWithinNominal: true,
  fairSharingPrioritizeNonBorrowing: true,
  flavorFungibility: true,
  flavorFungibilityPreserveScanProgress: true,
  partialAdmission: true,
  prioritizePreemptorWorkloads: false,
  priorityBoost: false,
  prioritySortingWithinCohort: true,
  quotaCheckStrategy: 'BlockUndeclared',
  reclaimablePods: true,
  recomputeOverlappingTargets: true,
  requeuingTimestamp: 'Eviction',
  resourceTransformations: [],
  schedulingEquivalenceHashing: true,
  skipReassignmentForPodOwnedWorkloads: true,
  unadmittedWorkloadsExplicitStatus: false,
  unadmittedWorkloadsObservability: true,
};
