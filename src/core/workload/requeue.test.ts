import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AdmissionCheckState } from '../../api/index.ts';
import { aReservingWorkload, aWorkload } from '../../../test/builders/index.ts';
import { judgeChecks, requiredChecks, syncAdmissionChecks } from './admission-checks.ts';
import { findCondition } from './conditions.ts';
import { judgeQueues } from './queue-stops.ts';
import { backoffMs, clearRequeueAt, delayByChecks, unlockRequeued, withBackoff } from './requeue.ts';
import { judgeExecutionTime, judgeReadiness } from './timers.ts';
import { parseTime } from './times.ts';

const now = parseTime('2026-01-01T01:00:00.500Z');
const policy = { backoffBaseSeconds: 60, backoffMaxSeconds: 3600 };
const check = (name: string, state: AdmissionCheckState['state'], extra = {}): AdmissionCheckState => ({
  name,
  state,
  message: '',
  lastTransitionTime: '2026-01-01T00:59:30Z',
  ...extra,
});

describe('back-off (L-8.5)', () => {
  test.each([
    { attempt: 4, base: 10, max: 3600, want: 80 },
    { attempt: 11, base: 10, max: 7200, want: 7200 },
    { attempt: 1, base: 60, max: 30, want: 60 },
    { attempt: 2, base: 60, max: 30, want: 30 },
    { attempt: 20, base: 1, max: 0, want: 2 ** 19 },
  ])('attempt $attempt with base $base and max $max waits $want s', ({ attempt, base, max, want }) => {
    const waited = { backoffBaseSeconds: base, backoffMaxSeconds: max };
    expect(backoffMs(attempt, waited, 0)).toBe(want * 1000);
  });

  test('the jitter stays below one ten-thousandth, also at the cap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (attempt, random) => {
          const plain = backoffMs(attempt, policy, 0);
          const jittered = backoffMs(attempt, policy, random);
          expect(jittered).toBeGreaterThanOrEqual(plain);
          expect(jittered).toBeLessThanOrEqual(Math.ceil(plain * 1.0001));
        },
      ),
    );
  });

  test('the count grows, the time is cut to whole seconds and never moves back', () => {
    const once = withBackoff(aWorkload(), { policy, random: 0 }, now);
    expect(once.status.requeueState).toEqual({ count: 1, requeueAt: '2026-01-01T01:01:00Z' });
    const twice = withBackoff(once, { policy, random: 0 }, now);
    expect(twice.status.requeueState).toEqual({ count: 2, requeueAt: '2026-01-01T01:02:00Z' });
    const late = aWorkload({ status: { requeueState: { requeueAt: '2026-01-02T00:00:00Z' } } });
    expect(withBackoff(late, { policy, random: 0 }, now).status.requeueState?.requeueAt).toBe(
      '2026-01-02T00:00:00Z',
    );
  });

  test('clearing takes the time and keeps the count (W9b)', () => {
    const workload = aWorkload({ status: { requeueState: { count: 2, requeueAt: '2026-01-01T00:00:00Z' } } });
    expect(clearRequeueAt(workload).status.requeueState).toEqual({ count: 2 });
    const uncounted = aWorkload({ status: { requeueState: { requeueAt: '2026-01-01T00:00:00Z' } } });
    expect(clearRequeueAt(uncounted).status).not.toHaveProperty('requeueState');
    expect(clearRequeueAt(aWorkload())).toEqual(aWorkload());
  });

  test('a check in Retry sets the time if it is later, the count stays (W6)', () => {
    const admissionChecks = [check('a', 'Retry', { requeueAfterSeconds: 60 }), check('b', 'Ready')];
    const workload = aWorkload({ status: { admissionChecks, requeueState: { count: 3 } } });
    const delayed = delayByChecks(workload, now);
    expect(delayed.status.requeueState).toEqual({ count: 3, requeueAt: '2026-01-01T01:00:30Z' });
    expect(delayByChecks(delayed, now)).toBe(delayed);
    expect(delayByChecks(workload, parseTime('2026-01-01T02:00:00Z'))).toBe(workload);
  });
});

