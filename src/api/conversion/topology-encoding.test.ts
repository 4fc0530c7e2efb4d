import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { topologyAssignment } from '../topology-assignment.ts';
import { decodeSlices, encodeSlices } from './topology-encoding.ts';
import type { AssignedDomain } from './topology-encoding.ts';

const hostname = 'kubernetes.io/hostname';

function onHosts(...names: string[]): AssignedDomain[] {
  return names.map((name) => ({ values: [name], count: 1 }));
}

describe('packing one slice (A-11.6)', () => {
  test.each([
    { name: 'no domains make no slices', values: [], want: [] },
    { name: 'one value is universal', values: ['a'], want: [{ universal: 'a' }] },
    { name: 'equal values are universal', values: ['a', 'a'], want: [{ universal: 'a' }] },
    {
      name: 'what is common in front and behind is taken out',
      values: ['node-1-x', 'node-22-x'],
      want: [{ individual: { prefix: 'node-', suffix: '-x', roots: ['1', '22'] } }],
    },
    {
      name: 'a prefix that runs into the suffix is cut',
      values: ['ababa', 'aba'],
      want: [{ individual: { suffix: 'aba', roots: ['ab', ''] } }],
    },
    {
      name: 'values without anything in common are roots',
      values: ['a', 'b'],
      want: [{ individual: { roots: ['a', 'b'] } }],
    },
  ])('$name', ({ values, want }) => {
    const slices = encodeSlices(onHosts(...values), { levels: ['example.com/rack'] });
    expect(slices.flatMap((slice) => slice.valuesPerLevel)).toEqual(want);
  });

  test('equal counts are universal, others are listed', () => {
    const domains = [
      { values: ['a'], count: 2 },
      { values: ['b'], count: 2 },
    ];
    const counts = (list: AssignedDomain[]) =>
      encodeSlices(list, { levels: ['rack'] }).map((slice) => slice.podCounts);
    expect(counts(domains)).toEqual([{ universal: 2 }]);
    expect(counts([...domains, { values: ['c'], count: 3 }])).toEqual([{ individual: [2, 2, 3] }]);
  });
});

describe('splitting by the prefix of host names (A-11.6)', () => {
  const pool = (name: string) => Array.from({ length: 40 }, (_, index) => `pool-${name}-host-${index + 10}`);
  const domains = onHosts(...pool('first'), ...pool('second'));

  test('runs of hosts with a prefix of their own get slices of their own where that is shorter', () => {
    const slices = encodeSlices(domains, { levels: [hostname] });
    expect(slices.map((slice) => [slice.domainCount, slice.valuesPerLevel[0]?.individual?.prefix])).toEqual([
      [40, 'pool-first-host-'],
      [40, 'pool-second-host-'],
    ]);
  });

  test.each([
    { name: 'the lowest level is not the host', options: { levels: ['example.com/rack'] } },
    { name: 'the gate is off', options: { levels: [hostname], splitsByHostnamePrefix: false } },
  ])('there is one slice if $name', ({ options }) => {
    expect(encodeSlices(domains, options)).toHaveLength(1);
  });

  test('one slice is taken if it is shorter', () => {
    expect(encodeSlices(onHosts('a-1', 'a-2', 'b-1', 'b-2'), { levels: [hostname] })).toHaveLength(1);
  });

  test('a slice holds at most 100,000 domains', () => {
    const many = Array.from({ length: 100_001 }, (_, index) => ({ values: [`host${index}`], count: 1 }));
    const slices = encodeSlices(many, { levels: [hostname] });
    expect(slices.map((slice) => slice.domainCount)).toEqual([100_000, 1]);
  });

  test('prefixes are shortened until there are at most 1,000 slices', () => {
    const hosts = Array.from({ length: 2400 }, (_, index) => `a-${Math.floor(index / 2)}-${index}`);
    const slices = encodeSlices(onHosts(...hosts), { levels: [hostname] });
    expect(slices).toHaveLength(1);
    expect(slices[0]?.valuesPerLevel[0]?.individual?.prefix).toBe('a-');
  });
});

describe('decoding', () => {
  test('prefix and suffix may be absent, roots may be empty (A-5.4)', () => {
    const slice = {
      domainCount: 2,
      valuesPerLevel: [{ universal: 'r' }, { individual: { suffix: 'z', roots: ['a', ''] } }],
      podCounts: { individual: [1, 2] },
    };
    expect(decodeSlices([slice])).toEqual([
      { values: ['r', 'az'], count: 1 },
      { values: ['r', 'z'], count: 2 },
    ]);
  });

  const name = fc.stringMatching(/^[ab](-?[ab12]){0,6}$/);
  const domain = fc.record({ values: fc.tuple(name, name), count: fc.integer({ min: 1, max: 3 }) });
  const levels = fc.constantFrom(['rack', hostname], ['block', 'rack']);

  test('what was packed is unpacked the same, and is valid', () => {
    fc.assert(
      fc.property(fc.array(domain, { maxLength: 30 }), levels, (domains, names) => {
        const slices = encodeSlices(domains, { levels: names });
        expect(decodeSlices(slices)).toEqual(domains);
        expect(topologyAssignment.safeParse({ levels: names, slices }).success).toBe(true);
      }),
    );
  });

  test('characters beyond ASCII are never cut in two', () => {
    const domains = onHosts('😀', '😁');
    const [slice] = encodeSlices(domains, { levels: ['rack'] });
    expect(slice?.valuesPerLevel).toEqual([{ individual: { roots: ['😀', '😁'] } }]);
  });
});
