import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Workload } from '../../../src/api/index.ts';
import { eventually, RunningCluster } from './running-cluster.ts';
import { conditionText, idle, Team } from './teams.ts';
import type { JobShape } from './teams.ts';

let cluster: RunningCluster;

beforeAll(async () => {
  cluster = await RunningCluster.start();
  await cluster.launch();
});
afterAll(() => cluster?.stop());

/** A team whose jobs get quota and are then kept by a check that nobody answers. */
async function aTeamWithCheck(name: string): Promise<Team> {
  await cluster.create({
    kind: 'AdmissionCheck',
    metadata: { name },
    spec: { controllerName: 'example.com/nobody' },
  });
  const condition = { type: 'Active', status: 'True', reason: 'Active', message: '' };
  const conditions = [{ ...condition, lastTransitionTime: '2026-01-01T00:00:00Z' }];
  await cluster.patchStatus('AdmissionCheck', name, { conditions });
  return Team.make(cluster, { clusterQueue: { admissionChecksStrategy: { admissionChecks: [{ name }] } } });
}

describe.concurrent('the life of a Job', () => {
  test('L-2.4, L-3.7, L-3.9, L-13.4, L-13.8, L-16.1: it waits, is started, finishes and gives its quota back', async () => {
    const toleration = { key: 'example.com/kept', operator: 'Exists', effect: 'NoSchedule' };
    const team = await Team.make(cluster, {
      flavor: { nodeLabels: { 'kubernetes.io/os': 'linux' }, tolerations: [toleration] },
      localQueue: { stopPolicy: 'Hold' },
    });
    const { metadata } = await team.submit('work', { runFor: '500ms', podLabels: { app: 'a' } });
    const { name: podSetFlavor } = team;
    const pending = await eventually(async () => {
      const workload = await team.workload('work');
      expect(conditionText(workload, 'QuotaReserved')).toBe('False Suspended: LocalQueue main is inactive');
      return workload;
    });
    expect((await team.job('work')).spec.suspend).toBe(true);
    expect(pending.metadata).toMatchObject({
      name: expect.stringMatching(/^job-work-[0-9a-f]{5}$/) as string,
      labels: { 'kueue.x-k8s.io/job-uid': metadata.uid },
      finalizers: ['kueue.x-k8s.io/resource-in-use'],
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          name: 'work',
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    });
    expect(pending.spec).toMatchObject({
      queueName: 'main',
      active: true,
      priority: 0,
      podSets: [{ name: 'main', count: 1 }],
    });

    await cluster.patch('LocalQueue', `${team.name}/main`, { spec: { stopPolicy: 'None' } });
    const { template } = await eventually(async () => {
      const { spec } = await team.job('work');
      expect(spec.suspend).toBe(false);
      return spec;
    });
    expect(template.spec).toMatchObject({
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [toleration],
    });
    expect(template.metadata?.labels).toMatchObject({
      app: 'a',
      'kueue.x-k8s.io/podset': 'main',
      'kueue.x-k8s.io/local-queue-name': 'main',
      'kueue.x-k8s.io/cluster-queue-name': team.name,
    });
    expect(template.metadata?.annotations).toMatchObject({
      'kueue.x-k8s.io/workload': pending.metadata.name,
    });

    const finished = await eventually(async () => {
      const workload = await team.workload('work');
      expect(conditionText(workload, 'Finished')).toMatch(/^True Succeeded: /);
      expect(workload.metadata.finalizers ?? []).toEqual([]);
      return workload;
    });
    expect(finished.status.admission).toMatchObject({
      clusterQueue: team.name,
      podSetAssignments: [
        { name: 'main', count: 1, flavors: { cpu: podSetFlavor }, resourceUsage: { cpu: '1' } },
      ],
    });
    expect(conditionText(finished, 'Admitted')).toBe('True Admitted: The workload is admitted');
    await eventually(async () => expect(await team.counts()).toEqual(idle));

    const key = `${team.name}/${finished.metadata.name}`;
    await eventually(async () =>
      expect(await cluster.eventsOf(await team.job('work'))).toEqual(
        expect.arrayContaining([
          `Normal CreatedWorkload: Created Workload: ${key}`,
          `Normal Started: Admitted by clusterQueue ${team.name}`,
          `Normal FinishedWorkload: Workload '${key}' is declared finished`,
        ]),
      ),
    );
    const waited = 'wait time since queued was \\d+s';
    await eventually(async () => {
      const told = await cluster.eventsOf(finished);
      expect(told.join('\n')).toMatch(
        new RegExp(`Normal QuotaReserved: Quota reserved in ClusterQueue ${team.name}, ${waited}`),
      );
      expect(told).toContain(
        `Normal Admitted: Admitted by ClusterQueue ${team.name}, wait time since reservation was 0s`,
      );
    });
  });

  test('J15, L-13.8: one that fails ends its Workload as Failed and gives its quota back', async () => {
    const team = await Team.make(cluster);
    await team.submit('work', {
      runFor: '200ms',
      podAnnotations: { 'test.quaymaster.dev/outcome': 'failed' },
    });
    await eventually(async () =>
      expect(await team.said('work', 'Finished')).toMatch(/^True Failed: .*backoff limit/),
    );
    await eventually(async () => expect(await team.counts()).toEqual(idle));
  });

  test('L-3.9: one that cannot be started ends its Workload as FailedToStart', async () => {
    const team = await Team.make(cluster);
    await team.submit('work', { podLabels: { 'kueue.x-k8s.io/local-queue-name': 'other' } });
    const text =
      'invalid admission check PodSetUpdate: conflict for labels: conflict for key=kueue.x-k8s.io/local-queue-name, value1=other, value2=main';
    await eventually(async () =>
      expect(await team.said('work', 'Finished')).toBe(`True FailedToStart: ${text}`),
    );
    await eventually(async () => expect(await team.counts()).toEqual(idle));
    expect(await team.stateOf('work')).toBe('suspended');
  });

  test('J13: the Workload of a running Job is deleted: the Job is stopped, and gets a new one', async () => {
    const team = await Team.make(cluster);
    await team.submit('work');
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
    const { metadata } = await team.workload('work');
    await cluster.remove('Workload', `${team.name}/${metadata.name}`);
    await eventually(async () => {
      const workload = await team.workload('work');
      expect(workload.metadata.uid).not.toBe(metadata.uid);
      expect(workload.metadata.name).toBe(metadata.name);
    });
    await eventually(async () =>
      expect(await cluster.eventsOf(await team.job('work'))).toContain('Normal Stopped: Workload is deleted'),
    );
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
    expect((await cluster.list('Pod', team.name)).length).toBe(1);
  });

  test('L-10.2, L-3.11, L-7.5, Q-1: deactivated, a Job is stopped and restored; reactivated, it runs again', async () => {
    const flavor = { nodeLabels: { 'kubernetes.io/os': 'linux' } };
    const team = await Team.make(cluster, { flavor });
    const submitted = await team.submit('work', { podLabels: { app: 'a' } });
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
    const { metadata } = await team.workload('work');
    const key = `${team.name}/${metadata.name}`;
    const started = (await team.job('work')).spec.template;
    await cluster.patch('Workload', key, { spec: { active: false } });
    await eventually(async () => {
      const workload = await team.workload('work');
      expect(conditionText(workload, 'Evicted')).toBe('True Deactivated: The workload is deactivated');
      expect(conditionText(workload, 'QuotaReserved')).toBe('False Deactivated: The workload is deactivated');
      expect(conditionText(workload, 'Admitted')).toBe(
        'False NoReservation: The workload has no reservation',
      );
      expect(conditionText(workload, 'Requeued')).toBe('False Deactivated: The workload is deactivated');
      expect(workload.status.admission).toBeUndefined();
      expect(workload.status.schedulingStats?.evictions).toEqual([
        { reason: 'Deactivated', underlyingCause: '', count: 1 },
      ]);
    });
    const stopped = await team.job('work');
    expect(stopped.spec.suspend).toBe(true);
    expect(stopped.metadata.annotations ?? {}).toEqual({});
    expect(stopped.status.startTime).toBeUndefined();
    expect(stopped.spec.template).toEqual(submitted.spec.template);
    await eventually(async () => expect(await team.counts()).toEqual(idle));
    expect(await cluster.list('Pod', team.name)).toEqual([]);
    await eventually(async () =>
      expect(await cluster.eventsOf(stopped)).toContain('Normal Stopped: The workload is deactivated'),
    );
    await eventually(async () =>
      expect(await cluster.eventsOf(await team.workload('work'))).toContain(
        'Normal EvictedDueToDeactivated: The workload is deactivated',
      ),
    );

    await cluster.patch('Workload', key, { spec: { active: true } });
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
    expect((await team.job('work')).spec.template).toEqual(started);
    expect(await team.said('work', 'Requeued')).toBe('True Reactivated: The workload was reactivated');
    expect(await team.said('work', 'Evicted')).toBe(
      'False QuotaReserved: Previously: The workload is deactivated',
    );
  });

  test('L-10.3: one that runs too long is deactivated and stopped', async () => {
    const team = await Team.make(cluster);
    await team.submit('work', { labels: { 'kueue.x-k8s.io/max-exec-time-seconds': '1' } });
    const why = 'The workload is deactivated due to exceeding the maximum execution time';
    await eventually(async () => {
      expect(await team.said('work', 'Evicted')).toBe(
        `True DeactivatedDueToMaximumExecutionTimeExceeded: ${why}`,
      );
      expect(await team.said('work', 'QuotaReserved')).toBe('False Deactivated: The workload is deactivated');
    });
    const workload = await team.workload('work');
    expect(workload.spec).toMatchObject({ active: false, maximumExecutionTimeSeconds: 1 });
    expect(conditionText(workload, 'DeactivationTarget')).toBeUndefined();
    expect(await team.stateOf('work')).toBe('suspended');
    await eventually(async () => {
      const told = await cluster.eventsOf(workload);
      expect(told).toContain(
        'Warning MaximumExecutionTimeExceeded: The maximum execution time (1s) exceeded',
      );
      expect(told).toContain(`Normal EvictedDueToDeactivatedDueToMaximumExecutionTimeExceeded: ${why}`);
    });
  });

  test('J3, W2: a Workload whose Job was deleted and left it behind is finished and let go', async () => {
    const team = await Team.make(cluster, { localQueue: { stopPolicy: 'Hold' } });
    await team.submit('first');
    await eventually(() => team.workload('first'));
    await cluster.remove('Job', `${team.name}/first`);
    // Once this one is gone, the garbage collector knows our kinds, and can tell who is to be left behind.
    await eventually(async () => expect(await team.workloads('first')).toEqual([]));
    await team.submit('work');
    const { metadata } = await eventually(() => team.workload('work'));
    await cluster.remove('Job', `${team.name}/work`, 'Orphan');
    await eventually(async () => {
      const orphan = await cluster.get<Workload>('Workload', `${team.name}/${metadata.name}`);
      expect(conditionText(orphan, 'Finished')).toBe(
        "True OwnerNotFound: The workload's owner no longer exists",
      );
      expect(orphan.metadata.finalizers ?? []).toEqual([]);
      expect(orphan.metadata.ownerReferences ?? []).toEqual([]);
    });
  });
});

