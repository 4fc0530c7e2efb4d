import { describe, expect, test } from 'vitest';
import {
  aClusterQueue,
  aLocalQueue,
  anAdmission,
  aReservingWorkload,
  aResourceFlavor,
  aWorkload,
} from '../../test/builders/index.ts';
import { defaultSchedulingOptions } from '../core/workload/index.ts';
import { ClusterState } from './cluster-state.ts';
import { compareStates } from './compare-states.ts';
import { decisiveKinds, keyOf } from './state-kinds.ts';
import type { KubeObject, StateChange, StateKind } from './state-kinds.ts';

const now = Date.parse('2026-01-01T12:00:00Z');

function aState(...objects: readonly KubeObject[]): ClusterState {
  const state = new ClusterState({ scheduling: defaultSchedulingOptions, clock: () => now });
  for (const object of [aResourceFlavor(), ...objects]) {
    state.upsert((object as { kind?: StateKind }).kind ?? '', object, 'watch');
  }
  return state;
}

function changesOf(state: ClusterState): StateChange[] {
  const changes: StateChange[] = [];
  state.subscribe((change) => changes.push(change));
  return changes;
}

const queues = [aClusterQueue(), aLocalQueue()];
const workload = aWorkload({ name: 'w', resourceVersion: '10' });
const key = keyOf(workload);
const after = {
  ...workload,
  status: aReservingWorkload({ admission: anAdmission() }).status,
};
const at = <T extends KubeObject>(object: T, resourceVersion: string, uid = object.metadata.uid): T => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion, uid },
});

describe('versions', () => {
  test('an older or equal version changes nothing, a newer one does', () => {
    const state = aState(...queues, workload);
    const changes = changesOf(state);
    state.upsert('Workload', at(workload, '10'), 'watch');
    state.upsert('Workload', at(workload, '9'), 'answer');
    expect(changes).toEqual([]);
    const newer = at(workload, '11');
    state.upsert('Workload', newer, 'watch');
    expect(changes).toEqual([{ kind: 'Workload', key, before: workload, after: newer }]);
  });

  test('versions compare as numbers', () => {
    const state = aState(...queues, at(workload, '9'));
    state.upsert('Workload', at(workload, '10'), 'watch');
    expect(state.get('Workload', key)?.metadata.resourceVersion).toBe('10');
  });

  test('another uid under the same name is a removal and a new object (L-15.1 row 3)', () => {
    const state = aState(...queues, workload);
    const changes = changesOf(state);
    state.upsert('Workload', at(workload, '20', 'another'), 'watch');
    expect(changes.map((change) => [change.before?.metadata.uid, change.after?.metadata.uid])).toEqual([
      [workload.metadata.uid, undefined],
      [undefined, 'another'],
    ]);
  });

  test('a late removal of the former object leaves the new one alone', () => {
    const state = aState(...queues, at(workload, '20', 'another'));
    state.remove('Workload', at(workload, '15'));
    expect(state.has('Workload', key)).toBe(true);
  });

  test('a late answer about an object that was deleted since brings nothing back', () => {
    const state = aState(...queues, workload);
    state.remove('Workload', at(workload, '12'));
    state.upsert('Workload', at(workload, '11'), 'answer');
    state.bookmark('Workload', '30');
    state.upsert('Workload', at(aWorkload({ name: 'other' }), '25'), 'answer');
    expect([...state.list('Workload')]).toEqual([]);
  });

  test('a list that is older than an answer does not undo it', () => {
    const state = aState(...queues);
    state.upsert('Workload', at(workload, '12'), 'answer');
    state.replace('Workload', [], '11');
    expect(state.has('Workload', key)).toBe(true);
    state.replace('Workload', [], '13');
    expect(state.has('Workload', key)).toBe(false);
  });
});

