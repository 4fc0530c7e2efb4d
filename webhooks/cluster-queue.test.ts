import { expect, test } from 'vitest';
import { parseClusterQueue } from '../src/api/index.ts';
import type { ClusterQueueSpec } from '../src/api/index.ts';
import { clusterQueueErrors } from './cluster-queue.ts';
import { defaultWebhookOptions } from './options.ts';

type LooseSpec = Record<string, unknown> & Partial<Pick<ClusterQueueSpec, 'resourceGroups'>>;

function aGroup(quotas: object = { nominalQuota: 10 }, flavor = 'default'): object {
  return { coveredResources: ['cpu'], flavors: [{ name: flavor, resources: [{ name: 'cpu', ...quotas }] }] };
}

function aQueue(spec: object) {
  return parseClusterQueue({ metadata: { name: 'team' }, spec });
}

function faults(
  spec: object,
  { old, options = {} }: { old?: object | undefined; options?: object } = {},
): string[] {
  const errors = clusterQueueErrors(aQueue(spec), old && aQueue(old), {
    ...defaultWebhookOptions,
    ...options,
  });
  return errors.map(({ path, message }) => `${path}: ${message}`);
}

const cpu = 'spec.resourceGroups[0].flavors[0].resources[0]';
const manyFlavors = (count: number, resources: string[], prefix = 'f'): object => ({
  coveredResources: resources,
  flavors: Array.from({ length: count }, (_, i) => ({
    name: `${prefix}${i}`,
    resources: resources.map((name) => ({ name, nominalQuota: 1 })),
  })),
});
const resourceNames = (count: number, prefix = 'r'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);

