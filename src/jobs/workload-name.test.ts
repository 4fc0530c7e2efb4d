import { expect, test } from 'vitest';
import { workloadName } from './workload-name.ts';

const identity = { kind: 'Job', group: 'batch', name: 'test-job', uid: 'test-job' };

test.each([
  { name: 'L-3.7a: the check value of a plain job', job: identity, want: 'job-test-job-ce737' },
  {
    name: 'L-3.7a: an elastic job adds its extra part',
    job: { ...identity, extra: '0' },
    want: 'job-test-job-3991b',
  },
  { name: 'I-1.26: name and uid', job: { ...identity, name: 'name', uid: 'uid' }, want: 'job-name-ef3a1' },
  {
    name: 'I-1.26: with extra 1',
    job: { ...identity, name: 'name', uid: 'uid', extra: '1' },
    want: 'job-name-2514c',
  },
])('$name', ({ job, want }) => expect(workloadName(job)).toBe(want));

test('L-3.7a: a long name is cut before the hash so that the whole has 253 characters', () => {
  const name = workloadName({ ...identity, name: 'a'.repeat(300) });
  expect(name).toHaveLength(253);
  expect(name).toMatch(/^job-a{243}-[0-9a-f]{5}$/);
});

test('L-18 invariant 20: a new uid gives another name', () => {
  expect(workloadName({ ...identity, uid: 'other' })).not.toBe(workloadName(identity));
});
