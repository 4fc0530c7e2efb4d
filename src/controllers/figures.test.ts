import { expect, test } from 'vitest';
import { defaultSchedulingOptions } from '../core/workload/index.ts';
import type { FigureSource } from '../observability/index.ts';
import { ClusterState } from '../state/index.ts';
import {
  aClusterQueue,
  aCohort,
  aCondition,
  aLocalQueue,
  anAdmission,
  aReservingWorkload,
  aResourceFlavor,
  aWorkload,
} from '../../test/builders/index.ts';
import { figureSource } from './figures.ts';

const now = Date.parse('2026-01-01T00:10:00Z');

interface Objects {
  readonly ClusterQueue?: readonly ReturnType<typeof aClusterQueue>[];
  readonly Cohort?: readonly ReturnType<typeof aCohort>[];
  readonly LocalQueue?: readonly ReturnType<typeof aLocalQueue>[];
  readonly Workload?: readonly ReturnType<typeof aWorkload>[];
}

function stateOf(objects: Objects): ClusterState {
  const state = new ClusterState({ scheduling: defaultSchedulingOptions, clock: () => now });
  state.replace('Namespace', [namespace('team-a'), namespace('team-b')], '1');
  state.replace('ResourceFlavor', [aResourceFlavor({ name: 'default' })], '1');
  for (const kind of ['Cohort', 'ClusterQueue', 'LocalQueue', 'Workload'] as const) {
    state.replace(kind, objects[kind] ?? [], '1');
  }
  return state;
}

