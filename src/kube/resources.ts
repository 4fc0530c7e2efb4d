import type { ResourceType } from './resource-type.ts';

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

const core = { group: '', version: 'v1' };
const apps = { group: 'apps', version: 'v1' };
const kueue = { group: 'kueue.x-k8s.io', version: 'v1beta2' };
const admissionRegistration = { group: 'admissionregistration.k8s.io', version: 'v1' };

/** The kinds of the API server and of Kueue that the program reads or writes; job kinds of operators come with `jobs`. */
export const resources = {
  workloads: namespaced(kueue, 'Workload', 'workloads'),
  clusterQueues: clusterWide(kueue, 'ClusterQueue', 'clusterqueues'),
  localQueues: namespaced(kueue, 'LocalQueue', 'localqueues'),
  cohorts: clusterWide(kueue, 'Cohort', 'cohorts'),
  resourceFlavors: clusterWide(kueue, 'ResourceFlavor', 'resourceflavors'),
  admissionChecks: clusterWide(kueue, 'AdmissionCheck', 'admissionchecks'),
  workloadPriorityClasses: clusterWide(kueue, 'WorkloadPriorityClass', 'workloadpriorityclasses'),
  topologies: clusterWide(kueue, 'Topology', 'topologies'),
  multiKueueClusters: clusterWide(kueue, 'MultiKueueCluster', 'multikueueclusters'),
  multiKueueConfigs: clusterWide(kueue, 'MultiKueueConfig', 'multikueueconfigs'),
  provisioningRequestConfigs: clusterWide(kueue, 'ProvisioningRequestConfig', 'provisioningrequestconfigs'),

  namespaces: clusterWide(core, 'Namespace', 'namespaces'),
  nodes: clusterWide(core, 'Node', 'nodes'),
  pods: namespaced(core, 'Pod', 'pods'),
  podTemplates: namespaced(core, 'PodTemplate', 'podtemplates'),
  secrets: namespaced(core, 'Secret', 'secrets'),
  configMaps: namespaced(core, 'ConfigMap', 'configmaps'),
  limitRanges: namespaced(core, 'LimitRange', 'limitranges'),
  /** The older kind of event, used for leader election only (O-8.9). */
  coreEvents: namespaced(core, 'Event', 'events'),

  events: namespaced({ group: 'events.k8s.io', version: 'v1' }, 'Event', 'events'),
  leases: namespaced({ group: 'coordination.k8s.io', version: 'v1' }, 'Lease', 'leases'),
  jobs: namespaced({ group: 'batch', version: 'v1' }, 'Job', 'jobs'),
  deployments: namespaced(apps, 'Deployment', 'deployments'),
  replicaSets: namespaced(apps, 'ReplicaSet', 'replicasets'),
  statefulSets: namespaced(apps, 'StatefulSet', 'statefulsets'),
  priorityClasses: clusterWide(
    { group: 'scheduling.k8s.io', version: 'v1' },
    'PriorityClass',
    'priorityclasses',
  ),
  runtimeClasses: clusterWide({ group: 'node.k8s.io', version: 'v1' }, 'RuntimeClass', 'runtimeclasses'),
  provisioningRequests: namespaced(
    { group: 'autoscaling.x-k8s.io', version: 'v1' },
    'ProvisioningRequest',
    'provisioningrequests',
  ),
  customResourceDefinitions: clusterWide(
    { group: 'apiextensions.k8s.io', version: 'v1' },
    'CustomResourceDefinition',
    'customresourcedefinitions',
  ),
  mutatingWebhookConfigurations: clusterWide(
    admissionRegistration,
    'MutatingWebhookConfiguration',
    'mutatingwebhookconfigurations',
  ),
  validatingWebhookConfigurations: clusterWide(
    admissionRegistration,
    'ValidatingWebhookConfiguration',
    'validatingwebhookconfigurations',
  ),
} as const;

function namespaced({ group, version }: GroupVersion, kind: string, plural: string): ResourceType {
  return { group, version, kind, plural, namespaced: true };
}

function clusterWide({ group, version }: GroupVersion, kind: string, plural: string): ResourceType {
  return { group, version, kind, plural, namespaced: false };
}
