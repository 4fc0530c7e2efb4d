import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ClusterQueue, LocalQueue } from '../../../src/api/index.ts';
import { eventually, RunningCluster } from './running-cluster.ts';
import { conditionText, idle, Team } from './teams.ts';

const running = { pending: 0, reserving: 1, admitted: 1, cpu: '1' };

let cluster: RunningCluster;

beforeAll(async () => {
  cluster = await RunningCluster.start();
  await cluster.launch();
});
afterAll(() => cluster?.stop());

/** How a queue is stopped and opened, and what its Workloads are told. */
interface StopCase {
  readonly kind: 'LocalQueue' | 'ClusterQueue';
  readonly keyOf: (team: Team) => string;
  readonly stopped: string;
  readonly nameOf: (team: Team) => string;
}

const stops: StopCase[] = [
  {
    kind: 'LocalQueue',
    keyOf: ({ name }) => `${name}/main`,
    stopped: 'LocalQueueStopped',
    nameOf: () => 'main',
  },
  {
    kind: 'ClusterQueue',
    keyOf: ({ name }) => name,
    stopped: 'ClusterQueueStopped',
    nameOf: ({ name }) => name,
  },
];

async function setPolicy(stop: StopCase, team: Team, stopPolicy: string): Promise<void> {
  await cluster.patch(stop.kind, stop.keyOf(team), { spec: { stopPolicy } });
}

async function aTeamThatRuns(): Promise<Team> {
  const team = await Team.make(cluster);
  await team.submit('runs');
  await eventually(async () => expect(await team.stateOf('runs')).toBe('running 1'));
  await team.submit('waits');
  await eventually(async () => expect(await team.counts()).toEqual({ ...running, pending: 1 }));
  return team;
}

describe.concurrent('L-13.13: stop policies', () => {
  test.for(stops)('a $kind on Hold lets run what runs, and starts nothing', async (stop) => {
    const team = await aTeamThatRuns();
    await setPolicy(stop, team, 'Hold');
    const inactive = `False Suspended: ${stop.kind} ${stop.nameOf(team)} is inactive`;
    await eventually(async () => expect(await team.said('waits', 'QuotaReserved')).toBe(inactive));
    await cluster.remove('Job', `${team.name}/runs`);
    await eventually(async () => expect((await team.clusterQueue()).status.reservingWorkloads).toBe(0));
    expect(await team.stateOf('waits')).toBe('suspended');
    expect(await team.said('waits', 'QuotaReserved')).toBe(inactive);
    await setPolicy(stop, team, 'None');
    await eventually(async () => expect(await team.stateOf('waits')).toBe('running 1'));
  });

  test.for(stops)('a $kind on HoldAndDrain stops what runs, and starts it again later', async (stop) => {
    const team = await Team.make(cluster);
    await team.submit('work');
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
    await setPolicy(stop, team, 'HoldAndDrain');
    const message = `The ${stop.kind} is stopped`;
    await eventually(async () => {
      const workload = await team.workload('work');
      expect(conditionText(workload, 'Evicted')).toBe(`True ${stop.stopped}: ${message}`);
      expect(conditionText(workload, 'Requeued')).toBe(`False ${stop.stopped}: ${message}`);
      const inactive = `False Suspended: ${stop.kind} ${stop.nameOf(team)} is inactive`;
      expect(conditionText(workload, 'QuotaReserved')).toBe(inactive);
      expect(workload.status.schedulingStats?.evictions).toEqual([
        { reason: stop.stopped, underlyingCause: '', count: 1 },
      ]);
    });
    expect(await team.stateOf('work')).toBe('suspended');
    await eventually(async () =>
      expect(await cluster.eventsOf(await team.job('work'))).toContain(`Normal Stopped: ${message}`),
    );
    await eventually(async () => expect((await team.clusterQueue()).status.reservingWorkloads).toBe(0));
    await setPolicy(stop, team, 'None');
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
    const restarted = `True ${stop.kind}Restarted: The ${stop.kind} was restarted after being stopped`;
    expect(await team.said('work', 'Requeued')).toBe(restarted);
    expect(await team.said('work', 'Evicted')).toBe(`False QuotaReserved: Previously: ${message}`);
  });

  test.for(stops)(
    'L-6.2: a $kind on Hold takes back a mere reservation, without an eviction',
    async (stop) => {
      const check = `check-of-${stop.kind.toLowerCase()}`;
      await anActiveCheck(check);
      const team = await Team.make(cluster, {
        clusterQueue: { admissionChecksStrategy: { admissionChecks: [{ name: check }] } },
      });
      await team.submit('work');
      await eventually(async () => expect(await team.said('work', 'QuotaReserved')).toMatch(/^True/));
      expect((await team.workload('work')).status.admissionChecks).toMatchObject([
        { name: check, state: 'Pending' },
      ]);
      await setPolicy(stop, team, 'Hold');
      await eventually(async () =>
        expect(await team.said('work', 'QuotaReserved')).toMatch(/^False Suspended: /),
      );
      expect(await team.said('work', 'Evicted')).toBeUndefined();
      expect(await team.said('work', 'Requeued')).toBeUndefined();
      await setPolicy(stop, team, 'None');
      await eventually(async () => expect(await team.said('work', 'QuotaReserved')).toMatch(/^True/));
    },
  );
});

