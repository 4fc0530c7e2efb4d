import { describe, expect, test } from 'vitest';
import { aWorkload } from '../../../test/builders/index.ts';
import type { WorkloadShape } from '../../../test/builders/index.ts';
import { findCondition } from './conditions.ts';
import { keys } from './keys.ts';
import { matchesSelector, selectorFault } from './label-selector.ts';
import { defaultSchedulingOptions } from './options.ts';
import { recordUnadmitted, resolveUnadmitted } from './pending-resolution.ts';
import type { UnadmittedContext } from './pending-resolution.ts';
import { parseTime } from './times.ts';

const healthy: UnadmittedContext = {
  localQueueStopPolicy: 'None',
  clusterQueueName: 'cq',
  isClusterQueueActive: true,
  options: defaultSchedulingOptions,
};
const now = parseTime('2026-01-01T01:00:00Z');
const waiting = (reason: string) => ({
  conditions: [{ type: 'QuotaReserved', status: 'False' as const, reason }],
});
const explicit = { ...defaultSchedulingOptions, unadmittedWorkloadsExplicitStatus: true };

interface Case {
  name: string;
  shape?: WorkloadShape;
  context?: Partial<UnadmittedContext>;
  want: [reason: string, message: string] | undefined;
}

describe('why a workload is without quota (L-11.2)', () => {
  test.each<Case>([
    {
      name: '1: inactive, whatever else',
      shape: { spec: { active: false } },
      context: { localQueueStopPolicy: undefined },
      want: ['Deactivated', 'The workload is deactivated'],
    },
    {
      name: '2: on hold stays',
      shape: waiting('OnHold'),
      context: { localQueueStopPolicy: undefined },
      want: undefined,
    },
    {
      name: '3: no LocalQueue',
      context: { localQueueStopPolicy: undefined },
      want: ['Misconfigured', "LocalQueue main doesn't exist"],
    },
    {
      name: '4: a stopped LocalQueue',
      context: { localQueueStopPolicy: 'Hold' },
      want: ['Suspended', 'LocalQueue main is inactive'],
    },
    {
      name: '5: no ClusterQueue',
      context: { isClusterQueueActive: undefined },
      want: ['Misconfigured', "ClusterQueue cq doesn't exist"],
    },
    {
      name: '6: an inactive ClusterQueue',
      context: { isClusterQueueActive: false },
      want: ['Suspended', 'ClusterQueue cq is inactive'],
    },
    {
      name: '7: a broken selector',
      context: { selectorFault: 'bad' },
      want: ['Misconfigured', 'invalid namespace selector: bad'],
    },
    {
      name: '8: not admissible',
      context: { admissibilityFault: 'mismatch' },
      want: ['Misconfigured', 'mismatch'],
    },
    {
      name: '9: gated',
      shape: { annotations: { [keys.admissionGatedBy]: 'budget' } },
      want: ['AdmissionGated', 'Admission is gated by: budget'],
    },
    {
      name: '10: bypassed after an eviction',
      shape: waiting('PendingEvaluation'),
      context: { bypassReason: 'ExceedsMaxQuota' },
      want: [
        'ExceedsMaxQuota',
        'Bypassed scheduling evaluation because an equivalent workload recently failed',
      ],
    },
    { name: '10: not without a condition', context: { bypassReason: 'ExceedsMaxQuota' }, want: undefined },
    {
      name: '10: without a condition if status is explicit',
      context: { bypassReason: 'ExceedsMaxQuota', options: explicit },
      want: [
        'ExceedsMaxQuota',
        'Bypassed scheduling evaluation because an equivalent workload recently failed',
      ],
    },
    {
      name: '10: not over what the scheduler said itself',
      shape: waiting('WaitingForQuota'),
      context: { bypassReason: 'ExceedsMaxQuota' },
      want: undefined,
    },
    { name: '11: the scheduler has spoken', shape: waiting('NoMatchingFlavor'), want: undefined },
    { name: '11: an eviction has spoken', shape: waiting('PendingEvaluation'), want: undefined },
    { name: '12: a fresh workload', want: undefined },
    {
      name: '13: a fresh workload with explicit status',
      context: { options: explicit },
      want: ['PendingEvaluation', 'Workload is pending evaluation in the scheduling queue'],
    },
    {
      name: '13: a queue that is open again',
      shape: waiting('Suspended'),
      want: ['PendingEvaluation', 'Workload is pending evaluation in the scheduling queue'],
    },
  ])('$name', ({ shape, context, want }) => {
    const resolution = resolveUnadmitted(aWorkload(shape), { ...healthy, ...context });
    expect(resolution && [resolution.reason, resolution.message]).toEqual(want);
  });

  test('without observability only queue faults are told, as Inadmissible', () => {
    const options = { ...defaultSchedulingOptions, unadmittedWorkloadsObservability: false };
    const stopped = { ...healthy, localQueueStopPolicy: 'Hold', options };
    const inactive = aWorkload({ spec: { active: false } });
    expect(resolveUnadmitted(inactive, stopped)?.reason).toBe('Inadmissible');
    expect(resolveUnadmitted(inactive, { ...healthy, options })).toBeUndefined();
  });

  test('what is found is written once, with Admitted beside it', () => {
    const stopped = { ...healthy, localQueueStopPolicy: 'Hold' };
    const once = recordUnadmitted(aWorkload(), stopped, now);
    expect(findCondition(once, 'QuotaReserved')).toMatchObject({ status: 'False', reason: 'Suspended' });
    expect(findCondition(once, 'Admitted')).toMatchObject({ status: 'False', reason: 'NoReservation' });
    expect(recordUnadmitted(once, stopped, now + 60_000)).toBe(once);
    const fresh = aWorkload();
    expect(recordUnadmitted(fresh, healthy, now)).toBe(fresh);
  });
});

