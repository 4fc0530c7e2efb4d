import { expect, test } from 'vitest';
import { UNLIMITED } from './amount.ts';
import { addUsage, flavorOf, flavorResource, multiplyRequests, resourceOf, scaleRequests } from './usage.ts';

test('a pair splits at the first slash, since resource names may have one', () => {
  const pair = flavorResource('spot', 'nvidia.com/gpu');
  expect(flavorOf(pair)).toBe('spot');
  expect(resourceOf(pair)).toBe('nvidia.com/gpu');
});

test('sums treat a missing entry as zero (S-1.3)', () => {
  const a = new Map([['f/cpu', 3n]]);
  const b = new Map([
    ['f/cpu', 1n],
    ['f/memory', UNLIMITED],
  ]);
  expect(addUsage(a, b)).toEqual(
    new Map([
      ['f/cpu', 4n],
      ['f/memory', UNLIMITED],
    ]),
  );
  expect(a).toEqual(new Map([['f/cpu', 3n]]));
});

test('requests multiply and scale by resource (S-1.8, S-1.11)', () => {
  const perPod = new Map([['cpu', 100n]]);
  expect(multiplyRequests(perPod, 3)).toEqual(new Map([['cpu', 300n]]));
  expect(multiplyRequests(perPod, 0)).toEqual(new Map([['cpu', 0n]]));
  expect(scaleRequests(new Map([['cpu', 10n]]), 3, 2)).toEqual(new Map([['cpu', 6n]]));
});
