import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AdmissionCheckState, ConditionType, Workload } from '../../api/index.ts';
import { anAdmission, aWorkload } from '../../../test/builders/index.ts';
import { syncAdmitted } from './admitted.ts';
import { syncAdmissionChecks } from './admission-checks.ts';
import { findCondition, isConditionTrue } from './conditions.ts';
import { settleInactive, targetDeactivation } from './deactivation.ts';
import { evict, release } from './eviction.ts';
import { finish } from './finish.ts';
import { defaultSchedulingOptions } from './options.ts';
import { setPodsReady } from './pods-ready.ts';
import {
  areChecksReady,
  hasQuotaReservation,
  isActive,
  isAdmissible,
  isAdmitted,
  isEvicted,
  isFinished,
  isTopologyPending,
} from './predicates.ts';
import { unlockRequeued, withBackoff } from './requeue.ts';
import { recordPending, reserveQuota, unsetReservation } from './reservation.ts';

/** A life in random steps; each may be taken only where a controller would take it. */
type Step = (workload: Workload, now: number) => Workload;

const options = defaultSchedulingOptions;
const policy = { backoffBaseSeconds: 10, backoffMaxSeconds: 100 };
const pendingStep = { reason: 'WaitingForQuota', message: 'no', resourceRequests: [], options } as const;
const stops = { localQueueStopPolicy: 'None', clusterQueueStopPolicy: 'None' };

const steps: Record<string, Step> = {
  reserve: (workload, now) =>
    when(isAdmissible(workload, options), workload, () =>
      reserveQuota(workload, { admission: anAdmission(), requiredChecks: ['check'], options }, now),
    ),
  addCheck: (workload, now) => syncAdmissionChecks(workload, ['check'], now),
  dropCheck: (workload, now) => syncAdmissionChecks(workload, [], now),
  checkReady: (workload) => withCheck(workload, 'Ready'),
  checkRetry: (workload) => withCheck(workload, 'Retry'),
  sync: (workload, now) => when(!isAdmitted(workload), workload, () => syncAdmitted(workload, options, now)),
  fail: (workload, now) =>
    when(isAdmissible(workload, options), workload, () => recordPending(workload, pendingStep, now)),
  unset: (workload, now) =>
    when(hasQuotaReservation(workload) && !isAdmitted(workload), workload, () =>
      unsetReservation(workload, { reason: 'Suspended', message: 'held', options }, now),
    ),
  preempt: (workload, now) =>
    when(mayEvict(workload), workload, () =>
      evict(workload, { reason: 'Preempted', preempted: 'InClusterQueue', message: `at ${now}` }, now),
    ),
  timeOut: (workload, now) =>
    when(mayEvict(workload), workload, () =>
      evict(
        withBackoff(workload, { policy, random: 0 }, now),
        { reason: 'PodsReadyTimeout', cause: 'WaitForStart', message: 'slow' },
        now,
      ),
    ),
  release: (workload, now) =>
    when(isEvicted(workload) && hasQuotaReservation(workload), workload, () =>
      release(workload, options, now),
    ),
  unlock: (workload, now) => unlockRequeued(workload, stops, now),
  ready: (workload, now) => setPodsReady(workload, true, now),
  unready: (workload, now) => setPodsReady(workload, false, now),
  target: (workload, now) =>
    when(isActive(workload), workload, () =>
      targetDeactivation(workload, { reason: 'RequeuingLimitExceeded', message: 'enough' }, now),
    ),
  deactivate: (workload) => ({ ...workload, spec: { ...workload.spec, active: false } }),
  activate: (workload) => ({ ...workload, spec: { ...workload.spec, active: true } }),
  settle: (workload, now) => when(!isActive(workload), workload, () => settleInactive(workload, now)),
  finish: (workload, now) => finish(workload, { reason: 'Succeeded', message: `at ${now}` }, now),
};

