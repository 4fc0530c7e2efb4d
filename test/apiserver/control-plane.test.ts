import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { podAnnotations, start } from '../../hack/controlplane/index.ts';
import type { ControlPlane } from '../../hack/controlplane/index.ts';

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

async function fetchJson(...args: string[]): Promise<any> {
  return JSON.parse(await controlPlane.kubectl(['get', '-o', 'json', ...args]));
}

async function until<T>(fetch: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await fetch();
    if (isSo(value)) return value;
    await sleep(100);
  }
}

const fetchPods = async (job: string): Promise<any[]> => (await fetchJson('pods', '-l', `job-name=${job}`)).items;
const conditionOf = (object: any, type: string) =>
  object.status.conditions?.find((condition: any) => condition.type === type)?.status;
const waitForJob = (name: string, type: string) =>
  until(
    () => fetchJson('job', name),
    (job) => conditionOf(job, type) === 'True',
  );

test('the nodes are ready with their labels, taints and resources when start returns', async () => {
  const { items } = await fetchJson('nodes');
  expect(items.map((node: any) => [node.metadata.name, conditionOf(node, 'Ready')])).toEqual([
    ['cpu-0', 'True'],
    ['cpu-1', 'True'],
    ['gpu-0', 'True'],
  ]);
  expect(items[2]).toMatchObject({
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
      const { terminated } = pod.status.containerStatuses[0].state;
      expect(terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
      // Whole seconds on both sides: 1.5 s show as one or two.
      expect(Date.parse(terminated.finishedAt) - Date.parse(terminated.startedAt)).toBeGreaterThanOrEqual(1000);
    }
  });

  test('a Job whose pods fail, fails, with the exit code of the annotation', async () => {
    const annotations = { [podAnnotations.runFor]: '100ms', [podAnnotations.outcome]: 'failed' };
    await create('fails', { ...annotations, [podAnnotations.exitCode]: '42' });
    await waitForJob('fails', 'Failed');
    const states = (await fetchPods('fails')).map((pod) => pod.status.containerStatuses[0].state.terminated);
    expect(states).toContainEqual(expect.objectContaining({ exitCode: 42, reason: 'Error' }));
  });

  test('without run-for a pod runs until it is deleted, and is replaced then', async () => {
    await create('stays', {});
    const running = await until(
      () => fetchPods('stays'),
      (pods) => pods.length === 2 && pods.every((pod) => conditionOf(pod, 'Ready') === 'True'),
    );
    expect(running.map((pod) => pod.status.phase)).toEqual(['Running', 'Running']);
    await controlPlane.kubectl(['patch', 'job', 'stays', '-p', '{"spec":{"suspend":true}}']);
    await until(
      () => fetchPods('stays'),
      (pods) => pods.length === 0,
    );
  });

  test('ready-after delays the condition Ready, and a Job counts it', async () => {
    const annotations = { [podAnnotations.readyAfter]: '2s', [podAnnotations.runFor]: '4s' };
    await create('gets-ready', { ...annotations, [podAnnotations.startAfter]: '1s' });
    const seen = new Set<string>();
    await until(
      async () => {
        for (const pod of await fetchPods('gets-ready')) seen.add(`${pod.status.phase} ${conditionOf(pod, 'Ready')}`);
        return fetchJson('job', 'gets-ready');
      },
      (job) => conditionOf(job, 'Complete') === 'True',
    );
    expect([...seen]).toEqual(expect.arrayContaining(['Running False', 'Running True']));
  });

  test('never ready, a pod finishes all the same', async () => {
    await create('never-ready', { [podAnnotations.readyAfter]: 'never', [podAnnotations.runFor]: '500ms' });
    await waitForJob('never-ready', 'Complete');
  });

  test('terminate-after makes a deleted pod take its time, and it goes as Failed', async () => {
    await create('lingers', { [podAnnotations.terminateAfter]: '3s' });
    await until(
      () => fetchPods('lingers'),
      (pods) => pods.length === 2 && pods.every((pod) => pod.status.phase === 'Running'),
    );
    await controlPlane.kubectl(['patch', 'job', 'lingers', '-p', '{"spec":{"suspend":true}}']);
    const job = await until(
      () => fetchJson('job', 'lingers'),
      ({ status }) => status.terminating === 2,
    );
    expect(job.status.active ?? 0).toBe(0);
    await until(
      () => fetchPods('lingers'),
      (pods) => pods.length === 0,
    );
  });
});

test('a node that is made to fail stays failed, until it is made well again', async () => {
  const setReady = (status: string) =>
    controlPlane.kubectl([
      ...['patch', 'node', 'cpu-1', '--subresource=status', '-p'],
      JSON.stringify({ status: { conditions: [{ type: 'Ready', status, reason: 'Test' }] } }),
    ]);
  const hasTaint = (node: any) => node.spec.taints?.some(({ key }: any) => key === 'node.kubernetes.io/not-ready');
  await setReady('False');
  const failed = await until(() => fetchJson('node', 'cpu-1'), hasTaint);
  expect(conditionOf(failed, 'Ready')).toBe('False');
  await setReady('True');
  await until(
    () => fetchJson('node', 'cpu-1'),
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

test('the API server comes back at the same URL with its data, and the others go on with it', async () => {
  await controlPlane.kubectl(['create', 'configmap', 'kept', '--from-literal=key=value']);
  const before = controlPlane.pids();
  await controlPlane.killApiServer();
  await expect(controlPlane.kubectl(['get', 'configmaps'])).rejects.toThrow();
  await controlPlane.restartApiServer();
  expect((await fetchJson('configmap', 'kept')).data).toEqual({ key: 'value' });
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
  await expect(starting).rejects.toThrow(/kube-apiserver ended[\s\S]*unknown flag: --no-such-flag/);
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
