import { describe, expect, test } from 'vitest';
import type { Container } from '../../api/index.ts';
import {
  aContainer,
  aPodTemplate,
  aReservingWorkload,
  anAdmission,
  aWorkload,
} from '../../../test/builders/index.ts';
import { UNLIMITED } from '../amounts/index.ts';
import { usageOfAdmission } from './admission-usage.ts';
import { defaultSchedulingOptions } from './options.ts';
import type { ResourceTransformation } from './options.ts';
import { effectiveCount, podRequests, totalRequests } from './pod-requests.ts';

const asks = (cpu: string, extra: Partial<Container> = {}) =>
  aContainer({ resources: { requests: { cpu } }, ...extra });
const sidecar = (cpu: string) => asks(cpu, { restartPolicy: 'Always' });
const cpuOf = (spec: object, options = defaultSchedulingOptions) =>
  podRequests(aPodTemplate({ spec }), options).get('cpu');

describe('the request of one pod (S-1.7)', () => {
  test.each([
    { name: 'containers add up', spec: { containers: [asks('1'), asks('500m')] }, want: 1500n },
    {
      name: 'the greatest init container counts if it asks for more',
      spec: { containers: [asks('1')], initContainers: [asks('3'), asks('2')] },
      want: 3000n,
    },
    {
      name: 'a sidecar adds to the containers',
      spec: { containers: [asks('1')], initContainers: [sidecar('2')] },
      want: 3000n,
    },
    {
      name: 'a later init container runs beside earlier sidecars only',
      spec: { containers: [asks('1')], initContainers: [asks('5'), sidecar('2'), asks('4')] },
      want: 6000n,
    },
    { name: 'overhead is added', spec: { containers: [asks('1')], overhead: { cpu: '250m' } }, want: 1250n },
    {
      name: 'a pod-level request replaces the sum, before overhead',
      spec: { containers: [asks('1')], resources: { requests: { cpu: '4' } }, overhead: { cpu: '1' } },
      want: 5000n,
    },
    {
      name: 'fractions are added before they are rounded',
      spec: { containers: [asks('100.5m'), asks('100.5m')] },
      want: 201n,
    },
    { name: 'a negative request counts as 0', spec: { containers: [asks('-1')] }, want: 0n },
    {
      name: 'an unreadable request counts as more than any quota',
      spec: { containers: [asks('1e1.5')] },
      want: UNLIMITED,
    },
  ])('$name', ({ spec, want }) => expect(cpuOf(spec)).toBe(want));

  test('a pod-level request of other resources is ignored', () => {
    const template = aPodTemplate({
      spec: { resources: { requests: { 'nvidia.com/gpu': 4, memory: '1Ki' } } },
    });
    expect(podRequests(template, defaultSchedulingOptions)).toEqual(
      new Map([
        ['cpu', 1000n],
        ['memory', 1024n],
      ]),
    );
  });

  test('a template without a spec asks for nothing', () => {
    expect(podRequests({}, defaultSchedulingOptions).size).toBe(0);
  });

  test('excluded prefixes are dropped (S-1.8 step 1)', () => {
    const template = aPodTemplate({ requests: { cpu: '1', 'networking.example.com/vpc': 1 } });
    const options = { ...defaultSchedulingOptions, excludeResourcePrefixes: ['networking.example.com/'] };
    expect([...podRequests(template, options).keys()]).toEqual(['cpu']);
    expect([...podRequests(template, defaultSchedulingOptions).keys()]).toHaveLength(2);
  });

  test('the total is the pod times the count, 0 included (S-1.8 step 4, S-1.9)', () => {
    const perPod = podRequests(
      aPodTemplate({ requests: { cpu: '1', memory: '1Ki' } }),
      defaultSchedulingOptions,
    );
    expect(totalRequests(perPod, 3)).toEqual(
      new Map([
        ['cpu', 3000n],
        ['memory', 3072n],
      ]),
    );
    expect(totalRequests(perPod, 0)).toEqual(
      new Map([
        ['cpu', 0n],
        ['memory', 0n],
      ]),
    );
  });
});

