import { expect, test } from 'vitest';

import { judge } from './judge.ts';
import type { Observation } from './observation.ts';

const pod = (gpus: number, rest: object = {}) => ({
  containers: [{ resources: { requests: { gpu: gpus } } }],
  ...rest,
});

const setting = {
  clusterQueues: [
    aQueue('left', { nominalQuota: 4, borrowingLimit: 2 }),
    aQueue('right', { nominalQuota: 4, lendingLimit: 3 }),
  ],
  localQueues: new Map([
    ['team/left', 'left'],
    ['team/right', 'right'],
  ]),
  flavorsOfNodes: new Map([
    ['node-a', 'a'],
    ['node-b', 'b'],
  ]),
  flavorLabel: 'model',
  heldUntil: 100,
  gaps: [],
};

function aQueue(name: string, quota: object) {
  const resources = [{ name: 'gpu', ...quota }] as never;
  return {
    metadata: { name },
    spec: { cohortName: 'both', resourceGroups: [{ flavors: [{ name: 'a', resources }] }] },
  };
}

let version = 0;

interface Seen {
  readonly kind: Observation['kind'];
  readonly owner?: string;
}

function seen({ kind, owner }: Seen, uid: string, rest: object | undefined): Observation {
  version += 1;
  const metadata = {
    name: uid,
    namespace: 'team',
    uid,
    resourceVersion: String(version),
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...(owner !== undefined && { ownerReferences: [{ kind: 'Job', uid: owner }] }),
  };
  const object = rest === undefined ? undefined : { metadata, ...rest };
  return { kind, uid, version, receivedMs: version, object } as Observation;
}

const job = (name: string, suspend: boolean) =>
  seen({ kind: 'Job' }, name, { spec: { suspend, completions: 1 } });

interface WorkloadShape {
  readonly gpus?: number;
  readonly queue?: string;
  readonly priority?: number;
  readonly status?: object;
}

/** The Workload of the Job of that name. */
function workload(name: string, { gpus = 1, queue = 'left', priority = 0, status }: WorkloadShape = {}) {
  const podSets = [{ name: 'main', count: 1, template: { spec: pod(gpus) } }];
  return seen({ kind: 'Workload', owner: name }, `${name}-workload`, {
    spec: { queueName: queue, priority, podSets },
    status,
  });
}

function admitted(name: string, shape: WorkloadShape & { readonly claims?: number } = {}) {
  const { gpus = 1, queue = 'left', claims = gpus, status = {} } = shape;
  const assignment = { name: 'main', flavors: { gpu: 'a' }, resourceUsage: { gpu: claims } };
  const admission = { clusterQueue: queue, podSetAssignments: [assignment] };
  return workload(name, { ...shape, status: { admission, ...status } });
}

const isTrue = (...types: string[]) => ({ conditions: types.map((type) => ({ type, status: 'True' })) });
const runningPod = (name: string, owner: string, nodeName: string) =>
  seen({ kind: 'Pod', owner }, name, { spec: pod(1, { nodeName }), status: { phase: 'Running' } });

