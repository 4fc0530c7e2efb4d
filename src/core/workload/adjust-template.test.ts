import { describe, expect, test } from 'vitest';
import { aContainer, aPodTemplate } from '../../../test/builders/index.ts';
import { adjustTemplate } from './adjust-template.ts';
import type { LimitRange, LimitRangeItem } from './cluster-objects.ts';
import { mergeLimitRanges } from './limit-ranges.ts';
import { joinFaults, validateLimitRanges, validateResources } from './validate-resources.ts';

const limitRange = (name: string, ...limits: LimitRangeItem[]): LimitRange => ({
  metadata: { name },
  spec: { limits },
});
const none = { limitRanges: [], runtimeClass: undefined };

describe('merging LimitRanges (S-1.5)', () => {
  test('max keeps the lowest, min the highest, defaults the first by name', () => {
    const merged = mergeLimitRanges([
      limitRange('b', {
        type: 'Container',
        max: { cpu: '2' },
        min: { cpu: '1' },
        default: { cpu: '2', memory: '2Gi' },
      }),
      limitRange('a', { type: 'Container', max: { cpu: '3' }, min: { cpu: '100m' }, default: { cpu: '1' } }),
    ]);
    expect(merged.container).toEqual({
      max: { cpu: '2' },
      min: { cpu: '1' },
      default: { cpu: '1', memory: '2Gi' },
      defaultRequest: {},
    });
    expect(merged.pod).toBeUndefined();
  });

  test('equal content gives the same object, other types none', () => {
    const item = { type: 'Pod', max: { cpu: '2' } };
    expect(mergeLimitRanges([limitRange('a', item)])).toBe(mergeLimitRanges([limitRange('z', { ...item })]));
    expect(mergeLimitRanges([limitRange('a', { type: 'PersistentVolumeClaim' })])).toBe(mergeLimitRanges([]));
  });
});

describe('adjusting a template (S-1.5)', () => {
  test('a complete template stays the same object', () => {
    const template = aPodTemplate();
    expect(adjustTemplate(template, none)).toBe(template);
  });

  test('the overhead of the RuntimeClass is copied where there is none', () => {
    const runtimeClass = { metadata: { name: 'vm' }, overhead: { podFixed: { cpu: '250m' } } };
    const bare = aPodTemplate({ spec: { runtimeClassName: 'vm' } });
    expect(adjustTemplate(bare, { ...none, runtimeClass }).spec?.overhead).toEqual({ cpu: '250m' });
    const own = aPodTemplate({ spec: { runtimeClassName: 'vm', overhead: { cpu: '1' } } });
    expect(adjustTemplate(own, { ...none, runtimeClass })).toBe(own);
  });

  test('defaults fill missing limits, then missing requests, then limits stand in for requests', () => {
    const limitRanges = [
      limitRange('a', {
        type: 'Container',
        default: { cpu: '4', memory: '4Gi' },
        defaultRequest: { memory: '1Gi' },
      }),
    ];
    const template = aPodTemplate({ spec: { containers: [aContainer()], initContainers: [aContainer()] } });
    const { spec } = adjustTemplate(template, { limitRanges, runtimeClass: undefined });
    const want = { limits: { cpu: '4', memory: '4Gi' }, requests: { memory: '1Gi', cpu: '4' } };
    expect(spec?.containers[0]?.resources).toEqual(want);
    expect(spec?.initContainers?.[0]?.resources).toEqual(want);
  });

  test('present values are never replaced', () => {
    const limitRanges = [
      limitRange('a', { type: 'Container', default: { cpu: '4' }, defaultRequest: { cpu: '2' } }),
    ];
    const template = aPodTemplate({ requests: { cpu: '1' }, limits: { cpu: '3' } });
    expect(adjustTemplate(template, { limitRanges, runtimeClass: undefined })).toBe(template);
  });

  test('pod-level resources follow the Pod item, and only if the template has them', () => {
    const limitRanges = [limitRange('a', { type: 'Pod', default: { cpu: '4' } })];
    const context = { limitRanges, runtimeClass: undefined };
    expect(adjustTemplate(aPodTemplate(), context).spec).not.toHaveProperty('resources');
    const template = aPodTemplate({ spec: { resources: {} } });
    expect(adjustTemplate(template, context).spec?.resources).toEqual({
      limits: { cpu: '4' },
      requests: { cpu: '4' },
    });
  });

  test('the same template and limits give the same result, other limits another', () => {
    const template = aPodTemplate({ spec: { containers: [aContainer()] } });
    const of = (cpu: string) =>
      adjustTemplate(template, {
        limitRanges: [limitRange('a', { type: 'Container', default: { cpu } })],
        runtimeClass: undefined,
      });
    const first = of('1');
    expect(of('2').spec?.containers[0]?.resources?.limits).toEqual({ cpu: '2' });
    expect(of('1')).toBe(first);
  });
});

