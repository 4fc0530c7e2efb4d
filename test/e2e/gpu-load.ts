import { podAnnotations } from '../../hack/controlplane/index.ts';
import { apiVersion, labels } from '../../src/api/index.ts';
import { pick } from './seeded-random.ts';

export const modelLabel = 'example.org/gpu-model';
export const gpu = 'nvidia.com/gpu';

/** Namespaces by the ClusterQueue that their LocalQueue leads to. */
const teams = {
  research: ['research-a', 'research-b'],
  product: ['product-a', 'product-b'],
} as const;

export const namespaces: readonly string[] = Object.values(teams).flat();

/** More than the quota, and in larger pieces than any pod, so that it is the quota that holds pods back. */
export const gpuNodes = [aNodeGroup('a100', 5), aNodeGroup('h100', 3)];

function aNodeGroup(model: string, count: number) {
  const allocatable = { cpu: '64', memory: '512Gi', [gpu]: '8', pods: '200' };
  return { name: model, count, labels: { [modelLabel]: model }, allocatable };
}

const priorities = { low: 10, normal: 100, high: 1000 } as const;

/**
 * Two ClusterQueues in a cohort with two GPU models: one may borrow some and keeps some for itself, the other may
 * borrow whatever the first lends.
 */
export function queueObjects(): object[] {
  const queueing = (kind: string, metadata: object, spec: object) => ({ apiVersion, kind, metadata, spec });
  return [
    ...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...Object.entries(priorities).map(([name, value]) => ({
      apiVersion,
      kind: 'WorkloadPriorityClass',
      metadata: { name },
      value,
    })),
    ...['a100', 'h100'].map((name) =>
      queueing('ResourceFlavor', { name }, { nodeLabels: { [modelLabel]: name } }),
    ),
    aClusterQueue('research', [
      ['a100', { nominalQuota: 12, borrowingLimit: 4, lendingLimit: 8 }],
      ['h100', { nominalQuota: 6, borrowingLimit: 2 }],
    ]),
    aClusterQueue('product', [
      ['a100', { nominalQuota: 10 }],
      ['h100', { nominalQuota: 6, borrowingLimit: 0 }],
    ]),
    ...Object.entries(teams).flatMap(([clusterQueue, itsNamespaces]) =>
      itsNamespaces.map((namespace) => queueing('LocalQueue', { name: 'main', namespace }, { clusterQueue })),
    ),
  ];
}

function aClusterQueue(name: string, gpus: readonly (readonly [string, object])[]): object {
  const flavors = gpus.map(([flavor, quota]) => ({
    name: flavor,
    resources: [
      { name: 'cpu', nominalQuota: 40 },
      { name: gpu, ...quota },
    ],
  }));
  return {
    apiVersion,
    kind: 'ClusterQueue',
    metadata: { name },
    spec: {
      cohortName: 'company',
      namespaceSelector: {},
      resourceGroups: [{ coveredResources: ['cpu', gpu], flavors }],
    },
  };
}

/** A Job as it is submitted. */
export interface GpuJob {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'Job';
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: object;
}

interface JobShape {
  readonly name: string;
  readonly namespace: string;
  readonly queue?: string;
  readonly priority?: keyof typeof priorities;
  readonly pods?: number;
  readonly gpus?: number;
  /** Of the pods, as a Go duration. */
  readonly runFor?: string;
  /** Runs on this model only. */
  readonly model?: string | undefined;
}

/** A Job of the queue `main`, with one pod that needs one GPU. */
export function aGpuJob(shape: JobShape): GpuJob {
  const {
    name,
    namespace,
    queue = 'main',
    priority = 'normal',
    pods = 1,
    gpus = 1,
    runFor = '300ms',
  } = shape;
  const container = {
    name: 'main',
    image: 'example.org/train',
    resources: { requests: { cpu: '500m', [gpu]: String(gpus) }, limits: { [gpu]: String(gpus) } },
  };
  const metadata = {
    name,
    namespace,
    labels: { [labels.queueName]: queue, [labels.priorityClass]: priority },
  };
  const pod = {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    containers: [container],
    ...(shape.model !== undefined && { nodeSelector: { [modelLabel]: shape.model } }),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: {
      parallelism: pods,
      completions: pods,
      backoffLimit: 0,
      template: { metadata: { annotations: { [podAnnotations.runFor]: runFor } }, spec: pod },
    },
  };
}

/** Jobs of mixed priority and size over all namespaces; the same ones for the same seed. */
export function mixedJobs(random: () => number, count: number): GpuJob[] {
  return Array.from({ length: count }, (_, index) => {
    const [pods, gpus] = pick(random, [
      [1, 1],
      [1, 2],
      [1, 4],
      [2, 1],
      [2, 2],
      [4, 1],
    ]);
    return aGpuJob({
      name: `job-${String(index).padStart(3, '0')}`,
      namespace: namespaces[index % namespaces.length] ?? '',
      priority: pick(random, ['low', 'normal', 'high']),
      pods,
      gpus,
      runFor: `${200 + Math.floor(random() * 600)}ms`,
      model: pick(random, [undefined, undefined, undefined, 'h100']),
    });
  });
}
