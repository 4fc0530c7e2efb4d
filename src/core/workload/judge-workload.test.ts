import { describe, expect, test } from 'vitest';
import type { ConditionType, Workload } from '../../api/index.ts';
import { aReservingWorkload, aWorkload } from '../../../test/builders/index.ts';
import { findCondition } from './conditions.ts';
import { judgeWorkload } from './judge-workload.ts';
import type { LifePolicy, Surroundings } from './judge-workload.ts';
import { keys } from './keys.ts';
import { defaultSchedulingOptions } from './options.ts';
import { parseTime } from './times.ts';

const now = parseTime('2026-01-01T01:00:00Z');
const options = defaultSchedulingOptions;
const readiness = {
  timeoutMs: 7_200_000,
  recoveryTimeoutMs: undefined,
  backoffLimitCount: undefined,
  backoffBaseSeconds: 60,
  backoffMaxSeconds: 3600,
};
const policy: LifePolicy = { options, readiness, finishOrphanedWorkloads: true, random: 0 };
const surroundings: Surroundings = {
  unadmitted: { localQueueStopPolicy: 'None', clusterQueueName: 'cq', isClusterQueueActive: true, options },
  standings: {
    localQueue: { name: 'lq', stopPolicy: 'None' },
    clusterQueue: { name: 'cq', stopPolicy: 'None' },
  },
  requiredChecks: [],
};
const check = { name: 'a', message: 'm', lastTransitionTime: '2026-01-01T00:59:00Z' };

function judge(workload: Workload, around: Partial<Surroundings> = {}) {
  return judgeWorkload(workload, { surroundings: { ...surroundings, ...around }, policy }, now);
}

/** What a verdict writes about one condition. */
function written(workload: Workload, type: ConditionType, around: Partial<Surroundings> = {}) {
  const verdict = judge(workload, around);
  if (verdict.kind !== 'write') throw new Error(`nothing is written: ${verdict.kind}`);
  const { status, reason } = findCondition(verdict.after, type) ?? {};
  return { status, reason, tidings: verdict.tidings.map(({ kind, message }) => `${kind}: ${message}`) };
}

