import { describe, expect, test } from 'vitest';
import { aWorkload } from '../../../test/builders/index.ts';
import type { WorkloadShape } from '../../../test/builders/index.ts';
import { defaultSchedulingOptions, describePending } from '../workload/index.ts';
import type { PendingWorkload, SchedulingOptions } from '../workload/index.ts';
import { PendingQueues } from './pending-queues.ts';
import type { Head } from './pending-queues.ts';
import type { RequeueReason } from './requeue-reason.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const later = '2026-01-01T12:05:00Z';
const laterMs = Date.parse(later);
const everywhere = { now, matchesNamespace: () => true };

function pending(shape: WorkloadShape, options: Partial<SchedulingOptions> = {}): PendingWorkload {
  return describePending(aWorkload(shape), {
    limitRanges: [],
    runtimeClass: () => undefined,
    options: { ...defaultSchedulingOptions, ...options },
  });
}

/** Workloads that ask for different amounts, so that no two have one scheduling hash. */
function pendingOf(name: string, cpu: string, shape: WorkloadShape = {}): PendingWorkload {
  const template = { spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }] } };
  return pending({ name, podSets: [{ template }], ...shape });
}

function queuesWith(
  workloads: readonly PendingWorkload[],
  strategy: 'StrictFIFO' | 'BestEffortFIFO' = 'BestEffortFIFO',
): PendingQueues {
  const queues = new PendingQueues();
  queues.upsertClusterQueue('main', { strategy, isActive: true });
  for (const workload of workloads) queues.push('main', workload, now);
  return queues;
}

function requeue(
  queues: PendingQueues,
  head: Head,
  request: {
    reason: RequeueReason;
    hasFlavorsLeft?: boolean;
    newest?: PendingWorkload;
    conditionReason?: string;
  },
) {
  const newest = request.newest ?? queues.pendingOf(head.pending.key);
  return queues.requeue(head, { hasFlavorsLeft: false, conditionReason: '', ...request, newest }, now);
}

function popHead(queues: PendingQueues): Head {
  const [head] = queues.popHeads();
  if (head === undefined) throw new Error('there is no head');
  return head;
}

const placeOf = (queues: PendingQueues, name: string) => queues.placeOf(`team-a/${name}`)?.place;
const orderOf = (queues: PendingQueues) => queues.order('main').map(({ name }) => name);

describe('heap order (S-3.3)', () => {
  test('visible positions cover heap, parked and in flight (S-3.4)', () => {
    const queues = queuesWith([
      pendingOf('a', '1', { priority: 3 }),
      pendingOf('b', '2', { priority: 2 }),
      pendingOf('c', '3', { priority: 1 }),
    ]);
    requeue(queues, popHead(queues), { reason: 'NoFit' });
    popHead(queues);
    expect(['a', 'b', 'c'].map((name) => placeOf(queues, name))).toEqual(['parked', 'inFlight', 'heap']);
    expect(orderOf(queues)).toEqual(['a', 'b', 'c']);
  });
});

