/** Labels, annotations, finalizers and gates on the wire. A key is the whole text, prefix included. */
export const labels = {
  queueName: 'kueue.x-k8s.io/queue-name',
  priorityClass: 'kueue.x-k8s.io/priority-class',
  prebuiltWorkloadName: 'kueue.x-k8s.io/prebuilt-workload-name',
  maxExecTimeSeconds: 'kueue.x-k8s.io/max-exec-time-seconds',
  podGroupName: 'kueue.x-k8s.io/pod-group-name',
  podGroupPodIndex: 'kueue.x-k8s.io/pod-group-pod-index',
  managed: 'kueue.x-k8s.io/managed',
  podSet: 'kueue.x-k8s.io/podset',
  clusterQueueName: 'kueue.x-k8s.io/cluster-queue-name',
  localQueueName: 'kueue.x-k8s.io/local-queue-name',
  jobUid: 'kueue.x-k8s.io/job-uid',
  multiKueueOrigin: 'kueue.x-k8s.io/multikueue-origin',
  multiKueueWorkerWorkloadPod: 'kueue.x-k8s.io/multikueue-worker-workload-pod',
  concurrentAdmissionParent: 'kueue.x-k8s.io/concurrent-admission-parent',
} as const;

export const annotations = {
  admissionGatedBy: 'kueue.x-k8s.io/admission-gated-by',
  elasticJob: 'kueue.x-k8s.io/elastic-job',
  prebuiltWorkloadName: 'kueue.x-k8s.io/prebuilt-workload-name',
  podSetRequiredTopology: 'kueue.x-k8s.io/podset-required-topology',
  podSetPreferredTopology: 'kueue.x-k8s.io/podset-preferred-topology',
  podSetUnconstrainedTopology: 'kueue.x-k8s.io/podset-unconstrained-topology',
  podSetGroupName: 'kueue.x-k8s.io/podset-group-name',
  podSetSliceRequiredTopology: 'kueue.x-k8s.io/podset-slice-required-topology',
  podSetSliceSize: 'kueue.x-k8s.io/podset-slice-size',
  podSetSliceRequiredTopologyConstraints: 'kueue.x-k8s.io/podset-slice-required-topology-constraints',
  podIndexOffset: 'kueue.x-k8s.io/pod-index-offset',
  podGroupPodIndexLabel: 'kueue.x-k8s.io/pod-group-pod-index-label',
  podGroupName: 'kueue.x-k8s.io/pod-group-name',
  podGroupTotalCount: 'kueue.x-k8s.io/pod-group-total-count',
  podGroupFastAdmission: 'kueue.x-k8s.io/pod-group-fast-admission',
  podGroupServing: 'kueue.x-k8s.io/pod-group-serving',
  retriableInGroup: 'kueue.x-k8s.io/retriable-in-group',
  roleHash: 'kueue.x-k8s.io/role-hash',
  jobMinParallelism: 'kueue.x-k8s.io/job-min-parallelism',
  jobCompletionsEqualParallelism: 'kueue.x-k8s.io/job-completions-equal-parallelism',
  safeToForcefullyDelete: 'kueue.x-k8s.io/safe-to-forcefully-delete',
  workload: 'kueue.x-k8s.io/workload',
  workloadSliceName: 'kueue.x-k8s.io/workload-slice-name',
  workloadSliceReplacementFor: 'kueue.x-k8s.io/workload-slice-replacement-for',
  stopping: 'kueue.x-k8s.io/stopping',
  podSuspendingParent: 'kueue.x-k8s.io/pod-suspending-parent',
  rayClusterGeneration: 'kueue.x-k8s.io/raycluster-generation',
  rayClusterPodSetReplicaSizes: 'kueue.x-k8s.io/raycluster-podset-replica-sizes',
  multiKueueOriginUid: 'kueue.x-k8s.io/multikueue-origin-uid',
  isGroupWorkload: 'kueue.x-k8s.io/is-group-workload',
  jobOwnerGvk: 'kueue.x-k8s.io/job-owner-gvk',
  jobOwnerName: 'kueue.x-k8s.io/job-owner-name',
  componentWorkloadIndex: 'kueue.x-k8s.io/component-workload-index',
  priorityBoost: 'kueue.x-k8s.io/priority-boost',
  workloadAllowedResourceFlavors: 'kueue.x-k8s.io/workload-allowed-resource-flavors',
} as const;

/** Annotations with this prefix are handed on to ProvisioningRequests. */
export const provisioningAnnotationPrefix = 'provreq.kueue.x-k8s.io/';

export const finalizers = {
  resourceInUse: 'kueue.x-k8s.io/resource-in-use',
  managedPod: 'kueue.x-k8s.io/managed',
} as const;

export const schedulingGates = {
  admission: 'kueue.x-k8s.io/admission',
  topology: 'kueue.x-k8s.io/topology',
  elasticJob: 'kueue.x-k8s.io/elastic-job',
} as const;

export const preemptionGateNames = {
  multiKueue: 'kueue.x-k8s.io/multikueue',
  concurrentAdmission: 'kueue.x-k8s.io/concurrent-admission',
} as const;
