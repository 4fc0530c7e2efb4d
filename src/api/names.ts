/** Well-known names; a swap between Kueue and this program depends on them. */
export const names = {
  namespace: 'kueue-system',
  lease: 'c1f6bfd2.kueue.x-k8s.io',
  deployment: 'kueue-controller-manager',
  serviceAccount: 'kueue-controller-manager',
  configMap: 'kueue-manager-config',
  configMapKey: 'controller_manager_config.yaml',
  webhookService: 'kueue-webhook-service',
  webhookSecret: 'kueue-webhook-server-cert',
  certificateAuthority: 'kueue-ca',
  certificateOrganisation: 'kueue',
  metricsService: 'kueue-controller-manager-metrics-service',
  visibilityService: 'kueue-visibility-server',
  mutatingWebhookConfiguration: 'kueue-mutating-webhook-configuration',
  validatingWebhookConfiguration: 'kueue-validating-webhook-configuration',
  conversionPath: '/convert',
  /** The WorkloadPriorityClass used where none is named, and the LocalQueue filled in by defaulting. */
  defaultPriorityClass: 'default',
  defaultLocalQueue: 'default',
} as const;

/** The five CRDs whose versions are converted by our webhook, and so need the CA bundle. */
export const convertedResources = [
  'clusterqueues',
  'cohorts',
  'localqueues',
  'workloads',
  'multikueueclusters',
] as const;

export const ports = { webhook: 9443, health: 8081, metrics: 8443, visibility: 8082 } as const;

/** Field managers on Workload status and other objects; new names would break a swap. */
export const fieldManagers = {
  /** From the user agent: the manager of creates, updates and merge patches. */
  kueue: 'kueue',
  admission: 'kueue-admission',
  podsReady: 'kueue-job-controller-PodsReady',
  podController: 'kueue-pod-controller',
  reclaimablePods: 'kueue-reclaimable-pods',
  multiKueue: 'kueue.x-k8s.io/multikueue',
  provisioningRequest: 'kueue.x-k8s.io/provisioning-request',
} as const;

/** Names by which admission checks, dispatchers and runtime patches say who is in charge. */
export const controllerNames = {
  multiKueue: 'kueue.x-k8s.io/multikueue',
  provisioningRequest: 'kueue.x-k8s.io/provisioning-request',
  dispatcherAllAtOnce: 'kueue.x-k8s.io/multikueue-dispatcher-all-at-once',
  dispatcherIncremental: 'kueue.x-k8s.io/multikueue-dispatcher-incremental',
  trainJobManager: 'kueue.x-k8s.io/manager',
} as const;

/** Components that report events. */
export const eventComponents = {
  scheduler: 'kueue-admission',
  workloadController: 'kueue-workload-controller',
  provisioningRequestController: 'kueue-provisioning-request-controller',
  multiKueueCluster: 'multikueue-cluster',
  concurrentAdmission: 'concurrent-admission-controller',
  topologyFlavors: 'tas-resource-flavor-controller',
  podTermination: 'kueue-pod-termination-controller',
} as const;

export const eventReasons = {
  quotaReserved: 'QuotaReserved',
  admitted: 'Admitted',
  preempted: 'Preempted',
  preemptedWorkload: 'PreemptedWorkload',
  secondPassFailed: 'SecondPassFailed',
  /** Followed by the Evicted reason. */
  evictedDueToPrefix: 'EvictedDueTo',
  workloadSliceReplaced: 'WorkloadSliceReplaced',
  admissionCheckRejected: 'AdmissionCheckRejected',
  maximumExecutionTimeExceeded: 'MaximumExecutionTimeExceeded',
  admissionGated: 'AdmissionGated',
  admissionGateCleared: 'AdmissionGateCleared',
  deleted: 'Deleted',
  started: 'Started',
  suspended: 'Suspended',
  stopped: 'Stopped',
  createdWorkload: 'CreatedWorkload',
  deletedWorkload: 'DeletedWorkload',
  updatedWorkload: 'UpdatedWorkload',
  finishedWorkload: 'FinishedWorkload',
  errWorkloadCompose: 'ErrWorkloadCompose',
  updatedAdmissionCheck: 'UpdatedAdmissionCheck',
  jobNestingTooDeep: 'JobNestingTooDeep',
  workloadPriorityClassNotFound: 'WorkloadPriorityClassNotFound',
  workloadNameConflict: 'WorkloadNameConflict',
} as const;