describe('entering and updating (S-3.5)', () => {
  const locked = [{ type: 'Requeued', status: 'False' as const }];

  test.each([
    { name: 'a fresh workload goes to the heap', shape: {}, want: 'heap' },
    { name: 'a locked one is parked (S-3.8)', shape: { conditions: locked }, want: 'parked' },
    {
      name: 'one in back-off is parked (S-3.8)',
      shape: { status: { requeueState: { count: 1, requeueAt: later } } },
      want: 'parked',
    },
    {
      name: 'a back-off that ends just now is over (S-3.8)',
      shape: { status: { requeueState: { count: 1, requeueAt: '2026-01-01T12:00:00Z' } } },
      want: 'heap',
    },
  ])('$name', ({ shape, want }) => {
    expect(placeOf(queuesWith([pending({ name: 'a', ...shape })]), 'a')).toBe(want);
  });

  test('a status write by the scheduler leaves a parked workload parked (S-3.7, I-24)', () => {
    const queues = queuesWith([pending({ name: 'a' })]);
    requeue(queues, popHead(queues), { reason: 'NoFit' });
    const told = { type: 'QuotaReserved', status: 'False' as const, message: 'insufficient quota' };
    expect(queues.push('main', pending({ name: 'a', resourceVersion: '2', conditions: [told] }), now)).toBe(
      false,
    );
    expect(placeOf(queues, 'a')).toBe('parked');
    expect(queues.pendingOf('team-a/a')?.resourceVersion).toBe('2');
  });

  test.each([
    { name: 'a changed spec', shape: { generation: 2, priority: 4 } },
    { name: 'reclaimable pods', shape: { status: { reclaimablePods: [{ name: 'main', count: 1 }] } } },
    {
      name: 'a changed Evicted condition',
      shape: { conditions: [{ type: 'Evicted', reason: 'Preempted' }] },
    },
    { name: 'a changed Requeued condition', shape: { conditions: [{ type: 'Requeued' }] } },
  ])('$name takes a parked workload to the heap (S-3.7)', ({ shape }) => {
    const queues = queuesWith([pending({ name: 'a' })]);
    requeue(queues, popHead(queues), { reason: '' });
    expect(queues.push('main', pending({ name: 'a', ...shape }), now)).toBe(true);
    expect(placeOf(queues, 'a')).toBe('heap');
  });

  test('a workload whose back-off was taken away goes to the heap', () => {
    const backedOff = { requeueState: { count: 1, requeueAt: later } };
    const queues = queuesWith([pending({ name: 'a', status: backedOff })]);
    queues.push('main', pending({ name: 'a', status: { requeueState: { count: 1 } } }), now);
    expect(placeOf(queues, 'a')).toBe('heap');
  });

  test('a workload that is locked while it waits in the heap is parked, so that it is not admitted', () => {
    const queues = queuesWith([pending({ name: 'a' })]);
    queues.push('main', pending({ name: 'a', conditions: locked }), now);
    expect(placeOf(queues, 'a')).toBe('parked');
    expect(queues.hasHeads()).toBe(false);
  });

  test('an update in flight is ignored, and taken over by the requeue (S-3.5 step 1, S-3.12)', () => {
    const queues = queuesWith([pending({ name: 'a' })]);
    const head = popHead(queues);
    queues.push('main', pending({ name: 'a', generation: 2, priority: 7 }), now);
    expect(placeOf(queues, 'a')).toBe('inFlight');
    expect(requeue(queues, head, { reason: 'NoFit' })).toBe('heap');
    expect(queues.pendingOf('team-a/a')?.priority).toBe(7);
  });

  test('a push into another ClusterQueue moves the workload (S-3.2)', () => {
    const queues = queuesWith([pending({ name: 'a' })]);
    queues.upsertClusterQueue('other', { strategy: 'StrictFIFO', isActive: true });
    queues.push('other', pending({ name: 'a' }), now);
    expect(queues.placeOf('team-a/a')).toEqual({ clusterQueue: 'other', place: 'heap' });
    expect(queues.counts('main')).toEqual({ active: 0, inadmissible: 0 });
  });
});

describe('heads (S-3.10)', () => {
  test('each active ClusterQueue with a heap gives one, by name, and no second one while it is in flight', () => {
    const queues = queuesWith([pending({ name: 'a' }), pending({ name: 'b' })]);
    queues.upsertClusterQueue('empty', { strategy: 'StrictFIFO', isActive: true });
    queues.upsertClusterQueue('first', { strategy: 'StrictFIFO', isActive: true });
    queues.upsertClusterQueue('stopped', { strategy: 'StrictFIFO', isActive: false });
    queues.push('first', pending({ name: 'c' }), now);
    queues.push('stopped', pending({ name: 'd' }), now);
    expect(queues.popHeads().map(({ clusterQueue, pending: { name } }) => [clusterQueue, name])).toEqual([
      ['first', 'c'],
      ['main', 'a'],
    ]);
    expect(queues.popHeads()).toEqual([]);
  });

  test('a stopped ClusterQueue keeps its heap and serves it at once when it goes on (S-3.23)', () => {
    const queues = queuesWith([pending({ name: 'a' })]);
    queues.upsertClusterQueue('main', { strategy: 'BestEffortFIFO', isActive: false });
    expect(queues.hasHeads()).toBe(false);
    expect(queues.counts('main')).toEqual({ active: 1, inadmissible: 0 });
    queues.upsertClusterQueue('main', { strategy: 'BestEffortFIFO', isActive: true });
    expect(popHead(queues).pending.name).toBe('a');
  });

  test('the preemptor of a ClusterQueue is told as such while its generation is the same (S-3.11, S-3.15)', () => {
    const queues = queuesWith([pending({ name: 'a' })]);
    expect(popHead(queues).isPreemptor).toBe(false);
    const again = queuesWith([pending({ name: 'a' })]);
    requeue(again, popHead(again), { reason: 'PendingPreemption' });
    const head = popHead(again);
    expect(head.isPreemptor).toBe(true);
    requeue(again, head, { reason: 'FailedAfterNomination', newest: pending({ name: 'a', generation: 2 }) });
    expect(popHead(again).isPreemptor).toBe(false);
  });
});

