import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOWEST, UNLIMITED } from './amount.ts';
import { canonicalQuantity, compareQuantities, multiplyNano, parseQuantity } from './quantity.ts';
import { formatAmount, formatLimit, quotaAmount, requestAmount } from './resource-amounts.ts';

describe('reading quantities (A-1.3)', () => {
  test.each([
    { text: '1', nano: 1_000_000_000n },
    { text: 1, nano: 1_000_000_000n },
    { text: '1.5', nano: 1_500_000_000n },
    { text: '1.', nano: 1_000_000_000n },
    { text: '.5', nano: 500_000_000n },
    { text: '+2', nano: 2_000_000_000n },
    { text: '-2m', nano: -2_000_000n },
    { text: '1n', nano: 1n },
    { text: '0.1n', nano: 1n },
    { text: '-0.1n', nano: -1n },
    { text: '1Ki', nano: 1024n * 10n ** 9n },
    { text: '1.5Ki', nano: 1536n * 10n ** 9n },
    { text: '1E', nano: 10n ** 27n },
    { text: '1Ei', nano: 2n ** 60n * 10n ** 9n },
    { text: '1e3', nano: 10n ** 12n },
    { text: '1E3', nano: 10n ** 12n },
    { text: '1e+3', nano: 10n ** 12n },
    { text: '5e-1', nano: 500_000_000n },
    { text: 1e21, nano: 10n ** 30n },
  ])('$text', ({ text, nano }) => expect(parseQuantity(text).nano).toBe(nano));

  test.each(['', ' 1', '1 ', 'abc', '1ki', '1e1.5', '1mi', '--1', '.', '1e', '0x10', 'Infinity'])(
    '%j is refused',
    (text) => expect(() => parseQuantity(text)).toThrow(RangeError),
  );

  test('an absurd exponent is clamped instead of filling the memory', () => {
    expect(requestAmount('cpu', '1e999999999')).toBe(UNLIMITED);
    expect(requestAmount('cpu', '1e-999999999')).toBe(1n);
  });

  test('quantities compare by value', () => {
    expect(compareQuantities('1000m', 1)).toBe(0);
    expect(compareQuantities('1Ki', '1k')).toBe(1);
    expect(compareQuantities('-1', '1n')).toBe(-1);
  });

  test.each([
    { text: '1000m', want: '1' },
    { text: '1024Ki', want: '1Mi' },
    { text: '1000Ki', want: '1000Ki' },
    { text: '0.5Ki', want: '512' },
    { text: '0.5Mi', want: '512Ki' },
    { text: '1500e3', want: '1500e3' },
    { text: '1000e3', want: '1e6' },
    { text: '0Gi', want: '0' },
    { text: '1000E', want: '1000E' },
    { text: '0.0005', want: '500u' },
  ])('$text is $want in canonical form', ({ text, want }) => expect(canonicalQuantity(text)).toBe(want));

  test('the canonical form has the same value, and is its own canonical form', () => {
    const suffix = fc.constantFrom(
      '',
      'n',
      'u',
      'm',
      'k',
      'M',
      'G',
      'T',
      'P',
      'E',
      'Ki',
      'Mi',
      'Gi',
      'Ti',
      'e3',
      'e-2',
    );
    const text = fc
      .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.option(fc.nat(9999)), suffix)
      .map(([whole, fraction, unit]) => `${whole}${fraction === null ? '' : `.${fraction}`}${unit}`);
    fc.assert(
      fc.property(text, (quantity) => {
        const canonical = canonicalQuantity(quantity);
        expect(compareQuantities(canonical, quantity)).toBe(0);
        expect(canonicalQuantity(canonical)).toBe(canonical);
      }),
    );
  });

  test('products are exact to a billionth', () => {
    expect(multiplyNano(parseQuantity('1.5').nano, parseQuantity('0.1').nano)).toBe(
      parseQuantity('0.15').nano,
    );
  });
});