describe.concurrent('L-3.12: a Job that is deleted leaves nothing behind', () => {
  interface Stage {
    readonly name: string;
    readonly team: () => Promise<Team>;
    readonly job: JobShape;
    readonly isReached: (team: Team) => Promise<void>;
  }
  const stages: Stage[] = [
    {
      name: 'while it is pending',
      team: () => Team.make(cluster, { cpu: '0' }),
      job: {},
      isReached: async (team) => expect(await team.counts()).toMatchObject({ pending: 1 }),
    },
    {
      name: 'while it only reserves quota',
      team: () => aTeamWithCheck('unanswered'),
      job: {},
      isReached: async (team) => {
        expect(await team.counts()).toEqual({ pending: 0, reserving: 1, admitted: 0, cpu: '1' });
        expect(await team.stateOf('work')).toBe('suspended');
      },
    },
    {
      name: 'while it runs',
      team: () => Team.make(cluster),
      job: {},
      isReached: async (team) => {
        expect(await team.counts()).toEqual({ pending: 0, reserving: 1, admitted: 1, cpu: '1' });
        expect(await team.stateOf('work')).toBe('running 1');
      },
    },
    {
      name: 'when it has finished',
      team: () => Team.make(cluster),
      job: { runFor: '100ms' },
      isReached: async (team) => expect(await team.said('work', 'Finished')).toMatch(/^True Succeeded/),
    },
  ];

  test.for(stages)('$name', async ({ team: makeTeam, job, isReached }) => {
    const team = await makeTeam();
    await team.submit('work', job);
    await eventually(() => isReached(team));
    await cluster.remove('Job', `${team.name}/work`);
    await eventually(async () => {
      expect(await cluster.find('Job', `${team.name}/work`)).toBeUndefined();
      expect(await team.workloads()).toEqual([]);
      expect(await cluster.list('Pod', team.name)).toEqual([]);
      expect(await team.counts()).toEqual(idle);
    });
  });
});
