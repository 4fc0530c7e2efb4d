import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PodSetRequest } from '../workload/index.ts';
import { searchSmallerCounts } from './partial-admission.ts';

function aPodSet(name: string, count: number, minCount?: number): PodSetRequest {
  return {
    name,
    count,
    ...(minCount !== undefined && { minCount }),
    perPod: new Map([['cpu', 100n]]),
    requests: new Map([['cpu', 100n * BigInt(count)]]),
    template: {},
    templateDigest: { scheduling: '', resources: '' },
  };
}

/** The counts of every probe, and the answer, when up to `room` pods are accepted. */
function searchWithRoom(podSets: readonly PodSetRequest[], room: number) {
  const probes: number[][] = [];
  const answer = searchSmallerCounts(podSets, (smaller) => {
    const counts = smaller.map(({ count }) => count);
    probes.push(counts);
    return counts.reduce((sum, count) => sum + count, 0) <= room ? smaller : undefined;
  });
  return { probes, answer };
}

describe('partial admission', () => {
  const example = [aPodSet('a', 8, 4), aPodSet('b', 3), aPodSet('c', 5, 1)];

  test('shrinks pod sets in proportion and probes by halves (the example of S-5.28)', () => {
    const { probes, answer } = searchWithRoom(example, 14);
    expect(probes).toEqual([
      [6, 3, 3],
      [7, 3, 4],
      [8, 3, 5],
    ]);
    expect(answer?.map(({ count }) => count)).toEqual([7, 3, 4]);
  });

  test('goes down to the minimum of every pod set and no further (S-5.27)', () => {
    const { probes, answer } = searchWithRoom(example, 8);
    expect(answer?.map(({ count }) => count)).toEqual([4, 3, 1]);
    expect(searchWithRoom(example, 7).answer).toBeUndefined();
    expect(Math.min(...probes.map(([a = 0]) => a))).toBe(4);
  });

  test('scales the requests with the count (S-1.11)', () => {
    const { answer } = searchWithRoom([aPodSet('a', 10, 4)], 6);
    expect(answer?.[0]?.requests.get('cpu')).toBe(600n);
  });

  test.each([
    { name: 'without a minimum nothing is probed', podSets: [aPodSet('a', 8)] },
    { name: 'a minimum of all pods leaves nothing to probe', podSets: [aPodSet('a', 8, 8)] },
    { name: 'reclaimed pods may leave fewer than the minimum', podSets: [aPodSet('a', 2, 4)] },
  ])('$name (S-5.27)', ({ podSets }) => {
    expect(searchWithRoom(podSets, 100)).toEqual({ probes: [], answer: undefined });
  });

  test('finds the greatest counts that are accepted, in few probes', () => {
    const podSet = fc
      .record({
        count: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map(({ count, share }) => aPodSet('a', count, Math.max(1, Math.floor(count * share))));
    fc.assert(
      fc.property(podSet, fc.nat(2 ** 31 - 1), (only, room) => {
        const { probes, answer } = searchWithRoom([only], room);
        const { count, minCount = count } = only;
        expect(probes.length).toBeLessThanOrEqual(32);
        if (minCount === count) expect(answer).toBeUndefined();
        else if (room < minCount) expect(answer).toBeUndefined();
        else expect(answer?.[0]?.count).toBe(Math.min(room, count));
      }),
    );
  });
});