describe('unlocking Requeued=False (L-7.5)', () => {
  const stops = { localQueueStopPolicy: 'None', clusterQueueStopPolicy: 'None' };
  const open = { ...stops, localQueueStopPolicy: 'Hold', clusterQueueStopPolicy: 'Hold' };
  test.each([
    { lock: 'PodsReadyTimeout', stops: open, want: 'BackoffFinished' },
    { lock: 'AdmissionCheck', stops: open, want: 'BackoffFinished' },
    { lock: 'Deactivated', stops: open, want: 'Reactivated' },
    { lock: 'DeactivatedDueToRequeuingLimitExceeded', stops: open, want: 'Reactivated' },
    { lock: 'LocalQueueStopped', stops, want: 'LocalQueueRestarted' },
    { lock: 'LocalQueueStopped', stops: open, want: undefined },
    { lock: 'ClusterQueueStopped', stops, want: 'ClusterQueueRestarted' },
    { lock: 'ClusterQueueStopped', stops: { ...stops, clusterQueueStopPolicy: undefined }, want: undefined },
    { lock: 'Inadmissible', stops, want: undefined },
    { lock: 'Preempted', stops, want: undefined },
  ])('$lock opens as $want', ({ lock, stops: standing, want }) => {
    const workload = aWorkload({ conditions: [{ type: 'Requeued', status: 'False', reason: lock }] });
    const after = unlockRequeued(workload, standing, now);
    const requeued = findCondition(after, 'Requeued');
    expect(requeued?.status === 'True' ? requeued.reason : undefined).toBe(want);
    if (want === undefined) expect(after).toBe(workload);
  });

  test('a running back-off and inactivity keep the lock; the end takes requeueAt away', () => {
    const locked = [{ type: 'Requeued', status: 'False' as const, reason: 'PodsReadyTimeout' }];
    const until = (requeueAt: string) =>
      aWorkload({ conditions: locked, status: { requeueState: { count: 1, requeueAt } } });
    const running = until('2026-01-01T01:00:01Z');
    expect(unlockRequeued(running, stops, now)).toBe(running);
    const over = unlockRequeued(until('2026-01-01T01:00:00Z'), stops, now);
    expect(over.status.requeueState).toEqual({ count: 1 });
    const inactive = aWorkload({ conditions: locked, spec: { active: false } });
    expect(unlockRequeued(inactive, stops, now)).toBe(inactive);
  });
});