test.each<{ rule: string; name: string; spec: LooseSpec; want: (string | RegExp)[] }>([
  { rule: 'A-1.12', name: 'a queue without anything is fine', spec: {}, want: [] },
  {
    rule: 'A-6.3',
    name: 'a covered resource must be a resource name',
    spec: { resourceGroups: [{ ...aGroup(), coveredResources: ['@cpu'] }] as never },
    want: [
      /^spec\.resourceGroups\[0\]\.coveredResources\[0\]: Invalid value: "@cpu": name part must consist/,
      `${cpu}.name: Invalid value: "cpu": must match the name in coveredResources`,
    ],
  },
  {
    rule: 'A-6.3',
    name: 'a resource stands in one group only',
    spec: { resourceGroups: [aGroup(), aGroup({ nominalQuota: 1 }, 'other')] as never },
    want: ['spec.resourceGroups[1].coveredResources[0]: Duplicate value: "cpu"'],
  },
  {
    rule: 'A-6.4 number 1',
    name: 'resources stand in the order of coveredResources',
    spec: { resourceGroups: [{ ...aGroup(), coveredResources: ['memory'] }] as never },
    want: [`${cpu}.name: Invalid value: "cpu": must match the name in coveredResources`],
  },
  {
    rule: 'A-6.4 number 2',
    name: 'a quota is not negative; its value prints in canonical form',
    spec: { resourceGroups: [aGroup({ nominalQuota: '-1000m' })] as never },
    want: [`${cpu}.nominalQuota: Invalid value: "-1": must be greater than or equal to 0`],
  },
  {
    rule: 'A-6.4 number 3',
    name: 'a borrowing limit needs a cohort and is not negative',
    spec: { resourceGroups: [aGroup({ nominalQuota: 1, borrowingLimit: '-1' })] as never },
    want: [
      `${cpu}.borrowingLimit: Invalid value: "-1": must be nil when cohort is empty`,
      `${cpu}.borrowingLimit: Invalid value: "-1": must be greater than or equal to 0`,
    ],
  },
  {
    rule: 'A-6.4 number 4',
    name: 'a lending limit is not negative and needs a cohort',
    spec: { resourceGroups: [aGroup({ nominalQuota: 1, lendingLimit: '-1' })] as never },
    want: [
      `${cpu}.lendingLimit: Invalid value: "-1": must be greater than or equal to 0`,
      `${cpu}.lendingLimit: Invalid value: "-1": must be nil when cohort is empty`,
    ],
  },
  {
    rule: 'A-6.4 number 4',
    name: 'not more than the nominal quota is lent',
    spec: {
      cohortName: 'all',
      resourceGroups: [aGroup({ nominalQuota: '1', lendingLimit: '1001m' })] as never,
    },
    want: [`${cpu}.lendingLimit: Invalid value: "1001m": must be less than or equal to the nominalQuota`],
  },
  {
    rule: 'A-6.4 number 4',
    name: 'limits within the quota of a cohort are fine',
    spec: {
      cohortName: 'all',
      resourceGroups: [aGroup({ nominalQuota: '1', lendingLimit: '1000m', borrowingLimit: 0 })] as never,
    },
    want: [],
  },
  {
    rule: 'A-6.4 number 5',
    name: 'a flavor stands in one group only',
    spec: {
      resourceGroups: [
        aGroup(),
        {
          coveredResources: ['memory'],
          flavors: [{ name: 'default', resources: [{ name: 'memory', nominalQuota: 1 }] }],
        },
      ] as never,
    },
    want: ['spec.resourceGroups[1].flavors[0].name: Duplicate value: "default"'],
  },
  {
    rule: 'A-6.5',
    name: 'the namespace selector is a selector',
    spec: {
      namespaceSelector: {
        matchLabels: { '@': 'x' },
        matchExpressions: [
          { key: 'a', operator: 'In' },
          { key: 'a', operator: 'Exists', values: ['b'] },
          { key: '@', operator: 'Near' },
          { key: 'a', operator: 'NotIn', values: ['b c'] },
        ],
      },
    },
    want: [
      /^spec\.namespaceSelector\.matchLabels: Invalid value: "@": name part/,
      "spec.namespaceSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      "spec.namespaceSelector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      'spec.namespaceSelector.matchExpressions[2].operator: Invalid value: "Near": not a valid selector operator',
      /^spec\.namespaceSelector\.matchExpressions\[2\]\.key: Invalid value: "@": name part/,
      /^spec\.namespaceSelector\.matchExpressions\[3\]\.values\[0\]: Invalid value: "b c": a valid label/,
    ],
  },
  {
    rule: 'A-6.6',
    name: 'borrowing by preemption needs reclaiming',
    spec: { preemption: { borrowWithinCohort: { policy: 'LowerPriority' } } },
    want: [
      /^spec\.preemption: Invalid value: \{.*\}: reclaimWithinCohort=Never and borrowWithinCohort\.Policy!=Never$/,
    ],
  },
  {
    rule: 'A-6.7',
    name: 'a preference needs both searches',
    spec: { flavorFungibility: { preference: 'PreemptionOverBorrowing' } },
    want: [
      'spec.flavorFungibility.preference: Invalid value: "PreemptionOverBorrowing": preference "PreemptionOverBorrowing" requires both whenCanBorrow and whenCanPreempt to be TryNextFlavor',
    ],
  },
  {
    rule: 'A-6.8',
    name: 'a weight is not negative',
    spec: { fairSharing: { weight: '-1' } },
    want: ['spec.fairSharing: Invalid value: "-1": must be greater than or equal to 0'],
  },
  {
    rule: 'A-6.8',
    name: 'a weight finer than a billionth reads as one, which is too small',
    spec: { fairSharing: { weight: '0.0000000001' } },
    want: ['spec.fairSharing: Invalid value: "1n": When not 0, weight must be > 10e-9'],
  },
  { rule: 'A-6.8', name: 'two billionths are enough', spec: { fairSharing: { weight: '2n' } }, want: [] },
  { rule: 'A-6.8', name: 'zero is fine', spec: { fairSharing: { weight: 0 } }, want: [] },
  {
    rule: 'A-6.9',
    name: 'flavors over all groups are bounded',
    spec: {
      resourceGroups: resourceNames(5).map((name, i) =>
        manyFlavors(i === 4 ? 1 : 64, [name], `g${i}-`),
      ) as never,
    },
    want: [
      'spec.resourceGroups: Invalid value: 257: total number of flavors across all resourceGroups must be ≤ 256, got 257',
    ],
  },
  {
    rule: 'A-6.9',
    name: 'covered resources over all groups are bounded',
    spec: {
      resourceGroups: Array.from({ length: 5 }, (_, i) =>
        manyFlavors(1, resourceNames(52, `g${i}-`), `f${i}-`),
      ) as never,
    },
    want: [
      'spec.resourceGroups: Invalid value: 260: total number of covered resources across all resourceGroups must be ≤ 256, got 260',
    ],
  },
  {
    rule: 'A-6.9',
    name: 'combinations in a group are bounded',
    spec: { resourceGroups: [manyFlavors(57, resourceNames(9))] as never },
    want: [
      'spec.resourceGroups[0]: Invalid value: 513: number of flavor-resource combinations in a resourceGroup must be ≤ 512, got 513',
    ],
  },
  {
    rule: 'A-6.11',
    name: 'a check names flavors of the queue',
    spec: {
      resourceGroups: [
        aGroup({ nominalQuota: 1 }, 'b'),
        { ...aGroup({ nominalQuota: 1 }, 'a'), coveredResources: [] },
      ] as never,
      admissionChecksStrategy: { admissionChecks: [{ name: 'check', onFlavors: ['b', 'x'] }] },
    },
    want: [
      'spec.admissionChecksStrategy.admissionChecks[0].onFlavors[1]: Unsupported value: "x": supported values: "a", "b"',
    ],
  },
])('$rule: $name', ({ spec, want }) => {
  const found = faults(spec);
  expect(found).toHaveLength(want.length);
  for (const [index, text] of want.entries()) {
    if (typeof text === 'string') expect(found[index]).toBe(text);
    else expect(found[index]).toMatch(text);
  }
});

