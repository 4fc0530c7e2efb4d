import { afterAll, beforeAll, expect, test } from 'vitest';

import { eventually, RunningCluster } from './running-cluster.ts';
import { Team } from './teams.ts';

const kinds = ['Workload', 'Job', 'LocalQueue', 'ClusterQueue', 'ResourceFlavor', 'WorkloadPriorityClass'];

let cluster: RunningCluster;

beforeAll(async () => {
  cluster = await RunningCluster.start();
  await cluster.launch();
});
afterAll(() => cluster?.stop());

/** Every object of ours in the namespaces, with its version. */
async function versions(namespaces: ReadonlySet<string>): Promise<Record<string, string>> {
  const lists = await Promise.all(kinds.map((kind) => cluster.list(kind)));
  const entries = lists.flatMap((list, index) =>
    list
      .filter(({ metadata }) => namespaces.has(metadata.namespace ?? metadata.name))
      .map(({ metadata }) => [
        `${kinds[index]} ${metadata.namespace}/${metadata.name}`,
        metadata.resourceVersion,
      ]),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

test('invariant 33: whoever looks at everything once more writes nothing', { timeout: 120_000 }, async () => {
  const team = await Team.make(cluster, {
    cpu: '2',
    flavor: { nodeLabels: { 'kubernetes.io/os': 'linux' } },
  });
  const stopped = await Team.make(cluster, { localQueue: { stopPolicy: 'Hold' } });
  const lost = await Team.make(cluster, { without: ['ResourceFlavor'] });
  await cluster.create({ kind: 'WorkloadPriorityClass', metadata: { name: 'some' }, value: 5 });
  await team.submit('finishes', { runFor: '100ms' });
  await eventually(async () => expect(await team.said('finishes', 'Finished')).toMatch(/^True/));
  await team.submit('deactivated');
  await eventually(async () => expect(await team.stateOf('deactivated')).toBe('running 1'));
  const { metadata } = await team.workload('deactivated');
  await cluster.patch('Workload', `${team.name}/${metadata.name}`, { spec: { active: false } });
  await eventually(async () =>
    expect(await team.said('deactivated', 'QuotaReserved')).toMatch(/^False Deactivated/),
  );
  await team.submit('runs', { pods: 2, labels: { 'kueue.x-k8s.io/priority-class': 'some' } });
  await eventually(async () => expect(await team.stateOf('runs')).toBe('running 2'));
  await eventually(async () => expect(await team.said('runs', 'PodsReady')).toMatch(/^True/));
  await team.submit('waits');
  await team.submit('gated', { annotations: { 'kueue.x-k8s.io/admission-gated-by': 'example.com/g' } });
  await stopped.submit('held');
  await lost.submit('astray');
  await team.submit('free', { queue: '' });
  await eventually(async () => {
    expect(await team.said('waits', 'QuotaReserved')).toMatch(/^False WaitingForQuota/);
    expect(await team.said('gated', 'QuotaReserved')).toMatch(/^False AdmissionGated/);
    expect(await stopped.said('held', 'QuotaReserved')).toMatch(/^False Suspended/);
    expect(await lost.said('astray', 'QuotaReserved')).toMatch(/^False Suspended/);
    expect(await team.stateOf('free')).toBe('running 1');
    expect(await team.counts()).toEqual({ pending: 1, reserving: 1, admitted: 1, cpu: '2' });
  });
  const namespaces = new Set([team.name, stopped.name, lost.name]);
  await passOnce();
  const before = await versions(namespaces);
  const workloadsOf = Object.keys(before).filter((key) => key.startsWith('Workload '));
  expect(workloadsOf).toHaveLength(7);
  for (let round = 0; round < 2; round += 1) {
    await cluster.launch();
    await passOnce();
    expect(await versions(namespaces)).toEqual(before);
  }
});

/**
 * Returns when all that was there has been looked at: a Job that came last has been told why it waits, which is written
 * together with what all others would be told, and its queues show it.
 */
async function passOnce(): Promise<void> {
  const probe = await Team.make(cluster, { cpu: '0' });
  await probe.submit('probe');
  await eventually(async () => {
    expect(await probe.said('probe', 'QuotaReserved')).toMatch(/^False ExceedsMaxQuota/);
    expect(await probe.counts()).toMatchObject({ pending: 1 });
  });
}
