import { describe, expect, test } from 'vitest';
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
import { apiVersion, parseAdmissionCheck } from '../api/index.ts';
import { defaultSchedulingOptions } from '../core/workload/index.ts';
import { ClusterState } from './cluster-state.ts';
import type { KubeObject, StateKind } from './state-kinds.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
let version = 100;

function newer<T extends KubeObject>(object: T, changes: object = {}): T {
  version += 1;
  const metadata = { ...object.metadata, resourceVersion: String(version) };
  return { ...object, ...changes, metadata };
}

const namespace = (labels: Record<string, string>) => ({
  metadata: aCohort({ name: 'team-a', labels }).metadata,
});

const check = parseAdmissionCheck({
  apiVersion,
  kind: 'AdmissionCheck',
  metadata: aCohort({ name: 'check' }).metadata,
  spec: { controllerName: 'example.com/check' },
  status: { conditions: [aCondition({ type: 'Active' })] },
});

const queueA = aClusterQueue({
  name: 'a',
  cohort: 'root',
  spec: { namespaceSelector: { matchLabels: { team: 'yes' } } },
});
const queueB = aClusterQueue({ name: 'b', cohort: 'root', quotas: { spot: { cpu: '5' } } });
const aside = aClusterQueue({ name: 'aside', quotas: { default: { cpu: '5' } } });
const root = aCohort({ name: 'root', parent: 'top' });
const flavor = aResourceFlavor();
const spot = aResourceFlavor({ name: 'spot' });
const parked = aWorkload({ name: 'parked', queueName: 'a' });
const holder = aReservingWorkload({
  name: 'holder',
  queueName: 'b',
  podSets: [{ count: 2 }],
  admission: anAdmission({
    clusterQueue: 'b',
    podSetAssignments: [{ flavors: { cpu: 'spot' }, resourceUsage: { cpu: '2' }, count: 2 }],
  }),
});
const waiting = aWorkload({ name: 'waiting', queueName: 'b', priority: 5 });

function withCondition(shape: Parameters<typeof aCondition>[0], of = holder) {
  const { conditions = [] } = of.status;
  const others = conditions.filter(({ type }) => type !== shape.type);
  return newer(of, { status: { ...of.status, conditions: [...others, aCondition(shape)] } });
}

/** `parked` is parked in `a`; `holder` holds two cpus of `b`, in the same tree. */
function aCluster(): ClusterState {
  const state = new ClusterState({ scheduling: defaultSchedulingOptions, clock: () => now });
  const objects: [StateKind, KubeObject][] = [
    ['Namespace', namespace({ team: 'yes' })],
    ['ResourceFlavor', flavor],
    ['ResourceFlavor', spot],
    ['Cohort', root],
    ['Cohort', aCohort({ name: 'top' })],
    ['ClusterQueue', queueA],
    ['ClusterQueue', queueB],
    ['ClusterQueue', aside],
    ['LocalQueue', aLocalQueue({ name: 'a', clusterQueue: 'a' })],
    ['LocalQueue', aLocalQueue({ name: 'b', clusterQueue: 'b' })],
    ['Workload', holder],
    ['Workload', parked],
  ];
  for (const [kind, object] of objects) state.upsert(kind, object, 'watch');
  state.flushWakeUps(now);
  for (const head of state.queues.popHeads()) {
    const newest = state.newest(head.pending.key);
    const request = { reason: 'NoFit' as const, hasFlavorsLeft: false, conditionReason: '', newest };
    state.queues.requeue(head, request, now);
  }
  expect(placeOf(state)).toBe('parked');
  return state;
}

const placeOf = (state: ClusterState) => state.queues.placeOf('team-a/parked')?.place;

interface Case {
  readonly name: string;
  readonly act: (state: ClusterState) => void;
}

const upsert = (kind: StateKind, object: KubeObject) => (state: ClusterState) =>
  state.upsert(kind, newer(object), 'watch');
const remove = (kind: StateKind, object: KubeObject) => (state: ClusterState) =>
  state.remove(kind, newer(object));