async function anActiveCheck(name: string): Promise<void> {
  await cluster.create({
    kind: 'AdmissionCheck',
    metadata: { name },
    spec: { controllerName: 'example.com/nobody' },
  });
  await setCheckActive(name, 'True');
}

async function setCheckActive(name: string, status: 'True' | 'False'): Promise<void> {
  const conditions = [
    { type: 'Active', status, reason: 'Said', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
  ];
  await cluster.patchStatus('AdmissionCheck', name, { conditions });
}

describe.concurrent('L-11.2: why a Job waits', () => {
  test('a missing LocalQueue, a missing ClusterQueue, a missing flavor, and then nothing any more', async () => {
    const team = await Team.make(cluster, { without: ['ResourceFlavor', 'ClusterQueue', 'LocalQueue'] });
    const { name } = team;
    const active = "Can't submit new workloads to clusterQueue";
    await team.submit('work');
    const saysSo = (text: string) =>
      eventually(async () => expect(await team.said('work', 'QuotaReserved')).toBe(text));
    const localQueueIs = (text: string) =>
      eventually(async () => expect(conditionText(await team.localQueue(), 'Active')).toBe(text));
    const clusterQueueIs = (text: string) =>
      eventually(async () => expect(conditionText(await team.clusterQueue(), 'Active')).toBe(text));

    await saysSo("False Misconfigured: LocalQueue main doesn't exist");
    await cluster.create(team.manifest('LocalQueue'));
    await saysSo(`False Misconfigured: ClusterQueue ${name} doesn't exist`);
    await localQueueIs(`False ClusterQueueDoesNotExist: ${active}`);
    await cluster.create(team.manifest('ClusterQueue'));
    await saysSo(`False Suspended: ClusterQueue ${name} is inactive`);
    await localQueueIs(`False ClusterQueueIsInactive: ${active}`);
    await clusterQueueIs(
      `False FlavorNotFound: Can't admit new workloads: references missing ResourceFlavor(s): ${name}.`,
    );
    await cluster.create(team.manifest('ResourceFlavor'));
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
    await localQueueIs('True Ready: Can submit new workloads to localQueue');
    await clusterQueueIs('True Ready: Can admit new workloads');
    expect(await team.said('work', 'Admitted')).toBe('True Admitted: The workload is admitted');
  });

  test('a namespace that the ClusterQueue does not want, until its labels say otherwise', async () => {
    const namespaceSelector = { matchLabels: { team: 'wanted' } };
    const team = await Team.make(cluster, { clusterQueue: { namespaceSelector } });
    await team.submit('work');
    const text = "False Misconfigured: workload namespace doesn't match ClusterQueue selector";
    await eventually(async () => expect(await team.said('work', 'QuotaReserved')).toBe(text));
    await cluster.patch('Namespace', team.name, { metadata: { labels: { team: 'wanted' } } });
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
  });

  test('resources that a LimitRange forbids', async () => {
    const team = await Team.make(cluster, { cpu: '10' });
    const limits = [{ type: 'Container', max: { cpu: '1' }, defaultRequest: { cpu: '1' } }];
    await cluster.create({
      kind: 'LimitRange',
      metadata: { name: 'small', namespace: team.name },
      spec: { limits },
    });
    await team.submit('work', { cpu: '2' });
    await eventually(async () =>
      expect(await team.said('work', 'QuotaReserved')).toMatch(
        /^False Misconfigured: resources (didn't satisfy LimitRange constraints|validation failed): /,
      ),
    );
    await cluster.remove('LimitRange', `${team.name}/small`);
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
  });

  test('L-11.3, L-16.1: no quota, and more than there will ever be', async () => {
    const team = await aTeamThatRuns();
    await team.submit('big', { cpu: '5' });
    await eventually(async () => {
      expect(await team.said('waits', 'QuotaReserved')).toMatch(
        /^False WaitingForQuota: couldn't assign flavors/,
      );
      expect(await team.said('big', 'QuotaReserved')).toMatch(
        /^False ExceedsMaxQuota: couldn't assign flavors/,
      );
    });
    const workload = await team.workload('waits');
    expect(workload.status.resourceRequests).toEqual([{ name: 'main', resources: { cpu: '1' } }]);
    await eventually(async () =>
      expect((await cluster.eventsOf(workload)).join('\n')).toMatch(
        /^Warning WaitingForQuota: couldn't assign flavors/,
      ),
    );
  });
});

describe.concurrent('L-13.3, L-13.7: the condition Active', () => {
  test('of a stopped LocalQueue and a stopped ClusterQueue', async () => {
    const team = await Team.make(cluster, {
      localQueue: { stopPolicy: 'Hold' },
      clusterQueue: { stopPolicy: 'HoldAndDrain' },
    });
    await eventually(async () => {
      expect(conditionText(await team.localQueue(), 'Active')).toBe('False Stopped: LocalQueue is stopped');
      expect(conditionText(await team.clusterQueue(), 'Active')).toBe(
        "False Stopped: Can't admit new workloads: is stopped.",
      );
    });
  });

  test('of a ClusterQueue whose checks are missing or inactive, all faults in one message', async () => {
    const admissionChecks = [{ name: 'asleep' }, { name: 'absent' }];
    await cluster.create({
      kind: 'AdmissionCheck',
      metadata: { name: 'asleep' },
      spec: { controllerName: 'example.com/x' },
    });
    const team = await Team.make(cluster, { clusterQueue: { admissionChecksStrategy: { admissionChecks } } });
    const says = (text: string) =>
      eventually(async () => expect(conditionText(await team.clusterQueue(), 'Active')).toBe(text));
    await says(
      "False AdmissionCheckNotFound: Can't admit new workloads: references missing AdmissionCheck(s): absent, references inactive AdmissionCheck(s): asleep.",
    );
    await anActiveCheck('absent');
    await says(
      "False AdmissionCheckInactive: Can't admit new workloads: references inactive AdmissionCheck(s): asleep.",
    );
    await setCheckActive('asleep', 'True');
    await says('True Ready: Can admit new workloads');
  });

  test('L-13.4: a LocalQueue shows a flavor that its ClusterQueue got later', async () => {
    const team = await Team.make(cluster);
    const shown = async (): Promise<string[]> =>
      (await team.localQueue()).status.flavorsUsage?.map(({ name }) => name) ?? [];
    await eventually(async () => expect(await shown()).toEqual([team.name]));
    const { spec } = await team.clusterQueue();
    const [group] = spec.resourceGroups ?? [];
    const second = { name: `${team.name}-second`, resources: [{ name: 'cpu', nominalQuota: '3' }] };
    await cluster.create({ kind: 'ResourceFlavor', metadata: { name: second.name }, spec: {} });
    const resourceGroups = [{ ...group, flavors: [...(group?.flavors ?? []), second] }];
    await cluster.patch('ClusterQueue', team.name, { spec: { resourceGroups } });
    await eventually(async () => expect(await shown()).toEqual([team.name, second.name]));
  });
});

describe.concurrent('L-13.1, L-13.9: finalizers', () => {
  test('a ClusterQueue stays until what runs in it has ended, its flavor until no ClusterQueue lists it', async () => {
    const team = await Team.make(cluster);
    const { name } = team;
    await team.submit('work');
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
    await cluster.remove('ResourceFlavor', name);
    await cluster.remove('ClusterQueue', name);
    await eventually(async () =>
      expect(conditionText(await team.clusterQueue(), 'Active')).toBe(
        "False Terminating: Can't admit new workloads; clusterQueue is terminating",
      ),
    );
    await team.submit('late');
    const inactive = `False Suspended: ClusterQueue ${name} is inactive`;
    await eventually(async () => expect(await team.said('late', 'QuotaReserved')).toBe(inactive));
    expect(await team.stateOf('work')).toBe('running 1');
    expect((await cluster.get('ResourceFlavor', name)).metadata.deletionTimestamp).toBeDefined();
    await cluster.remove('Job', `${name}/work`);
    await eventually(async () => {
      expect(await cluster.find('ClusterQueue', name)).toBeUndefined();
      expect(await cluster.find('ResourceFlavor', name)).toBeUndefined();
    });
    await eventually(async () =>
      expect(await team.said('late', 'QuotaReserved')).toBe(
        `False Misconfigured: ClusterQueue ${name} doesn't exist`,
      ),
    );
  });

  test('a flavor that two ClusterQueues list stays until both are gone', async () => {
    const team = await Team.make(cluster);
    const { name } = team;
    const second = `${name}-second`;
    const { spec } = team.manifest('ClusterQueue');
    await cluster.create({ kind: 'ClusterQueue', metadata: { name: second }, spec });
    await eventually(async () =>
      expect(conditionText(await cluster.get<ClusterQueue>('ClusterQueue', second), 'Active')).toMatch(
        /^True/,
      ),
    );
    await cluster.remove('ResourceFlavor', name);
    await cluster.remove('ClusterQueue', name);
    await eventually(async () => expect(await cluster.find('ClusterQueue', name)).toBeUndefined());
    expect(await cluster.find('ResourceFlavor', name)).toBeDefined();
    await cluster.remove('ClusterQueue', second);
    await eventually(async () => expect(await cluster.find('ResourceFlavor', name)).toBeUndefined());
  });

  test.for([
    { order: ['LocalQueue', 'ClusterQueue', 'ResourceFlavor', 'Job'] as const },
    { order: ['ResourceFlavor', 'Job', 'LocalQueue', 'ClusterQueue'] as const },
    { order: ['ClusterQueue', 'LocalQueue', 'Job', 'ResourceFlavor'] as const },
  ])('deleted in the order $order, nothing is left', async ({ order }) => {
    const team = await aTeamThatRuns();
    const { name } = team;
    const keys = {
      LocalQueue: [`${name}/main`],
      ClusterQueue: [name],
      ResourceFlavor: [name],
      Job: [`${name}/runs`, `${name}/waits`],
    };
    for (const kind of order) for (const key of keys[kind]) await cluster.remove(kind, key);
    await eventually(async () => {
      expect(await cluster.find('ClusterQueue', name)).toBeUndefined();
      expect(await cluster.find('ResourceFlavor', name)).toBeUndefined();
      expect(await cluster.find<LocalQueue>('LocalQueue', `${name}/main`)).toBeUndefined();
      expect(await team.workloads()).toEqual([]);
      expect(await cluster.list('Job', name)).toEqual([]);
      expect(await cluster.list('Pod', name)).toEqual([]);
    });
  });
});

test('a namespace goes with all that is in it, and its quota comes back', async () => {
  const team = await aTeamThatRuns();
  await cluster.remove('Namespace', team.name);
  await eventually(async () => {
    expect(await cluster.find('Namespace', team.name)).toBeUndefined();
    const { status } = await team.clusterQueue();
    expect(status).toMatchObject({
      pendingWorkloads: idle.pending,
      reservingWorkloads: 0,
      admittedWorkloads: 0,
    });
  });
});