describe('assume and forget (S-2.19, S-4.24)', () => {
  test('an assumption counts at once, and is told as a change', () => {
    const state = aState(...queues, workload);
    const changes = changesOf(state);
    expect(state.assume(key, after)).toBe('assumed');
    expect(state.get('Workload', key)).toBe(after);
    expect(state.reservedUsage('main')).toEqual(new Map([['default/cpu', 1000n]]));
    expect(state.counts('main')).toMatchObject({ pendingActive: 0, reserving: 1, admitted: 1 });
    expect(changes).toEqual([{ kind: 'Workload', key, before: workload, after }]);
  });

  test('nothing is assumed of a workload or for a ClusterQueue that is gone', () => {
    const state = aState(aLocalQueue(), workload);
    expect(state.assume('team-a/nobody', after)).toBe('workloadGone');
    expect(state.assume(key, at(after, '10', 'another'))).toBe('workloadGone');
    expect(state.assume(key, after)).toBe('clusterQueueGone');
    expect(state.isAssumed(key)).toBe(false);
  });

  test('a newer version that still shows it pending does not end the assumption', () => {
    const state = aState(...queues, workload);
    state.assume(key, after);
    state.upsert('Workload', at(workload, '11'), 'watch');
    expect(state.isAssumed(key)).toBe(true);
    state.forget(key);
    expect(state.get('Workload', key)?.metadata.resourceVersion).toBe('11');
    expect(state.queues.placeOf(key)?.place).toBe('heap');
  });

  test('the answer of the write confirms it', () => {
    const state = aState(...queues, workload);
    state.assume(key, after);
    state.upsert('Workload', at(after, '11'), 'answer');
    expect(state.isAssumed(key)).toBe(false);
    expect(state.isAccounted(key)).toBe(true);
    state.forget(key);
    expect(state.isAccounted(key)).toBe(true);
  });

  test('a deletion ends it unconditionally (L-14.2, L-15.1 row 2)', () => {
    const state = aState(...queues, workload);
    state.assume(key, after);
    state.remove('Workload', at(workload, '11'));
    expect(state.isAccounted(key)).toBe(false);
    expect(state.reservedUsage('main').size).toBe(0);
  });

  test('a state compares equal to fresh lists while a write is under way', () => {
    const state = aState(...queues, workload);
    state.assume(key, after);
    const lists = [aResourceFlavor(), ...queues, workload].map((object) => ({
      kind: object.kind,
      objects: [object],
      resourceVersion: '50',
    }));
    expect(compareStates(state, lists)).toEqual([]);
  });
});

describe('the comparer', () => {
  const listsOf = (objects: readonly { kind: StateKind; metadata: KubeObject['metadata'] }[]) =>
    ['ResourceFlavor', 'ClusterQueue', 'LocalQueue', 'Workload'].map((kind) => ({
      kind,
      objects: objects.filter((object) => object.kind === kind),
      resourceVersion: '50',
    }));
  const holder = aReservingWorkload({ name: 'holder' });

  test.each([
    {
      name: 'an object that the state lacks, and what follows from it',
      observed: [...queues],
      listed: [...queues, holder, workload],
      want: [
        { kind: 'missing', stateKind: 'Workload', key: 'team-a/holder' },
        { kind: 'missing', stateKind: 'Workload', key },
        { kind: 'usage', clusterQueue: 'main', pair: 'default/cpu', observed: 0n, fresh: 1000n },
        { kind: 'place', key, observed: 'nowhere', fresh: 'main heap' },
      ],
    },
    {
      name: 'an object that is gone',
      observed: [...queues, workload],
      listed: queues,
      want: [
        { kind: 'surplus', stateKind: 'Workload', key },
        { kind: 'place', key, observed: 'main heap', fresh: 'nowhere' },
      ],
    },
    {
      name: 'another version',
      observed: [...queues, workload],
      listed: [...queues, at(workload, '11')],
      want: [
        {
          kind: 'version',
          stateKind: 'Workload',
          key,
          observed: `${workload.metadata.uid} 10`,
          fresh: `${workload.metadata.uid} 11`,
        },
      ],
    },
  ])('shows $name', ({ observed, listed, want }) => {
    expect(compareStates(aState(...observed), listsOf([aResourceFlavor(), ...listed]))).toEqual(want);
  });
});

