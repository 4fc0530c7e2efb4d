import { expect, test } from 'vitest';
import { parseWorkload } from '../src/api/index.ts';
import { defaultWebhookOptions } from './options.ts';
import { workloadErrors } from './workload.ts';

interface Loose {
  readonly annotations?: Record<string, string>;
  readonly podSets?: object[];
  readonly status?: object;
}

const reserved = {
  type: 'QuotaReserved',
  status: 'True',
  reason: 'QuotaReserved',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
};
const elastic = { 'kueue.x-k8s.io/elastic-job': 'true' };

function aPodSet(overrides: object = {}, podSpec: object = {}, metadata: object = {}): object {
  return {
    name: 'main',
    count: 3,
    template: { metadata, spec: { containers: [{ name: 'c' }], ...podSpec } },
    ...overrides,
  };
}

function aWorkload({ annotations = {}, podSets = [aPodSet()], status = {} }: Loose) {
  return parseWorkload({
    metadata: { name: 'w', namespace: 'team', annotations },
    spec: { podSets },
    status,
  });
}

function faults(
  workload: Loose,
  { old, options = {} }: { old?: Loose | undefined; options?: object } = {},
): string[] {
  const errors = workloadErrors(aWorkload(workload), old && aWorkload(old), {
    ...defaultWebhookOptions,
    ...options,
  });
  return errors.map(({ path, message }) => `${path}: ${message}`);
}

const container = (resources: object): object => ({ name: 'c', resources });
const spec = 'spec.podSets[0].template.spec';
const admissionOf = (...podSetAssignments: object[]): object => ({ clusterQueue: 'q', podSetAssignments });

interface Case {
  readonly rule: string;
  readonly name: string;
  readonly workload: Loose;
  readonly old?: Loose;
  readonly options?: object;
  readonly want: (string | RegExp)[];
}

