import { describe, expect, test } from 'vitest';
import { aJob } from '../../../test/builders/index.ts';
import { batchJob } from './job.ts';
import type { BatchJob } from './job.ts';

function aBatchJob(shape: Parameters<typeof aJob>[0] = {}): BatchJob {
  return aJob(shape);
}

describe('the state of a Job', () => {
  test.each([
    { status: { active: 2 }, want: true },
    { status: { active: 0 }, want: false },
    { status: {}, want: false },
  ])('I-2.11: with $status it is active: $want', ({ status, want }) => {
    expect(batchJob.isActive(aBatchJob({ status }))).toBe(want);
  });

  test.each([
    { name: 'all ready', status: { ready: 3 }, want: true },
    { name: 'some ready, others through', status: { ready: 1, succeeded: 2 }, want: true },
    {
      name: 'some not yet counted',
      status: { ready: 1, succeeded: 1, uncountedTerminatedPods: { succeeded: ['u'] } },
      want: true,
    },
    { name: 'one short', status: { ready: 1, succeeded: 1 }, want: false },
    { name: 'no status', status: {}, want: false },
  ])('I-2.11: pods are ready: $name', ({ status, want }) => {
    expect(batchJob.podsReady(aBatchJob({ spec: { parallelism: 3, completions: 5 }, status }))).toBe(want);
  });

  const aCondition = (type: string, status = 'True') => ({ type, status, message: `m of ${type}` });
  test.each([
    {
      name: 'complete',
      conditions: [aCondition('Complete')],
      want: { isSuccess: true, message: 'm of Complete' },
    },
    {
      name: 'failed',
      conditions: [aCondition('Failed')],
      want: { isSuccess: false, message: 'm of Failed' },
    },
    {
      name: 'the first of both',
      conditions: [aCondition('Failed'), aCondition('Complete')],
      want: { isSuccess: false, message: 'm of Failed' },
    },
    { name: 'not yet', conditions: [aCondition('Complete', 'False')], want: undefined },
    {
      name: 'not by what only announces it',
      conditions: [aCondition('SuccessCriteriaMet'), aCondition('FailureTarget')],
      want: undefined,
    },
    { name: 'not by a suspension', conditions: [aCondition('Suspended')], want: undefined },
  ])('I-2.12: finished, $name', ({ conditions, want }) => {
    expect(batchJob.finished(aBatchJob({ status: { conditions } }))).toEqual(want);
  });

  test.each([
    { name: 'P=3 C=5, 2 through', spec: { parallelism: 3, completions: 5 }, status: { succeeded: 2 } },
    {
      name: 'P=3 C=5, 3 through',
      spec: { parallelism: 3, completions: 5 },
      status: { succeeded: 3 },
      want: 1,
    },
    {
      name: 'P=3 C=5, 5 through',
      spec: { parallelism: 3, completions: 5 },
      status: { succeeded: 5 },
      want: 3,
    },
    {
      name: 'P=3, no C',
      spec: { parallelism: 3, completions: undefined },
      status: { succeeded: 1 },
      want: 1,
    },
    { name: 'P=1 C=5', spec: { parallelism: 1, completions: 5 }, status: { succeeded: 3 } },
    { name: 'nothing through', spec: { parallelism: 3, completions: 2 }, status: {} },
    {
      name: 'Indexed, completed and failed overlap',
      spec: { parallelism: 4, completions: 4, completionMode: 'Indexed' },
      status: { succeeded: 9, completedIndexes: '0-1', failedIndexes: '1,3' },
      want: 3,
    },
    {
      name: 'Indexed after a scale-down',
      spec: { parallelism: 2, completions: 2, completionMode: 'Indexed' },
      status: { completedIndexes: '0,5-7' },
      want: 1,
    },
  ])('I-2.13: reclaimable pods, $name: $want', ({ spec, status, want }) => {
    const reclaimable = batchJob.reclaimablePods?.(aBatchJob({ spec, status }));
    expect([...(reclaimable ?? [])]).toEqual(want === undefined ? [] : [['main', want]]);
  });
});
