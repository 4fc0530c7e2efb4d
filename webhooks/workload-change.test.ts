import { expect, test } from 'vitest';
import { parseWorkload } from '../src/api/index.ts';
import { defaultWebhookOptions } from './options.ts';
import { workloadChangeErrors } from './workload-change.ts';

interface Loose {
  readonly annotations?: Record<string, string>;
  readonly podSets?: object[];
  readonly status?: object;
}

const reserved = { type: 'QuotaReserved', status: 'True' };
const elastic = { 'kueue.x-k8s.io/elastic-job': 'true' };

function aPodSet({
  name = 'main',
  count = 3,
  cpu = '1',
}: { name?: string; count?: number; cpu?: string } = {}): object {
  return {
    name,
    count,
    template: { spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }] } },
  };
}

function aWorkload({ annotations = {}, podSets = [aPodSet()], status = {} }: Loose) {
  return parseWorkload({
    metadata: { name: 'w', namespace: 'team', annotations },
    spec: { podSets },
    status,
  });
}

function faults(old: Loose, workload: Loose, options: object = {}): string[] {
  const errors = workloadChangeErrors(aWorkload(workload), aWorkload(old), {
    ...defaultWebhookOptions,
    ...options,
  });
  return errors.map(({ path, message }) => `${path}: ${message}`);
}

const holding = { conditions: [reserved] };
const reclaimed = (count: number): object => ({ ...holding, reclaimablePods: [{ name: 'main', count }] });
const admitted = (assignment: object = {}): object => ({
  ...holding,
  admission: { clusterQueue: 'q', podSetAssignments: [{ name: 'main', count: 3, ...assignment }] },
});
const aCheck = (state: string, podSetUpdates: object[]): object => ({
  admissionChecks: [
    { name: 'other', state },
    { name: 'check', state, podSetUpdates },
  ],
});
const update = { name: 'main', labels: { a: 'b' } };

interface Case {
  readonly rule: string;
  readonly name: string;
  readonly old: Loose;
  readonly now: Loose;
  readonly options?: object;
  readonly want: (string | RegExp)[];
}

