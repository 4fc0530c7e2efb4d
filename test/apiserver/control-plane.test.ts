import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { podAnnotations, start } from '../../hack/controlplane/index.ts';
import type { ControlPlane } from '../../hack/controlplane/index.ts';

// Some of these start further control planes, on a machine that may be busy.
vi.setConfig({ testTimeout: 150_000 });

let controlPlane: ControlPlane;

beforeAll(async () => {
  controlPlane = await start({
    nodes: [
      { name: 'cpu', count: 2, allocatable: { cpu: '8', memory: '32Gi' } },
      {
        name: 'gpu',
        count: 1,
        labels: { model: 'a' },
        taints: [{ key: 'gpu', effect: 'NoSchedule' }],
        allocatable: { cpu: '8', memory: '32Gi', 'nvidia.com/gpu': '4' },
      },
    ],
  });
});
afterAll(() => controlPlane.stop());

/** A Job of two pods whose pods live as the annotations say. */
function jobManifest(name: string, annotations: Record<string, string>): string {
  return JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      parallelism: 2,
      completions: 2,
      backoffLimit: 0,
      template: {
        metadata: { annotations },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 30,
          containers: [{ name: 'main', image: 'example.org/job', resources: { requests: { cpu: '1' } } }],
        },
      },
    },
  });
}