describe('resource transformations (S-1.18)', () => {
  const mig: ResourceTransformation = {
    input: 'nvidia.com/mig-1g.5gb',
    strategy: 'Replace',
    outputs: { 'example.com/mem-gb': 5 },
  };
  const shown = (
    requests: Record<string, string | number>,
    transformation: Partial<ResourceTransformation>,
  ) => {
    const options = { ...defaultSchedulingOptions, resourceTransformations: [{ ...mig, ...transformation }] };
    return Object.fromEntries(podRequests(aPodTemplate({ requests }), options));
  };

  test.each<{
    name: string;
    requests: Record<string, string | number>;
    transformation: Partial<ResourceTransformation>;
    want: Record<string, bigint>;
  }>([
    {
      name: 'Replace turns the input into outputs, added to what is asked directly',
      requests: { [mig.input]: 2, 'example.com/mem-gb': 3 },
      transformation: {},
      want: { 'example.com/mem-gb': 13n },
    },
    {
      name: 'Retain keeps the input beside its outputs',
      requests: { [mig.input]: 2 },
      transformation: { strategy: 'Retain' as const },
      want: { [mig.input]: 2n, 'example.com/mem-gb': 10n },
    },
    {
      name: 'Replace without outputs makes the input disappear',
      requests: { [mig.input]: 2, cpu: '1' },
      transformation: { outputs: {} },
      want: { cpu: 1000n },
    },
    {
      name: 'the multiplier counts if the pod asks for it',
      requests: { [mig.input]: 2, 'example.com/slots': 3 },
      transformation: { multiplyBy: 'example.com/slots' },
      want: { 'example.com/mem-gb': 30n, 'example.com/slots': 3n },
    },
    {
      name: 'a multiplier that is not asked for counts as one',
      requests: { [mig.input]: 2 },
      transformation: { multiplyBy: 'example.com/slots' },
      want: { 'example.com/mem-gb': 10n },
    },
    {
      name: 'factors may be fractions',
      requests: { [mig.input]: 3 },
      transformation: { outputs: { cpu: '0.5' } },
      want: { cpu: 1500n },
    },
    {
      name: 'a negative output becomes 0',
      requests: { [mig.input]: 3, cpu: '1' },
      transformation: { outputs: { cpu: '-1' } },
      want: { cpu: 1000n },
    },
    {
      name: 'without the input nothing changes',
      requests: { cpu: '1' },
      transformation: {},
      want: { cpu: 1000n },
    },
  ])('$name', ({ requests, transformation, want }) => expect(shown(requests, transformation)).toEqual(want));

  test('outputs are never fed to another transformation', () => {
    const chain = { input: 'example.com/mem-gb', strategy: 'Replace' as const, outputs: { cpu: 1 } };
    const options = { ...defaultSchedulingOptions, resourceTransformations: [mig, chain] };
    const template = aPodTemplate({ requests: { [mig.input]: 2 } });
    expect(Object.fromEntries(podRequests(template, options))).toEqual({ 'example.com/mem-gb': 10n });
  });
});

describe('pod counts (S-1.9, S-1.10)', () => {
  const options = defaultSchedulingOptions;
  test.each([
    { name: 'nothing reclaimable', reclaimable: undefined, on: true, want: 5 },
    { name: 'some pods have ended', reclaimable: 2, on: true, want: 3 },
    { name: 'more than there are', reclaimable: 9, on: true, want: 0 },
    { name: 'gate off', reclaimable: 2, on: false, want: 5 },
  ])('pending, $name', ({ reclaimable, on, want }) => {
    const reclaimablePods = reclaimable === undefined ? undefined : [{ name: 'main', count: reclaimable }];
    const workload = aWorkload({ podSets: [{ count: 5 }], status: { reclaimablePods } });
    expect(effectiveCount(workload, { name: 'main', count: 5 }, { reclaimablePods: on })).toBe(want);
  });

  test.each([
    { name: 'nothing reclaimed', reclaimable: 0, admitted: 10, usage: '20', want: 20n },
    { name: 'half the pods are reclaimed', reclaimable: 5, admitted: 10, usage: '20', want: 10n },
    { name: 'the share of a pod is truncated', reclaimable: 5, admitted: 10, usage: '29', want: 10n },
    {
      name: 'pods that were never admitted are used up first (D-12)',
      reclaimable: 4,
      admitted: 6,
      usage: '12',
      want: 12n,
    },
    {
      name: 'beyond them, admitted pods are given back',
      reclaimable: 5,
      admitted: 6,
      usage: '12',
      want: 10n,
    },
  ])('reserving, $name', ({ reclaimable, admitted, usage, want }) => {
    const assignment = { count: admitted, flavors: { gpu: 'spot' }, resourceUsage: { gpu: usage } };
    const workload = aReservingWorkload({
      podSets: [{ count: 10 }],
      admission: anAdmission({ podSetAssignments: [assignment] }),
      status: { reclaimablePods: [{ name: 'main', count: reclaimable }] },
    });
    expect(usageOfAdmission(workload, options)).toEqual(new Map([['spot/gpu', want]]));
  });

  test('usage comes from the admission and not from the spec, and pod sets add up', () => {
    const admission = anAdmission({
      podSetAssignments: [
        { name: 'driver', resourceUsage: { cpu: '2' } },
        {
          name: 'worker',
          count: 3,
          resourceUsage: { cpu: '3', memory: '1Ki' },
          flavors: { cpu: 'default', memory: 'big' },
        },
      ],
    });
    const workload = aReservingWorkload({
      podSets: [{ name: 'driver' }, { name: 'worker', count: 3 }],
      admission,
    });
    expect(usageOfAdmission(workload, options)).toEqual(
      new Map([
        ['default/cpu', 5000n],
        ['big/memory', 1024n],
      ]),
    );
  });

  test('an absent admitted count is that of the spec; without an admission nothing is used', () => {
    const admission = anAdmission({ podSetAssignments: [{ count: undefined, resourceUsage: { cpu: '4' } }] });
    const reclaimablePods = [{ name: 'main', count: 1 }];
    const workload = aReservingWorkload({ podSets: [{ count: 4 }], admission, status: { reclaimablePods } });
    expect(usageOfAdmission(workload, options)).toEqual(new Map([['default/cpu', 3000n]]));
    expect(usageOfAdmission(aWorkload(), options).size).toBe(0);
  });
});
