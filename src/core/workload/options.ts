/** One entry of `resources.transformations` of the settings (S-1.18). */
export interface ResourceTransformation {
  readonly input: string;
  readonly strategy: 'Retain' | 'Replace';
  readonly multiplyBy?: string;
  /** Factor of each output resource, as a quantity. */
  readonly outputs: Readonly<Record<string, string | number>>;
}

/** Switches and settings that change decisions, read once at the start and handed down (scheduling, section 10).
 * One object serves the whole run: results are cached by its identity. */
export interface SchedulingOptions {
  readonly admissionFairSharing: boolean;
  readonly admissionGatedBy: boolean;
  /** `waitForPodsReady` with `blockAdmission`: nothing is admitted while an admitted workload is not ready (L-8.10). */
  readonly blockAdmission: boolean;
  readonly excludeResourcePrefixes: readonly string[];
  readonly flavorFungibility: boolean;
  readonly flavorFungibilityPreserveScanProgress: boolean;
  readonly partialAdmission: boolean;
  readonly prioritizePreemptorWorkloads: boolean;
  readonly priorityBoost: boolean;
  readonly prioritySortingWithinCohort: boolean;
  readonly quotaCheckStrategy: 'BlockUndeclared' | 'IgnoreUndeclared';
  readonly reclaimablePods: boolean;
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
  admissionFairSharing: true,
  admissionGatedBy: true,
  blockAdmission: false,
  excludeResourcePrefixes: [],
  flavorFungibility: true,
  flavorFungibilityPreserveScanProgress: true,
  partialAdmission: true,
  prioritizePreemptorWorkloads: false,
  priorityBoost: false,
  prioritySortingWithinCohort: true,
  quotaCheckStrategy: 'BlockUndeclared',
  reclaimablePods: true,
  requeuingTimestamp: 'Eviction',
  resourceTransformations: [],
  schedulingEquivalenceHashing: true,
  skipReassignmentForPodOwnedWorkloads: true,
  unadmittedWorkloadsExplicitStatus: false,
  unadmittedWorkloadsObservability: true,
};