describe('validation of resources (S-1.15, S-1.17)', () => {
  const over = aPodTemplate({ requests: { memory: '2Gi', cpu: '2' }, limits: { cpu: '1', memory: '1Gi' } });

  test('each container whose requests exceed its limits is one error, names sorted', () => {
    expect(validateResources([{ template: aPodTemplate() }, { template: over }])).toEqual([
      'spec.podSets[1].template.spec.containers[0]: Invalid value: ["cpu","memory"]: requests must not exceed its limits',
    ]);
  });

  test('init containers and pod-level resources are looked at too', () => {
    const resources = { requests: { cpu: '2' }, limits: { cpu: '1' } };
    const template = aPodTemplate({
      spec: { initContainers: [aContainer(), aContainer({ resources })], resources },
    });
    expect(validateResources([{ template }])).toEqual([
      'spec.podSets[0].template.spec.initContainers[1]: Invalid value: ["cpu"]: requests must not exceed its limits',
      'spec.podSets[0].template.spec.resources: Invalid value: ["cpu"]: requests must not exceed its limits',
    ]);
  });

  test('equal amounts in other words, and names on one side only, are fine', () => {
    const template = aPodTemplate({ requests: { cpu: '1000m', memory: '9Gi' }, limits: { cpu: '1' } });
    expect(validateResources([{ template }])).toEqual([]);
  });

  test('one error stands alone, several in brackets, equal ones once', () => {
    expect(joinFaults(['a'])).toBe('a');
    expect(joinFaults(['a', 'b', 'a'])).toBe('[a, b]');
    expect(joinFaults(['a', 'a'])).toBe('a');
  });
});

describe('validation against LimitRanges (S-1.16)', () => {
  const check = (item: LimitRangeItem, template = aPodTemplate({ requests: { cpu: '2' } })) =>
    validateLimitRanges([{ template }], [limitRange('a', item)]);

  test.each<{ name: string; item: LimitRangeItem; want: string[] }>([
    {
      name: 'a container above max',
      item: { type: 'Container', max: { cpu: '1' } },
      want: ['containers[0]: Invalid value: ["cpu"]: requests must not be above the limitRange max'],
    },
    {
      name: 'a container below min',
      item: { type: 'Container', min: { cpu: '3' } },
      want: ['containers[0]: Invalid value: ["cpu"]: requests must not be below the limitRange min'],
    },
    {
      name: 'a resource that is only in the LimitRange',
      item: { type: 'Container', min: { memory: '1' } },
      want: [],
    },
    {
      name: 'within the bounds',
      item: { type: 'Container', max: { cpu: '2' }, min: { cpu: '2' } },
      want: [],
    },
  ])('$name', ({ item, want }) =>
    expect(check(item)).toEqual(want.map((fault) => `spec.podSets[0].template.spec.${fault}`)),
  );

  test('the greater of request and limit counts against max, the lesser against min', () => {
    const template = aPodTemplate({ requests: { cpu: '1' }, limits: { cpu: '5' } });
    expect(check({ type: 'Container', max: { cpu: '4' }, min: { cpu: '2' } }, template)).toHaveLength(2);
  });

  test('the Pod item is compared with the sum of the pod', () => {
    const container = aContainer({ resources: { requests: { cpu: '2' } } });
    const template = aPodTemplate({ spec: { containers: [container, container] } });
    expect(check({ type: 'Pod', max: { cpu: '3' } }, template)).toEqual([
      'spec.podSets[0].template.spec: Invalid value: ["cpu"]: requests must not be above the limitRange max',
    ]);
    expect(check({ type: 'Pod', max: { cpu: '4' } }, template)).toEqual([]);
  });
});
