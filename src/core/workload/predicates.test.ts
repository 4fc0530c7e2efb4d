import { describe, expect, test } from 'vitest';
import { aReservingWorkload, aWorkload } from '../../../test/builders/index.ts';
import type { WorkloadShape } from '../../../test/builders/index.ts';
import { keys } from './keys.ts';
import { defaultSchedulingOptions } from './options.ts';
import {
  areChecksReady,
  countsInQuota,
  hasFailedChecks,
  isAdmissible,
  isBackoffOver,
  isOwnedBySinglePod,
  isPartialAdmissible,
  isPreemptionGateClosed,
  isTopologyPending,
  workloadPhase,
} from './predicates.ts';
import { effectivePriority, queueTimestampMs } from './priority.ts';
import { parseTime } from './times.ts';

const check = { name: 'a', state: 'Ready', lastTransitionTime: '2026-01-01T00:00:00Z', message: '' } as const;

describe('admissible (L-1.1)', () => {
  const gated = { annotations: { [keys.admissionGatedBy]: 'budget' } };
  test.each<{ name: string; shape: WorkloadShape; want: boolean }>([
    { name: 'a fresh workload is', shape: {}, want: true },
    { name: 'an inactive one is not', shape: { spec: { active: false } }, want: false },
    { name: 'a finished one is not', shape: { conditions: [{ type: 'Finished' }] }, want: false },
    { name: 'one with quota is not', shape: { conditions: [{ type: 'QuotaReserved' }] }, want: false },
    {
      name: 'one on hold is not',
      shape: { conditions: [{ type: 'QuotaReserved', status: 'False', reason: 'OnHold' }] },
      want: false,
    },
    {
      name: 'one that waits for quota is',
      shape: { conditions: [{ type: 'QuotaReserved', status: 'False', reason: 'WaitingForQuota' }] },
      want: true,
    },
    {
      name: 'one that waits for replacement pods is not',
      shape: { conditions: [{ type: 'WaitingForReplacementPods' }] },
      want: false,
    },
    { name: 'a gated one is not', shape: gated, want: false },
    { name: 'an empty gate is none', shape: { annotations: { [keys.admissionGatedBy]: '' } }, want: true },
    { name: 'an evicted one without quota is', shape: { conditions: [{ type: 'Evicted' }] }, want: true },
  ])('$name', ({ shape, want }) =>
    expect(isAdmissible(aWorkload(shape), defaultSchedulingOptions)).toBe(want),
  );

  test('without gate AdmissionGatedBy the annotation does not count', () => {
    expect(isAdmissible(aWorkload(gated), { admissionGatedBy: false })).toBe(true);
  });
});

describe('phases and quota (L-1.1)', () => {
  test.each([
    { workload: aWorkload(), phase: 'pending', counts: false },
    { workload: aReservingWorkload({ isAdmitted: false }), phase: 'quotaReserved', counts: true },
    { workload: aReservingWorkload(), phase: 'admitted', counts: true },
    {
      workload: aReservingWorkload({ conditions: [{ type: 'Finished' }] }),
      phase: 'finished',
      counts: false,
    },
    { workload: aReservingWorkload({ spec: { active: false } }), phase: 'admitted', counts: false },
    { workload: aReservingWorkload({ conditions: [{ type: 'Evicted' }] }), phase: 'admitted', counts: true },
  ])('$phase, counts: $counts', ({ workload, phase, counts }) => {
    expect(workloadPhase(workload)).toBe(phase);
    expect(countsInQuota(workload)).toBe(counts);
  });
});

describe('checks, gates and owners (L-1.1)', () => {
  test.each([
    { states: [], areReady: true, hasFailed: false },
    { states: ['Ready'] as const, areReady: true, hasFailed: false },
    { states: ['Ready', 'Pending'] as const, areReady: false, hasFailed: false },
    { states: ['Ready', 'Retry'] as const, areReady: false, hasFailed: true },
    { states: ['Rejected'] as const, areReady: false, hasFailed: true },
  ])('checks $states', ({ states, areReady, hasFailed }) => {
    const admissionChecks = states.map((state, index) => ({ ...check, name: `c${index}`, state }));
    const workload = aWorkload({ status: { admissionChecks } });
    expect(areChecksReady(workload)).toBe(areReady);
    expect(hasFailedChecks(workload)).toBe(hasFailed);
  });

  test('a topology is pending while it is only promised', () => {
    const pending = { name: 'main', delayedTopologyRequest: 'Pending' as const };
    const admission = (assignment: object) => ({
      clusterQueue: 'main',
      podSetAssignments: [{ ...pending, ...assignment }],
    });
    expect(isTopologyPending(aReservingWorkload({ admission: admission({}) }))).toBe(true);
    const assigned = admission({ topologyAssignment: { levels: ['rack'], slices: [] } });
    expect(isTopologyPending(aReservingWorkload({ admission: assigned }))).toBe(false);
    expect(isTopologyPending(aReservingWorkload())).toBe(false);
  });

  test('a preemption gate is closed until its state says Open (S-3.7)', () => {
    const spec = { preemptionGates: [{ name: 'g' }] };
    const state = { name: 'g', lastTransitionTime: '2026-01-01T00:00:00Z' };
    expect(isPreemptionGateClosed(aWorkload())).toBe(false);
    expect(isPreemptionGateClosed(aWorkload({ spec }))).toBe(true);
    const open = { preemptionGates: [{ ...state, position: 'Open' as const }] };
    expect(isPreemptionGateClosed(aWorkload({ spec, status: open }))).toBe(false);
  });

  test.each<{ name: string; owners: string[]; annotations: Record<string, string>; want: boolean }>([
    { name: 'one plain pod', owners: ['Pod'], annotations: {}, want: true },
    { name: 'a pod group', owners: ['Pod'], annotations: { [keys.isGroupWorkload]: 'true' }, want: false },
    { name: 'two pods', owners: ['Pod', 'Pod'], annotations: {}, want: false },
    { name: 'a job', owners: ['Job'], annotations: {}, want: false },
    { name: 'nobody', owners: [], annotations: {}, want: false },
  ])('owned by $name', ({ owners, annotations, want }) => {
    const ownerReferences = owners.map((kind, index) => ({
      apiVersion: 'v1',
      kind,
      name: `o${index}`,
      uid: `${index}`,
    }));
    expect(isOwnedBySinglePod(aWorkload({ ownerReferences, annotations }))).toBe(want);
  });

  test('partial admission needs a minCount below the count', () => {
    expect(isPartialAdmissible(aWorkload({ podSets: [{ count: 3, minCount: 2 }] }))).toBe(true);
    expect(isPartialAdmissible(aWorkload({ podSets: [{ count: 3, minCount: 3 }] }))).toBe(false);
    expect(isPartialAdmissible(aWorkload())).toBe(false);
  });
});

