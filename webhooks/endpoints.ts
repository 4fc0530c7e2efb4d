type Operation = 'CREATE' | 'UPDATE';

/** One kind that the API server may ask us about. */
export interface AdmissionEndpoint {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  /** What is intercepted, in the order validating, mutating: the first is the plural of the kind. */
  readonly resources: readonly string[];
  readonly mutates: readonly Operation[];
  readonly validates: readonly Operation[];
  /** Job kinds are managed by namespace; our own kinds are validated everywhere. */
  readonly isJobKind: boolean;
}

const kueue = { group: 'kueue.x-k8s.io', version: 'v1beta2', isJobKind: false } as const;
const everyWrite = ['CREATE', 'UPDATE'] as const;

/**
 * Every kind that a configuration of Kueue may send to us (O-7.4). All of them are answered, because a configuration
 * that lists a kind we do not manage would otherwise block it in the whole cluster (O-6.3).
 */
export const admissionEndpoints: readonly AdmissionEndpoint[] = [
  ownKind('Workload', ['workloads', 'workloads/status']),
  ownKind('ClusterQueue', ['clusterqueues']),
  ownKind('ResourceFlavor', ['resourceflavors']),
  { ...ownKind('Cohort', ['cohorts']), mutates: [] },
  jobKind('batch/v1', 'Job'),
  jobKind('/v1', 'Pod'),
  { ...jobKind('apps/v1', 'Deployment'), mutates: everyWrite },
  { ...jobKind('apps/v1', 'StatefulSet'), mutates: everyWrite },
  { ...jobKind('leaderworkerset.x-k8s.io/v1', 'LeaderWorkerSet'), mutates: everyWrite },
  jobKind('jobset.x-k8s.io/v1alpha2', 'JobSet'),
  ...['JAXJob', 'PaddleJob', 'PyTorchJob', 'TFJob', 'XGBoostJob'].map((kind) =>
    jobKind('kubeflow.org/v1', kind),
  ),
  jobKind('kubeflow.org/v2beta1', 'MPIJob'),
  ...['RayCluster', 'RayJob', 'RayService'].map((kind) => jobKind('ray.io/v1', kind)),
  jobKind('sparkoperator.k8s.io/v1beta2', 'SparkApplication'),
  jobKind('trainer.kubeflow.org/v1alpha1', 'TrainJob'),
  jobKind('workload.codeflare.dev/v1beta2', 'AppWrapper'),
];

/** The path of a kind's webhook: group with dashes for dots, version and lower-case kind (O-7.3). */
export function admissionPath(
  verb: 'mutate' | 'validate',
  { group, version, kind }: AdmissionEndpoint,
): string {
  return `/${verb}-${group.replaceAll('.', '-')}-${version}-${kind.toLowerCase()}`;
}

function ownKind(kind: string, resources: readonly string[]): AdmissionEndpoint {
  return { ...kueue, kind, resources, mutates: ['CREATE'], validates: everyWrite };
}

function jobKind(apiVersion: string, kind: string): AdmissionEndpoint {
  const [group = '', version = ''] = apiVersion.split('/');
  const resources = [`${kind.toLowerCase()}s`];
  return { kind, group, version, resources, mutates: ['CREATE'], validates: everyWrite, isJobKind: true };
}
