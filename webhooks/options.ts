/** What the webhooks are told at start; each switch stands for the feature gate named beside it. */
export interface WebhookOptions {
  readonly manageJobsWithoutQueueName: boolean;
  /** Whether jobs of a namespace with these labels are managed (`managedJobsNamespaceSelector`). */
  readonly isManagedNamespace: (labels: Readonly<Record<string, string>>) => boolean;
  /** Whether a kind is an enabled framework or an external one. */
  readonly isEnabledKind: (apiVersion: string, kind: string) => boolean;
  /** PartialAdmission. */
  readonly partialAdmission: boolean;
  /** ElasticJobsViaWorkloadSlices. */
  readonly elasticJobs: boolean;
  /** Whether the pods of elastic jobs are held back at creation, for somebody who lets them go one by one (I-2.1). */
  readonly gatesElasticPods: boolean;
  /** AdmissionGatedBy. */
  readonly admissionGatedBy: boolean;
  /** PriorityBoost. */
  readonly priorityBoost: boolean;
  /** ConcurrentAdmission. */
  readonly concurrentAdmission: boolean;
  /** RejectUpdatesToCQWithInvalidOnFlavors. */
  readonly rejectInvalidOnFlavors: boolean;
  /** WorkloadValidationForPodSetMetadata. */
  readonly validatePodSetMetadata: boolean;
  /** WorkloadValidateResourcesAreNonNegative. */
  readonly validateNonNegativeResources: boolean;
  /** TASValidateWorkloadSliceSize. */
  readonly validateSliceSize: boolean;
  /** TopologyAwareScheduling. */
  readonly topologyAwareScheduling: boolean;
  /** TASMultiLayerTopology. */
  readonly multiLayerTopology: boolean;
  /** WorkloadIdentifierAnnotations. */
  readonly workloadIdentifierAnnotations: boolean;
  /** WorkloadPriorityClassDefaulting. */
  readonly priorityClassDefaulting: boolean;
  /** SkipAncestorCheckForDeletedWorkloads. */
  readonly skipAncestorsOfDeleted: boolean;
  /** MultiKueue. */
  readonly multiKueue: boolean;
}

/** Every switch as it stands when nothing is configured; only `batch/job` is enabled (O-3.6, O-3.7, O-5). */
export const defaultWebhookOptions: WebhookOptions = {
  manageJobsWithoutQueueName: false,
  isManagedNamespace: (labels) =>
    !['kube-system', 'kueue-system'].includes(labels['kubernetes.io/metadata.name'] ?? ''),
  isEnabledKind: (apiVersion, kind) => apiVersion === 'batch/v1' && kind === 'Job',
  partialAdmission: true,
  elasticJobs: true,
  gatesElasticPods: true,
  admissionGatedBy: true,
  priorityBoost: false,
  concurrentAdmission: false,
  rejectInvalidOnFlavors: false,
  validatePodSetMetadata: true,
  validateNonNegativeResources: true,
  validateSliceSize: true,
  topologyAwareScheduling: true,
  multiLayerTopology: true,
  workloadIdentifierAnnotations: true,
  priorityClassDefaulting: true,
  skipAncestorsOfDeleted: true,
  multiKueue: true,
};
