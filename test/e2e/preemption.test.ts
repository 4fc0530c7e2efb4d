import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { podAnnotations } from '../../hack/controlplane/index.ts';
import { waitUntil } from '../../hack/controlplane/wait-until.ts';
import { annotations, apiVersion, labels } from '../../src/api/index.ts';
import type { Workload } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { showLogsOnFailure, startEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';

const gpu = 'nvidia.com/gpu';
const namespace = 'stories';
const modelLabel = 'example.org/gpu-model';
const quota = 8;

let environment: Environment;

beforeAll(async () => {
  const allocatable = { cpu: '64', memory: '512Gi', [gpu]: '8', pods: '200' };
  environment = await startEnvironment({
    nodes: [{ name: 'a100', count: 4, labels: { [modelLabel]: 'a100' }, allocatable }],
    launch: { leaderElection: false },
  });
  await environment.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion,
      kind: 'ResourceFlavor',
      metadata: { name: 'a100' },
      spec: { nodeLabels: { [modelLabel]: 'a100' } },
    },
    ...[10, 100, 1000].map((value) => ({
      apiVersion,
      kind: 'WorkloadPriorityClass',
      metadata: { name: `priority-${value}` },
      value,
    })),
  ]);
});
afterAll(() => environment?.stop());
beforeEach(() => showLogsOnFailure(() => [environment.quaymaster]));

/** A ClusterQueue with quota for eight GPUs, and a LocalQueue of the same name that leads to it. */
function aQueue(name: string, spec: object): object[] {
  const resourceGroups = [
    {
      coveredResources: [gpu],
      flavors: [{ name: 'a100', resources: [{ name: gpu, nominalQuota: quota }] }],
    },
  ];
  return [
    {
      apiVersion,
      kind: 'ClusterQueue',
      metadata: { name },
      spec: { namespaceSelector: {}, resourceGroups, ...spec },
    },
    { apiVersion, kind: 'LocalQueue', metadata: { name, namespace }, spec: { clusterQueue: name } },
  ];
}

interface Story {
  readonly name: string;
  readonly queue: string;
  readonly priority?: 10 | 100 | 1000;
  readonly pods: number;
  readonly minPods?: number;
  readonly runFor?: string;
}

/** A Job whose pods need a GPU each and run until they are deleted, unless it is said for how long. */
function aJob({ name, queue, priority = 100, pods, minPods, runFor }: Story): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace,
      labels: { [labels.queueName]: queue, [labels.priorityClass]: `priority-${priority}` },
      annotations: minPods === undefined ? {} : { [annotations.jobMinParallelism]: String(minPods) },
    },
    spec: {
      parallelism: pods,
      completions: pods,
      template: {
        metadata: { annotations: runFor === undefined ? {} : { [podAnnotations.runFor]: runFor } },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 1,
          containers: [{ name: 'main', image: 'example.org/train', resources: { limits: { [gpu]: '1' } } }],
        },
      },
    },
  };
}

async function workloadOf(job: string): Promise<Workload> {
  const { items } = await environment.client.list(resources.workloads, { namespace });
  const found = items.find(({ metadata }) => metadata.ownerReferences?.some(({ name }) => name === job));
  if (!found) throw new Error(`the Job ${job} has no Workload`);
  return found as unknown as Workload;
}

interface SeenJob {
  readonly spec: { readonly suspend?: boolean; readonly parallelism?: number };
  readonly status?: { readonly active?: number; readonly succeeded?: number };
}

async function fetchJob(name: string): Promise<SeenJob> {
  return (await environment.client.get(resources.jobs, { namespace, name })) as unknown as SeenJob;
}

function waitForJob(name: string, what: string, isSo: (job: SeenJob) => boolean): Promise<unknown> {
  return waitUntil(async () => isSo(await fetchJob(name)), {
    what: `Job ${name} to be ${what}`,
    deadlineMs: 60_000,
  });
}

const waitForRunning = (name: string, pods: number) =>
  waitForJob(
    name,
    `running with ${pods} pods`,
    ({ spec, status }) => spec.suspend === false && status?.active === pods,
  );
const waitForSuspended = (name: string) =>
  waitForJob(
    name,
    'suspended without pods',
    ({ spec, status }) => spec.suspend === true && (status?.active ?? 0) === 0,
  );

async function conditionOf(job: string, type: string) {
  return (await workloadOf(job)).status?.conditions?.find((condition) => condition.type === type);
}