describe('admission checks (L-9.2 to L-9.4)', () => {
  const resourceGroups = [
    {
      coveredResources: ['cpu'],
      flavors: [
        { name: 'a', resources: [] },
        { name: 'b', resources: [] },
      ],
    },
  ];
  const admissionChecks = [
    { name: 'z' },
    { name: 'only-a', onFlavors: ['a'] },
    { name: 'both', onFlavors: ['b', 'a'] },
  ];
  const spec = { resourceGroups, admissionChecksStrategy: { admissionChecks } };

  test('with flavors those that meet one, without only those that cover all', () => {
    expect(requiredChecks(spec, ['b'])).toEqual(['both', 'z']);
    expect(requiredChecks(spec, ['a'])).toEqual(['both', 'only-a', 'z']);
    expect(requiredChecks(spec, undefined)).toEqual(['both', 'z']);
    expect(requiredChecks(spec, [])).toEqual([]);
    expect(requiredChecks({ resourceGroups }, ['a'])).toEqual([]);
  });

  test('the list is completed and sorted, surplus ones go, present ones stay', () => {
    const ready = check('c', 'Ready');
    const workload = aWorkload({ status: { admissionChecks: [ready, check('gone', 'Ready')] } });
    expect(syncAdmissionChecks(workload, ['c', 'b'], now).status.admissionChecks).toEqual([
      { name: 'b', state: 'Pending', message: '', lastTransitionTime: '2026-01-01T01:00:00Z' },
      ready,
    ]);
    expect(syncAdmissionChecks(workload, [], now).status).not.toHaveProperty('admissionChecks');
  });

  test('the order alone is no change', () => {
    const workload = aWorkload({ status: { admissionChecks: [check('b', 'Ready'), check('a', 'Ready')] } });
    expect(syncAdmissionChecks(workload, ['a', 'b'], now)).toBe(workload);
    const without = aWorkload();
    expect(syncAdmissionChecks(without, [], now)).toBe(without);
  });

  test.each([
    { name: 'all is well', checks: [check('a', 'Ready'), check('b', 'Pending')], want: { kind: 'none' } },
    {
      name: 'one Retry evicts',
      checks: [check('a', 'Retry', { message: 'later' })],
      want: { kind: 'evict', message: 'Evicted due to AdmissionCheck in Retry state: "a" (later)' },
    },
    {
      name: 'several are sorted',
      checks: [check('b', 'Retry'), check('a', 'Retry', { message: 'm' })],
      want: { kind: 'evict', message: 'Evicted due to AdmissionChecks in Retry state: "a" (m); "b"' },
    },
    {
      name: 'a Rejected one comes first',
      checks: [check('a', 'Retry'), check('b', 'Rejected')],
      want: { kind: 'deactivate', message: 'AdmissionCheck in Rejected state: "b"' },
    },
  ])('$name', ({ checks, want }) => {
    expect(judgeChecks(aReservingWorkload({ status: { admissionChecks: checks } }))).toEqual(want);
  });
});

describe('the not-ready timer (L-8.4)', () => {
  const readiness = { ...policy, timeoutMs: 60_000, recoveryTimeoutMs: 10_000, backoffLimitCount: 2 };
  const at = (lastTransitionTime: string) => ({
    type: 'PodsReady',
    status: 'False' as const,
    lastTransitionTime,
  });
  const start = { ...at('2026-01-01T00:00:10Z'), reason: 'WaitForStart' };
  const recovery = { ...at('2026-01-01T00:00:10Z'), reason: 'WaitForRecovery' };
  const time = parseTime('2026-01-01T00:00:20Z');
  test.each([
    { name: 'a start counts from the admission', conditions: [start], want: { kind: 'wait', forMs: 40_000 } },
    { name: 'no condition is a start', conditions: [], want: { kind: 'wait', forMs: 40_000 } },
    {
      name: 'a recovery counts from its beginning',
      conditions: [recovery],
      want: { kind: 'evict', cause: 'WaitForRecovery' },
    },
    {
      name: 'ready pods need no timer',
      conditions: [{ ...start, status: 'True' as const }],
      want: { kind: 'none' },
    },
    { name: 'an evicted one has none', conditions: [start, { type: 'Evicted' }], want: { kind: 'none' } },
  ])('$name', ({ conditions, want }) => {
    expect(judgeReadiness(aReservingWorkload({ conditions }), readiness, time)).toEqual(want);
  });

  test.each([
    { count: undefined, want: { kind: 'evict', cause: 'WaitForStart' } },
    { count: 1, want: { kind: 'evict', cause: 'WaitForStart' } },
    { count: 2, want: { kind: 'deactivate' } },
  ])('past the timeout after $count retries of 2', ({ count, want }) => {
    const workload = aReservingWorkload({ conditions: [start], status: { requeueState: { count } } });
    expect(judgeReadiness(workload, readiness, parseTime('2026-01-01T00:01:00Z'))).toEqual(want);
    const endless = { ...readiness, backoffLimitCount: undefined };
    expect(judgeReadiness(workload, endless, parseTime('2026-01-01T00:01:00Z')).kind).toBe('evict');
  });

  test('without a recovery timeout nothing is waited for; a merely reserved or inactive one has no timer', () => {
    const patient = { ...readiness, recoveryTimeoutMs: undefined };
    expect(judgeReadiness(aReservingWorkload({ conditions: [recovery] }), patient, now)).toEqual({
      kind: 'none',
    });
    expect(judgeReadiness(aReservingWorkload({ isAdmitted: false }), readiness, now)).toEqual({
      kind: 'none',
    });
    const inactive = aReservingWorkload({ spec: { active: false } });
    expect(judgeReadiness(inactive, readiness, now)).toEqual({ kind: 'none' });
  });
});