describe('amounts of resources (S-1.1, S-1.2)', () => {
  test.each([
    { name: 'cpu counts in milli-units', resource: 'cpu', quantity: '1.5', want: 1500n },
    { name: 'a finer cpu fraction rounds away from zero', resource: 'cpu', quantity: '100.5m', want: 101n },
    {
      name: 'a fraction of a device rounds away from zero',
      resource: 'nvidia.com/gpu',
      quantity: '1.2',
      want: 2n,
    },
    { name: 'a negative fraction rounds away from zero', resource: 'memory', quantity: '-1.2', want: -2n },
    { name: 'memory counts in bytes', resource: 'memory', quantity: '1Gi', want: 1n << 30n },
    {
      name: 'memory above 2^53 is exact',
      resource: 'memory',
      quantity: '9007199254740993',
      want: 2n ** 53n + 1n,
    },
    { name: 'beyond the range clamps up', resource: 'memory', quantity: '100E', want: UNLIMITED },
    { name: 'beyond the range clamps down', resource: 'memory', quantity: '-100E', want: LOWEST },
    { name: 'milli-cpu beyond the range clamps', resource: 'cpu', quantity: '10P', want: UNLIMITED },
  ])('$name', ({ resource, quantity, want }) => expect(requestAmount(resource, quantity)).toBe(want));

  test.each([
    {
      name: '9223372036854775 cores are unlimited',
      resource: 'cpu',
      quantity: '9223372036854775',
      want: UNLIMITED,
    },
    {
      name: 'one core less is not',
      resource: 'cpu',
      quantity: '9223372036854774',
      want: 9223372036854774000n,
    },
    {
      name: '2^63-1 bytes are unlimited',
      resource: 'memory',
      quantity: '9223372036854775807',
      want: UNLIMITED,
    },
    { name: '8Ei are unlimited', resource: 'memory', quantity: '8Ei', want: UNLIMITED },
    {
      name: 'one byte less is not',
      resource: 'memory',
      quantity: '9223372036854775806',
      want: UNLIMITED - 1n,
    },
  ])('$name', ({ resource, quantity, want }) => expect(quotaAmount(resource, quantity)).toBe(want));
});

describe('printing amounts (S-1.4)', () => {
  test.each([
    { resource: 'cpu', amount: 1500n, want: '1500m' },
    { resource: 'cpu', amount: 2000n, want: '2' },
    { resource: 'cpu', amount: 1_000_000n, want: '1k' },
    { resource: 'cpu', amount: -500n, want: '-500m' },
    { resource: 'cpu', amount: UNLIMITED, want: '9223372036854775807m' },
    { resource: 'memory', amount: 5n << 20n, want: '5Mi' },
    { resource: 'memory', amount: 1500n, want: '1500' },
    { resource: 'memory', amount: 0n, want: '0' },
    { resource: 'hugepages-2Mi', amount: 2n << 20n, want: '2Mi' },
    { resource: 'ephemeral-storage', amount: 1n << 30n, want: '1Gi' },
    { resource: 'nvidia.com/gpu', amount: 1000n, want: '1k' },
    { resource: 'nvidia.com/gpu', amount: 1024n, want: '1024' },
    { resource: 'pods', amount: 12n, want: '12' },
  ])('$amount of $resource prints $want', ({ resource, amount, want }) =>
    expect(formatAmount(resource, amount)).toBe(want),
  );

  test('an unlimited limit says so, another prints as an amount', () => {
    expect(formatLimit('cpu', UNLIMITED)).toBe('<unlimited>');
    expect(formatLimit('cpu', 1500n)).toBe('1500m');
  });

  test('what is printed reads back as the same amount', () => {
    const resource = fc.constantFrom('cpu', 'memory', 'pods', 'nvidia.com/gpu', 'hugepages-1Gi');
    fc.assert(
      fc.property(resource, fc.bigInt({ min: LOWEST, max: UNLIMITED }), (name, amount) => {
        expect(requestAmount(name, formatAmount(name, amount))).toBe(amount);
      }),
    );
  });
});
