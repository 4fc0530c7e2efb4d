import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { waitUntil } from '../../hack/controlplane/wait-until.ts';
import { annotations, apiVersion, labels } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { showLogsOnFailure, startEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';

const gpu = 'nvidia.com/gpu';
const namespace = 'flexible';

let environment: Environment;

beforeAll(async () => {
  const allocatable = { cpu: '64', memory: '512Gi', [gpu]: '8', pods: '200' };
  environment = await startEnvironment({ nodes: [{ name: 'gpu', count: 2, allocatable }] });
  await environment.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion, kind: 'ResourceFlavor', metadata: { name: 'any' }, spec: {} },
    aClusterQueue(6),
    { apiVersion, kind: 'LocalQueue', metadata: { name: 'main', namespace }, spec: { clusterQueue: 'main' } },
  ]);
});
afterAll(() => environment?.stop());
beforeEach(() => showLogsOnFailure(() => [environment.quaymaster]));

function aClusterQueue(gpus: number): object {
  const flavors = [{ name: 'any', resources: [{ name: gpu, nominalQuota: gpus }] }];
  const resourceGroups = [{ coveredResources: [gpu], flavors }];
  return {
    apiVersion,
    kind: 'ClusterQueue',
    metadata: { name: 'main' },
    spec: { namespaceSelector: {}, resourceGroups },
  };
}

/** A Job of ten pods with a GPU each that run until they are deleted; it may run with as few as `minimum`. */
function aJob(name: string, minimum: number): object {
  const container = { name: 'main', image: 'example.org/train', resources: { limits: { [gpu]: '1' } } };
  const template = {
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [container] },
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace,
      labels: { [labels.queueName]: 'main' },
      annotations: { [annotations.jobMinParallelism]: String(minimum) },
    },
    spec: { parallelism: 10, completions: 100, template },
  };
}

interface SeenJob {
  readonly spec: { readonly suspend?: boolean; readonly parallelism?: number };
  readonly status?: { readonly active?: number };
}

/** Parallelism and running pods of a Job, such as `running 6 of 6` or `suspended 0 of 10`. */
async function stateOf(name: string): Promise<string> {
  const { spec, status } = (await environment.client.get(resources.jobs, {
    namespace,
    name,
  })) as unknown as SeenJob;
  const said = spec.suspend === true ? 'suspended' : 'running';
  return `${said} ${status?.active ?? 0} of ${spec.parallelism}`;
}

async function waitForState(name: string, want: string): Promise<void> {
  const isSo = async () => (await stateOf(name)) === want;
  await waitUntil(isSo, { what: `${name} to be ${want}`, deadlineMs: 60_000 });
}

interface SeenWorkload {
  readonly metadata: {
    readonly name: string;
    readonly ownerReferences?: readonly { readonly name: string }[];
  };
  readonly spec: { readonly podSets: readonly { readonly count: number; readonly minCount?: number }[] };
  readonly status?: {
    readonly admission?: { readonly podSetAssignments: readonly { readonly count: number }[] };
  };
}

async function workloadOf(job: string): Promise<SeenWorkload> {
  const { items } = await environment.client.list(resources.workloads, { namespace });
  const found = (items as unknown as SeenWorkload[]).find(
    ({ metadata }) => metadata.ownerReferences?.[0]?.name === job,
  );
  if (found === undefined) throw new Error(`${job} has no Workload`);
  return found;
}

async function setActive(job: string, active: boolean): Promise<void> {
  const { name } = (await workloadOf(job)).metadata;
  await environment.client.mergePatch(resources.workloads, { namespace, name, body: { spec: { active } } });
}

describe('partial admission (S-5.27, I-2.8)', () => {
  test('a Job of ten pods that is content with four runs with the six that there is quota for', async () => {
    await environment.apply([aJob('flexible', 4)]);
    await waitForState('flexible', 'running 6 of 6');
    expect(await workloadOf('flexible')).toMatchObject({
      spec: { podSets: [{ count: 10, minCount: 4 }] },
      status: {
        admission: {
          clusterQueue: 'main',
          podSetAssignments: [{ count: 6, flavors: { [gpu]: 'any' }, resourceUsage: { [gpu]: '6' } }],
        },
      },
    });
  });

  test('stopped, it asks for all its pods again, and gets them once there is quota', async () => {
    await setActive('flexible', false);
    await waitForState('flexible', 'suspended 0 of 10');
    await environment.apply([aClusterQueue(12)]);
    await setActive('flexible', true);
    await waitForState('flexible', 'running 10 of 10');
    const { status } = await workloadOf('flexible');
    expect(status?.admission?.podSetAssignments).toMatchObject([{ count: 10 }]);
  });

  test('a Job that needs more than is left waits with its full number', async () => {
    await environment.apply([aJob('demanding', 3)]);
    const said = async () => {
      const path = `jsonpath={.status.conditions[?(@.type=="QuotaReserved")].message}`;
      const { name } = (await workloadOf('demanding')).metadata;
      return environment.controlPlane.kubectl(['get', 'workload', name, '-n', namespace, '-o', path]);
    };
    const want = `couldn't assign flavors to pod set main: insufficient unused quota for ${gpu} in flavor any, 8 more needed`;
    await waitUntil(async () => (await said()) === want, {
      what: 'the full count to be told',
      deadlineMs: 30_000,
    });
    expect(await stateOf('demanding')).toBe('suspended 0 of 10');
  });
});