describe('requeue (S-3.12)', () => {
  test.each<{ reason: RequeueReason; strict: string; bestEffort: string }>([
    { reason: '', strict: 'heap', bestEffort: 'parked' },
    { reason: 'NamespaceMismatch', strict: 'parked', bestEffort: 'parked' },
    { reason: 'FailedAfterNomination', strict: 'heap', bestEffort: 'heap' },
    { reason: 'PendingPreemption', strict: 'heap', bestEffort: 'heap' },
    { reason: 'PendingMigration', strict: 'heap', bestEffort: 'heap' },
    { reason: 'PreemptionFailed', strict: 'heap', bestEffort: 'heap' },
    { reason: 'NoFit', strict: 'heap', bestEffort: 'parked' },
    { reason: 'PreemptionNoCandidates', strict: 'heap', bestEffort: 'parked' },
    { reason: 'PreemptionGated', strict: 'heap', bestEffort: 'parked' },
  ])(
    'reason "$reason" goes to $strict when strict, else to $bestEffort',
    ({ reason, strict, bestEffort }) => {
      const strictQueues = queuesWith([pending({ name: 'a' })], 'StrictFIFO');
      expect(requeue(strictQueues, popHead(strictQueues), { reason })).toBe(strict);
      const queues = queuesWith([pending({ name: 'a' })]);
      expect(requeue(queues, popHead(queues), { reason })).toBe(bestEffort);
      expect(placeOf(queues, 'a')).toBe(bestEffort);
    },
  );

  test('flavors left to try bring it back to the heap', () => {
    const queues = queuesWith([pending({ name: 'a' })]);
    expect(requeue(queues, popHead(queues), { reason: 'NoFit', hasFlavorsLeft: true })).toBe('heap');
  });

  test('a wake-up since the pop brings it back to the heap (L-15.1 row 5)', () => {
    const queues = queuesWith([pending({ name: 'a' })]);
    const head = popHead(queues);
    queues.wake(['main'], everywhere);
    expect(requeue(queues, head, { reason: 'NoFit' })).toBe('heap');
    expect(requeue(queues, popHead(queues), { reason: 'NoFit' })).toBe('parked');
  });

  test('a back-off that began meanwhile parks it, whatever the reason', () => {
    const queues = queuesWith([pending({ name: 'a' })]);
    const newest = pending({ name: 'a', status: { requeueState: { requeueAt: later } } });
    expect(requeue(queues, popHead(queues), { reason: 'PendingPreemption', newest })).toBe('parked');
    expect(queues.nextDueMs()).toBe(laterMs);
  });

  test('what may not be queued any more is dropped', () => {
    const queues = queuesWith([pending({ name: 'a' })]);
    const head = popHead(queues);
    const request = {
      reason: 'NoFit' as const,
      hasFlavorsLeft: false,
      conditionReason: '',
      newest: undefined,
    };
    expect(queues.requeue(head, request, now)).toBe('dropped');
    expect(queues.placeOf('team-a/a')).toBeUndefined();
  });

  test('a head that left meanwhile is not brought back', () => {
    const queues = queuesWith([pending({ name: 'a' })]);
    const head = popHead(queues);
    queues.remove('team-a/a');
    expect(requeue(queues, head, { reason: 'NoFit', newest: head.pending })).toBe('dropped');
    expect([...queues.keys()]).toEqual([]);
  });

  test('a sticky preemptor stays before workloads of higher priority, until it leaves (S-3.15)', () => {
    const queues = queuesWith([pendingOf('low', '1', { priority: 1 })]);
    requeue(queues, popHead(queues), { reason: 'PendingPreemption' });
    queues.push('main', pendingOf('high', '2', { priority: 9 }), now);
    expect(orderOf(queues)).toEqual(['low', 'high']);
    queues.remove('team-a/low');
    queues.push('main', pendingOf('low', '1', { priority: 1 }), now);
    expect(orderOf(queues)).toEqual(['high', 'low']);
  });

  test('a new preemptor takes the place of the old one (S-3.15)', () => {
    const queues = queuesWith([pendingOf('old', '1', { priority: 1 })]);
    requeue(queues, popHead(queues), { reason: 'PendingPreemption' });
    requeue(queues, popHead(queues), { reason: 'PreemptionFailed' });
    queues.push('main', pendingOf('new', '2', { priority: 5 }), now);
    queues.push('main', pendingOf('third', '3', { priority: 3 }), now);
    const old = popHead(queues);
    expect(old.pending.name).toBe('old');
    requeue(queues, old, { reason: 'NoFit' });
    requeue(queues, popHead(queues), { reason: 'PendingPreemption' });
    queues.wake(['main'], everywhere);
    expect(orderOf(queues)).toEqual(['new', 'third', 'old']);
  });
});

