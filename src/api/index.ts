export type { AdmissionCheck, AdmissionCheckSpec, AdmissionCheckStatus } from './admission-check.ts';
export type {
  AdmissionCheckStrategyRule,
  AdmissionChecksStrategy,
  BorrowWithinCohort,
  ClusterQueue,
  ClusterQueuePreemption,
  ClusterQueueSpec,
  ClusterQueueStatus,
  FlavorFungibility,
  QueueingStrategy,
} from './cluster-queue.ts';
export type { Cohort, CohortSpec, CohortStatus } from './cohort.ts';
export type { Condition, ConditionStatus } from './conditions.ts';
export { configurationApiVersion, readConfiguration } from './configuration.ts';
export type { ConfigurationOptions, ConfigurationResult } from './configuration.ts';
export type { Configuration } from './configuration-schema.ts';
export { frameworkNames } from './configuration-validation.ts';
export { resolveFeatureGates } from './feature-gates.ts';
export type { FeatureGate, FeatureGates } from './feature-gates.ts';
export { convertObject, convertReview } from './conversion/index.ts';
export { INFINITE_SHARE, withExactShare } from './exact-share.ts';
export type { ConversionAnswer } from './conversion/index.ts';
export { apiVersion, deprecatedApiVersion, deprecatedVersion, group, kinds, version } from './kinds.ts';
export type { Kind, KindFacts } from './kinds.ts';
export type { LabelSelector, LabelSelectorRequirement } from './label-selector.ts';
export {
  annotations,
  finalizers,
  labels,
  preemptionGateNames,
  provisioningAnnotationPrefix,
  schedulingGates,
} from './labels.ts';
export type { LocalQueue, LocalQueueFlavorUsage, LocalQueueSpec, LocalQueueStatus } from './local-queue.ts';
export type { Draft, NamespacedMeta, ObjectMeta, OwnerReference } from './metadata.ts';
export type { MultiKueueCluster, MultiKueueConfig } from './multi-kueue.ts';
export {
  controllerNames,
  convertedResources,
  eventComponents,
  eventReasons,
  fieldManagers,
  names,
  ports,
} from './names.ts';
export {
  parseAdmissionCheck,
  parseClusterQueue,
  parseCohort,
  parseLocalQueue,
  parseMultiKueueCluster,
  parseMultiKueueConfig,
  parseProvisioningRequestConfig,
  parseResourceFlavor,
  parseTopology,
  parseWorkload,
  parseWorkloadPriorityClass,
} from './parse.ts';
export type {
  Affinity,
  Container,
  ContainerPort,
  EnvVar,
  NodeAffinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodResourceClaim,
  PodSpec,
  PodTemplateMeta,
  PodTemplateSpec,
  ResourceMap,
  ResourceRequirements,
  TopologySpreadConstraint,
} from './pod-template.ts';
export type { ProvisioningRequestConfig } from './provisioning-request-config.ts';
export type { QuantityText } from './quantity.ts';
export type {
  AdmissionFairSharingStatus,
  FairSharing,
  FairSharingStatus,
  FlavorQuotas,
  FlavorUsage,
  ResourceGroup,
  ResourceQuota,
  ResourceUsage,
  StopPolicy,
} from './quota.ts';
export {
  admissionCheckActiveReasons,
  admittedReasons,
  clusterQueueActiveReasons,
  conditionTypes,
  deactivationTargetReasons,
  evictedReasons,
  finishedReasons,
  localQueueActiveReasons,
  podsReadyReasons,
  preemptedReasons,
  preemptionGatedReason,
  quotaReservedReasons,
  replacementPodsReasons,
  requeuedReasons,
  stopReasons,
} from './reasons.ts';
export type {
  AdmittedReason,
  ClusterQueueActiveReason,
  ConditionType,
  LocalQueueActiveReason,
  PreemptedReason,
  QuotaReservedReason,
} from './reasons.ts';
export type { ResourceFlavor, ResourceFlavorSpec } from './resource-flavor.ts';
export { schemas } from './schemas.ts';
export { storedPodTemplate } from './stored-pod-template.ts';
export type { Taint, Toleration } from './tolerations.ts';
export type {
  TopologyAssignment,
  TopologyAssignmentSlice,
  TopologyLevelValues,
  TopologyPodCounts,
} from './topology-assignment.ts';
export type { Topology, TopologyLevel, TopologySpec } from './topology.ts';
export type { WorkloadPriorityClass } from './workload-priority-class.ts';
export type {
  Admission,
  AdmissionCheckState,
  EvictionCount,
  PodSetAssignment,
  PodSetRequest,
  PodSetUpdate,
  PreemptionGateState,
  ReclaimablePod,
  RequeueState,
  WorkloadStatus,
} from './workload-status.ts';
export type {
  PodSet,
  PodSetTopologyRequest,
  PreemptionGate,
  PriorityClassRef,
  Workload,
  WorkloadSpec,
} from './workload.ts';