/** Who has to go first of equals: the latest reservation, in whole seconds, then the smaller uid (S-6.7). */
async function youngestOf(jobs: readonly string[]): Promise<string> {
  const reservations = await Promise.all(
    jobs.map(async (job) => {
      const { uid } = (await workloadOf(job)).metadata;
      return { job, uid, time: (await conditionOf(job, 'QuotaReserved'))?.lastTransitionTime ?? '' };
    }),
  );
  reservations.sort((a, b) => (a.time === b.time ? (a.uid < b.uid ? -1 : 1) : a.time > b.time ? -1 : 1));
  return reservations[0]?.job ?? '';
}

async function deleteJobs(...names: string[]): Promise<void> {
  const { kubectl } = environment.controlPlane;
  await kubectl(['delete', 'job', ...names, '-n', namespace, '--wait=true', '--timeout=30s']);
}

describe('preemption within a ClusterQueue (S-6)', () => {
  test('exactly the least important Jobs are suspended, and come back when there is room', async () => {
    await environment.apply(aQueue('within', { preemption: { withinClusterQueue: 'LowerPriority' } }));
    await environment.apply([aJob({ name: 'normal', queue: 'within', priority: 100, pods: 4 })]);
    await waitForRunning('normal', 4);
    await environment.apply([aJob({ name: 'low', queue: 'within', priority: 10, pods: 4 })]);
    await waitForRunning('low', 4);

    await environment.apply([aJob({ name: 'high', queue: 'within', priority: 1000, pods: 3, runFor: '3s' })]);
    await waitForRunning('high', 3);
    await waitForSuspended('low');
    expect(await fetchJob('normal')).toMatchObject({ spec: { suspend: false }, status: { active: 4 } });
    const { uid } = (await workloadOf('high')).metadata;
    expect(await conditionOf('low', 'Preempted')).toMatchObject({
      status: 'True',
      reason: 'InClusterQueue',
      message: expect.stringContaining(`Preempted to accommodate a workload (UID: ${uid}`),
    });
    expect(await conditionOf('low', 'Evicted')).toMatchObject({ status: 'True', reason: 'Preempted' });

    await waitForJob('high', 'finished', ({ status }) => status?.succeeded === 3);
    await waitForRunning('low', 4);
    expect(await conditionOf('low', 'Evicted')).toMatchObject({
      status: 'False',
      reason: 'QuotaReserved',
      message: expect.stringMatching(/^Previously: Preempted to accommodate/),
    });
    await deleteJobs('normal', 'low', 'high');
  });
});

describe('reclaim within a cohort (S-6.5)', () => {
  test('a queue takes back what it lent, whatever the priority of the borrower', async () => {
    const reclaim = { cohortName: 'lenders', preemption: { reclaimWithinCohort: 'Any' } };
    await environment.apply([...aQueue('owner', reclaim), ...aQueue('borrower', { cohortName: 'lenders' })]);
    const borrowers = ['borrowed-1', 'borrowed-2', 'borrowed-3'];
    for (const name of borrowers) {
      await environment.apply([aJob({ name, queue: 'borrower', priority: 1000, pods: 5 })]);
      await waitForRunning(name, 5);
    }
    const victim = await youngestOf(borrowers);

    await environment.apply([aJob({ name: 'owned', queue: 'owner', priority: 10, pods: 6 })]);
    await waitForRunning('owned', 6);
    // 16 in all: six for the owner leave room for two borrowers of five.
    const suspended = await Promise.all(
      borrowers.map(async (name) => ((await fetchJob(name)).spec.suspend === true ? [name] : [])),
    );
    expect(suspended.flat()).toEqual([victim]);
    expect(await conditionOf(victim, 'Preempted')).toMatchObject({ reason: 'InCohortReclamation' });
    await deleteJobs('owned', 'borrowed-1', 'borrowed-2', 'borrowed-3');
  });
});

describe('partial admission (S-5.27)', () => {
  test('a Job of ten pods that can do with four runs with the six that fit, and gets its own count back', async () => {
    await environment.apply(aQueue('partial', {}));
    await environment.apply([aJob({ name: 'first', queue: 'partial', pods: 2 })]);
    await waitForRunning('first', 2);

    await environment.apply([aJob({ name: 'elastic', queue: 'partial', pods: 10, minPods: 4 })]);
    await waitForRunning('elastic', 6);
    expect(await fetchJob('elastic')).toMatchObject({ spec: { parallelism: 6 } });
    const { admission } = (await workloadOf('elastic')).status;
    expect(admission?.podSetAssignments).toMatchObject([{ count: 6, resourceUsage: { [gpu]: '6' } }]);

    const { name } = (await workloadOf('elastic')).metadata;
    await environment.client.mergePatch(resources.workloads, {
      namespace,
      name,
      body: { spec: { active: false } },
    });
    await waitForSuspended('elastic');
    await waitForJob('elastic', 'restored', ({ spec }) => spec.parallelism === 10);
    await deleteJobs('first', 'elastic');
  });
});