describe('what looks again at parked workloads (S-3.19)', () => {
  test.each<Case>([
    { name: 'a holder of quota finishes', act: upsert('Workload', withCondition({ type: 'Finished' })) },
    {
      name: 'a holder is deactivated',
      act: upsert('Workload', { ...holder, spec: { ...holder.spec, active: false } } as KubeObject),
    },
    { name: 'a holder is deleted', act: remove('Workload', holder) },
    {
      name: 'a holder loses its reservation',
      act: upsert('Workload', { ...holder, status: {} } as KubeObject),
    },
    {
      name: 'a holder gives back reclaimable pods',
      act: upsert('Workload', {
        ...holder,
        status: { ...holder.status, reclaimablePods: [{ name: 'main', count: 1 }] },
      } as KubeObject),
    },
    {
      name: 'a holder whose LocalQueue is gone finishes (D-8)',
      act: (state) => {
        state.remove('LocalQueue', newer(aLocalQueue({ name: 'b', clusterQueue: 'b' })));
        state.upsert('Workload', withCondition({ type: 'Finished' }), 'watch');
      },
    },
    {
      name: 'an assumed admission is forgotten',
      act: (state) => {
        state.upsert('Workload', waiting, 'watch');
        const { status } = aReservingWorkload({ admission: anAdmission({ clusterQueue: 'b' }) });
        state.assume('team-a/waiting', { ...waiting, status });
        state.forget('team-a/waiting');
      },
    },
    {
      name: 'a ClusterQueue of the tree gets more quota',
      act: upsert(
        'ClusterQueue',
        aClusterQueue({ name: 'b', cohort: 'root', quotas: { spot: { cpu: '9' } } }),
      ),
    },
    {
      name: 'a ClusterQueue joins the tree',
      act: upsert('ClusterQueue', aClusterQueue({ name: 'c', cohort: 'top' })),
    },
    {
      name: 'a ClusterQueue moves into the tree',
      act: upsert('ClusterQueue', aClusterQueue({ name: 'aside', cohort: 'top' })),
    },
    {
      name: 'a ClusterQueue leaves the tree (D-8)',
      act: upsert('ClusterQueue', aClusterQueue({ name: 'b' })),
    },
    { name: 'a ClusterQueue of the tree is deleted (D-8)', act: remove('ClusterQueue', queueB) },
    {
      name: 'the Cohort gets quota',
      act: upsert('Cohort', aCohort({ name: 'root', quotas: { default: { cpu: 1 } } })),
    },
    {
      name: 'the Cohort moves away (D-8)',
      act: upsert('Cohort', aCohort({ name: 'root', parent: 'other' })),
    },
    { name: 'the Cohort is deleted (D-8)', act: remove('Cohort', root) },
    {
      name: 'the Cohort above is created anew',
      act: upsert('Cohort', aCohort({ name: 'top', quotas: { default: { cpu: 1 } } })),
    },
    {
      name: 'a flavor that the ClusterQueue lists changes its labels',
      act: upsert('ResourceFlavor', aResourceFlavor({ spec: { nodeLabels: { zone: 'x' } } })),
    },
    {
      name: 'a missing flavor appears',
      act: (state) => {
        state.remove('ResourceFlavor', newer(flavor));
        state.flushWakeUps(now);
        expect(placeOf(state)).toBe('parked');
        state.upsert('ResourceFlavor', newer(flavor), 'watch');
      },
    },
    {
      name: 'a LimitRange of the namespace appears (S-1.6)',
      act: upsert('LimitRange', { metadata: aLocalQueue({ name: 'limits' }).metadata }),
    },
    {
      name: 'a waiting workload of the tree is deleted (L-14.2)',
      act: (state) => {
        state.upsert('Workload', waiting, 'watch');
        state.remove('Workload', newer(waiting));
      },
    },
  ])('$name', ({ act }) => {
    const state = aCluster();
    const { version: before } = state;
    act(state);
    state.flushWakeUps(now);
    expect(placeOf(state)).toBe('heap');
    expect(state.version).toBeGreaterThan(before);
  });

  test('a check that becomes active wakes the ClusterQueues that became active by it', () => {
    const state = aCluster();
    const admissionChecksStrategy = { admissionChecks: [{ name: 'check' }] };
    const spec = { ...queueA.spec, admissionChecksStrategy };
    state.upsert('ClusterQueue', newer({ ...queueA, spec }), 'watch');
    state.flushWakeUps(now);
    expect(state.activity('a')?.reason).toBe('AdmissionCheckNotFound');
    expect(state.queues.hasHeads()).toBe(false);
    state.upsert('AdmissionCheck', check, 'watch');
    expect(state.activity('a')?.reason).toBe('Ready');
    expect(state.queues.popHeads().map(({ pending }) => pending.name)).toEqual(['parked']);
  });

  test('labels of the namespace that begin to match wake the ClusterQueue', () => {
    const state = aCluster();
    state.upsert('Namespace', newer(namespace({})), 'watch');
    state.upsert(
      'ClusterQueue',
      newer({ ...queueB, spec: { ...queueB.spec, stopPolicy: 'Hold' as const } }),
      'watch',
    );
    state.flushWakeUps(now);
    expect(placeOf(state)).toBe('parked');
    state.upsert('Namespace', newer(namespace({ team: 'yes' })), 'watch');
    state.flushWakeUps(now);
    expect(placeOf(state)).toBe('heap');
  });

  test('a cycle of cohorts drops wake-ups, and its end wakes the tree (S-2.4)', () => {
    const state = aCluster();
    state.upsert('Cohort', newer(aCohort({ name: 'top', parent: 'root' })), 'watch');
    state.remove('Workload', newer(holder));
    state.flushWakeUps(now);
    expect(placeOf(state)).toBe('parked');
    expect(state.clusterQueue('a')?.isActive).toBe(false);
    state.upsert('Cohort', newer(aCohort({ name: 'top' })), 'watch');
    state.flushWakeUps(now);
    expect(placeOf(state)).toBe('heap');
    expect(state.clusterQueue('a')?.isActive).toBe(true);
  });
});