describe('the maximum execution time (L-10.3)', () => {
  const limited = {
    spec: { maximumExecutionTimeSeconds: 100 },
    status: { accumulatedPastExecutionTimeSeconds: 60 },
  };
  test('earlier rounds count', () => {
    const workload = aReservingWorkload(limited);
    expect(judgeExecutionTime(workload, parseTime('2026-01-01T00:00:30Z'))).toEqual({
      kind: 'wait',
      forMs: 10_000,
    });
    const verdict = { kind: 'deactivate', limitSeconds: 100 };
    expect(judgeExecutionTime(workload, parseTime('2026-01-01T00:00:40Z'))).toEqual(verdict);
  });

  test('without a limit, without admission, or targeted already there is nothing to do', () => {
    const target = [{ type: 'DeactivationTarget', reason: 'MaximumExecutionTimeExceeded' }];
    for (const workload of [
      aReservingWorkload(),
      aReservingWorkload({ ...limited, isAdmitted: false }),
      aReservingWorkload({ ...limited, conditions: target }),
    ]) {
      expect(judgeExecutionTime(workload, now)).toEqual({ kind: 'none' });
    }
  });
});

describe('queue state of a workload with quota (L-6.2)', () => {
  const standing = (local: 'None' | 'Hold' | 'HoldAndDrain' | undefined, cluster: typeof local) => ({
    localQueue: { name: 'lq', stopPolicy: local },
    clusterQueue: { name: 'cq', stopPolicy: cluster },
  });
  const none = { kind: 'none' };
  const unset = (reason: string, message: string) => ({ kind: 'unset', reason, message });
  test.each([
    { local: 'None', cluster: 'None', reserved: none, admitted: none },
    {
      local: 'Hold',
      cluster: 'None',
      reserved: unset('Suspended', 'LocalQueue lq is stopped'),
      admitted: none,
    },
    {
      local: undefined,
      cluster: 'None',
      reserved: unset('Misconfigured', 'LocalQueue lq is terminating or missing'),
      admitted: none,
    },
    {
      local: 'None',
      cluster: 'Hold',
      reserved: unset('Suspended', 'ClusterQueue cq is stopped'),
      admitted: none,
    },
    {
      local: 'None',
      cluster: undefined,
      reserved: unset('Misconfigured', 'ClusterQueue cq is terminating or missing'),
      admitted: none,
    },
    {
      local: 'HoldAndDrain',
      cluster: 'HoldAndDrain',
      reserved: unset('Suspended', 'LocalQueue lq is stopped'),
      admitted: { kind: 'evict', reason: 'LocalQueueStopped', message: 'The LocalQueue is stopped' },
    },
    {
      local: undefined,
      cluster: 'HoldAndDrain',
      reserved: unset('Misconfigured', 'LocalQueue lq is terminating or missing'),
      admitted: { kind: 'evict', reason: 'ClusterQueueStopped', message: 'The ClusterQueue is stopped' },
    },
  ] as const)('LocalQueue $local, ClusterQueue $cluster', ({ local, cluster, reserved, admitted }) => {
    expect(judgeQueues(aReservingWorkload({ isAdmitted: false }), standing(local, cluster))).toEqual(
      reserved,
    );
    expect(judgeQueues(aReservingWorkload(), standing(local, cluster))).toEqual(admitted);
    const evicted = aReservingWorkload({ conditions: [{ type: 'Evicted' }] });
    expect(judgeQueues(evicted, standing(local, cluster))).toEqual(none);
  });
});