const cases: Case[] = [
  { rule: 'A-6.30', name: 'a plain Workload is fine', workload: {}, want: [] },
  {
    rule: 'A-6.30 1a',
    name: 'labels and annotations of templates are judged',
    workload: { podSets: [aPodSet({}, {}, { labels: { '@l': '' }, annotations: { '@a': '' } })] },
    want: [
      /^spec\.podSets\[0\]\.template\.metadata\.labels: Invalid value: "@l": name part/,
      /^spec\.podSets\[0\]\.template\.metadata\.annotations: Invalid value: "@a": name part/,
    ],
  },
  {
    rule: 'A-6.30 1a',
    name: 'not with the gate off',
    workload: { podSets: [aPodSet({}, {}, { labels: { '@l': '' } })] },
    options: { validatePodSetMetadata: false },
    want: [],
  },
  {
    rule: 'A-6.30 1b',
    name: 'pods are no resource of a container, and no request is negative',
    workload: {
      podSets: [
        aPodSet(
          {},
          {
            containers: [container({ limits: { pods: 1 }, requests: { memory: '-1Ki', cpu: '-1' } })],
            initContainers: [container({ requests: { pods: '1' } })],
          },
        ),
      ],
    },
    want: [
      `${spec}.initContainers[0].resources.requests[pods]: Invalid value: "pods": the key is reserved for internal kueue use`,
      `${spec}.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0`,
      `${spec}.containers[0].resources.requests[memory]: Invalid value: "-1Ki": must be greater than or equal to 0`,
      `${spec}.containers[0].resources.limits[pods]: Invalid value: "pods": the key is reserved for internal kueue use`,
    ],
  },
  {
    rule: 'A-6.30 1b',
    name: 'negative requests pass with the gate off',
    workload: { podSets: [aPodSet({}, { containers: [container({ requests: { cpu: '-1' } })] })] },
    options: { validateNonNegativeResources: false },
    want: [],
  },
  {
    rule: 'A-6.30 1c',
    name: 'resources of the pod as a whole are judged too',
    workload: { podSets: [aPodSet({}, { resources: { limits: { cpu: '-500m' } } })] },
    want: [`${spec}.resources.limits[cpu]: Invalid value: "-500m": must be greater than or equal to 0`],
  },
  {
    rule: 'A-6.30 1d',
    name: 'a slice topology needs a size',
    workload: { podSets: [aPodSet({ topologyRequest: { podSetSliceRequiredTopology: 'rack' } })] },
    want: [
      'spec.podSets[0].topologyRequest.podSetSliceSize: Required value: must be set when podSetSliceRequiredTopology is specified',
    ],
  },
  {
    rule: 'A-6.30 1d',
    name: 'a slice size needs a topology',
    workload: { podSets: [aPodSet({ topologyRequest: { podSetSliceSize: 2 } })] },
    want: [
      'spec.podSets[0].topologyRequest.podSetSliceSize: Forbidden: may not be set when podSetSliceRequiredTopology is not specified',
    ],
  },
  {
    rule: 'A-6.30 1d',
    name: 'sizes are positive',
    workload: {
      podSets: [
        aPodSet({
          topologyRequest: {
            podSetSliceRequiredTopology: 'rack',
            podSetSliceSize: 0,
            podsetSliceRequiredTopologyConstraints: [{ topology: 'rack', size: 0 }],
          },
        }),
      ],
    },
    want: [
      'spec.podSets[0].topologyRequest.podSetSliceSize: Invalid value: 0: must be greater than 0',
      'spec.podSets[0].topologyRequest.podsetSliceRequiredTopologyConstraints[0].size: Invalid value: 0: must be greater than 0',
    ],
  },
  {
    rule: 'A-6.30 numbers 2 and 3',
    name: 'one pod set may have a minCount, and none of an elastic Workload',
    workload: {
      annotations: elastic,
      podSets: [aPodSet({ minCount: 1 }), aPodSet({ name: 'b', minCount: 1 })],
    },
    want: [
      'spec.podSets: Invalid value: 2: at most one podSet can use minCount',
      'spec.podSets: Invalid value: 2: partial admission and elastic job cannot be used together',
    ],
  },
  {
    rule: 'A-6.30 4a',
    name: 'reserved quota comes with an admission',
    workload: { status: { conditions: [reserved] } },
    old: {},
    want: ['status.admission: Required value: must be set while the QuotaReserved condition is true'],
  },
  {
    rule: 'A-6.30 4a',
    name: 'a Workload that is broken so already may be touched',
    workload: { status: { conditions: [reserved] } },
    old: { status: { conditions: [reserved] } },
    want: [],
  },
  {
    rule: 'A-6.30 4b',
    name: 'an admission is for the pod sets there are, in whole pods',
    workload: {
      status: {
        conditions: [reserved],
        admission: admissionOf(
          { name: 'main', count: 3, resourceUsage: { cpu: '1', memory: '3Gi', gpu: 4 } },
          { name: 'x', count: 1 },
        ),
      },
    },
    want: [
      'status.admission.podSetAssignments[0].resourceUsage[cpu]: Invalid value: "1": is not a multiple of 3',
      'status.admission.podSetAssignments[0].resourceUsage[gpu]: Invalid value: "4": is not a multiple of 3',
      'status.admission.podSetAssignments[1].name: Not found: "x"',
    ],
  },
  {
    rule: 'A-6.30 4b',
    name: 'no pods use nothing in particular',
    workload: {
      status: {
        conditions: [reserved],
        admission: admissionOf({ name: 'main', count: 0, resourceUsage: { cpu: 1 } }),
      },
    },
    want: [],
  },
  {
    rule: 'A-6.30 number 5',
    name: 'conditions are well formed',
    workload: {
      status: {
        conditions: [
          {
            ...reserved,
            type: 'A',
            status: 'Maybe',
            observedGeneration: -1,
            lastTransitionTime: undefined,
            reason: '',
          },
          { ...reserved, type: 'A', reason: '1' },
        ],
      },
    },
    want: [
      'status.conditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
      'status.conditions[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero',
      'status.conditions[0].lastTransitionTime: Required value',
      'status.conditions[0].reason: Required value',
      'status.conditions[1].type: Duplicate value: "A"',
      /^status\.conditions\[1\]\.reason: Invalid value: "1"/,
    ],
  },
  {
    rule: 'A-6.30 number 6',
    name: 'reclaimable pods are of a pod set, and not more than it has',
    workload: {
      status: {
        reclaimablePods: [
          { name: 'main', count: 4 },
          { name: 'x', count: 1 },
        ],
      },
    },
    want: [
      'status.reclaimablePods[main].count: Invalid value: 4: should be less or equal to 3',
      'status.reclaimablePods[x].name: Unsupported value: "x": supported values: "main"',
    ],
  },
  {
    rule: 'A-6.30 number 6',
    name: 'an old entry of an elastic Workload may stay above its count',
    workload: { annotations: elastic, status: { reclaimablePods: [{ name: 'main', count: 4 }] } },
    old: { annotations: elastic, status: { reclaimablePods: [{ name: 'main', count: 4 }] } },
    want: [],
  },
  {
    rule: 'A-6.30 number 7',
    name: 'updates of checks are for pod sets there are, and well formed',
    workload: {
      podSets: [aPodSet({ name: 'b' }), aPodSet({ name: 'a' })],
      status: {
        admissionChecks: [
          {
            name: 'check',
            state: 'Ready',
            message: '',
            lastTransitionTime: reserved.lastTransitionTime,
            podSetUpdates: [
              {
                name: 'x',
                tolerations: [{ key: '@t' }],
                annotations: { '@a': '' },
                nodeSelector: { '@n': '' },
                labels: { '@l': '' },
              },
            ],
          },
        ],
      },
    },
    want: [
      'status.admissionChecks[0].podSetUpdates[0].name: Unsupported value: "x": supported values: "a", "b"',
      /^status\.admissionChecks\[0\]\.podSetUpdates\[0\]\.tolerations\[0\]\.key: Invalid value: "@t"/,
      /^status\.admissionChecks\[0\]\.podSetUpdates\[0\]\.annotations: Invalid value: "@a"/,
      /^status\.admissionChecks\[0\]\.podSetUpdates\[0\]\.nodeSelector: Invalid value: "@n"/,
      /^status\.admissionChecks\[0\]\.podSetUpdates\[0\]\.labels: Invalid value: "@l"/,
    ],
  },
  {
    rule: 'A-6.30 number 8',
    name: 'admission gates are judged',
    workload: { annotations: { 'kueue.x-k8s.io/admission-gated-by': 'x' } },
    want: [
      /^metadata\.annotations\[kueue\.x-k8s\.io\/admission-gated-by\]: Invalid value: "x": must be a domain/,
    ],
  },
  {
    rule: 'A-6.30 number 8',
    name: 'not with the gate off',
    workload: { annotations: { 'kueue.x-k8s.io/admission-gated-by': 'x' } },
    options: { admissionGatedBy: false },
    want: [],
  },
  {
    rule: 'A-6.30 number 9',
    name: 'a priority boost is not empty',
    workload: { annotations: { 'kueue.x-k8s.io/priority-boost': '' } },
    options: { priorityBoost: true },
    want: [
      'metadata.annotations[kueue.x-k8s.io/priority-boost]: Invalid value: "": must be a valid signed integer; use "0" explicitly, empty string is not allowed',
    ],
  },
  {
    rule: 'A-6.30 number 9',
    name: 'a priority boost is an int32',
    workload: { annotations: { 'kueue.x-k8s.io/priority-boost': '2147483648' } },
    options: { priorityBoost: true },
    want: [
      'metadata.annotations[kueue.x-k8s.io/priority-boost]: Invalid value: "2147483648": must be a valid signed integer',
    ],
  },
  {
    rule: 'A-6.30 number 9',
    name: 'a priority boost means nothing with the gate off',
    workload: { annotations: { 'kueue.x-k8s.io/priority-boost': 'x' } },
    want: [],
  },
];

test.each(cases)('$rule: $name', ({ workload, old, options, want }) => {
  const found = faults(workload, { old, ...(options && { options }) });
  expect(found).toHaveLength(want.length);
  for (const [index, text] of want.entries()) {
    if (typeof text === 'string') expect(found[index]).toBe(text);
    else expect(found[index]).toMatch(text);
  }
});

test('A-14 trap 7: a Workload without pod sets is judged too', () => {
  const bare = parseWorkload({ metadata: { name: 'w', namespace: 'team' } });
  expect(workloadErrors(bare, undefined, defaultWebhookOptions)).toEqual([]);
});
