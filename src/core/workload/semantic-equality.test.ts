import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSemanticallyEqual } from './semantic-equality.ts';

test.each([
  {
    name: 'quantities by value',
    a: { requests: { cpu: '1' } },
    b: { requests: { cpu: '1000m' } },
    want: true,
  },
  { name: 'a number and a text', a: { limits: { gpu: 1 } }, b: { limits: { gpu: '1' } }, want: true },
  { name: 'other texts by letter', a: { image: '1' }, b: { image: '1000m' }, want: false },
  {
    name: 'what users name like a quantity is none',
    a: { labels: { divisor: '1' } },
    b: { labels: { divisor: '1000m' } },
    want: false,
  },
  { name: 'absent, null and empty', a: { x: null, y: [], z: {} }, b: {}, want: true },
  { name: 'false is not absent', a: { x: false }, b: {}, want: false },
  { name: 'the order of lists matters', a: [1, 2], b: [2, 1], want: false },
  { name: 'lengths of lists matter', a: [1], b: [1, 1], want: false },
])('A-1.11: $name', ({ a, b, want }) => expect(isSemanticallyEqual(a, b)).toBe(want));

test('A-1.11: every value equals its copy, and nothing equals a changed one', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => isSemanticallyEqual(value, structuredClone(value))));
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.string({ minLength: 1 }),
      (value, key) => !isSemanticallyEqual([value], [value, { [key]: 'x' }]),
    ),
  );
});
