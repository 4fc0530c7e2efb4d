import { expect, test } from 'vitest';

import { JobRoll } from './job-roll.ts';
import type { SeenJob } from './job-roll.ts';

function aJob(name: string, suspend: boolean, ended?: 'Complete' | 'Failed'): SeenJob {
  const conditions = ended === undefined ? [] : [{ type: ended, status: 'True' }];
  return { metadata: { namespace: 'red', name }, spec: { suspend }, status: { conditions } };
}

test('each step of a Job is told once', () => {
  const roll = new JobRoll(['red/a']);
  const steps = [aJob('a', true), aJob('a', true), aJob('a', false), aJob('a', false, 'Complete')].map(
    (job, at) => roll.see(job, at)?.phase,
  );
  expect(steps).toEqual(['waiting', undefined, 'running', 'finished']);
});

test('Jobs that nobody expects are not looked at', () => {
  const roll = new JobRoll(['red/a']);
  expect(roll.see(aJob('b', true), 0)).toBeUndefined();
  expect(roll.count('waiting')).toBe(0);
});

test('all is done when each Job has finished or failed, and not while one has not been seen', () => {
  const roll = new JobRoll(['red/a', 'red/b']);
  roll.see(aJob('a', false, 'Complete'), 0);
  expect(roll.isDone()).toBe(false);
  roll.see(aJob('b', false, 'Failed'), 0);
  expect(roll.isDone()).toBe(true);
  expect([
    roll.count('finished', 'red'),
    roll.count('failed', 'red'),
    roll.count('finished', 'blue'),
  ]).toEqual([1, 1, 0]);
});

test('a wait ends with the first start and the shortest comes first', () => {
  const roll = new JobRoll(['red/a', 'red/b', 'red/c']);
  roll.see(aJob('a', true), 0);
  roll.see(aJob('b', true), 100);
  roll.see(aJob('c', true), 100);
  roll.see(aJob('a', false), 500);
  roll.see(aJob('b', false), 150);
  roll.see(aJob('a', true), 600);
  roll.see(aJob('a', false), 900);
  expect(roll.waitsMs()).toEqual([50, 500]);
});