describe('bulk parking (S-3.14)', () => {
  const three = () => [
    pending({ name: 'a' }),
    pending({ name: 'b' }),
    pending({ name: 'c', namespace: 'team-b' }),
  ];

  test.each<{ reason: RequeueReason; want: number }>([
    { reason: 'NoFit', want: 3 },
    { reason: 'PreemptionNoCandidates', want: 3 },
    { reason: '', want: 1 },
    { reason: 'NamespaceMismatch', want: 1 },
  ])('after "$reason" $want of three equivalent workloads are parked', ({ reason, want }) => {
    const queues = queuesWith(three());
    requeue(queues, popHead(queues), { reason });
    expect(queues.counts('main')).toEqual({ active: 3 - want, inadmissible: want });
  });

  test('an unknown hash is equal to none (S-3.16)', () => {
    const options = { schedulingEquivalenceHashing: false };
    const queues = queuesWith(['a', 'b'].map((name) => pending({ name }, options)));
    requeue(queues, popHead(queues), { reason: 'NoFit' });
    expect(queues.counts('main')).toEqual({ active: 1, inadmissible: 1 });
  });

  test('the reason is shown for those that were passed over, not for the one that was evaluated', () => {
    const queues = queuesWith(three());
    requeue(queues, popHead(queues), { reason: 'NoFit', conditionReason: 'WaitingForQuota' });
    expect(queues.bypassReasonOf('team-a/a')).toBeUndefined();
    expect(queues.bypassReasonOf('team-a/b')).toBe('WaitingForQuota');
    queues.push('main', pending({ name: 'd' }), now);
    expect(placeOf(queues, 'd')).toBe('parked');
    expect(queues.bypassReasonOf('team-a/d')).toBe('WaitingForQuota');
  });

  test('an empty reason counts as PendingEvaluation', () => {
    const queues = queuesWith(three());
    requeue(queues, popHead(queues), { reason: 'NoFit' });
    expect(queues.bypassReasonOf('team-a/b')).toBe('PendingEvaluation');
  });

  test('the next wake-up forgets the hash (S-3.17)', () => {
    const queues = queuesWith(three());
    requeue(queues, popHead(queues), { reason: 'NoFit' });
    expect(queues.wake(['main'], everywhere)).toBe(3);
    queues.push('main', pending({ name: 'd' }), now);
    expect(queues.counts('main')).toEqual({ active: 4, inadmissible: 0 });
    expect(queues.bypassReasonOf('team-a/b')).toBeUndefined();
  });
});

describe('wake-ups (S-3.17)', () => {
  test('those stay parked whose namespace does not match, and are woken when it does', () => {
    const queues = queuesWith([pending({ name: 'a' }), pending({ name: 'b', namespace: 'team-b' })]);
    requeue(queues, popHead(queues), { reason: 'NoFit' });
    queues.wake(['main'], { now, matchesNamespace: (_, namespace) => namespace === 'team-a' });
    expect(queues.placeOf('team-a/a')?.place).toBe('heap');
    expect(queues.placeOf('team-b/b')?.place).toBe('parked');
    queues.wake(['main'], everywhere);
    expect(queues.placeOf('team-b/b')?.place).toBe('heap');
  });

  test('those in back-off stay parked, and are released when it is over (S-3.8)', () => {
    const status = { requeueState: { count: 1, requeueAt: later } };
    const queues = queuesWith([pending({ name: 'a', status })]);
    expect(queues.wake(['main'], everywhere)).toBe(0);
    expect(queues.nextDueMs()).toBe(laterMs);
    expect(queues.releaseDue(laterMs - 1)).toBe(0);
    expect(queues.releaseDue(laterMs)).toBe(1);
    expect(placeOf(queues, 'a')).toBe('heap');
    expect(queues.nextDueMs()).toBeUndefined();
  });

  test('time does not unlock (S-3.8)', () => {
    const status = { requeueState: { count: 1, requeueAt: later } };
    const conditions = [{ type: 'Requeued', status: 'False' as const }];
    const queues = queuesWith([pending({ name: 'a', status, conditions })]);
    expect(queues.nextDueMs()).toBeUndefined();
    queues.wake(['main'], { ...everywhere, now: laterMs });
    expect(placeOf(queues, 'a')).toBe('parked');
  });
});

test('a ClusterQueue that is removed takes its workloads along, in flight ones too (S-3.2)', () => {
  const queues = queuesWith([pending({ name: 'a' }), pending({ name: 'b' })]);
  const head = popHead(queues);
  queues.removeClusterQueue('main');
  expect([...queues.keys()]).toEqual([]);
  expect(queues.countOfLocalQueue('team-a/main')).toBe(0);
  expect(requeue(queues, head, { reason: 'FailedAfterNomination', newest: head.pending })).toBe('dropped');
});

test('a workload that leaves its LocalQueue is counted at the new one (L-13.4)', () => {
  const queues = queuesWith([pending({ name: 'a' }), pending({ name: 'b' })]);
  queues.push('main', pending({ name: 'a', queueName: 'side', generation: 2 }), now);
  expect(queues.countOfLocalQueue('team-a/main')).toBe(1);
  expect(queues.countOfLocalQueue('team-a/side')).toBe(1);
});