const cases: Case[] = [
  {
    rule: 'number 1',
    name: 'without quota everything may change',
    old: {},
    now: { podSets: [aPodSet({ cpu: '2' })] },
    want: [],
  },
  {
    rule: 'number 1',
    name: 'with quota a pod set is fixed; its path has a dot',
    old: { status: holding },
    now: { podSets: [aPodSet({ cpu: '2' })], status: holding },
    want: [/^spec\.podSets\.0: Invalid value: \{"name":"main","count":3,.*\}: field is immutable$/],
  },
  {
    rule: 'number 1',
    name: 'the pod sets are fixed also in the write that gives up the quota',
    old: { status: holding },
    now: { podSets: [aPodSet({ cpu: '2' })] },
    want: [/^spec\.podSets\.0: /],
  },
  {
    rule: 'number 1',
    name: 'quantities compare by value',
    old: { status: holding },
    now: { podSets: [aPodSet({ cpu: '1000m' })], status: holding },
    want: [],
  },
  {
    rule: 'number 1',
    name: 'a count may fall',
    old: { status: holding },
    now: { podSets: [aPodSet({ count: 2 })], status: holding },
    want: [],
  },
  {
    rule: 'number 1',
    name: 'a count may not fall with elastic jobs off',
    old: { status: holding },
    now: { podSets: [aPodSet({ count: 2 })], status: holding },
    options: { elasticJobs: false },
    want: [/^spec\.podSets\.0: .*field is immutable$/],
  },
  {
    rule: 'number 1',
    name: 'a count never rises',
    old: { status: holding, annotations: elastic },
    now: { podSets: [aPodSet({ count: 4 })], status: holding, annotations: elastic },
    want: [/^spec\.podSets\.0: .*field is immutable$/],
  },
  {
    rule: 'number 1',
    name: 'no pod set comes or goes',
    old: { status: holding },
    now: { podSets: [aPodSet(), aPodSet({ name: 'b' })], status: holding },
    want: [/^spec\.podSets: Invalid value: \[.*\]: field is immutable$/],
  },
  {
    rule: 'number 2',
    name: 'more pods may be given back',
    old: { status: reclaimed(1) },
    now: { status: reclaimed(2) },
    want: [],
  },
  {
    rule: 'number 2',
    name: 'fewer may not',
    old: { status: reclaimed(2) },
    now: { status: reclaimed(1) },
    want: ['status.reclaimablePods[main].count: Invalid value: 1: cannot be less than 2'],
  },
  {
    rule: 'number 2',
    name: 'nor may an entry vanish',
    old: { status: reclaimed(2) },
    now: { status: holding },
    want: ['status.reclaimablePods[main]: Required value: cannot be removed'],
  },
  {
    rule: 'number 2',
    name: 'with the quota everything is given up',
    old: { status: reclaimed(2) },
    now: {},
    want: [],
  },
  {
    rule: 'number 2',
    name: 'a slice that was scaled down counts anew',
    old: { annotations: elastic, status: { ...admitted(), ...reclaimed(2) } },
    now: {
      annotations: elastic,
      podSets: [aPodSet({ count: 2 })],
      status: { ...admitted(), ...reclaimed(1) },
    },
    want: [],
  },
  { rule: 'number 3', name: 'an admission is set freely', old: {}, now: { status: admitted() }, want: [] },
  {
    rule: 'number 3',
    name: 'an admission is unset freely',
    old: { status: admitted() },
    now: { status: {} },
    want: [],
  },
  {
    rule: 'number 3',
    name: 'an admission is not changed',
    old: { status: admitted() },
    now: { status: admitted({ flavors: { cpu: 'a' } }) },
    want: [/^status\.admission: Invalid value: \{"clusterQueue":"q",.*\}: field is immutable$/],
  },
  {
    rule: 'number 3',
    name: 'its placement may follow the nodes',
    old: { status: admitted({ delayedTopologyRequest: 'Pending' }) },
    now: {
      status: admitted({
        delayedTopologyRequest: 'Ready',
        topologyAssignment: { levels: ['a'], slices: [] },
      }),
    },
    want: [],
  },
  {
    rule: 'number 3',
    name: 'not so with topology awareness off',
    old: { status: admitted({ delayedTopologyRequest: 'Pending' }) },
    now: { status: admitted({ delayedTopologyRequest: 'Ready' }) },
    options: { topologyAwareScheduling: false },
    want: [/^status\.admission: .*field is immutable$/],
  },
  {
    rule: 'number 4',
    name: 'the updates of a check that stays Ready are fixed',
    old: { status: aCheck('Ready', [update]) },
    now: { status: aCheck('Ready', []) },
    want: ['status.admissionChecks[1].podSetUpdates: Invalid value: []: field is immutable'],
  },
  {
    rule: 'number 4',
    name: 'those of a check that becomes Ready are not',
    old: { status: aCheck('Pending', []) },
    now: { status: aCheck('Ready', [update]) },
    want: [],
  },
  {
    rule: 'number 5',
    name: 'a cluster is chosen among those nominated before',
    old: { status: { nominatedClusterNames: ['a'] } },
    now: { status: { clusterName: 'b', nominatedClusterNames: ['b'] } },
    want: [
      'status.clusterName: Invalid value: "b": when setting clusterName it must be one of the nominatedClusterNames',
    ],
  },
  {
    rule: 'number 5',
    name: 'a nominated one is fine',
    old: { status: { nominatedClusterNames: ['a'] } },
    now: { status: { clusterName: 'a' } },
    want: [],
  },
  {
    rule: 'number 5',
    name: 'a replacement slice follows the one it replaces',
    old: {},
    now: {
      annotations: { 'kueue.x-k8s.io/workload-slice-replacement-for': 'team/w0' },
      status: { clusterName: 'b' },
    },
    want: [],
  },
  {
    rule: 'number 6',
    name: 'no gate comes later',
    old: {},
    now: { annotations: { 'kueue.x-k8s.io/admission-gated-by': 'a/b' } },
    want: [
      'metadata.annotations[kueue.x-k8s.io/admission-gated-by]: Forbidden: cannot add admission gate after creation',
    ],
  },
];

test.each(cases)('A-6.31 $rule: $name', ({ old, now, options, want }) => {
  const found = faults(old, now, options);
  expect(found).toHaveLength(want.length);
  for (const [index, text] of want.entries()) {
    if (typeof text === 'string') expect(found[index]).toBe(text);
    else expect(found[index]).toMatch(text);
  }
});
