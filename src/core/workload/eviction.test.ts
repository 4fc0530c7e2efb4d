import { describe, expect, test } from 'vitest';
import type { ConditionType, Workload } from '../../api/index.ts';
import { aReservingWorkload, aWorkload } from '../../../test/builders/index.ts';
import { findCondition } from './conditions.ts';
import { settleInactive, targetDeactivation } from './deactivation.ts';
import { evict, release } from './eviction.ts';
import { finish } from './finish.ts';
import { preemptionMessage, preemptionPriorities } from './messages.ts';
import { defaultSchedulingOptions } from './options.ts';
import { setPodsReady } from './pods-ready.ts';
import { parseTime } from './times.ts';

const now = parseTime('2026-01-01T00:01:00Z');
const later = '2026-01-01T00:01:00Z';
const options = defaultSchedulingOptions;
const said = (workload: Workload, type: ConditionType) => {
  const { status, reason, message } = findCondition(workload, type) ?? {};
  return [status, reason, message];
};

describe('the eviction write (L-7.1)', () => {
  test('a preemption: Evicted and Preempted, quota stays', () => {
    const workload = aReservingWorkload();
    const eviction = { reason: 'Preempted', preempted: 'InClusterQueue', message: 'by x' } as const;
    const after = evict(workload, eviction, now);
    expect(said(after, 'Evicted')).toEqual(['True', 'Preempted', 'by x']);
    expect(said(after, 'Preempted')).toEqual(['True', 'InClusterQueue', 'by x']);
    expect(after.status.admission).toBe(workload.status.admission);
    expect(said(after, 'QuotaReserved')[0]).toBe('True');
    expect(after.status.schedulingStats?.evictions).toEqual([
      { reason: 'Preempted', underlyingCause: '', count: 1 },
    ]);
  });

  test('a deactivation carries its cause in the reason, the statistics beside it', () => {
    const eviction = { reason: 'Deactivated', cause: 'RequeuingLimitExceeded', message: 'm' } as const;
    const once = evict(aReservingWorkload(), eviction, now);
    expect(said(once, 'Evicted')[1]).toBe('DeactivatedDueToRequeuingLimitExceeded');
    const twice = evict(once, eviction, now);
    expect(twice.status.schedulingStats?.evictions).toEqual([
      { reason: 'Deactivated', underlyingCause: 'RequeuingLimitExceeded', count: 2 },
    ]);
  });

  test('the cause of a timeout is only counted', () => {
    const after = evict(
      aReservingWorkload(),
      { reason: 'PodsReadyTimeout', cause: 'WaitForStart', message: 'm' },
      now,
    );
    expect(said(after, 'Evicted')[1]).toBe('PodsReadyTimeout');
    expect(after.status.schedulingStats?.evictions?.[0]?.underlyingCause).toBe('WaitForStart');
  });

  test('clusters, unhealthy nodes and gates are reset', () => {
    const gate = { lastTransitionTime: '2026-01-01T00:00:00Z' };
    const workload = aReservingWorkload({
      conditions: [{ type: 'BlockedOnPreemptionGates', reason: 'PreemptionGated' }],
      status: {
        clusterName: 'c',
        nominatedClusterNames: ['c'],
        unhealthyNodes: [{ name: 'n' }],
        preemptionGates: [
          { name: 'a', position: 'Open', ...gate },
          { name: 'b', position: 'Closed', ...gate },
        ],
      },
    });
    const after = evict(workload, { reason: 'NodeFailures', message: 'm' }, now);
    for (const field of ['clusterName', 'nominatedClusterNames', 'unhealthyNodes']) {
      expect(after.status).not.toHaveProperty(field);
    }
    expect(after.status.preemptionGates).toEqual([
      { name: 'a', position: 'Closed', lastTransitionTime: later },
      { name: 'b', position: 'Closed', ...gate },
    ]);
    expect(said(after, 'BlockedOnPreemptionGates')).toEqual(['False', 'NodeFailures', 'm']);
  });

  test('checks go back to Pending; only a Retry is counted, a Pending one stays untouched', () => {
    const check = { message: 'old', lastTransitionTime: '2026-01-01T00:00:00Z' };
    const updates = { podSetUpdates: [{ name: 'main' }] };
    const workload = aReservingWorkload({
      status: {
        admissionChecks: [
          { ...check, name: 'a', state: 'Ready', retryCount: 4, ...updates },
          { ...check, name: 'b', state: 'Retry', retryCount: 4, requeueAfterSeconds: 30 },
          { ...check, name: 'c', state: 'Pending', retryCount: 4 },
        ],
      },
    });
    const reset = (name: string, state: string) => ({
      name,
      state: 'Pending',
      message: `Reset to Pending after eviction. Previously: ${state}`,
      lastTransitionTime: later,
    });
    expect(evict(workload, { reason: 'Preempted', message: 'm' }, now).status.admissionChecks).toEqual([
      reset('a', 'Ready'),
      { ...reset('b', 'Retry'), retryCount: 5, requeueAfterSeconds: 30 },
      { ...check, name: 'c', state: 'Pending', retryCount: 4 },
    ]);
  });
});

