import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { eventually, RunningCluster } from './running-cluster.ts';
import { conditionText, idle, Team } from './teams.ts';

const readyAfter = 'test.quaymaster.dev/ready-after';

let cluster: RunningCluster;

beforeAll(async () => {
  cluster = await RunningCluster.start({ jobs: 'all' });
});
afterEach(() => cluster.halt());
afterAll(() => cluster?.stop());

test('L-10.5: a finished Workload is deleted after its time, and its Job stays', async () => {
  await cluster.launch({ objectRetentionPolicies: { workloads: { afterFinished: '1s' } } });
  const team = await Team.make(cluster, { localQueue: { stopPolicy: 'Hold' } });
  const { metadata } = await team.submit('work', { runFor: '100ms' });
  const kept = await eventually(() => team.workload('work'));
  await cluster.patch('LocalQueue', `${team.name}/main`, { spec: { stopPolicy: 'None' } });
  await eventually(async () => expect(await team.workloads()).toEqual([]));
  const job = await team.job('work');
  expect(job.metadata.uid).toBe(metadata.uid);
  expect(conditionText(job, 'Complete')).toMatch(/^True/);
  await eventually(
    async () =>
      await eventually(async () =>
        expect(await cluster.eventsOf(kept)).toContain(
          'Normal Deleted: Deleted finished workload due to elapsed retention',
        ),
      ),
  );
});

test('L-10.6: a Job that was deactivated by the controller is deleted after its time, one deactivated by a user stays', async () => {
  await cluster.launch({ objectRetentionPolicies: { workloads: { afterDeactivatedByKueue: '1s' } } });
  const team = await Team.make(cluster, { cpu: '2' });
  await team.submit('ours', { labels: { 'kueue.x-k8s.io/max-exec-time-seconds': '1' } });
  await team.submit('theirs');
  await eventually(async () => expect(await team.stateOf('theirs')).toBe('running 1'));
  const { metadata } = await team.workload('theirs');
  await cluster.patch('Workload', `${team.name}/${metadata.name}`, { spec: { active: false } });
  await eventually(async () => expect(await cluster.find('Job', `${team.name}/ours`)).toBeUndefined());
  await eventually(async () => expect(await team.said('theirs', 'Requeued')).toMatch(/^False Deactivated/));
  expect(await team.stateOf('theirs')).toBe('suspended');
});

test('L-8.2: PodsReady says first that it waits, and then that the pods are ready', async () => {
  await cluster.launch({ waitForPodsReady: { timeout: '5m' } });
  const team = await Team.make(cluster);
  await team.submit('work', { podAnnotations: { [readyAfter]: '4s' } });
  await eventually(async () => {
    const workload = await team.workload('work');
    expect(conditionText(workload, 'Admitted')).toMatch(/^True/);
    expect(conditionText(workload, 'PodsReady')).toBe(
      'False WaitForStart: Not all pods are ready or succeeded',
    );
  });
  await eventually(async () =>
    expect(await team.said('work', 'PodsReady')).toBe(
      'True Started: All pods reached readiness and the workload is running',
    ),
  );
});

test('L-8.4, L-8.5, L-8.7: pods that are not ready in time cost the Job its quota, with a back-off and a limit', async () => {
  await cluster.launch({
    waitForPodsReady: { timeout: '1s', requeuingStrategy: { backoffBaseSeconds: 1, backoffLimitCount: 1 } },
  });
  const team = await Team.make(cluster);
  await team.submit('work', { podAnnotations: { [readyAfter]: 'never' } });
  const exceeded = (name: string) => `Exceeded the PodsReady timeout ${team.name}/${name}`;
  const evicted = await eventually(() => team.workload('work'));
  const { name } = evicted.metadata;
  // Its second and last try ends as the first did; then it is given up.
  await eventually(async () => {
    const workload = await team.workload('work');
    expect(workload.spec.active).toBe(false);
    const why = 'The workload is deactivated due to exceeding the maximum number of re-queuing retries';
    expect(conditionText(workload, 'Evicted')).toBe(`True DeactivatedDueToRequeuingLimitExceeded: ${why}`);
    expect(workload.status.requeueState).toBeUndefined();
    expect(workload.status.schedulingStats?.evictions).toEqual([
      { reason: 'PodsReadyTimeout', underlyingCause: 'WaitForStart', count: 1 },
      { reason: 'Deactivated', underlyingCause: 'RequeuingLimitExceeded', count: 1 },
    ]);
  });
  await eventually(async () => expect(await team.counts()).toEqual(idle));
  expect(await team.stateOf('work')).toBe('suspended');
  await eventually(async () => {
    const told = [...(await cluster.eventsOf(await team.job('work'))), ...(await cluster.eventsOf(evicted))];
    expect(told).toContain(`Normal Stopped: ${exceeded(name)}`);
    expect(told).toContain(`Normal EvictedDueToPodsReadyTimeout: ${exceeded(name)}`);
  });
});

test('S-4.19, L-8.10: with blockAdmission a Job waits until the pods of the one before are ready', async () => {
  await cluster.launch({ waitForPodsReady: { timeout: '5m', blockAdmission: true } });
  const team = await Team.make(cluster, { cpu: '5' });
  await team.submit('first', { podAnnotations: { [readyAfter]: 'never' } });
  await eventually(async () => expect(await team.stateOf('first')).toBe('running 1'));
  await team.submit('second');
  const text = 'False WaitingForPodsReady: waiting for all admitted workloads to be in PodsReady condition';
  await eventually(async () => expect(await team.said('second', 'QuotaReserved')).toBe(text));
  expect(await team.stateOf('second')).toBe('suspended');
  await cluster.remove('Job', `${team.name}/first`);
  await eventually(async () => expect(await team.stateOf('second')).toBe('running 1'));
  await cluster.remove('Job', `${team.name}/second`);
  await eventually(async () => expect(await team.counts()).toEqual(idle));
});

test('J4: a namespace that is not managed is left alone, queue label or not, until it is managed', async () => {
  await cluster.launch({ managedJobsNamespaceSelector: { matchLabels: { managed: 'yes' } } });
  const team = await Team.make(cluster);
  await team.submit('work', { suspend: true });
  const managed = await Team.make(cluster, { namespaceLabels: { managed: 'yes' } });
  await managed.submit('work');
  await eventually(async () => expect(await managed.stateOf('work')).toBe('running 1'));
  expect(await team.workloads()).toEqual([]);
  await cluster.patch('Namespace', team.name, { metadata: { labels: { managed: 'yes' } } });
  await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
});

test('J6, J7, L-2.4: with manageJobsWithoutQueueName a Job without a label is held and gets a Workload', async () => {
  const managedJobsNamespaceSelector = { matchLabels: { strict: 'yes' } };
  await cluster.launch({ manageJobsWithoutQueueName: true, managedJobsNamespaceSelector });
  const team = await Team.make(cluster, { namespaceLabels: { strict: 'yes' } });
  const free = await Team.make(cluster);
  await free.submit('work', { queue: '' });
  await team.submit('work', { queue: '' });
  await eventually(async () =>
    expect(await team.said('work', 'QuotaReserved')).toBe("False Misconfigured: LocalQueue  doesn't exist"),
  );
  expect(await team.stateOf('work')).toBe('suspended');
  await eventually(async () => expect(await free.stateOf('work')).toBe('running 1'));
  expect(await free.workloads()).toEqual([]);
  await cluster.patch('Job', `${team.name}/work`, {
    metadata: { labels: { 'kueue.x-k8s.io/queue-name': 'main' } },
  });
  await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
});