describe('indexes', () => {
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'owner' }];
  const priorityClassRef = { group: 'kueue.x-k8s.io', kind: 'WorkloadPriorityClass', name: 'high' } as const;

  test('workloads are found by owner, LocalQueue, ClusterQueue, priority class and namespace, until they go', () => {
    const held = aReservingWorkload({ name: 'held', ownerReferences, spec: { priorityClassRef } });
    const state = aState(...queues, held, workload);
    const names = () => [
      state.workloadsOfOwner('owner').map(keyOf),
      state.workloadsOfLocalQueue('team-a/main').map(keyOf),
      state.workloadsOfClusterQueue('main').map(keyOf),
      state.workloadsOfPriorityClass('high').map(keyOf),
      state.workloadsOfNamespace('team-a').map(keyOf),
    ];
    const both = ['team-a/held', 'team-a/w'];
    expect(names()).toEqual([['team-a/held'], both, ['team-a/held'], ['team-a/held'], both]);
    state.remove('Workload', at(held, '30'));
    expect(names()).toEqual([[], ['team-a/w'], [], [], ['team-a/w']]);
  });

  test('a workload that changes its LocalQueue is found at the new one', () => {
    const state = aState(...queues, workload);
    state.upsert('Workload', at(aWorkload({ name: 'w', queueName: 'side' }), '11'), 'watch');
    expect(state.workloadsOfLocalQueue('team-a/main')).toEqual([]);
    expect(state.workloadsOfLocalQueue('team-a/side').map(keyOf)).toEqual([key]);
    expect(state.workloadsOfNamespace('team-a').map(keyOf)).toEqual([key]);
  });
});

describe('activity (S-2.15)', () => {
  test('a flavor that appears or goes is told as a change of the ClusterQueues that list it', () => {
    const state = aState(...queues);
    const changes = changesOf(state);
    state.remove('ResourceFlavor', at(aResourceFlavor(), '30'));
    expect(state.activity('main')).toMatchObject({ isActive: false, reason: 'FlavorNotFound' });
    expect(state.clusterQueue('main')?.isActive).toBe(false);
    expect(changes.map(({ kind, isActivityChange }) => [kind, isActivityChange])).toEqual([
      ['ResourceFlavor', undefined],
      ['ClusterQueue', true],
    ]);
  });

  test('a ClusterQueue on its way out is active no more, and keeps its quota in the tree (S-2.11)', () => {
    const state = aState(...queues, aReservingWorkload({ name: 'held' }));
    const deleting = aClusterQueue({ resourceVersion: '5', deletionTimestamp: '2026-01-01T11:00:00Z' });
    state.upsert('ClusterQueue', deleting, 'watch');
    expect(state.activity('main')?.reason).toBe('Terminating');
    expect(state.tree.usageOf('main')).toEqual(new Map([['default/cpu', 1000n]]));
  });
});

test('checks apply to all flavors, or to one of those that are assigned (L-9.2)', () => {
  const admissionChecks = [{ name: 'z' }, { name: 'spot-only', onFlavors: ['spot'] }];
  const state = aState(aClusterQueue({ spec: { admissionChecksStrategy: { admissionChecks } } }));
  expect(state.clusterQueue('main')?.checks(['default'])).toEqual(['z']);
  expect(state.clusterQueue('main')?.checks(['default', 'spot'])).toEqual(['spot-only', 'z']);
});

test('equal pod templates are one object in memory, and managedFields are not kept', () => {
  const managed = { ...workload.metadata, managedFields: [{ manager: 'kubectl' }] };
  const other = aWorkload({ name: 'other' });
  const state = aState({ ...workload, metadata: managed }, other);
  const [first, second] = [...state.list('Workload')];
  expect(first?.spec.podSets[0]?.template).toBe(second?.spec.podSets[0]?.template);
  expect(first?.metadata).not.toHaveProperty('managedFields');
});

test('jobs are kept as they are, but share equal pod specs', () => {
  const job = (name: string) => ({
    metadata: { ...workload.metadata, name },
    spec: { template: { metadata: { labels: { name } }, spec: { containers: [{ name: 'c' }] } } },
  });
  const state = aState();
  state.upsert('batch/job', job('a'), 'watch');
  state.upsert('batch/job', job('b'), 'watch');
  const [first, second] = [...state.list('batch/job')] as ReturnType<typeof job>[];
  expect(first).toEqual(job('a'));
  expect(first?.spec.template.spec).toBe(second?.spec.template.spec);
});

test('the state is synced once every kind that decisions need is (L-15.4)', () => {
  const state = aState();
  for (const kind of decisiveKinds) {
    expect(state.isSynced()).toBe(false);
    state.markSynced(kind);
  }
  expect(state.isSynced()).toBe(true);
});