describe('release (L-7.4)', () => {
  const evicted = (reason: string, shape = {}) =>
    aReservingWorkload({ conditions: [{ type: 'Evicted', reason, message: 'why' }], ...shape });

  test.each([
    { reason: 'Preempted', want: 'True' },
    { reason: 'NodeFailures', want: 'True' },
    { reason: 'PodsReadyTimeout', want: 'False' },
    { reason: 'AdmissionCheck', want: 'False' },
    { reason: 'ClusterQueueStopped', want: 'False' },
    { reason: 'Deactivated', want: 'False' },
  ])('after $reason Requeued is $want', ({ reason, want }) => {
    const after = release(evicted(reason), options, now);
    expect(said(after, 'Requeued')).toEqual([want, reason, 'why']);
    expect(said(after, 'QuotaReserved')).toEqual(['False', 'PendingEvaluation', 'why']);
    expect(said(after, 'Admitted')[1]).toBe('NoReservation');
    expect(said(after, 'Evicted')[0]).toBe('True');
    expect(after.status).not.toHaveProperty('admission');
  });

  test('the workload of a single pod is never scheduled again, while the gate is on', () => {
    const owner = { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }] };
    const workload = evicted('Preempted', owner);
    expect(said(release(workload, options, now), 'Requeued')[0]).toBe('False');
    const free = { ...options, skipReassignmentForPodOwnedWorkloads: false };
    expect(said(release(workload, free, now), 'Requeued')[0]).toBe('True');
  });

  test('without observability the reason is Pending', () => {
    const unobserved = { ...options, unadmittedWorkloadsObservability: false };
    expect(said(release(evicted('Preempted'), unobserved, now), 'QuotaReserved')[1]).toBe('Pending');
  });

  test('a workload that is not evicted is not released, and a second release changes nothing', () => {
    const workload = aReservingWorkload();
    expect(release(workload, options, now)).toBe(workload);
    const once = release(evicted('Preempted'), options, now);
    expect(release(once, options, now + 60_000)).toBe(once);
  });
});

describe('deactivation (L-10.1, L-10.2)', () => {
  const target = { type: 'DeactivationTarget', reason: 'RequeuingLimitExceeded', message: 'enough' };
  const inactive = { spec: { active: false }, status: { requeueState: { count: 3 } } };

  test('by a user: evicted without a cause, the requeue state goes', () => {
    const after = settleInactive(aReservingWorkload(inactive), now);
    expect(said(after, 'Evicted')).toEqual(['True', 'Deactivated', 'The workload is deactivated']);
    expect(after.status).not.toHaveProperty('requeueState');
  });

  test('by us: the cause comes from DeactivationTarget, which goes', () => {
    const after = settleInactive(aReservingWorkload({ ...inactive, conditions: [target] }), now);
    expect(said(after, 'Evicted')).toEqual([
      'True',
      'DeactivatedDueToRequeuingLimitExceeded',
      'The workload is deactivated due to enough',
    ]);
    expect(findCondition(after, 'DeactivationTarget')).toBeUndefined();
    expect(settleInactive(after, now)).toBe(after);
  });

  test('evicted already: only what is left of the preparation is removed, no second eviction (L-7.6, Q-14)', () => {
    const evicted = { type: 'Evicted', reason: 'Preempted', message: 'first' };
    const after = settleInactive(aReservingWorkload({ ...inactive, conditions: [evicted, target] }), now);
    expect(said(after, 'Evicted')).toEqual(['True', 'Preempted', 'first']);
    expect(findCondition(after, 'DeactivationTarget')).toBeUndefined();
    expect(after.status).not.toHaveProperty('requeueState');
    expect(after.status).not.toHaveProperty('schedulingStats');
  });

  test('a passed execution limit forgets the time of earlier rounds (L-10.3)', () => {
    const workload = aReservingWorkload({ status: { accumulatedPastExecutionTimeSeconds: 60 } });
    const after = targetDeactivation(workload, { reason: 'MaximumExecutionTimeExceeded', message: 'm' }, now);
    expect(said(after, 'DeactivationTarget')).toEqual(['True', 'MaximumExecutionTimeExceeded', 'm']);
    expect(after.status).not.toHaveProperty('accumulatedPastExecutionTimeSeconds');
    const other = targetDeactivation(workload, { reason: 'AdmissionCheck', message: 'm' }, now);
    expect(other.status.accumulatedPastExecutionTimeSeconds).toBe(60);
  });
});

