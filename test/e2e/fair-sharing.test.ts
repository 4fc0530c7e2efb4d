import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { waitUntil } from '../../hack/controlplane/wait-until.ts';
import { apiVersion, labels } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import { showLogsOnFailure, startEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';

const gpu = 'nvidia.com/gpu';
const namespace = 'shares';
const modelLabel = 'example.org/gpu-model';

let environment: Environment;

beforeAll(async () => {
  const allocatable = { cpu: '64', memory: '512Gi', [gpu]: '8', pods: '200' };
  environment = await startEnvironment({
    nodes: [{ name: 'a100', count: 5, labels: { [modelLabel]: 'a100' }, allocatable }],
    launch: {
      leaderElection: false,
      settings: {
        fairSharing: { preemptionStrategies: ['LessThanOrEqualToFinalShare', 'LessThanInitialShare'] },
        admissionFairSharing: { usageHalfLifeTime: '1h', usageSamplingInterval: '1s' },
      },
    },
  });
  await environment.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion,
      kind: 'ResourceFlavor',
      metadata: { name: 'a100' },
      spec: { nodeLabels: { [modelLabel]: 'a100' } },
    },
  ]);
});
afterAll(() => environment?.stop());
beforeEach(() => showLogsOnFailure(() => [environment.quaymaster]));

function gpuQuota(nominalQuota: number): object[] {
  const flavors = [{ name: 'a100', resources: [{ name: gpu, nominalQuota }] }];
  return [{ coveredResources: [gpu], flavors }];
}

function aCohort(name: string, gpus: number): object {
  return { apiVersion, kind: 'Cohort', metadata: { name }, spec: { resourceGroups: gpuQuota(gpus) } };
}

function aClusterQueue(name: string, spec: object): object {
  const metadata = { name };
  return {
    apiVersion,
    kind: 'ClusterQueue',
    metadata,
    spec: { namespaceSelector: {}, resourceGroups: gpuQuota(0), ...spec },
  };
}

function aLocalQueue(name: string, clusterQueue = name): object {
  return { apiVersion, kind: 'LocalQueue', metadata: { name, namespace }, spec: { clusterQueue } };
}

/** A Job whose pods need a GPU each and run until they are deleted. */
function aJob(name: string, queue: string, pods = 1): object {
  const container = { name: 'main', image: 'example.org/train', resources: { limits: { [gpu]: '1' } } };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels: { [labels.queueName]: queue } },
    spec: {
      parallelism: pods,
      completions: pods,
      template: {
        spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [container] },
      },
    },
  };
}

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

interface SeenJob {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly suspend?: boolean };
  readonly status?: { readonly active?: number };
}

/** How many Jobs of a queue have running pods, and how many of those that are suspended still have some. */
async function runningOf(queue: string): Promise<{ running: number; stopping: number }> {
  const { items } = await environment.client.list(resources.jobs, { namespace });
  const jobs = (items as unknown as SeenJob[]).filter(
    ({ metadata }) => metadata.labels?.[labels.queueName] === queue,
  );
  const active = jobs.filter(({ status }) => (status?.active ?? 0) > 0);
  const running = active.filter(({ spec }) => spec.suspend === false).length;
  return { running, stopping: active.length - running };
}

async function waitForRunning(queue: string, count: number): Promise<void> {
  const isSo = async () => {
    const { running, stopping } = await runningOf(queue);
    return running === count && stopping === 0;
  };
  await waitUntil(isSo, { what: `${count} Jobs of ${queue} to run`, deadlineMs: 60_000 });
}

/** The very digits of a share, which no JSON reader rounds on the way. */
function shareText(kind: string, name: string): Promise<string> {
  const path = 'jsonpath={.status.fairSharing.weightedShare}';
  return environment.controlPlane.kubectl(['get', kind, name, '-o', path]);
}

async function waitForShare(kind: string, name: string, want: string): Promise<void> {
  await waitUntil(async () => (await shareText(kind, name)) === want, {
    what: `${kind} ${name} to show the share ${want}`,
    deadlineMs: 30_000,
  });
}

