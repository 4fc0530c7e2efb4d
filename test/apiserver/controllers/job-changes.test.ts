import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { names } from '../../../src/api/index.ts';
import { resources } from '../../../src/kube/index.ts';
import { eventually, RunningCluster } from './running-cluster.ts';
import { conditionText, idle, Team } from './teams.ts';

const priorityLabel = 'kueue.x-k8s.io/priority-class';
const queueLabel = 'kueue.x-k8s.io/queue-name';

let cluster: RunningCluster;

beforeAll(async () => {
  cluster = await RunningCluster.start();
  await cluster.launch();
  await aClass('urgent', 100);
  await aClass('lazy', 1);
});
afterAll(() => cluster?.stop());

function aClass(name: string, value: number): Promise<void> {
  return cluster.create({ kind: 'WorkloadPriorityClass', metadata: { name }, value });
}

/** A team whose jobs stay pending. */
function aHeldTeam(): Promise<Team> {
  return Team.make(cluster, { localQueue: { stopPolicy: 'Hold' } });
}

describe.concurrent('L-3.8: priority', () => {
  test('comes from the class that the label names, and follows the label while the Job is pending', async () => {
    const team = await aHeldTeam();
    await team.submit('work', { labels: { [priorityLabel]: 'urgent' } });
    const before = await eventually(() => team.workload('work'));
    const ref = { group: 'kueue.x-k8s.io', kind: 'WorkloadPriorityClass', name: 'urgent' };
    expect(before.spec).toMatchObject({ priority: 100, priorityClassRef: ref });
    await cluster.patch('Job', `${team.name}/work`, { metadata: { labels: { [priorityLabel]: 'lazy' } } });
    await eventually(async () =>
      expect((await team.workload('work')).spec).toMatchObject({
        priority: 1,
        priorityClassRef: { ...ref, name: 'lazy' },
      }),
    );
    const note = `Updated workload priority class: ${team.name}/${before.metadata.name}`;
    await eventually(async () =>
      expect(await cluster.eventsOf(await team.job('work'))).toContain(`Normal UpdatedWorkload: ${note}`),
    );
  });

  test('comes without a label from the PriorityClass of the template', async () => {
    await cluster.create({ kind: 'PriorityClass', metadata: { name: 'pods-first' }, value: 55 });
    const team = await aHeldTeam();
    await team.submit('work', { podSpec: { priorityClassName: 'pods-first' } });
    const { spec } = await eventually(() => team.workload('work'));
    const ref = { group: 'scheduling.k8s.io', kind: 'PriorityClass', name: 'pods-first' };
    expect(spec).toMatchObject({ priority: 55, priorityClassRef: ref });
  });

  test('of a class that is missing is told, and the Job goes on when the class appears', async () => {
    const team = await Team.make(cluster);
    await team.submit('work', { labels: { [priorityLabel]: 'late' } });
    await eventually(async () =>
      expect(await cluster.eventsOf(await team.job('work'))).toContain(
        'Warning WorkloadPriorityClassNotFound: WorkloadPriorityClass "late" not found',
      ),
    );
    expect(await team.workloads()).toEqual([]);
    await aClass('late', 7);
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
    expect((await team.workload('work')).spec.priority).toBe(7);
  });

  test('L-13.10: of every Workload follows the value of its class, also of those that run', async () => {
    await aClass('moving', 10);
    const team = await Team.make(cluster);
    for (const name of ['runs', 'waits']) await team.submit(name, { labels: { [priorityLabel]: 'moving' } });
    await eventually(async () => {
      const states = [await team.stateOf('runs'), await team.stateOf('waits')];
      expect(states.toSorted()).toEqual(['running 1', 'suspended']);
      expect(await team.workloads()).toHaveLength(2);
    });
    await cluster.client.mergePatch(resources.workloadPriorityClasses, {
      name: 'moving',
      body: { value: 20 },
    });
    await eventually(async () => {
      const priorities = (await team.workloads()).map(({ spec }) => spec.priority);
      expect(priorities).toEqual([20, 20]);
    });
  });
});

