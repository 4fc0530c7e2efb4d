import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countIndexes } from './completed-indexes.ts';

test.each([
  { name: 'nothing', texts: [''], limit: 5, want: 0 },
  { name: 'single indexes and intervals', texts: ['0,2-4,7'], limit: 10, want: 5 },
  { name: 'a union counts an index once', texts: ['0-1', '1,3'], limit: 4, want: 3 },
  { name: 'indexes at or above the limit are clipped', texts: ['0,5-7'], limit: 2, want: 1 },
  { name: 'malformed and descending parts are skipped', texts: ['a,1-,-2,4-3,2'], limit: 9, want: 1 },
])('I-2.13: $name', ({ texts, limit, want }) => expect(countIndexes(texts, limit)).toBe(want));

test('I-2.13: the count equals the size of the set of indexes', () => {
  const interval = fc
    .tuple(fc.nat(40), fc.nat(10))
    .map(([first, length]) => ({ first, last: first + length }));
  fc.assert(
    fc.property(fc.array(interval), fc.nat(60), (intervals, limit) => {
      const indexes = new Set<number>();
      for (const { first, last } of intervals) {
        for (let index = first; index <= last && index < limit; index += 1) indexes.add(index);
      }
      const texts = intervals.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
      expect(countIndexes([texts.join(',')], limit)).toBe(indexes.size);
    }),
  );
});
