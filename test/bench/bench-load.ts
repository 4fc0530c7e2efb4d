import { podAnnotations } from '../../hack/controlplane/index.ts';
import { apiVersion, labels } from '../../src/api/index.ts';

export const benchNamespace = 'bench';
const gpu = 'nvidia.com/gpu';

/** More than any bench asks for, so that it is quota alone that holds Jobs back. */
export const gpuNodes = [
  { name: 'gpu', count: 40, allocatable: { cpu: '256', memory: '2Ti', [gpu]: '64', pods: '110' } },
];

/** One flavor, one ClusterQueue with this many GPUs, and one LocalQueue in the bench's namespace. */
export function queueObjects(gpus: number): object[] {
  const resources = [
    { name: 'cpu', nominalQuota: 1_000_000 },
    { name: 'memory', nominalQuota: '1Pi' },
    { name: gpu, nominalQuota: gpus },
  ];
  const resourceGroups = [
    { coveredResources: resources.map(({ name }) => name), flavors: [{ name: 'gpu', resources }] },
  ];
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: benchNamespace } },
    { apiVersion, kind: 'ResourceFlavor', metadata: { name: 'gpu' }, spec: {} },
    {
      apiVersion,
      kind: 'ClusterQueue',
      metadata: { name: 'bench' },
      spec: { namespaceSelector: {}, resourceGroups },
    },
    {
      apiVersion,
      kind: 'LocalQueue',
      metadata: { name: 'main', namespace: benchNamespace },
      spec: { clusterQueue: 'bench' },
    },
  ];
}

/** A Job of one pod with one GPU, as a user would submit it: unsuspended. Without `runFor` it never ends. */
export function aGpuJob(name: string, runFor?: string): object {
  const annotations = runFor === undefined ? {} : { [podAnnotations.runFor]: runFor };
  const requests = { cpu: '1', memory: '4Gi', [gpu]: '1' };
  const container = {
    name: 'main',
    image: 'registry.example.com/training:1.2.3',
    command: ['python', '-m', 'training'],
    env: [
      { name: 'RUN', value: name },
      { name: 'EPOCHS', value: '10' },
    ],
    resources: { requests, limits: { [gpu]: '1' } },
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: benchNamespace, labels: { [labels.queueName]: 'main' } },
    spec: {
      backoffLimit: 0,
      template: { metadata: { annotations }, spec: { restartPolicy: 'Never', containers: [container] } },
    },
  };
}