describe.concurrent('a Job that changes', () => {
  test('J6: one without a queue label is left alone, and is queued when the label arrives', async () => {
    const team = await Team.make(cluster);
    await team.submit('free', { queue: '' });
    await team.submit('held', { queue: '', suspend: true });
    await eventually(async () => expect(await team.stateOf('free')).toBe('running 1'));
    expect(await team.workloads()).toEqual([]);
    await cluster.patch('Job', `${team.name}/held`, { metadata: { labels: { [queueLabel]: 'main' } } });
    await eventually(async () => expect(await team.stateOf('held')).toBe('running 1'));
    expect(await team.said('held', 'Admitted')).toMatch(/^True/);
    expect(await team.workloads('free')).toEqual([]);
  });

  test('L-2.7: the label cannot be put on a Job that runs', async () => {
    const team = await Team.make(cluster);
    await team.submit('free', { queue: '' });
    const labelled = cluster.patch('Job', `${team.name}/free`, {
      metadata: { labels: { [queueLabel]: 'main' } },
    });
    await expect(labelled).rejects.toThrow('field is immutable');
  });

  test('J20: a pending Workload follows the queue label of its Job', async () => {
    const team = await aHeldTeam();
    await cluster.create({
      kind: 'LocalQueue',
      metadata: { name: 'other', namespace: team.name },
      spec: { clusterQueue: team.name },
    });
    await team.submit('work');
    await eventually(() => team.workload('work'));
    await cluster.patch('Job', `${team.name}/work`, { metadata: { labels: { [queueLabel]: 'other' } } });
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
    expect((await team.workload('work')).spec.queueName).toBe('other');
  });

  test('L-3.5: one that waits has its Workload rewritten in place', async () => {
    const team = await aHeldTeam();
    await team.submit('work');
    const { metadata } = await eventually(() => team.workload('work'));
    await cluster.patch('Job', `${team.name}/work`, { spec: { parallelism: 3 } });
    await cluster.patch('Job', `${team.name}/work`, {
      metadata: { labels: { 'kueue.x-k8s.io/max-exec-time-seconds': '90' } },
    });
    await eventually(async () => {
      const workload = await team.workload('work');
      expect(workload.metadata.uid).toBe(metadata.uid);
      expect(workload.spec).toMatchObject({
        maximumExecutionTimeSeconds: 90,
        podSets: [{ count: 1 }],
        active: true,
      });
    });
    const note = `Updated not matching Workload for suspended job: ${team.name}/${metadata.name}`;
    await eventually(async () =>
      expect(await cluster.eventsOf(await team.job('work'))).toContain(`Normal UpdatedWorkload: ${note}`),
    );
  });

  test('L-3.5, L-3.11: one that runs is stopped, its Workload is deleted, and a new one is made', async () => {
    const team = await Team.make(cluster, { cpu: '5' });
    await team.submit('work', { pods: 2 });
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 2'));
    const { metadata } = await team.workload('work');
    await cluster.patch('Job', `${team.name}/work`, { spec: { parallelism: 1 } });
    await eventually(async () => {
      const workload = await team.workload('work');
      expect(workload.metadata.uid).not.toBe(metadata.uid);
      expect(workload.spec.podSets[0]?.count).toBe(1);
      expect(await team.stateOf('work')).toBe('running 1');
    });
    await eventually(async () =>
      expect(await team.counts()).toEqual({ ...idle, reserving: 1, admitted: 1, cpu: '1' }),
    );
    await eventually(async () => {
      const told = await cluster.eventsOf(await team.job('work'));
      expect(told).toContain(
        'Normal Stopped: No matching Workload; restoring pod templates according to existent Workload',
      );
      expect(told).toContain(
        `Normal DeletedWorkload: Deleted not matching Workload: ${team.name}/${metadata.name}`,
      );
    });
  });

  test('L-3.4, I-1.11: a child of a managed Job has no Workload, and is held while its parent is not admitted', async () => {
    const team = await Team.make(cluster, { localQueue: { stopPolicy: 'Hold' } });
    const { metadata } = await team.submit('parent');
    const owner = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      name: 'parent',
      uid: metadata.uid,
      controller: true,
    };
    await team.submit('child', { queue: '', ownerReferences: [owner] });
    await eventually(async () => expect(await team.stateOf('child')).toBe('suspended'));
    await eventually(async () =>
      expect(await cluster.eventsOf(await team.job('child'))).toContain(
        'Normal Suspended: Kueue managed child job suspended',
      ),
    );
    expect(await team.workloads('child')).toEqual([]);

    await cluster.patch('LocalQueue', `${team.name}/main`, { spec: { stopPolicy: 'None' } });
    await eventually(async () => expect(await team.stateOf('parent')).toBe('running 1'));
    expect(await team.stateOf('child')).toBe('suspended');
    await cluster.patch('Job', `${team.name}/child`, { spec: { suspend: false } });
    await eventually(async () => expect(await team.stateOf('child')).toBe('running 1'));

    const workload = await team.workload('parent');
    await cluster.patch('Workload', `${team.name}/${workload.metadata.name}`, { spec: { active: false } });
    await eventually(async () => expect(await team.stateOf('child')).toBe('suspended'));
  });

  test('L-2.6: annotations of partial admission are validated', async () => {
    const team = await Team.make(cluster);
    const submitted = team.submit('work', {
      pods: 2,
      annotations: { 'kueue.x-k8s.io/job-min-parallelism': '2' },
    });
    await expect(submitted).rejects.toThrow('should be between 0 and 1');
  });

  test('L-6.1 W12, L-3.5: a gated Job waits until its gates are taken away', async () => {
    const gates = 'kueue.x-k8s.io/admission-gated-by';
    const team = await Team.make(cluster);
    await team.submit('work', { annotations: { [gates]: 'example.com/a,example.com/b' } });
    const gated = 'False AdmissionGated: Admission is gated by: example.com/a,example.com/b';
    await eventually(async () => expect(await team.said('work', 'QuotaReserved')).toBe(gated));
    expect(await team.counts()).toEqual(idle);
    await cluster.patch('Job', `${team.name}/work`, { metadata: { annotations: { [gates]: null } } });
    await eventually(async () => expect(await team.stateOf('work')).toBe('running 1'));
    await eventually(async () => {
      const told = await cluster.eventsOf(await team.workload('work'));
      expect(told).toContain(
        'Normal AdmissionGated: Workload admission is gated by: example.com/a,example.com/b',
      );
    });
    await eventually(async () =>
      expect(await cluster.eventsOf(await team.job('work'))).toContain(
        'Normal UpdatedWorkload: Updated workload AdmissionGatedBy to ""',
      ),
    );
  });
});

