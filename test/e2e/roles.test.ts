import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { waitUntil } from '../../hack/controlplane/wait-until.ts';
import { apiVersion, names } from '../../src/api/index.ts';
import { startEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { aGpuJob, gpuNodes, queueObjects } from './gpu-load.ts';

const serviceAccount = `system:serviceaccount:${names.namespace}:${names.serviceAccount}`;
const own = 'research-a';
const others = 'product-a';

let environment: Environment;

beforeAll(async () => {
  environment = await startEnvironment({ nodes: gpuNodes, launch: { leaderElection: false } });
  await environment.apply([
    ...queueObjects(),
    bindingOf('ada', 'kueue-namespace-admin-role'),
    bindingOf('ben', 'kueue-batch-user-role'),
  ]);
  // The controller manager puts the roles together from their parts.
  const isAggregated = async () =>
    (await can('ada', 'create localqueues.kueue.x-k8s.io')) && (await can('ben', 'create jobs.batch'));
  await waitUntil(isAggregated, { what: 'the roles to be filled', deadlineMs: 30_000 });
});
afterAll(() => environment?.stop());

/** Binds a role of `config/rbac` to a user in one namespace. */
function bindingOf(user: string, role: string): object {
  const apiGroup = 'rbac.authorization.k8s.io';
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: 'RoleBinding',
    metadata: { name: user, namespace: own },
    roleRef: { apiGroup, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup, kind: 'User', name: user }],
  };
}

/** Whether a user may do that; in their own namespace unless told otherwise. */
async function can(user: string, what: string, namespace = own): Promise<boolean> {
  const place = namespace === '' ? ['-A'] : ['-n', namespace];
  const answer = await environment.controlPlane
    .kubectl(['auth', 'can-i', ...what.split(' '), ...place, `--as=${user}`])
    .catch((error: unknown) => {
      // kubectl ends with 1 where the answer is no, and with a complaint where there is none.
      const { message } = error as Error;
      if (/error:/i.test(message)) throw error;
      return 'no';
    });
  return answer.startsWith('yes');
}

function createAs(user: string, object: object): Promise<string> {
  const input = JSON.stringify(object);
  return environment.controlPlane.kubectl(['create', '-f', '-', `--as=${user}`], { input });
}

const aLocalQueue = (name: string, namespace: string) => ({
  apiVersion,
  kind: 'LocalQueue',
  metadata: { name, namespace },
  spec: { clusterQueue: 'research' },
});

describe('who has a namespace', () => {
  test('makes a LocalQueue and a Job there, and sees its Workload wait and run', async () => {
    await createAs('ada', aLocalQueue('mine', own));
    await createAs('ada', aGpuJob({ name: 'mine', namespace: own, queue: 'mine' }));
    const { kubectl } = environment.controlPlane;
    await kubectl(['wait', 'job/mine', '-n', own, '--for=condition=complete', '--timeout=30s', '--as=ada']);
    const workloads = await kubectl(['get', 'workloads', '-n', own, '--no-headers', '--as=ada']);
    expect(workloads).toMatch(/^job-mine-\S+ +mine +research +True/m);
  });

  test.each([
    { object: aLocalQueue('theirs', others), want: 'localqueues.kueue.x-k8s.io is forbidden' },
    { object: aGpuJob({ name: 'theirs', namespace: others }), want: 'jobs.batch is forbidden' },
    {
      object: { apiVersion, kind: 'ClusterQueue', metadata: { name: 'mine' }, spec: {} },
      want: 'clusterqueues.kueue.x-k8s.io is forbidden',
    },
  ])('is told that $want elsewhere', async ({ object, want }) => {
    await expect(createAs('ada', object)).rejects.toThrow(want);
  });

  const inOwn = [
    'create jobs.batch',
    'delete jobs.batch',
    'create localqueues.kueue.x-k8s.io',
    'delete localqueues.kueue.x-k8s.io',
    'list workloads.kueue.x-k8s.io',
    'watch workloads.kueue.x-k8s.io',
  ];
  const nowhere = [
    'create workloads.kueue.x-k8s.io',
    'patch workloads.kueue.x-k8s.io',
    'delete workloads.kueue.x-k8s.io',
    'patch workloads.kueue.x-k8s.io --subresource=status',
    'patch localqueues.kueue.x-k8s.io --subresource=status',
    'create clusterqueues.kueue.x-k8s.io',
    'get clusterqueues.kueue.x-k8s.io',
    'create cohorts.kueue.x-k8s.io',
    'create resourceflavors.kueue.x-k8s.io',
    'create workloadpriorityclasses.kueue.x-k8s.io',
    'create admissionchecks.kueue.x-k8s.io',
    'create topologies.kueue.x-k8s.io',
    'get secrets',
    'create pods',
    'create rolebindings.rbac.authorization.k8s.io',
  ];

  test.each([
    ...inOwn.map((what) => ({ what, namespace: own, want: true })),
    ...inOwn.map((what) => ({ what, namespace: others, want: false })),
    ...inOwn.map((what) => ({ what, namespace: '', want: false })),
    ...nowhere.map((what) => ({ what, namespace: own, want: false })),
    { what: 'get secrets', namespace: names.namespace, want: false },
  ])('$what in "$namespace": $want', async ({ what, namespace, want }) => {
    expect(await can('ada', what, namespace)).toBe(want);
  });
});

describe('who only uses the queues of a namespace', () => {
  test.each([
    { what: 'create jobs.batch', namespace: own, want: true },
    { what: 'list workloads.kueue.x-k8s.io', namespace: own, want: true },
    { what: 'list localqueues.kueue.x-k8s.io', namespace: own, want: true },
    { what: 'create localqueues.kueue.x-k8s.io', namespace: own, want: false },
    { what: 'create jobs.batch', namespace: others, want: false },
    { what: 'get secrets', namespace: own, want: false },
  ])('$what in "$namespace": $want', async ({ what, namespace, want }) => {
    expect(await can('ben', what, namespace)).toBe(want);
  });
});

describe('Quaymaster itself', () => {
  test('runs with its own service account', async () => {
    const pid = environment.quaymaster.pid();
    const commandLine = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    const kubeconfig = commandLine.find((part) => part.startsWith('--kubeconfig='))?.split('=')[1];
    const text = await environment.controlPlane.kubectl(
      ['auth', 'whoami', '-o', 'json'],
      kubeconfig === undefined ? {} : { kubeconfig },
    );
    expect(JSON.parse(text)).toMatchObject({ status: { userInfo: { username: serviceAccount } } });
  });

  test.each([
    { what: 'patch workloads.kueue.x-k8s.io --subresource=status', namespace: own, want: true },
    { what: 'patch jobs.batch', namespace: own, want: true },
    { what: `get secrets/${names.webhookSecret}`, namespace: names.namespace, want: true },
    { what: 'get secrets/another', namespace: names.namespace, want: false },
    { what: 'list secrets', namespace: names.namespace, want: false },
    { what: 'get secrets', namespace: own, want: false },
    { what: 'create pods', namespace: own, want: false },
    { what: 'create jobs.batch', namespace: own, want: false },
    { what: 'delete namespaces', namespace: '', want: false },
    { what: 'create clusterroles.rbac.authorization.k8s.io', namespace: '', want: false },
    { what: 'create rolebindings.rbac.authorization.k8s.io', namespace: own, want: false },
    { what: 'impersonate users', namespace: '', want: false },
    { what: '* *', namespace: '', want: false },
  ])('$what in "$namespace": $want', async ({ what, namespace, want }) => {
    expect(await can(serviceAccount, what, namespace)).toBe(want);
  });
});