test('no sequence of transitions breaks the invariants of section 18 (1 to 6, 8, 9, 11)', () => {
  // The end comes seldom, so that lives are long.
  const { finish: _end, ...going } = steps;
  const name = fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom(...Object.keys(going)) },
    { weight: 1, arbitrary: fc.constant('finish') },
  );
  const step = fc.tuple(name, fc.integer({ min: 0, max: 100_000 }));
  const walk = fc.array(step, { minLength: 20, maxLength: 60 });
  fc.assert(
    fc.property(walk, (walked) => {
      let workload = aWorkload();
      let now = Date.UTC(2026, 0, 1, 12);
      let evictions = 0;
      for (const [step, passedMs] of walked) {
        now += passedMs;
        if (isFinished(workload) && step !== 'finish') continue;
        const after = steps[step]!(workload, now);
        evictions += Number(isEvicted(after) && !isEvicted(workload));
        expectInvariants(workload, after);
        expect(totalEvictions(after)).toBe(evictions);
        expect(isFinished(after)).toBe(step === 'finish');
        workload = after;
      }
    }),
    { numRuns: 500 },
  );
});

function expectInvariants(before: Workload, after: Workload): void {
  // 1: quota and admission belong together.
  expect(hasQuotaReservation(after)).toBe(after.status.admission !== undefined);
  // 2: admitted means reserved, and all was ready when it became so.
  if (isAdmitted(after)) expect(hasQuotaReservation(after)).toBe(true);
  if (isAdmitted(after) && !isAdmitted(before)) {
    expect(areChecksReady(after) && !isTopologyPending(after)).toBe(true);
  }
  expectEvictionInvariants(before, after);
  // 4: the end is final.
  if (isFinished(before)) {
    expect(findCondition(after, 'Finished')).toEqual(findCondition(before, 'Finished'));
  }
  // 6: the count of requeues never sinks while active.
  if (isActive(after)) expect(countOf(after)).toBeGreaterThanOrEqual(isActive(before) ? countOf(before) : 0);
  // 9: execution time grows only when the admission is lost.
  if (secondsOf(after) > secondsOf(before)) {
    expect(isAdmitted(before) && !isAdmitted(after)).toBe(true);
  }
}

function expectEvictionInvariants(before: Workload, after: Workload): void {
  const turnedTrue = (type: ConditionType) => isConditionTrue(after, type) && !isConditionTrue(before, type);
  // 3: Preempted comes with Evicted, in the same words.
  if (turnedTrue('Preempted')) {
    const message = findCondition(after, 'Preempted')?.message;
    expect(findCondition(after, 'Evicted')).toMatchObject({ status: 'True', reason: 'Preempted', message });
  }
  // 5: a reservation clears the eviction.
  if (turnedTrue('QuotaReserved')) {
    expect(isEvicted(after) || isConditionTrue(after, 'Preempted')).toBe(false);
  }
  // 11: an eviction leaves no failed check, nor one that is Ready.
  if (turnedTrue('Evicted')) {
    expect((after.status.admissionChecks ?? []).filter(({ state }) => state !== 'Pending')).toEqual([]);
  }
  expectGrowingCounts(before, after);
}

/** 8: eviction counts never sink. */
function expectGrowingCounts(before: Workload, after: Workload): void {
  const counts = after.status.schedulingStats?.evictions ?? [];
  for (const { reason, underlyingCause, count } of before.status.schedulingStats?.evictions ?? []) {
    const now = counts.find((entry) => entry.reason === reason && entry.underlyingCause === underlyingCause);
    expect(now?.count).toBeGreaterThanOrEqual(count);
  }
}

function when(isDue: boolean, workload: Workload, step: () => Workload): Workload {
  return isDue ? step() : workload;
}

function mayEvict(workload: Workload): boolean {
  return hasQuotaReservation(workload) && !isEvicted(workload) && isActive(workload);
}

function withCheck(workload: Workload, state: AdmissionCheckState['state']): Workload {
  const admissionChecks = workload.status.admissionChecks?.map((check) => ({ ...check, state }));
  return admissionChecks ? { ...workload, status: { ...workload.status, admissionChecks } } : workload;
}

function totalEvictions(workload: Workload): number {
  return (workload.status.schedulingStats?.evictions ?? []).reduce((sum, { count }) => sum + count, 0);
}

function countOf(workload: Workload): number {
  return workload.status.requeueState?.count ?? 0;
}

function secondsOf(workload: Workload): number {
  return workload.status.accumulatedPastExecutionTimeSeconds ?? 0;
}