const policy = { migration: { mode: 'RetainFirstAdmission' } };

test.each([
  {
    name: 'two groups',
    spec: { resourceGroups: [manyFlavors(1, ['a'], 'x'), manyFlavors(1, ['b'], 'y')] },
    want: [
      'spec.resourceGroups: Invalid value: 2: must have exactly one ResourceGroup when ConcurrentAdmissionPolicy is defined',
    ],
  },
  {
    name: 'too many flavors',
    spec: { resourceGroups: [manyFlavors(17, ['a'])] },
    want: [
      'spec.resourceGroups[0].flavors: Invalid value: 17: cannot have more than 16 resource flavors in the ResourceGroup when ConcurrentAdmissionPolicy is defined',
    ],
  },
  {
    name: 'strict order',
    spec: { queueingStrategy: 'StrictFIFO' },
    want: [
      'spec.queueingStrategy: Invalid value: "StrictFIFO": StrictFIFO queueing strategy cannot be used when ConcurrentAdmissionPolicy is defined',
    ],
  },
  {
    name: 'constraints of another mode',
    spec: { concurrentAdmissionPolicy: { migration: { mode: 'RetainFirstAdmission', constraints: {} } } },
    want: [
      'spec.concurrentAdmissionPolicy.migration.constraints: Forbidden: may only be set when migration.mode is "TryPreferredFlavors" (got "RetainFirstAdmission")',
    ],
  },
  {
    name: 'an unknown last flavor',
    spec: {
      concurrentAdmissionPolicy: {
        migration: { mode: 'TryPreferredFlavors', constraints: { lastAcceptableFlavorName: 'x' } },
      },
    },
    want: [
      'spec.concurrentAdmissionPolicy.migration.constraints.lastAcceptableFlavorName: Invalid value: "x": must be one of the flavors defined in the ClusterQueue: [f0 f1]',
    ],
  },
])('A-6.10: concurrent admission refuses $name, with its gate on only', ({ spec, want }) => {
  const whole = { resourceGroups: [manyFlavors(2, ['a'])], concurrentAdmissionPolicy: policy, ...spec };
  expect(faults(whole, { options: { concurrentAdmission: true } })).toEqual(want);
  expect(faults(whole)).toEqual([]);
});

const strayCheck = { admissionChecksStrategy: { admissionChecks: [{ name: 'check', onFlavors: ['gone'] }] } };
const stray = [
  'spec.admissionChecksStrategy.admissionChecks[0].onFlavors[0]: Unsupported value: "gone": supported values: "default"',
];
const withGroup = { resourceGroups: [aGroup()], ...strayCheck };

test.each([
  { name: 'a check that was stray before may stay', old: withGroup, options: {}, want: [] },
  {
    name: 'not with the strict gate',
    old: withGroup,
    options: { rejectInvalidOnFlavors: true },
    want: stray,
  },
  {
    name: 'not when the flavors change',
    old: { ...withGroup, resourceGroups: [aGroup({ nominalQuota: 1 }, 'gone')] },
    options: {},
    want: stray,
  },
  { name: 'not when the check is new', old: { resourceGroups: [aGroup()] }, options: {}, want: stray },
])('A-6.11: on update, $name', ({ old, options, want }) =>
  expect(faults(withGroup, { old, options })).toEqual(want),
);

test.each([
  { name: 'added', old: {}, spec: { concurrentAdmissionPolicy: policy }, value: JSON.stringify(policy) },
  { name: 'removed', old: { concurrentAdmissionPolicy: policy }, spec: {}, value: 'null' },
])('A-6.20: the concurrent admission policy cannot be $name', ({ old, spec, value }) =>
  expect(faults(spec, { old })).toEqual([
    `spec.concurrentAdmissionPolicy: Invalid value: ${value}: field is immutable`,
  ]),
);
