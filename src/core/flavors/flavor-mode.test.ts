import { expect, test } from 'vitest';
import { isBetter } from './flavor-mode.ts';
import type { FlavorRank } from './flavor-mode.ts';

const rank = (mode: FlavorRank['mode'], level = 0): FlavorRank => ({ mode, level });

test.each([
  {
    name: 'nothing unusable is better than anything',
    a: rank('noFit'),
    b: rank('noFit', 3),
    want: [false, false],
  },
  {
    name: 'no candidates beats what is unusable',
    a: rank('noCandidates', 3),
    b: rank('noFit'),
    want: [true, true],
  },
  {
    name: 'no candidates is worse than preempting at any level',
    a: rank('preempt', 3),
    b: rank('noCandidates'),
    want: [true, true],
  },
  {
    name: 'a better mode at a higher level depends on the preference',
    a: rank('fit', 1),
    b: rank('preempt'),
    want: [true, false],
  },
  {
    name: 'a lower level decides between equal modes',
    a: rank('fit', 1),
    b: rank('fit', 2),
    want: [true, true],
  },
  {
    name: 'a better mode decides between equal levels',
    a: rank('reclaim', 1),
    b: rank('preempt', 1),
    want: [true, true],
  },
  {
    name: 'equal ranks are not better than each other',
    a: rank('fit', 1),
    b: rank('fit', 1),
    want: [false, false],
  },
])('$name (S-5.8)', ({ a, b, want }) => {
  const seen = [isBetter(a, b, 'BorrowingOverPreemption'), isBetter(a, b, 'PreemptionOverBorrowing')];
  expect(seen).toEqual(want);
});

test('without fungibility levels are ignored (S-5.14)', () => {
  expect(isBetter(rank('fit', 3), rank('reclaim'), 'modeOnly')).toBe(true);
  expect(isBetter(rank('fit'), rank('fit', 3), 'modeOnly')).toBe(false);
});
