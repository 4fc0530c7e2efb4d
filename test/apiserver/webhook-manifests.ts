import { resources } from '../../src/kube/index.ts';
import type { ResourceType } from '../../src/kube/index.ts';

/** An object without apiVersion and kind, which its type says. */
export interface Manifest {
  readonly metadata: object;
  readonly spec?: object;
}

export const queueLabel = 'kueue.x-k8s.io/queue-name';
export const queuesV1beta1: ResourceType = { ...resources.clusterQueues, version: 'v1beta1' };

/** A Job of one pod. */
export function aJob(name: string, metadata: object = {}, spec: object = {}): Manifest {
  const pod = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'example.org/job' }] };
  return { metadata: { name, ...metadata }, spec: { template: { spec: pod }, ...spec } };
}

/** One resource group with one flavor, whose quota of a resource is as given. */
export function groupsWith(quotas: object, resource = 'cpu'): object[] {
  const flavors = [{ name: 'default', resources: [{ name: resource, nominalQuota: 10, ...quotas }] }];
  return [{ coveredResources: [resource], flavors }];
}

/** A Workload of three pods. */
export function aWorkload(name: string, container: object = {}, template: object = {}): Manifest {
  const spec = { containers: [{ name: 'main', image: 'example.org/job', ...container }] };
  return {
    metadata: { name },
    spec: { podSets: [{ name: 'main', count: 3, template: { spec, ...template } }] },
  };
}

export const queued = { labels: { [queueLabel]: 'main' } };
const cpu = 'spec.resourceGroups[0].flavors[0].resources[0]';

/** A manifest that the API server refuses, and what it says. */
export interface Refused {
  readonly name: string;
  readonly type: ResourceType;
  readonly object: Manifest;
  readonly status?: number;
  readonly want: string;
}

export const refused: readonly Refused[] = [
  {
    name: 'a ClusterQueue that lends without a cohort (A-6.4)',
    type: resources.clusterQueues,
    object: {
      metadata: { name: 'bad' },
      spec: { resourceGroups: groupsWith({ lendingLimit: '5' }) },
    },
    want: `admission webhook "vclusterqueue.kb.io" denied the request: ${cpu}.lendingLimit: Invalid value: "5": must be nil when cohort is empty`,
  },
  {
    name: 'a ClusterQueue that borrows without a cohort, which its schema already says (A-1.6)',
    type: resources.clusterQueues,
    object: {
      metadata: { name: 'bad' },
      spec: { resourceGroups: groupsWith({ borrowingLimit: '5' }) },
    },
    status: 422,
    want: 'borrowingLimit must be nil when cohort is empty',
  },
  {
    name: 'a ClusterQueue with several faults, all of which are shown (A-1.9)',
    type: resources.clusterQueues,
    object: {
      metadata: { name: 'bad' },
      spec: { resourceGroups: groupsWith({ nominalQuota: -1 }), fairSharing: { weight: '-2' } },
    },
    want: `denied the request: [${cpu}.nominalQuota: Invalid value: "-1": must be greater than or equal to 0, spec.fairSharing: Invalid value: "-2": must be greater than or equal to 0]`,
  },
  {
    name: 'a Cohort that borrows without a parent (A-6.21)',
    type: resources.cohorts,
    object: {
      metadata: { name: 'bad' },
      spec: { resourceGroups: groupsWith({ borrowingLimit: '5' }) },
    },
    want: `admission webhook "vcohort.kb.io" denied the request: ${cpu}.borrowingLimit: Invalid value: "5": must be nil when parent is empty`,
  },
  {
    name: 'a ResourceFlavor with a taint that is no label (A-6.22)',
    type: resources.resourceFlavors,
    object: {
      metadata: { name: 'bad' },
      spec: { nodeTaints: [{ key: '@', effect: 'NoSchedule' }] },
    },
    want: 'admission webhook "vresourceflavor.kb.io" denied the request: spec.nodeTaints[0].key: Invalid value: "@": name part must consist',
  },
  {
    name: 'a Workload that asks for pods (A-6.30)',
    type: resources.workloads,
    object: aWorkload('bad', { resources: { requests: { pods: '1' } } }),
    want: 'admission webhook "vworkload.kb.io" denied the request: spec.podSets[0].template.spec.containers[0].resources.requests[pods]: Invalid value: "pods": the key is reserved for internal kueue use',
  },
  {
    name: 'a Job with a queue name that is none (L-2.6)',
    type: resources.jobs,
    object: aJob('bad', { labels: { [queueLabel]: 'Main' } }),
    want: `admission webhook "vjob.kb.io" denied the request: metadata.labels[${queueLabel}]: Invalid value: "Main": a lowercase RFC 1123 subdomain must consist`,
  },
  {
    name: 'a Job with a least parallelism above its count (I-2.3)',
    type: resources.jobs,
    object: aJob('bad', { annotations: { 'kueue.x-k8s.io/job-min-parallelism': '3' } }, { parallelism: 2 }),
    want: 'metadata.annotations[kueue.x-k8s.io/job-min-parallelism]: Invalid value: 3: should be between 0 and 1',
  },
  {
    name: 'a ClusterQueue of v1beta1, in the words of v1beta2 (O-7.4)',
    type: queuesV1beta1,
    object: {
      metadata: { name: 'bad' },
      spec: { cohort: 'all', resourceGroups: groupsWith({ lendingLimit: '11' }) },
    },
    want: `denied the request: ${cpu}.lendingLimit: Invalid value: "11": must be less than or equal to the nominalQuota`,
  },
];