test.each<{ name: string; observations: Observation[]; want: string[] }>([
  {
    name: 'a Job that waits, is admitted, runs and ends is as it should be',
    observations: [
      job('one', true),
      workload('one'),
      admitted('one'),
      job('one', false),
      runningPod('pod', 'one', 'node-a'),
      seen({ kind: 'Pod', owner: 'one' }, 'pod', { spec: pod(1), status: { phase: 'Succeeded' } }),
      admitted('one', { status: isTrue('Finished') }),
    ],
    want: [],
  },
  {
    name: 'a ClusterQueue may borrow as far as its limit and what others lend, and no further',
    observations: [job('one', true), admitted('one', { gpus: 6 }), job('two', true), admitted('two')],
    want: ['admitted: ClusterQueue left: 7 of a/gpu in use, of at most 6'],
  },
  {
    name: 'all together may use what all have',
    observations: [
      job('one', true),
      admitted('one', { gpus: 5 }),
      job('two', true),
      admitted('two', { gpus: 4, queue: 'right' }),
    ],
    want: [
      'admitted: the cohort: 9 of a/gpu in use, of at most 8',
      'admitted: what the cohort shares: 8 of a/gpu in use, of at most 7',
    ],
  },
  {
    name: 'pods that are over and reported so take nothing',
    observations: [
      job('one', true),
      admitted('one', { gpus: 6 }),
      admitted('one', { gpus: 6, status: { reclaimablePods: [{ name: 'main', count: 1 }] } }),
      job('two', true),
      admitted('two', { gpus: 6 }),
    ],
    want: [],
  },
  {
    name: 'an admission that claims less than its pods ask for is told',
    observations: [job('one', true), admitted('one', { gpus: 2, claims: 1 })],
    want: ['the admission of team/one-workload claims 1 of gpu'],
  },
  {
    name: 'a pod without an admission, and one on a node of another flavor, are told',
    observations: [
      job('one', true),
      workload('one'),
      runningPod('early', 'one', 'node-a'),
      job('two', true),
      admitted('two'),
      runningPod('astray', 'two', 'node-b'),
    ],
    want: [
      'Pod team/early lives without an admitted Workload',
      'Pod team/astray uses b/gpu, which it was not given',
      'running: ClusterQueue left: 1 of b/gpu in use, of at most 0',
      'running: the cohort: 1 of b/gpu in use, of at most 0',
      'running: what the cohort shares: 1 of b/gpu in use, of at most 0',
    ],
  },
  {
    name: 'a lower priority must not take the place that a higher one waits for',
    observations: [
      job('high', true),
      workload('high', { gpus: 4, priority: 9 }),
      job('low', true),
      workload('low', { gpus: 4 }),
      admitted('low', { gpus: 4 }),
    ],
    want: ['team/low-workload overtook team/high-workload'],
  },
  {
    name: 'where both have a place, either may be written first',
    observations: [
      job('high', true),
      workload('high', { gpus: 3, priority: 9 }),
      job('low', true),
      workload('low', { gpus: 3 }),
      admitted('low', { gpus: 3 }),
      admitted('high', { gpus: 3, priority: 9 }),
    ],
    want: [],
  },
  {
    name: 'a second start, a stop, too many pods, an eviction and a deletion are told',
    observations: [
      job('one', true),
      admitted('one'),
      job('one', false),
      job('one', true),
      job('one', false),
      runningPod('first', 'one', 'node-a'),
      runningPod('second', 'one', 'node-a'),
      admitted('one', { status: isTrue('Evicted') }),
      seen({ kind: 'Job' }, 'one', undefined),
      job('slipped', false),
    ],
    want: [
      'Job team/one was stopped',
      'Job team/one was started 2 times',
      'Job team/one has 2 pods for 1 completions',
      'Workload team/one-workload was evicted',
      'Job one was deleted',
      'Job team/slipped was made running',
    ],
  },
])('$name', ({ observations, want }) => {
  // Streams of different kinds bring their news in any order; the versions say what came first.
  const verdict = judge(observations.toReversed(), { ...setting, heldUntil: Infinity });
  expect(verdict.faults.map((fault) => fault.replace(/^\S+ @\d+: /, ''))).toEqual(want);
});

test('where a watch missed something, only the whole at its end is judged', () => {
  const observations = [job('one', true), runningPod('early', 'one', 'node-a'), admitted('one')];
  const [, blind, end] = observations.map((observation) => observation.version);
  const gaps = [{ from: blind! - 1, to: end! }];
  expect(judge(observations, { ...setting, gaps }).faults).toEqual([]);
  expect(judge(observations, setting).faults).toHaveLength(1);
});

test('where the Job controller may have lost an answer, the pod that it makes again counts for nothing', () => {
  const observations = [
    job('one', true),
    admitted('one', { gpus: 1 }),
    runningPod('first', 'one', 'node-a'),
    runningPod('again', 'one', 'node-a'),
  ];
  const { faults, jobs } = judge(observations, { ...setting, forgivesExtraPods: true });
  expect(faults).toEqual([]);
  expect(jobs).toMatchObject([{ podCount: 1 }]);
  expect(judge(observations, setting).faults).toHaveLength(1);
});