function namespace(name: string) {
  return {
    metadata: {
      name,
      uid: name,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
  };
}

function clusterQueueIn(source: FigureSource, name: string) {
  return source.read().clusterQueues.find((queue) => queue.name === name);
}

const pending = (name: string, shape: Parameters<typeof aWorkload>[0] = {}) => aWorkload({ name, ...shape });
const running = (name: string, shape: Parameters<typeof aReservingWorkload>[0] = {}) =>
  aReservingWorkload({ name, ...shape });
const finished = (name: string) => running(name, { conditions: [aCondition({ type: 'Finished' })] });

test('a ClusterQueue shows what waits, runs and has ended (O-10.1)', () => {
  const state = stateOf({
    ClusterQueue: [aClusterQueue()],
    LocalQueue: [aLocalQueue({ name: 'main', clusterQueue: 'main' })],
    Workload: [pending('a'), pending('b'), running('c'), running('d', { isAdmitted: false }), finished('e')],
  });
  const figures = clusterQueueIn(figureSource(state), 'main');
  expect(figures).toMatchObject({
    cohort: '',
    rootCohort: '',
    status: 'active',
    pending: { active: 2, inadmissible: 0 },
    reserving: 2,
    admitted: 1,
    finished: 1,
  });
  expect(figures?.schedulingHashes()).toEqual({ active: 1, inadmissible: 0 });
});

test('what waits in a stopped ClusterQueue is inadmissible (O-10.20)', () => {
  const state = stateOf({
    ClusterQueue: [aClusterQueue({ spec: { stopPolicy: 'Hold' } })],
    LocalQueue: [aLocalQueue({ name: 'main', clusterQueue: 'main' })],
    Workload: [pending('a'), pending('b', { priority: 7 })],
  });
  const source = figureSource(state);
  const figures = clusterQueueIn(source, 'main');
  expect(figures).toMatchObject({ status: 'pending', pending: { active: 0, inadmissible: 2 } });
  expect(figures?.schedulingHashes()).toEqual({ active: 0, inadmissible: 2 });
  const [localQueue] = source.read().localQueues();
  expect(localQueue).toMatchObject({ active: 'False', pending: { active: 0, inadmissible: 2 } });
});

test('a ClusterQueue on its way out is terminating (O-10.11)', () => {
  const deleted = aClusterQueue({
    deletionTimestamp: '2026-01-01T00:05:00Z',
    finalizers: ['kueue.x-k8s.io/resource-in-use'],
  });
  expect(clusterQueueIn(figureSource(stateOf({ ClusterQueue: [deleted] })), 'main')?.status).toBe(
    'terminating',
  );
});

test('quota is in cores or base units, and no limit is infinite (O-9.8)', () => {
  const quotas = {
    default: { cpu: { nominalQuota: '2500m', borrowingLimit: '1' }, memory: { nominalQuota: '1Gi' } },
  };
  const usage = { name: 'main', flavors: { cpu: 'default' }, resourceUsage: { cpu: '1500m' }, count: 1 };
  const state = stateOf({
    ClusterQueue: [aClusterQueue({ cohort: 'team', quotas })],
    LocalQueue: [aLocalQueue({ name: 'main', clusterQueue: 'main' })],
    Workload: [
      running('a', { admission: anAdmission({ podSetAssignments: [usage] }) }),
      running('b', { admission: anAdmission({ podSetAssignments: [usage] }), isAdmitted: false }),
    ],
  });
  const source = figureSource(state);
  expect(clusterQueueIn(source, 'main')?.quotas()).toEqual([
    {
      flavor: 'default',
      resource: 'cpu',
      reserved: 3,
      admitted: 1.5,
      nominal: 2.5,
      borrowingLimit: 1,
      lendingLimit: Infinity,
    },
    {
      flavor: 'default',
      resource: 'memory',
      reserved: 0,
      admitted: 0,
      nominal: 2 ** 30,
      borrowingLimit: Infinity,
      lendingLimit: Infinity,
    },
  ]);
  const [localQueue] = source.read().localQueues();
  expect(localQueue?.resources()).toEqual([
    { flavor: 'default', resource: 'cpu', reserved: 3, admitted: 1.5 },
    { flavor: 'default', resource: 'memory', reserved: 0, admitted: 0 },
  ]);
});

test('the requests of what waits are summed up by resource (O-10.2)', () => {
  const state = stateOf({
    ClusterQueue: [aClusterQueue()],
    LocalQueue: [aLocalQueue({ name: 'main', clusterQueue: 'main' })],
    Workload: [pending('a'), pending('b', { podSets: [{ count: 3 }] })],
  });
  const requests = Array.from(clusterQueueIn(figureSource(state), 'main')?.pendingRequests() ?? []);
  expect(requests).toContainEqual({ resource: 'cpu', amount: 4 });
});

test('cohorts show their place, their sums and what runs below them, named ones too (O-10.2)', () => {
  const state = stateOf({
    Cohort: [aCohort({ name: 'team', parent: 'all', quotas: { default: { cpu: '5' } } })],
    ClusterQueue: [
      aClusterQueue({ name: 'main', cohort: 'team' }),
      aClusterQueue({ name: 'other', cohort: 'all' }),
      aClusterQueue({ name: 'alone' }),
    ],
    Workload: [running('a'), running('b', { admission: anAdmission({ clusterQueue: 'other' }) })],
  });
  const source = figureSource(state);
  const cohorts = [...source.read().cohorts()];
  expect(cohorts).toMatchObject([
    { name: 'all', parent: '', root: 'all', admitted: 2 },
    { name: 'team', parent: 'all', root: 'all', admitted: 1 },
  ]);
  const quotas = cohorts.map(({ resources }) => resources.map(({ resource, quota }) => [resource, quota]));
  expect(quotas).toEqual([[['cpu', 25]], [['cpu', 15]]]);
  expect(clusterQueueIn(source, 'main')).toMatchObject({ cohort: 'team', rootCohort: 'all' });
  expect(source.cohortsAbove('main')).toEqual(['all', 'team']);
  expect(source.cohortsAbove('alone')).toEqual([]);
  expect(source.cohortsAbove('unknown')).toEqual([]);
});

test('shares are exact, and a weight of zero that borrows has an infinite one (S-7.4)', () => {
  const usage = { name: 'main', flavors: { cpu: 'default' }, resourceUsage: { cpu: '5' }, count: 1 };
  const admission = anAdmission({ podSetAssignments: [usage] });
  const shareWith = (weight: number) => {
    const state = stateOf({
      Cohort: [aCohort({ name: 'team', quotas: { default: { cpu: '6' } } })],
      ClusterQueue: [
        aClusterQueue({
          cohort: 'team',
          quotas: { default: { cpu: '1' } },
          spec: { fairSharing: { weight } },
        }),
      ],
      Workload: [running('a', { admission })],
    });
    const [cohort] = figureSource(state).read().cohorts();
    return [clusterQueueIn(figureSource(state), 'main')?.weightedShare(), cohort?.weightedShare];
  };
  expect(shareWith(3)).toEqual([4000 / 7 / 3, 0]);
  expect(shareWith(0)).toEqual([Infinity, 0]);
});

test('cohorts on a cycle have no root, and reading them ends (S-2.4)', () => {
  const state = stateOf({
    Cohort: [aCohort({ name: 'a', parent: 'b' }), aCohort({ name: 'b', parent: 'a' })],
    ClusterQueue: [aClusterQueue({ name: 'main', cohort: 'a' })],
  });
  const source = figureSource(state);
  expect([...source.read().cohorts()]).toMatchObject([
    { name: 'a', parent: 'b', root: '' },
    { name: 'b', parent: 'a', root: '' },
  ]);
  expect(clusterQueueIn(source, 'main')).toMatchObject({ cohort: 'a', rootCohort: '', status: 'pending' });
});

test('every workload that is neither admitted nor finished is counted under its cause (O-10.15)', () => {
  const waiting = [
    aCondition({ type: 'QuotaReserved', status: 'False', reason: 'WaitingForQuota' }),
    aCondition({ type: 'Admitted', status: 'False', reason: 'NoReservation' }),
  ];
  const checked = [aCondition({ type: 'Admitted', status: 'False', reason: 'AdmissionChecks' })];
  const state = stateOf({
    ClusterQueue: [aClusterQueue()],
    LocalQueue: [aLocalQueue({ name: 'main', clusterQueue: 'main' })],
    Workload: [
      pending('a'),
      pending('b', { conditions: waiting }),
      pending('c', { conditions: waiting }),
      pending('d', { queueName: 'missing' }),
      running('e', { isAdmitted: false, conditions: checked }),
      running('f'),
      finished('g'),
      pending('h', { deletionTimestamp: '2026-01-01T00:05:00Z', finalizers: ['x/y'] }),
    ],
  });
  const localQueue = { name: 'main', namespace: 'team-a' };
  const groups = [...figureSource(state).read().unadmitted()];
  expect(groups).toHaveLength(4);
  expect(groups).toEqual(
    expect.arrayContaining([
      {
        clusterQueue: 'main',
        localQueue,
        reason: 'NoReservation',
        underlyingCause: 'PendingEvaluation',
        count: 1,
      },
      {
        clusterQueue: 'main',
        localQueue,
        reason: 'NoReservation',
        underlyingCause: 'WaitingForQuota',
        count: 2,
      },
      { clusterQueue: '', reason: 'NoReservation', underlyingCause: 'PendingEvaluation', count: 1 },
      { clusterQueue: 'main', localQueue, reason: 'AdmissionChecks', underlyingCause: '', count: 1 },
    ]),
  );
});

test('only LocalQueues whose labels match the selector are reported (O-10.3)', () => {
  const state = stateOf({
    ClusterQueue: [aClusterQueue()],
    LocalQueue: [
      aLocalQueue({ name: 'main', clusterQueue: 'main', labels: { report: 'yes' } }),
      aLocalQueue({ name: 'quiet', clusterQueue: 'main' }),
    ],
    Workload: [pending('a'), pending('b', { queueName: 'quiet' })],
  });
  const source = figureSource(state, { localQueueSelector: { matchLabels: { report: 'yes' } } });
  expect([...source.read().localQueues()]).toMatchObject([
    { name: 'main', namespace: 'team-a', active: 'True', pending: { active: 1, inadmissible: 0 } },
  ]);
  expect(source.isLocalQueueReported('team-a', 'main')).toBe(true);
  expect(source.isLocalQueueReported('team-a', 'quiet')).toBe(false);
  expect(source.isLocalQueueReported('team-a', 'missing')).toBe(false);
  const reported = [...source.read().unadmitted()].map(({ localQueue }) => localQueue?.name);
  expect(new Set(reported)).toEqual(new Set(['main', undefined]));
});
