import { expect, test } from 'vitest';
import { aWorkload } from '../../../test/builders/index.ts';
import { setReclaimablePods } from './reclaimable-pods.ts';

function workloadOf(count: number, reclaimable?: number) {
  const reclaimablePods = reclaimable === undefined ? [] : [{ name: 'main', count: reclaimable }];
  const workload = aWorkload();
  const [podSet] = workload.spec.podSets;
  const spec = { ...workload.spec, podSets: [{ ...podSet!, name: 'main', count }] };
  return { ...workload, spec, status: { ...workload.status, reclaimablePods } };
}

test.each([
  {
    name: 'a first report is taken over',
    before: undefined,
    reported: 2,
    want: [{ name: 'main', count: 2 }],
  },
  {
    name: 'a report is capped at the count',
    before: undefined,
    reported: 9,
    want: [{ name: 'main', count: 5 }],
  },
  { name: 'a lower report keeps what is known', before: 3, reported: 1, want: [{ name: 'main', count: 3 }] },
  { name: 'a higher report counts', before: 3, reported: 4, want: [{ name: 'main', count: 4 }] },
])('L-3.3 J17: $name', ({ before, reported, want }) => {
  const after = setReclaimablePods(workloadOf(5, before), new Map([['main', reported]]));
  expect(after.status.reclaimablePods).toEqual(want);
});

test('L-3.3 J17: a report that says the same changes nothing', () => {
  const workload = workloadOf(5, 3);
  expect(setReclaimablePods(workload, new Map([['main', 3]]))).toBe(workload);
  expect(setReclaimablePods(workload, new Map())).toBe(workload);
});