describe('one pass over a workload (L-6.1)', () => {
  const rest = { kind: 'rest', comeBackMs: undefined };

  test('a healthy one rests, whether pending or admitted', () => {
    expect(judge(aWorkload())).toEqual(rest);
    expect(judge(aReservingWorkload({ conditions: [{ type: 'PodsReady' }] }))).toEqual(rest);
  });

  test.each([
    {
      name: 'a job that is gone',
      shape: { labels: { [keys.jobUid]: 'u' } },
      want: { kind: 'orphan', mustFinish: true },
    },
    {
      name: 'a deletion',
      shape: { deletionTimestamp: '2026-01-01T00:00:00Z' },
      want: { kind: 'orphan', mustFinish: false },
    },
    {
      name: 'an owner that is there',
      shape: {
        deletionTimestamp: '2026-01-01T00:00:00Z',
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u' }],
      },
      want: rest,
    },
    { name: 'no job ever (hand-made)', shape: {}, want: rest },
  ])('W2: $name', ({ shape, want }) => expect(judge(aWorkload(shape))).toEqual(want));

  test('W5: a finished one is only retained', () => {
    expect(judge(aReservingWorkload({ conditions: [{ type: 'Finished' }] }))).toEqual({ kind: 'retain' });
  });

  test('W6: the delay of a check is taken over while pending', () => {
    const retry = { ...check, state: 'Retry' as const, requeueAfterSeconds: 120 };
    const verdict = judge(aWorkload({ status: { admissionChecks: [retry] } }), { requiredChecks: ['a'] });
    expect(verdict).toMatchObject({
      kind: 'write',
      after: { status: { requeueState: { requeueAt: '2026-01-01T01:01:00Z' } } },
    });
  });

  test('W9a: a target of deactivation is deactivated', () => {
    expect(judge(aReservingWorkload({ conditions: [{ type: 'DeactivationTarget' }] }))).toEqual({
      kind: 'deactivate',
    });
  });

  test('W9b: a back-off is waited for, then its time is cleared', () => {
    const until = (requeueAt: string) => aWorkload({ status: { requeueState: { count: 1, requeueAt } } });
    expect(judge(until('2026-01-01T01:00:10Z'))).toEqual({ kind: 'rest', comeBackMs: 10_000 });
    const cleared = judge(until('2026-01-01T00:59:59Z'));
    expect(cleared.kind === 'write' && cleared.after.status.requeueState).toEqual({ count: 1 });
  });

  test('W9c, W11: a lock is opened', () => {
    const locked = (reason: string) =>
      aWorkload({ conditions: [{ type: 'Requeued', status: 'False', reason }] });
    expect(written(locked('PodsReadyTimeout'), 'Requeued')).toMatchObject({
      status: 'True',
      reason: 'BackoffFinished',
    });
    expect(written(locked('LocalQueueStopped'), 'Requeued')).toMatchObject({
      status: 'True',
      reason: 'LocalQueueRestarted',
    });
  });

  test('W10: an inactive one is evicted, which is told only if it held something', () => {
    const shape = { spec: { active: false } };
    expect(written(aReservingWorkload(shape), 'Evicted')).toEqual({
      status: 'True',
      reason: 'Deactivated',
      tidings: ['evicted: The workload is deactivated'],
    });
    expect(written(aWorkload(shape), 'Evicted')).toMatchObject({ status: 'True', tidings: [] });
  });

  test('W12: a gate is told once, and so is its end', () => {
    const annotations = { [keys.admissionGatedBy]: 'budget' };
    const marked = [{ type: 'QuotaReserved', status: 'False' as const, reason: 'AdmissionGated' }];
    expect(written(aWorkload({ annotations }), 'QuotaReserved')).toEqual({
      status: 'False',
      reason: 'AdmissionGated',
      tidings: ['gated: Workload admission is gated by: budget'],
    });
    expect(written(aWorkload({ conditions: marked }), 'QuotaReserved')).toEqual({
      status: 'False',
      reason: 'PendingEvaluation',
      tidings: ['gateCleared: Admission gate cleared, workload is now admissible'],
    });
  });

  test('W13: missing checks are added; an unknown queue leaves the list alone', () => {
    const verdict = judge(aWorkload(), { requiredChecks: ['a'] });
    expect(verdict.kind === 'write' && verdict.after.status.admissionChecks).toMatchObject([
      { name: 'a', state: 'Pending' },
    ]);
    expect(judge(aWorkload(), { requiredChecks: undefined })).toEqual(rest);
  });

  test('W14: a queue that is stopped is told while pending; the last Ready check admits', () => {
    const unadmitted = { ...surroundings.unadmitted, localQueueStopPolicy: 'Hold' };
    expect(written(aWorkload(), 'QuotaReserved', { unadmitted })).toMatchObject({
      status: 'False',
      reason: 'Suspended',
    });
    const ready = { admissionChecks: [{ ...check, state: 'Ready' as const }] };
    const reserved = aReservingWorkload({ isAdmitted: false, status: ready });
    expect(written(reserved, 'Admitted', { requiredChecks: ['a'] })).toMatchObject({
      status: 'True',
      tidings: ['admitted: '],
    });
  });
});

