import { describe, expect, test } from 'vitest';
import type { AdmissionCheckState, ConditionType, Workload } from '../../api/index.ts';
import { anAdmission, aReservingWorkload, aWorkload } from '../../../test/builders/index.ts';
import { syncAdmitted } from './admitted.ts';
import { findCondition } from './conditions.ts';
import { defaultSchedulingOptions } from './options.ts';
import { recordPending, reserveQuota, resourceRequestsOf, unsetReservation } from './reservation.ts';
import { parseTime } from './times.ts';

const now = parseTime('2026-01-01T00:01:40Z');
const options = defaultSchedulingOptions;
const unobserved = { ...options, unadmittedWorkloadsObservability: false };
const admission = anAdmission({ clusterQueue: 'gpu' });
const said = (workload: Workload, type: ConditionType) => {
  const { status, reason, message } = findCondition(workload, type) ?? {};
  return [status, reason, message];
};
const check = (name: string, state: AdmissionCheckState['state']): AdmissionCheckState => ({
  name,
  state,
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

describe('reserving quota (L-5.3, S-9.3)', () => {
  test('without checks the workload is admitted in the same write, and resourceRequests go', () => {
    const workload = aWorkload({ status: { resourceRequests: [{ name: 'main' }] } });
    const after = reserveQuota(workload, { admission, requiredChecks: [], options }, now);
    expect(said(after, 'QuotaReserved')).toEqual([
      'True',
      'QuotaReserved',
      'Quota reserved in ClusterQueue gpu',
    ]);
    expect(said(after, 'Admitted')).toEqual(['True', 'Admitted', 'The workload is admitted']);
    expect(after.status.admission).toEqual(admission);
    expect(after.status).not.toHaveProperty('resourceRequests');
  });

  test('an eviction is cleared, Requeued stays', () => {
    const workload = aWorkload({
      conditions: [
        { type: 'Evicted', reason: 'Preempted', message: 'by x' },
        { type: 'Preempted', reason: 'InClusterQueue', message: 'by x' },
        { type: 'BlockedOnPreemptionGates', reason: 'PreemptionGated', message: 'gated' },
        { type: 'Requeued', reason: 'Preempted', message: 'by x' },
      ],
    });
    const after = reserveQuota(workload, { admission, requiredChecks: [], options }, now);
    expect(said(after, 'Evicted')).toEqual(['False', 'QuotaReserved', 'Previously: by x']);
    expect(said(after, 'Preempted')).toEqual(['False', 'QuotaReserved', 'Previously: by x']);
    expect(said(after, 'BlockedOnPreemptionGates')).toEqual(['False', 'QuotaReserved', 'Previously: gated']);
    expect(said(after, 'Requeued')).toEqual(['True', 'Preempted', 'by x']);
  });

  test('an eviction that was cleared before is left as it is', () => {
    const cleared = {
      type: 'Evicted',
      status: 'False' as const,
      reason: 'QuotaReserved',
      message: 'Previously: x',
    };
    const after = reserveQuota(
      aWorkload({ conditions: [cleared] }),
      { admission, requiredChecks: [], options },
      now,
    );
    expect(said(after, 'Evicted')).toEqual(['False', 'QuotaReserved', 'Previously: x']);
  });

  test.each([
    { name: 'a missing check leaves Admitted alone', checks: [], want: [undefined, undefined, undefined] },
    {
      name: 'a check that is not Ready',
      checks: [check('a', 'Pending')],
      want: ['False', 'UnsatisfiedAdmissionChecks', 'The workload has not all checks ready'],
    },
    {
      name: 'a Ready check',
      checks: [check('a', 'Ready')],
      want: ['True', 'Admitted', 'The workload is admitted'],
    },
  ])('with a required check: $name', ({ checks, want }) => {
    const workload = aWorkload({ status: { admissionChecks: checks } });
    const after = reserveQuota(workload, { admission, requiredChecks: ['a'], options }, now);
    expect(said(after, 'Admitted')).toEqual(want);
  });

  test('a topology that is only promised keeps it from being admitted', () => {
    const delayed = anAdmission({ podSetAssignments: [{ delayedTopologyRequest: 'Pending' }] });
    const after = reserveQuota(aWorkload(), { admission: delayed, requiredChecks: [], options }, now);
    const message = 'There are pending delayed topology requests';
    expect(said(after, 'Admitted')).toEqual(['False', 'PendingDelayedTopologyRequests', message]);
  });
});

describe('unsetting a reservation (L-5.4)', () => {
  const input = { reason: 'Suspended', message: 'LocalQueue main is stopped', options } as const;

  test('the admission goes, and Admitted turns False with the time it ran', () => {
    const workload = aReservingWorkload({ status: { accumulatedPastExecutionTimeSeconds: 5 } });
    const after = unsetReservation(workload, input, now);
    expect(said(after, 'QuotaReserved')).toEqual(['False', 'Suspended', 'LocalQueue main is stopped']);
    expect(said(after, 'Admitted')).toEqual(['False', 'NoReservation', 'The workload has no reservation']);
    expect(after.status).not.toHaveProperty('admission');
    expect(after.status.accumulatedPastExecutionTimeSeconds).toBe(105);
  });

  test('the condition is created if it is missing; the same again changes nothing', () => {
    const once = unsetReservation(aWorkload(), input, now);
    expect(said(once, 'QuotaReserved')[0]).toBe('False');
    expect(unsetReservation(once, input, now + 5000)).toBe(once);
  });

  test('unknown status fields stay', () => {
    const status: object = { future: { field: 1 } };
    const after = unsetReservation(aReservingWorkload({ status }), input, now);
    expect(after.status).toMatchObject(status);
  });
});

describe('the sync of Admitted (L-5.5)', () => {
  const pending = { type: 'QuotaReserved', status: 'False' as const, reason: 'WaitingForQuota' };
  const failing = { admissionChecks: [check('a', 'Retry')] };

  test('a workload without either condition gets none, unless explicit status is on', () => {
    const fresh = aWorkload();
    expect(syncAdmitted(fresh, options, now)).toBe(fresh);
    const explicit = syncAdmitted(fresh, { ...options, unadmittedWorkloadsExplicitStatus: true }, now);
    expect(said(explicit, 'Admitted')).toEqual(['False', 'NoReservation', 'The workload has no reservation']);
  });

  test('the reservation is named before the checks', () => {
    const workload = aWorkload({ conditions: [pending], status: failing });
    expect(said(syncAdmitted(workload, options, now), 'Admitted')[1]).toBe('NoReservation');
  });

  test('a second sync changes nothing', () => {
    const once = syncAdmitted(aWorkload({ conditions: [pending] }), options, now);
    expect(syncAdmitted(once, options, now + 60_000)).toBe(once);
  });

  test('without observability only a change of the truth is written', () => {
    const waiting = aWorkload({ conditions: [pending] });
    expect(syncAdmitted(waiting, unobserved, now)).toBe(waiting);
    const lost = aWorkload({ conditions: [pending, { type: 'Admitted' }], status: failing });
    expect(said(syncAdmitted(lost, unobserved, now), 'Admitted')).toEqual([
      'False',
      'NoReservationUnsatisfiedChecks',
      'The workload has no reservation and not all checks ready',
    ]);
    const unchecked = aReservingWorkload({ status: failing });
    expect(said(syncAdmitted(unchecked, unobserved, now), 'Admitted')[1]).toBe('UnsatisfiedChecks');
  });
});

describe('recording a failed attempt (L-11.3, S-1.20)', () => {
  const finding = {
    reason: 'WaitingForQuota',
    message: 'no',
    resourceRequests: [{ name: 'main', resources: { cpu: '1' } }],
    options,
  } as const;

  test('condition, Admitted and resourceRequests come in one step; the same again changes nothing', () => {
    const once = recordPending(aWorkload(), finding, now);
    expect(said(once, 'QuotaReserved')).toEqual(['False', 'WaitingForQuota', 'no']);
    expect(said(once, 'Admitted')).toEqual(['False', 'NoReservation', 'The workload has no reservation']);
    expect(once.status.resourceRequests).toEqual(finding.resourceRequests);
    expect(recordPending(once, finding, now + 5000)).toBe(once);
  });

  test.each([
    { reason: 'WaitingForQuota', want: 'Pending' },
    { reason: 'WaitingForPodsReady', want: 'Waiting' },
    { reason: 'Misconfigured', want: 'Pending' },
  ] as const)('without observability $reason is stored as $want', ({ reason, want }) => {
    const after = recordPending(aWorkload(), { ...finding, reason, options: unobserved }, now);
    expect(said(after, 'QuotaReserved')[1]).toBe(want);
    expect(findCondition(after, 'Admitted')).toBeUndefined();
  });

  test('requests are shown canonically by pod set, without pods', () => {
    const requests = new Map([
      ['cpu', 1500n],
      ['memory', 2n << 30n],
      ['pods', 3n],
    ]);
    expect(
      resourceRequestsOf([
        { name: 'a', requests },
        { name: 'b', requests: new Map() },
      ]),
    ).toEqual([{ name: 'a', resources: { cpu: '1500m', memory: '2Gi' } }, { name: 'b' }]);
  });
});