async function create(name: string, annotations: Record<string, string>): Promise<void> {
  await controlPlane.kubectl(['apply', '-f', '-'], { input: jobManifest(name, annotations) });
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

/** As much of an object of any kind as these tests look at. */
interface Observed {
  readonly metadata: { readonly name: string };
  readonly data?: unknown;
  readonly spec: { readonly nodeName?: string; readonly taints?: readonly { readonly key: string }[] };
  readonly status: {
    readonly conditions?: readonly Condition[];
    readonly phase?: string;
    readonly succeeded?: number;
    readonly active?: number;
    readonly ready?: number;
    readonly terminating?: number;
    readonly containerStatuses?: readonly { readonly state: { readonly terminated?: Termination } }[];
  };
}

interface Termination {
  readonly exitCode: number;
  readonly reason: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

async function fetchOne(kind: string, name: string): Promise<Observed> {
  return JSON.parse(await controlPlane.kubectl(['get', '-o', 'json', kind, name])) as Observed;
}

async function fetchAll(kind: string, ...args: string[]): Promise<readonly Observed[]> {
  const list = JSON.parse(await controlPlane.kubectl(['get', '-o', 'json', kind, ...args])) as {
    items: Observed[];
  };
  return list.items;
}

async function until<T>(fetch: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await fetch();
    if (isSo(value)) return value;
    await sleep(100);
  }
}

const fetchPods = (job: string) => fetchAll('pods', '-l', `job-name=${job}`);
const fetchJob = (name: string) => fetchOne('job', name);
const conditionOf = ({ status }: Observed, name: string) =>
  status.conditions?.find(({ type }) => type === name)?.status;
const terminationOf = ({ status }: Observed) => status.containerStatuses?.[0]?.state.terminated;
const waitForJob = (name: string, condition: string) =>
  until(
    () => fetchJob(name),
    (job) => conditionOf(job, condition) === 'True',
  );
const waitForNoPods = (job: string) =>
  until(
    () => fetchPods(job),
    (pods) => pods.length === 0,
  );
const suspend = (job: string) =>
  controlPlane.kubectl(['patch', 'job', job, '-p', '{"spec":{"suspend":true}}']);

test('the nodes are ready with their labels, taints and resources when start returns', async () => {
  const nodes = await fetchAll('nodes');
  expect(nodes.map((node) => [node.metadata.name, conditionOf(node, 'Ready')])).toEqual([
    ['cpu-0', 'True'],
    ['cpu-1', 'True'],
    ['gpu-0', 'True'],
  ]);
  expect(nodes[2]).toMatchObject({
    metadata: { labels: { model: 'a', 'kubernetes.io/hostname': 'gpu-0' } },
    spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
    status: { allocatable: { cpu: '8', memory: '32Gi', 'nvidia.com/gpu': '4', pods: '110' } },
  });
});

test('the server tells the version it is built from', async () => {
  const version = JSON.parse(await controlPlane.kubectl(['version', '-o', 'json']));
  expect(version.serverVersion.gitVersion).toMatch(/^v1\.\d+\.\d+$/);
  expect(version.clientVersion.gitVersion).toBe(version.serverVersion.gitVersion);
});

describe('pods live as their annotations say', () => {
  test('a Job whose pods run for a while completes', async () => {
    await create('completes', { [podAnnotations.runFor]: '1500ms' });
    const job = await waitForJob('completes', 'Complete');
    expect(job.status).toMatchObject({ succeeded: 2 });
    for (const pod of await fetchPods('completes')) {
      const terminated = terminationOf(pod)!;
      expect(terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
      // Whole seconds on both sides: 1.5 s show as one or two.
      expect(Date.parse(terminated.finishedAt) - Date.parse(terminated.startedAt)).toBeGreaterThanOrEqual(
        1000,
      );
    }
  });

  test('a Job whose pods fail, fails, with the exit code of the annotation', async () => {
    const annotations = { [podAnnotations.runFor]: '100ms', [podAnnotations.outcome]: 'failed' };
    await create('fails', { ...annotations, [podAnnotations.exitCode]: '42' });
    await waitForJob('fails', 'Failed');
    const endings = (await fetchPods('fails')).map(terminationOf);
    expect(endings).toContainEqual(expect.objectContaining({ exitCode: 42, reason: 'Error' }));
  });

  test('without run-for a pod runs until it is deleted', async () => {
    await create('stays', {});
    const running = await until(
      () => fetchPods('stays'),
      (pods) => pods.length === 2 && pods.every((pod) => conditionOf(pod, 'Ready') === 'True'),
    );
    expect(running.map((pod) => pod.status.phase)).toEqual(['Running', 'Running']);
    await suspend('stays');
    expect(await waitForNoPods('stays')).toEqual([]);
  });

  test('ready-after delays the condition Ready', async () => {
    const annotations = { [podAnnotations.readyAfter]: '2s', [podAnnotations.runFor]: '4s' };
    await create('gets-ready', { ...annotations, [podAnnotations.startAfter]: '1s' });
    const seen = new Set<string>();
    await until(
      async () => {
        for (const pod of await fetchPods('gets-ready'))
          seen.add(`${pod.status.phase} ${conditionOf(pod, 'Ready')}`);
        return fetchJob('gets-ready');
      },
      (job) => conditionOf(job, 'Complete') === 'True',
    );
    expect([...seen]).toEqual(expect.arrayContaining(['Running False', 'Running True']));
  });

  test('never ready, a pod finishes all the same', async () => {
    await create('never-ready', { [podAnnotations.readyAfter]: 'never', [podAnnotations.runFor]: '500ms' });
    const seen = new Set<number | undefined>();
    await until(
      async () => {
        const job = await fetchJob('never-ready');
        seen.add(job.status.ready);
        return job;
      },
      (job) => conditionOf(job, 'Complete') === 'True',
    );
    expect(seen).not.toContain(1);
    expect(seen).not.toContain(2);
  });

  test('terminate-after makes a deleted pod take its time, and it goes as Failed', async () => {
    await create('lingers', { [podAnnotations.terminateAfter]: '3s' });
    await until(
      () => fetchPods('lingers'),
      (pods) => pods.length === 2 && pods.every((pod) => pod.status.phase === 'Running'),
    );
    await suspend('lingers');
    const job = await until(
      () => fetchJob('lingers'),
      ({ status }) => status.terminating === 2,
    );
    expect(job.status.active ?? 0).toBe(0);
    await waitForNoPods('lingers');
  });
});

test('a node that is made to fail stays failed, until it is made well again', async () => {
  const readyPatch = (status: string) =>
    JSON.stringify({ status: { conditions: [{ type: 'Ready', status, reason: 'Test' }] } });
  const setReady = (status: string) =>
    controlPlane.kubectl(['patch', 'node', 'cpu-1', '--subresource=status', '-p', readyPatch(status)]);
  const hasTaint = ({ spec }: Observed) =>
    spec.taints?.some(({ key }) => key === 'node.kubernetes.io/not-ready') ?? false;
  await setReady('False');
  const failed = await until(() => fetchOne('node', 'cpu-1'), hasTaint);
  expect(conditionOf(failed, 'Ready')).toBe('False');
  await setReady('True');
  await until(
    () => fetchOne('node', 'cpu-1'),
    (node) => !hasTaint(node),
  );
});

test('a user of its own has the rights that RBAC gives it, and no more', async () => {
  const kubeconfig = await controlPlane.kubeconfigFor('joe', ['team']);
  const asJoe = (...args: string[]) => controlPlane.kubectl(args, { kubeconfig });
  await expect(asJoe('get', 'pods')).rejects.toThrow('User "joe" cannot list resource "pods"');
  await controlPlane.kubectl(['create', 'rolebinding', 'team', '--clusterrole=view', '--group=team']);
  await until(
    () => asJoe('get', 'pods').catch(() => undefined),
    (answer) => answer !== undefined,
  );
  await expect(asJoe('get', 'nodes')).rejects.toThrow('Forbidden');
});

test('the API server comes back at the same URL with its data, and the others work with it again', async () => {
  await controlPlane.kubectl(['create', 'configmap', 'kept', '--from-literal=key=value']);
  const before = controlPlane.pids();
  await controlPlane.killApiServer();
  await expect(controlPlane.kubectl(['get', 'configmaps'])).rejects.toThrow();
  await controlPlane.restartApiServer();
  expect((await fetchOne('configmap', 'kept')).data).toEqual({ key: 'value' });
  const after = controlPlane.pids();
  expect(after.get('kube-apiserver')).not.toBe(before.get('kube-apiserver'));
  await create('after-restart', { [podAnnotations.runFor]: '100ms' });
  await waitForJob('after-restart', 'Complete');
});

test('a component that was killed stays away until it is restarted', async () => {
  await controlPlane.kill('kube-scheduler');
  await create('unbound', { [podAnnotations.runFor]: '100ms' });
  const pods = await until(
    () => fetchPods('unbound'),
    (found) => found.length === 2,
  );
  expect(pods.map((pod) => pod.spec.nodeName)).toEqual([undefined, undefined]);
  await controlPlane.restart('kube-scheduler');
  await waitForJob('unbound', 'Complete');
});

test('a second control plane runs beside the first, with other feature gates and data', async () => {
  const gate = 'CrossNamespaceVolumeDataSource';
  const second = await start({ components: [], featureGates: { [gate]: true } });
  try {
    expect(second.server).not.toBe(controlPlane.server);
    await second.kubectl(['create', 'namespace', 'only-here']);
    await expect(controlPlane.kubectl(['get', 'namespace', 'only-here'])).rejects.toThrow('NotFound');
    const gateOf = async (which: ControlPlane) =>
      (await which.kubectl(['get', '--raw', '/metrics'])).match(
        new RegExp(`kubernetes_feature_enabled{name="${gate}",.*} (\\d)`),
      )?.[1];
    expect(await Promise.all([controlPlane, second].map(gateOf))).toEqual(['0', '1']);
  } finally {
    await second.stop();
  }
  expect(existsSync(second.dataDir)).toBe(false);
});

test('a start that fails tells why, and leaves nothing', async () => {
  const starting = start({ components: [], serverArgs: ['--no-such-flag'] });
  const { message } = await starting.then(
    () => expect.unreachable(),
    (error: Error) => error,
  );
  expect(message).toMatch(/kube-apiserver ended[\s\S]*unknown flag: --no-such-flag/);
  const log = /Last lines of (.*):/.exec(message)![1]!;
  expect(existsSync(dirname(log))).toBe(false);
});

const frontDoor = pathToFileURL(join(import.meta.dirname, '../../hack/controlplane/index.ts')).href;
const startsAndStays = `
  const { start } = await import(${JSON.stringify(frontDoor)});
  const { pids, dataDir } = await start({ nodes: [{ name: 'a', count: 1, allocatable: { cpu: '1' } }] });
  console.log(JSON.stringify({ pids: Object.fromEntries(pids()), dataDir }));
  setInterval(() => undefined, 1000);
`;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.each([
  { name: 'the process that started it', victim: 'parent' },
  { name: 'its supervisor', victim: 'supervisor' },
])('when $name is killed with SIGKILL, no process and no data stay behind', async ({ victim }) => {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', startsAndStays], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const { pids, dataDir } = JSON.parse(line.toString()) as { pids: Record<string, number>; dataDir: string };
  expect(Object.keys(pids)).toHaveLength(6);
  expect(Object.values(pids).every(isRunning)).toBe(true);
  expect(existsSync(dataDir)).toBe(true);
  process.kill(victim === 'parent' ? parent.pid! : pids['supervisor']!, 'SIGKILL');
  await until(
    async () => [Object.values(pids).some(isRunning), existsSync(dataDir)],
    ([runs, exists]) => !runs && !exists,
  );
  parent.kill('SIGKILL');
});