describe('what moves nobody (I-24)', () => {
  test.each<Case>([
    {
      name: 'the message that the scheduler wrote on the parked workload',
      act: upsert('Workload', withCondition({ type: 'QuotaReserved', status: 'False' }, parked)),
    },
    {
      name: 'an eviction that frees nothing yet',
      act: upsert('Workload', withCondition({ type: 'Evicted' })),
    },
    { name: 'PodsReady of a holder', act: upsert('Workload', withCondition({ type: 'PodsReady' })) },
    {
      name: 'status of the ClusterQueue',
      act: upsert('ClusterQueue', { ...queueA, status: { pendingWorkloads: 1 } } as KubeObject),
    },
    {
      name: 'status of the LocalQueue',
      act: upsert(
        'LocalQueue',
        aLocalQueue({ name: 'a', clusterQueue: 'a', status: { pendingWorkloads: 1 } }),
      ),
    },
    {
      name: 'status of the Cohort',
      act: upsert('Cohort', { ...root, status: { fairSharing: { weightedShare: 1 } } } as KubeObject),
    },
    { name: 'a change of another tree', act: upsert('ClusterQueue', aClusterQueue({ name: 'aside' })) },
    { name: 'a new workload in the tree', act: upsert('Workload', waiting) },
  ])('$name', ({ act }) => {
    const state = aCluster();
    act(state);
    state.flushWakeUps(now);
    expect(placeOf(state)).toBe('parked');
  });

  test('writes of status on what is pending or on queues alter no decision, so the version stands still', () => {
    const state = aCluster();
    const { version: before } = state;
    state.upsert('Workload', withCondition({ type: 'QuotaReserved', status: 'False' }, parked), 'watch');
    state.upsert('ClusterQueue', newer(queueA), 'watch');
    state.upsert('LocalQueue', newer(aLocalQueue({ name: 'a', clusterQueue: 'a' })), 'watch');
    state.upsert('Cohort', newer(root), 'watch');
    state.flushWakeUps(now);
    expect(state.version).toBe(before);
  });
});

test('a back-off that ends is served by the next flush (S-3.8)', () => {
  const state = aCluster();
  const requeueAt = '2026-01-01T12:00:30Z';
  const backedOff = aWorkload({ name: 'later', queueName: 'b', status: { requeueState: { requeueAt } } });
  state.upsert('Workload', backedOff, 'watch');
  expect(state.nextDueMs()).toBe(Date.parse(requeueAt));
  state.flushWakeUps(now);
  expect(state.queues.hasHeads()).toBe(false);
  state.flushWakeUps(Date.parse(requeueAt));
  expect(state.queues.popHeads().map(({ pending }) => pending.name)).toEqual(['later']);
});
