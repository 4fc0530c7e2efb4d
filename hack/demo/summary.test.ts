import { describe, expect, test } from 'vitest';

import { JobRoll } from './job-roll.ts';
import { summarize } from './summary.ts';
import { UsageLedger } from './usage-ledger.ts';

const quota = {
  clusterQueue: 'red',
  flavor: 'a100',
  resource: 'nvidia.com/gpu',
  nominal: 4n,
  borrowingLimit: 0n,
};

type Ending = 'Complete' | 'Failed' | 'running';

/** One Job that waited for two seconds and used some GPUs, which it has given back or not. */
function runOf({ ending = 'Complete' as Ending, gpus = 3n, isReturned = true }) {
  const roll = new JobRoll(['red/a']);
  const metadata = { namespace: 'red', name: 'a' };
  roll.see({ metadata, spec: { suspend: true } }, 0);
  const conditions = ending === 'running' ? [] : [{ type: ending, status: 'True' }];
  roll.see({ metadata, spec: {}, status: { conditions } }, 2000);
  const ledger = new UsageLedger([quota]);
  ledger.record('a', { clusterQueue: 'red', amounts: [{ ...quota, amount: gpus }] });
  if (isReturned) ledger.record('a', undefined);
  return { roll, ledger, elapsedMs: 5000, faults: [] };
}

test('a good run tells Jobs, highest usage and waits', () => {
  const { lines, isGood } = summarize(runOf({}));
  expect(isGood).toBe(true);
  expect(lines).toEqual(
    expect.arrayContaining([
      '1 of 1 Jobs finished in 5.0 s',
      '  a100    nvidia.com/gpu         3 of 4         75%',
      'Waits from creation to start: shortest 2.0 s, median 2.0 s, longest 2.0 s',
    ]),
  );
  expect(lines.at(-1)).toMatch(/^All is as it should be/);
});

describe('something is wrong', () => {
  test.each([
    { name: 'when a Job failed', run: runOf({ ending: 'Failed' }), want: '  1 Jobs failed' },
    {
      name: 'when a Job has not ended',
      run: runOf({ ending: 'running' }),
      want: '  1 Jobs have not finished',
    },
    {
      name: 'when more was used than allowed, even for a moment',
      run: runOf({ gpus: 5n }),
      want: '  more nvidia.com/gpu of a100 was used than all quotas together',
    },
    {
      name: 'when quota is not given back',
      run: runOf({ isReturned: false }),
      want: '  quota is still in use',
    },
    { name: 'when something else says so', run: { ...runOf({}), faults: ['refused'] }, want: '  refused' },
  ])('$name', ({ run, want }) => {
    const { lines, isGood } = summarize(run);
    expect(isGood).toBe(false);
    expect(lines).toContain(want);
  });
});

test('of an even number of waits the shorter one of the middle counts as the median', () => {
  const roll = new JobRoll(['red/a', 'red/b']);
  for (const [name, at] of [
    ['a', 1000],
    ['b', 3000],
  ] as const) {
    const metadata = { namespace: 'red', name };
    roll.see({ metadata, spec: { suspend: true } }, 0);
    roll.see({ metadata, spec: {} }, at);
  }
  const { lines } = summarize({ roll, ledger: new UsageLedger([]), elapsedMs: 0, faults: [] });
  expect(lines).toContain('Waits from creation to start: shortest 1.0 s, median 1.0 s, longest 3.0 s');
});
