import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addAmounts,
  clampAmount,
  LOWEST,
  multiplyAmount,
  scaleAmount,
  subtractAmounts,
  UNLIMITED,
} from './amount.ts';

const amount = fc.oneof(
  fc.bigInt({ min: LOWEST, max: UNLIMITED }),
  fc.constantFrom(LOWEST, LOWEST + 1n, -1n, 0n, 1n, UNLIMITED - 1n, UNLIMITED),
);

describe('amount arithmetic (S-1.3)', () => {
  test.each([
    { name: 'finite plus finite adds', a: 2n, b: 3n, sum: 5n, difference: -1n },
    {
      name: 'a sum beyond the range clamps',
      a: UNLIMITED - 1n,
      b: 5n,
      sum: UNLIMITED,
      difference: UNLIMITED - 6n,
    },
    { name: 'a sum below the range clamps', a: LOWEST, b: -1n, sum: LOWEST, difference: LOWEST + 1n },
    {
      name: 'a difference below the range clamps',
      a: -5n,
      b: UNLIMITED - 1n,
      sum: UNLIMITED - 6n,
      difference: LOWEST,
    },
    { name: 'unlimited and finite', a: UNLIMITED, b: -7n, sum: UNLIMITED, difference: UNLIMITED },
    { name: 'finite and unlimited', a: 7n, b: UNLIMITED, sum: UNLIMITED, difference: LOWEST },
    { name: 'unlimited and unlimited', a: UNLIMITED, b: UNLIMITED, sum: UNLIMITED, difference: 0n },
  ])('$name', ({ a, b, sum, difference }) => {
    expect(addAmounts(a, b)).toBe(sum);
    expect(subtractAmounts(a, b)).toBe(difference);
  });

  test('sums and differences never leave 64 bits and never wrap', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        for (const result of [addAmounts(a, b), subtractAmounts(a, b)]) {
          expect(result >= LOWEST && result <= UNLIMITED).toBe(true);
        }
        if (b >= 0n) expect(addAmounts(a, b) >= a).toBe(true);
        if (b >= 0n && a !== UNLIMITED) expect(subtractAmounts(a, b) <= a).toBe(true);
      }),
    );
  });

  test('finite results inside the range are exact, and adding is commutative', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        expect(addAmounts(a, b)).toBe(addAmounts(b, a));
        if (a !== UNLIMITED && b !== UNLIMITED) {
          expect(addAmounts(a, b)).toBe(clampAmount(a + b));
          expect(subtractAmounts(a, b)).toBe(clampAmount(a - b));
        }
      }),
    );
  });

  test('request times count saturates', () => {
    expect(multiplyAmount(UNLIMITED / 2n, 3)).toBe(UNLIMITED);
    expect(multiplyAmount(LOWEST, 2)).toBe(LOWEST);
    expect(multiplyAmount(UNLIMITED, 0)).toBe(0n);
  });
});

describe('scaling to another count (S-1.11)', () => {
  test.each([
    { name: 'the share of one pod is truncated before multiplying', total: 10n, from: 3, to: 2, want: 6n },
    { name: 'count 0 stays as it is', total: 10n, from: 0, to: 2, want: 10n },
    { name: 'the same count stays as it is, without truncation', total: 10n, from: 3, to: 3, want: 10n },
    { name: 'to zero is zero', total: 10n, from: 5, to: 0, want: 0n },
  ])('$name', ({ total, from, to, want }) => expect(scaleAmount(total, from, to)).toBe(want));

  test('scaling a multiple of the count down and up again gives the same total', () => {
    const count = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), count, count, (perPod, from, to) => {
        const total = multiplyAmount(perPod, from);
        expect(scaleAmount(total, from, to)).toBe(multiplyAmount(perPod, to));
        expect(scaleAmount(scaleAmount(total, from, to), to, from)).toBe(total);
      }),
    );
  });
});