describe('fair sharing (S-7)', () => {
  test('queues of weights 1 and 3 that want all of a pool end with a quarter and three quarters of it', async () => {
    const shape = (weight: number) => ({
      cohortName: 'pool',
      fairSharing: { weight },
      preemption: { reclaimWithinCohort: 'Any' },
    });
    await environment.apply([
      aCohort('pool', 16),
      aClusterQueue('light', shape(1)),
      aClusterQueue('heavy', shape(3)),
      aLocalQueue('light'),
      aLocalQueue('heavy'),
    ]);
    await environment.apply(numbered('light', 16).map((name) => aJob(name, 'light')));
    await waitForRunning('light', 16);
    await waitForShare('clusterqueue', 'light', '1000');

    await environment.apply(numbered('heavy', 16).map((name) => aJob(name, 'heavy')));
    await waitForRunning('heavy', 12);
    await waitForRunning('light', 4);
    await waitForShare('clusterqueue', 'light', '250');
    await waitForShare('clusterqueue', 'heavy', '250');
    expect(await shareText('cohort', 'pool')).toBe('0');
    const { items } = await environment.client.list(resources.workloads, { namespace });
    const reasons = items.flatMap(({ status }) =>
      ((status as { conditions?: { type: string; reason: string }[] })?.conditions ?? [])
        .filter(({ type }) => type === 'Preempted')
        .map(({ reason }) => reason),
    );
    expect(new Set(reasons)).toEqual(new Set(['InCohortFairSharing']));
    expect(await (await fetch(environment.quaymaster.metricsUrl)).text()).toMatch(
      /^kueue_cluster_queue_weighted_share\{[^}]*cluster_queue="heavy"[^}]*\} 250$/m,
    );
  });

  test('a queue without weight shows an infinite share to the last digit, and zero when it borrows no more (S-7.4)', async () => {
    await environment.apply([
      aCohort('spare', 2),
      aClusterQueue('weightless', { cohortName: 'spare', fairSharing: { weight: 0 } }),
      aLocalQueue('weightless'),
      aJob('weightless', 'weightless'),
    ]);
    await waitForRunning('weightless', 1);
    await waitForShare('clusterqueue', 'weightless', '9223372036854775807');
    expect(await shareText('clusterqueues.v1beta1.kueue.x-k8s.io', 'weightless')).toBe('9223372036854775807');
    await environment.apply([aJob('weightless-too', 'weightless')]);
    await waitForRunning('weightless', 2);
    await environment.controlPlane.kubectl([
      'delete',
      'job',
      'weightless',
      'weightless-too',
      '-n',
      namespace,
    ]);
    await waitForShare('clusterqueue', 'weightless', '0');
  });
});

describe('admission fair sharing (S-8)', () => {
  test('who used more lately comes later, though it came first', async () => {
    await environment.apply([
      aClusterQueue('turns', {
        resourceGroups: gpuQuota(2),
        admissionScope: { admissionMode: 'UsageBasedAdmissionFairSharing' },
      }),
      aLocalQueue('busy', 'turns'),
      aLocalQueue('idle', 'turns'),
      aJob('busy-now', 'busy', 2),
    ]);
    await waitForRunning('busy', 1);
    const consumed = (): Promise<string> => {
      const path = `jsonpath={.status.fairSharing.admissionFairSharingStatus.consumedResources['nvidia\\.com/gpu']}`;
      const args = ['get', 'localqueue', 'busy', '-n', namespace, '-o', path];
      return environment.controlPlane.kubectl(args);
    };
    await waitUntil(async () => !['', '0'].includes(await consumed()), {
      what: 'the usage of busy to be sampled',
      deadlineMs: 30_000,
    });

    await environment.apply([aJob('busy-next', 'busy', 2)]);
    await environment.apply([aJob('idle-next', 'idle', 2)]);
    await waitUntil(
      async () => {
        const { items } = await environment.client.list(resources.workloads, { namespace });
        return items.filter(({ metadata }) => /-next-/.test(metadata.name)).length === 2;
      },
      { what: 'both Jobs to wait', deadlineMs: 30_000 },
    );
    await environment.controlPlane.kubectl(['delete', 'job', 'busy-now', '-n', namespace]);
    await waitForRunning('idle', 1);
    expect(await runningOf('busy')).toMatchObject({ running: 0 });
  });
});