describe('label selectors (S-4.4, L-11.2 row 7)', () => {
  const labels = { team: 'a', tier: 'gold' };
  test.each([
    { name: 'absent', selector: undefined, want: false },
    { name: 'empty', selector: {}, want: true },
    { name: 'equal labels', selector: { matchLabels: { team: 'a' } }, want: true },
    { name: 'other labels', selector: { matchLabels: { team: 'b' } }, want: false },
    { name: 'In', selector: expression('tier', 'In', ['gold', 'silver']), want: true },
    { name: 'In without the key', selector: expression('zone', 'In', ['x']), want: false },
    { name: 'NotIn', selector: expression('tier', 'NotIn', ['gold']), want: false },
    { name: 'NotIn without the key', selector: expression('zone', 'NotIn', ['x']), want: true },
    { name: 'Exists', selector: expression('tier', 'Exists'), want: true },
    { name: 'DoesNotExist', selector: expression('tier', 'DoesNotExist'), want: false },
    { name: 'an unknown operator', selector: expression('tier', 'Like', ['g']), want: false },
  ])('$name', ({ selector, want }) => expect(matchesSelector(selector, labels)).toBe(want));

  test('a namespace without labels matches the empty selector', () => {
    expect(matchesSelector({}, undefined)).toBe(true);
  });

  test.each([
    { selector: expression('a', 'In', ['b']), isBroken: false },
    { selector: expression('a', 'In'), isBroken: true },
    { selector: expression('a', 'Exists', ['b']), isBroken: true },
    { selector: expression('a', 'Like', ['b']), isBroken: true },
    { selector: undefined, isBroken: false },
  ])('$selector is broken: $isBroken', ({ selector, isBroken }) =>
    expect(selectorFault(selector) !== undefined).toBe(isBroken),
  );

  function expression(key: string, operator: string, values?: string[]) {
    return { matchExpressions: [{ key, operator, ...(values && { values }) }] };
  }
});