describe('a Job that slipped past the webhook', () => {
  test('L-3.5, L-3.7, invariant 15: is suspended, and queued once its pods have ended', async () => {
    const team = await Team.make(cluster);
    const mutating = await cluster.get<StoredWebhooks>(
      'MutatingWebhookConfiguration',
      names.mutatingWebhookConfiguration,
    );
    await cluster.remove('MutatingWebhookConfiguration', names.mutatingWebhookConfiguration);
    // API servers may call a webhook a moment longer than its configuration is there.
    const attempts: string[] = [];
    await eventually(async () => {
      const name = `work-${attempts.push('') - 1}`;
      const { spec } = await team.submit(name, { suspend: false });
      if (spec.suspend) await cluster.remove('Job', `${team.name}/${name}`);
      expect(spec.suspend).toBe(false);
    });
    const { webhooks } = mutating;
    await cluster.create({
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: names.mutatingWebhookConfiguration },
      webhooks,
    });

    const name = `work-${attempts.length - 1}`;
    await eventually(async () => expect(await team.said(name, 'Admitted')).toMatch(/^True/));
    await eventually(async () => expect(await team.stateOf(name)).toBe('running 1'));
    await eventually(async () =>
      expect(await cluster.eventsOf(await team.job(name))).toContain(
        'Normal Stopped: Missing Workload; unable to restore pod templates',
      ),
    );
    expect(conditionText(await team.workload(name), 'QuotaReserved')).toMatch(/^True/);
    expect(await cluster.list('Pod', team.name)).toHaveLength(1);
  });
});

interface StoredWebhooks {
  readonly kind: string;
  readonly metadata: Awaited<ReturnType<Team['job']>>['metadata'];
  readonly webhooks: readonly object[];
}