describe('back-off (S-3.8, L-8.9)', () => {
  const now = parseTime('2026-01-01T01:00:00Z');
  test.each<{ name: string; shape: WorkloadShape; want: boolean }>([
    { name: 'over without any', shape: {}, want: true },
    { name: 'not over before its end', shape: at('2026-01-01T01:00:01Z'), want: false },
    { name: 'over at its very end', shape: at('2026-01-01T01:00:00Z'), want: true },
    {
      name: 'not over while locked',
      shape: { conditions: [{ type: 'Requeued', status: 'False' }] },
      want: false,
    },
    { name: 'over with Requeued=True', shape: { conditions: [{ type: 'Requeued' }] }, want: true },
  ])('$name', ({ shape, want }) => expect(isBackoffOver(aWorkload(shape), now)).toBe(want));

  function at(requeueAt: string): WorkloadShape {
    return { status: { requeueState: { requeueAt } } };
  }
});

describe('effective priority (section 0)', () => {
  test.each([
    { boost: undefined, isOn: true, want: 10 },
    { boost: '5', isOn: true, want: 15 },
    { boost: '-5', isOn: true, want: 5 },
    { boost: '5', isOn: false, want: 10 },
    { boost: '', isOn: true, want: 10 },
    { boost: '5x', isOn: true, want: 10 },
    { boost: '2147483648', isOn: true, want: 10 },
    { boost: '2147483647', isOn: true, want: 2_147_483_657 },
  ])('priority 10, boost $boost, gate $isOn', ({ boost, isOn, want }) => {
    const annotations: Record<string, string> = boost === undefined ? {} : { [keys.priorityBoost]: boost };
    expect(effectivePriority(aWorkload({ priority: 10, annotations }), { priorityBoost: isOn })).toBe(want);
  });

  test('an absent priority is 0', () => {
    expect(effectivePriority(aWorkload({ spec: { priority: undefined } }), defaultSchedulingOptions)).toBe(0);
  });
});

describe('queue timestamp (section 0, L-8.8)', () => {
  const lastTransitionTime = '2026-02-02T00:00:00Z';
  const evicted = (reason: string) => ({ type: 'Evicted', reason, lastTransitionTime });
  const reclaimed = { type: 'Preempted', reason: 'InCohortReclaimWhileBorrowing', lastTransitionTime };
  const created = parseTime('2026-01-01T00:00:00Z');
  const late = parseTime(lastTransitionTime);
  test.each([
    { name: 'the creation', conditions: [], options: {}, want: created },
    { name: 'a readiness timeout', conditions: [evicted('PodsReadyTimeout')], options: {}, want: late },
    {
      name: 'the creation, if a timeout is to keep its place',
      conditions: [evicted('PodsReadyTimeout')],
      options: { requeuingTimestamp: 'Creation' as const },
      want: created,
    },
    {
      name: 'a failed check, whatever is set',
      conditions: [evicted('AdmissionCheck')],
      options: { requeuingTimestamp: 'Creation' as const },
      want: late,
    },
    {
      name: 'the creation after a preemption',
      conditions: [evicted('Preempted'), reclaimed],
      options: {},
      want: created,
    },
    {
      name: 'just after the reclaim, without sorting by priority in the cohort',
      conditions: [evicted('Preempted'), reclaimed],
      options: { prioritySortingWithinCohort: false },
      want: late + 1,
    },
    {
      name: 'the creation once the eviction is cleared',
      conditions: [{ ...evicted('AdmissionCheck'), status: 'False' as const }],
      options: {},
      want: created,
    },
  ])('$name', ({ conditions, options, want }) => {
    expect(queueTimestampMs(aWorkload({ conditions }), { ...defaultSchedulingOptions, ...options })).toBe(
      want,
    );
  });
});