describe('a workload with quota (L-6.1 W15)', () => {
  const failed = (state: 'Retry' | 'Rejected') =>
    aReservingWorkload({
      isAdmitted: true,
      status: { admissionChecks: [{ ...check, state, requeueAfterSeconds: 600 }] },
    });

  test('a check in Retry evicts at once and its delay runs while pending (Q-11)', () => {
    const verdict = judge(failed('Retry'), { requiredChecks: ['a'] });
    expect(verdict).toMatchObject({
      kind: 'write',
      after: { status: { requeueState: { requeueAt: '2026-01-01T01:09:00Z' } } },
    });
    expect(written(failed('Retry'), 'Evicted', { requiredChecks: ['a'] })).toMatchObject({
      reason: 'AdmissionCheck',
    });
  });

  test('a Rejected check never evicts directly', () => {
    const around = { requiredChecks: ['a'] };
    expect(written(failed('Rejected'), 'DeactivationTarget', around)).toEqual({
      status: 'True',
      reason: 'AdmissionCheck',
      tidings: ['checkRejected: Deactivated due to AdmissionCheck in Rejected state: "a" (m)'],
    });
    expect(written(failed('Rejected'), 'Evicted', around).status).toBeUndefined();
  });

  test('a drained queue evicts the admitted, a held one unsets the merely reserved without Evicted (L-6.2)', () => {
    const stopped = (stopPolicy: 'Hold' | 'HoldAndDrain') => ({
      standings: { ...surroundings.standings, clusterQueue: { name: 'cq', stopPolicy } },
    });
    expect(written(aReservingWorkload(), 'Evicted', stopped('HoldAndDrain'))).toMatchObject({
      reason: 'ClusterQueueStopped',
    });
    const pendingCheck = { admissionChecks: [{ ...check, state: 'Pending' as const }] };
    const reserved = aReservingWorkload({
      isAdmitted: false,
      conditions: [
        {
          type: 'Admitted',
          status: 'False',
          reason: 'UnsatisfiedAdmissionChecks',
          message: 'The workload has not all checks ready',
        },
      ],
      status: pendingCheck,
    });
    const around = { ...stopped('Hold'), requiredChecks: ['a'] };
    expect(written(reserved, 'QuotaReserved', around)).toMatchObject({
      status: 'False',
      reason: 'Suspended',
    });
    expect(written(reserved, 'Evicted', around).status).toBeUndefined();
  });

  test('both timers run, and the earlier one brings it back', () => {
    const spec = { maximumExecutionTimeSeconds: 5400 };
    expect(judge(aReservingWorkload())).toEqual({ kind: 'rest', comeBackMs: 3_600_000 });
    expect(judge(aReservingWorkload({ spec }))).toEqual({ kind: 'rest', comeBackMs: 1_800_000 });
  });

  test('a readiness timeout evicts with a back-off, an execution limit targets the deactivation', () => {
    const unready = { type: 'PodsReady', status: 'False' as const, reason: 'WaitForStart' };
    const early = { ...policy, readiness: { ...readiness, timeoutMs: 1000 } };
    const verdict = judgeWorkload(
      aReservingWorkload({ conditions: [unready] }),
      { surroundings, policy: early },
      now,
    );
    expect(verdict).toMatchObject({
      kind: 'write',
      after: { status: { requeueState: { count: 1, requeueAt: '2026-01-01T01:01:00Z' } } },
      tidings: [{ kind: 'evicted', message: 'Exceeded the PodsReady timeout team-a/job-sample' }],
    });
    const over = aReservingWorkload({ spec: { maximumExecutionTimeSeconds: 60 } });
    expect(written(over, 'DeactivationTarget')).toEqual({
      status: 'True',
      reason: 'MaximumExecutionTimeExceeded',
      tidings: ['executionTimeExceeded: The maximum execution time (60s) exceeded'],
    });
  });

  test('an evicted one waits for its release', () => {
    const workload = aReservingWorkload({ conditions: [{ type: 'Evicted', reason: 'Preempted' }] });
    expect(judge(workload)).toEqual({ kind: 'rest', comeBackMs: undefined });
  });
});

test('judging the result of a pass again writes nothing (invariant 33)', () => {
  const unadmitted = { ...surroundings.unadmitted, localQueueStopPolicy: 'Hold' };
  const once = judge(aWorkload(), { unadmitted });
  if (once.kind !== 'write') throw new Error('nothing is written');
  expect(judge(once.after, { unadmitted }).kind).toBe('rest');
});
