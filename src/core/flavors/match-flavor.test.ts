import { describe, expect, test } from 'vitest';
import type { NodeSelectorRequirement, PodSpec, Toleration } from '../../api/index.ts';
import { aResourceFlavor } from '../../../test/builders/index.ts';
import { describeReason } from './flavor-reason.ts';
import { matchFlavor, tolerates } from './match-flavor.ts';
import { inVisitingOrder } from './resource-order.ts';

const taint = { key: 'tier', value: '5', effect: 'NoSchedule' };

describe('tolerations (S-5.17)', () => {
  test.each<{ toleration: Toleration; want: boolean }>([
    { toleration: { key: 'tier', value: '5', effect: 'NoSchedule' }, want: true },
    { toleration: { key: 'tier', operator: 'Equal', value: '5' }, want: true },
    { toleration: { key: 'tier', value: '6' }, want: false },
    { toleration: { key: 'tier', value: '5', effect: 'NoExecute' }, want: false },
    { toleration: { key: 'other', operator: 'Exists' }, want: false },
    { toleration: { operator: 'Exists' }, want: true },
    { toleration: { key: 'tier', operator: 'Lt', value: '6' }, want: true },
    { toleration: { key: 'tier', operator: 'Gt', value: '6' }, want: false },
    { toleration: { key: 'tier', operator: 'Lt', value: 'six' }, want: false },
    { toleration: { key: 'tier', operator: 'Like', value: '5' }, want: false },
  ])('$toleration', ({ toleration, want }) => {
    expect(tolerates(toleration, taint)).toBe(want);
  });
});

function pod(spec: Partial<PodSpec>): PodSpec {
  return { containers: [], ...spec };
}

function affinity(...terms: NodeSelectorRequirement[][]): Partial<PodSpec> {
  const nodeSelectorTerms = terms.map((matchExpressions) => ({ matchExpressions }));
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
  return { affinity: { nodeAffinity } };
}

describe('selector and affinity, reduced to the labels of the flavor (S-5.15, S-5.16)', () => {
  const flavor = aResourceFlavor({ name: 'f', spec: { nodeLabels: { tier: 'gold', size: '8' } } });

  test.each([
    {
      name: 'keys that the flavor does not have are left out',
      spec: { nodeSelector: { zone: 'x' } },
      want: 'match',
    },
    {
      name: 'a selector with another value does not match',
      spec: { nodeSelector: { tier: 'tin' } },
      want: 'mismatch',
    },
    { name: 'In', spec: affinity([{ key: 'tier', operator: 'In', values: ['tin', 'gold'] }]), want: 'match' },
    {
      name: 'NotIn',
      spec: affinity([{ key: 'tier', operator: 'NotIn', values: ['gold'] }]),
      want: 'mismatch',
    },
    { name: 'DoesNotExist', spec: affinity([{ key: 'tier', operator: 'DoesNotExist' }]), want: 'mismatch' },
    {
      name: 'Gt compares integers',
      spec: affinity([{ key: 'size', operator: 'Gt', values: ['7'] }]),
      want: 'match',
    },
    {
      name: 'a term that becomes empty drops the whole affinity',
      spec: affinity(
        [{ key: 'tier', operator: 'In', values: ['tin'] }],
        [{ key: 'zone', operator: 'Exists' }],
      ),
      want: 'match',
    },
    {
      name: 'all expressions of a term must hold',
      spec: affinity([
        { key: 'tier', operator: 'Exists' },
        { key: 'size', operator: 'Lt', values: ['8'] },
      ]),
      want: 'mismatch',
    },
    {
      name: 'an invalid term does not matter when another matches',
      spec: affinity([{ key: 'tier', operator: 'In' }], [{ key: 'tier', operator: 'Exists' }]),
      want: 'match',
    },
    {
      name: 'an invalid term is an error when nothing matches',
      spec: affinity([{ key: 'tier', operator: 'In' }]),
      want: 'error',
    },
  ])('$name', ({ spec, want }) => {
    expect(matchFlavor(pod(spec), flavor).kind).toBe(want);
  });

  test('a flavor without labels matches every selector', () => {
    expect(matchFlavor(pod({ nodeSelector: { tier: 'tin' } }), aResourceFlavor()).kind).toBe('match');
  });
});

test('the first untolerated taint that forbids scheduling is told, absent parts as the wire has them (S-5.15)', () => {
  const nodeTaints = [
    { key: 'soft', effect: 'PreferNoSchedule' },
    { key: 'tier', effect: 'NoSchedule' },
  ];
  const match = matchFlavor(pod({}), aResourceFlavor({ name: 'f', spec: { nodeTaints } }));
  if (match.kind !== 'mismatch') throw new Error('the taint was not seen');
  expect(describeReason(match.reason)).toBe('untolerated taint {tier  NoSchedule <nil>} in flavor f');
});

test('the tolerations of the flavor itself count too (S-5.15)', () => {
  const spec = { nodeTaints: [taint], tolerations: [{ key: 'tier', operator: 'Exists' }] };
  expect(matchFlavor(pod({}), aResourceFlavor({ spec })).kind).toBe('match');
});

test('resources are visited in the order of their hashes (S-5.4)', () => {
  const order = ['ephemeral-storage', 'amd.com/gpu', 'memory', 'nvidia.com/gpu', 'pods'];
  const rest = ['hugepages-1Gi', 'example.com/gpu', 'hugepages-2Mi', 'google.com/tpu', 'cpu'];
  expect(inVisitingOrder([...order, ...rest].toSorted())).toEqual([...order, ...rest]);
});
