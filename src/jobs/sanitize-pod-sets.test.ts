import { expect, test } from 'vitest';
import { aContainer, aPodTemplate } from '../../test/builders/index.ts';
import type { EnvVar, PodSet } from '../api/index.ts';
import { sanitizePodSets } from './sanitize-pod-sets.ts';

const doubled: EnvVar[] = [
  { name: 'A', value: '1' },
  { name: 'B', value: '2' },
  { name: 'A', value: '3' },
];
const reduced: EnvVar[] = [
  { name: 'A', value: '3' },
  { name: 'B', value: '2' },
];

function aPodSetWith(spec: NonNullable<PodSet['template']['spec']>): PodSet {
  return { name: 'main', count: 1, template: aPodTemplate({ spec }) };
}

test.each(['containers', 'initContainers'] as const)(
  'L-3.6: of doubled variables in %s the last value stays, at the first position',
  (field) => {
    const spec = {
      containers: [aContainer()],
      [field]: [aContainer({ env: doubled }), aContainer({ name: 'b' })],
    };
    const [podSet] = sanitizePodSets([aPodSetWith(spec)]);
    expect(podSet?.template.spec?.[field]?.map(({ env }) => env)).toEqual([reduced, undefined]);
  },
);

test('L-3.6: the same name in two containers is no double', () => {
  const env = [{ name: 'A', value: '1' }];
  const podSet = aPodSetWith({ containers: [aContainer({ env }), aContainer({ name: 'b', env })] });
  expect(sanitizePodSets([podSet])[0]).toBe(podSet);
});

test('a pod set without a pod spec stays as it is', () => {
  const podSet: PodSet = { name: 'main', count: 1, template: {} };
  expect(sanitizePodSets([podSet])).toEqual([podSet]);
});