describe('the end (L-10.4)', () => {
  test('Finished is set once and for all; nothing else changes', () => {
    const workload = aReservingWorkload();
    const done = finish(workload, { reason: 'Succeeded', message: 'ok' }, now);
    expect(said(done, 'Finished')).toEqual(['True', 'Succeeded', 'ok']);
    expect(done.status.admission).toBe(workload.status.admission);
    expect(finish(done, { reason: 'Failed', message: 'no' }, now)).toBe(done);
  });
});

describe('PodsReady (L-8.2, A-7.8)', () => {
  const old = (status: 'True' | 'False', reason: string) => [{ type: 'PodsReady', status, reason }];
  test.each([
    {
      name: 'not admitted',
      isAdmitted: false,
      conditions: [],
      areReady: true,
      want: ['False', 'WaitForStart'],
    },
    {
      name: 'first ready',
      conditions: old('False', 'WaitForStart'),
      areReady: true,
      want: ['True', 'Started'],
    },
    { name: 'ready without history', conditions: [], areReady: true, want: ['True', 'Started'] },
    {
      name: 'ready again',
      conditions: old('False', 'WaitForRecovery'),
      areReady: true,
      want: ['True', 'Recovered'],
    },
    {
      name: 'still ready again',
      conditions: old('True', 'Recovered'),
      areReady: true,
      want: ['True', 'Recovered'],
    },
    { name: 'no history', conditions: [], areReady: false, want: ['False', 'WaitForStart'] },
    {
      name: 'a pod lost',
      conditions: old('True', 'Started'),
      areReady: false,
      want: ['False', 'WaitForRecovery'],
    },
    {
      name: 'still recovering',
      conditions: old('False', 'WaitForRecovery'),
      areReady: false,
      want: ['False', 'WaitForRecovery'],
    },
    {
      name: 'still starting',
      conditions: old('False', 'WaitForStart'),
      areReady: false,
      want: ['False', 'WaitForStart'],
    },
  ])('$name', ({ isAdmitted = true, conditions, areReady, want }) => {
    const after = setPodsReady(aReservingWorkload({ isAdmitted, conditions }), areReady, now);
    expect(said(after, 'PodsReady').slice(0, 2)).toEqual(want);
  });

  test('the same status and reason are not written again, whatever the message; the old spelling neither', () => {
    const started = aReservingWorkload({ conditions: old('True', 'Started') });
    expect(setPodsReady(started, true, now)).toBe(started);
    const legacy = aReservingWorkload({ conditions: old('False', 'PodsReady') });
    expect(setPodsReady(legacy, false, now)).toBe(legacy);
  });

  test('the messages', () => {
    const starting = setPodsReady(aReservingWorkload(), false, now);
    const ready = setPodsReady(starting, true, now);
    const recovering = setPodsReady(ready, false, now);
    expect([starting, ready, recovering].map((workload) => said(workload, 'PodsReady')[2])).toEqual([
      'Not all pods are ready or succeeded',
      'All pods reached readiness and the workload is running',
      'At least one pod has failed, waiting for recovery',
    ]);
  });
});

describe('texts of a preemption (S-9.7, S-9.8)', () => {
  test('with everything known', () => {
    const preemptor = aWorkload({ uid: 'u1', labels: { 'kueue.x-k8s.io/job-uid': 'j1' }, priority: 5 });
    const cause = {
      reason: 'InCohortReclamation',
      preemptorPath: '/root/a',
      preempteePath: '/root/b',
    } as const;
    expect(preemptionMessage(preemptor, cause)).toBe(
      'Preempted to accommodate a workload (UID: u1, JobUID: j1) due to reclamation within the cohort; ' +
        'preemptor path: /root/a; preemptee path: /root/b',
    );
    expect(preemptionPriorities(preemptor, aWorkload({ priority: -1 }), options)).toBe(
      '; preemptor effective priority: 5 (base: 5, boost: 0); preemptee effective priority: -1 (base: -1, boost: 0)',
    );
  });

  test('what is empty reads UNKNOWN', () => {
    const cause = { reason: undefined, preemptorPath: '', preempteePath: '/b' };
    expect(preemptionMessage(aWorkload({ uid: '' }), cause)).toBe(
      'Preempted to accommodate a workload (UID: UNKNOWN, JobUID: UNKNOWN) due to UNKNOWN; ' +
        'preemptor path: UNKNOWN; preemptee path: /b',
    );
  });
});
