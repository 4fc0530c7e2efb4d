import { describe, expect, test } from 'vitest';
import type { ClusterQueueSpec, Workload } from '../../api/index.ts';
import {
  aClusterQueue,
  anAdmission,
  aReservingWorkload,
  aResourceFlavor,
  aWorkload,
} from '../../../test/builders/index.ts';
import type { WorkloadShape } from '../../../test/builders/index.ts';
import { compareReserving, describeReserving } from '../preemption/index.ts';
import type { ReservingWorkload } from '../preemption/index.ts';
import { PendingQueues } from '../queues/index.ts';
import { QuotaTree } from '../quota/index.ts';
import type { QuotaLimits } from '../quota/index.ts';
import { defaultSchedulingOptions, describePending, usageOfAdmission } from '../workload/index.ts';
import type { SchedulingOptions, UnadmittedContext } from '../workload/index.ts';
import { describeExplanation, explain } from './index.ts';
import type { Explanation, RoundWorld, Shortage } from './index.ts';

const now = Date.parse('2026-01-01T12:00:00Z');

interface QueueShape {
  readonly nominal: number;
  readonly limits?: Partial<QuotaLimits>;
  readonly cohort?: string;
  readonly flavors?: readonly string[];
  readonly spec?: Partial<ClusterQueueSpec>;
  readonly waits?: readonly WorkloadShape[];
  /** Name, cores, priority. */
  readonly holds?: readonly (readonly [string, number, number])[];
}

interface WorldShape {
  readonly queues: Readonly<Record<string, QueueShape>>;
  readonly options?: Partial<SchedulingOptions>;
}

const flavors = [
  aResourceFlavor(),
  aResourceFlavor({
    name: 'spot',
    spec: { nodeTaints: [{ key: 'spot', value: 'yes', effect: 'NoSchedule' }] },
  }),
];

/** A small world, and who waits in it by name. */
function worldOf({ queues: shapes, options = {} }: WorldShape) {
  const scheduling: SchedulingOptions = { ...defaultSchedulingOptions, ...options };
  const [tree, queues] = [new QuotaTree(), new PendingQueues()];
  const specs = new Map<string, ClusterQueueSpec>();
  const holders = new Map<string, readonly ReservingWorkload[]>();
  for (const [name, shape] of Object.entries(shapes)) {
    const { nominal, limits, cohort, flavors: names = ['default'], spec } = shape;
    const quotas = Object.fromEntries(names.map((flavor) => [flavor, { cpu: nominal }]));
    const pairs = names.map(
      (flavor) => [`${flavor}/cpu`, { nominal: BigInt(nominal) * 1000n, ...limits }] as const,
    );
    tree.setClusterQueue(name, { cohort, quotas: new Map(pairs) });
    specs.set(name, aClusterQueue({ name, quotas, ...(spec && { spec }) }).spec);
    queues.upsertClusterQueue(name, { strategy: 'BestEffortFIFO', isActive: true });
    const context = { limitRanges: [], runtimeClass: () => undefined, options: scheduling };
    for (const one of shape.waits ?? []) queues.push(name, describePending(aWorkload(one), context), now);
    holders.set(name, holdersOf(name, shape, scheduling));
    for (const { usage } of holders.get(name) ?? []) tree.addUsage(name, usage);
  }
  const world: RoundWorld = {
    tree,
    queues,
    flavorProgress: new Map(),
    clusterQueue: (name) => {
      const spec = specs.get(name);
      return spec && { name, spec, isActive: spec.stopPolicy === 'None', checks: () => [] };
    },
    flavor: (name) => flavors.find(({ metadata }) => metadata.name === name),
    namespaceLabels: (namespace) => ({ team: namespace }),
    limitRanges: () => [],
    reservingWorkloads: (name) => holders.get(name) ?? [],
    isAccounted: () => false,
    newest: (key) => queues.pendingOf(key),
  };
  return { world, scheduling };
}

function holdersOf(
  clusterQueue: string,
  { holds = [] }: QueueShape,
  options: SchedulingOptions,
): readonly ReservingWorkload[] {
  return holds
    .map(([name, cores, priority]) => {
      const podSetAssignments = [{ count: cores, resourceUsage: { cpu: String(cores) } }];
      const admission = anAdmission({ clusterQueue, podSetAssignments });
      const workload = aReservingWorkload({ name, priority, podSets: [{ count: cores }], admission });
      const usage = usageOfAdmission(workload, options);
      return describeReserving(workload, { usage, clusterQueue, isEvictionExpected: false, options });
    })
    .toSorted(compareReserving);
}

function explainIn(
  { world, scheduling }: ReturnType<typeof worldOf>,
  workload: Workload,
  more: Partial<UnadmittedContext> = {},
): Explanation {
  const unadmitted: UnadmittedContext = {
    localQueueStopPolicy: 'None',
    clusterQueueName: 'mine',
    isClusterQueueActive: true,
    options: scheduling,
    ...more,
  };
  return explain(workload, { world, unadmitted, now });
}

/** The explanation of the workload that waits in `mine`, as value and text. */
function explainMine(shape: WorldShape) {
  const small = worldOf(shape);
  const waits = shape.queues['mine']?.waits?.[0] ?? {};
  const explanation = explainIn(small, aWorkload(waits));
  return { explanation, text: describeExplanation(explanation) };
}

function shortagesOf({ verdict }: Explanation): readonly Shortage[] {
  if (verdict.kind !== 'doesNotFit') throw new Error(`it is ${verdict.kind}`);
  return verdict.podSets.flatMap((podSet) => podSet.flavors.flatMap((flavor) => flavor.shortages));
}

/** Who would have to leave, and what is in the way. */
function obstaclesOf(explanation: Explanation): readonly string[] {
  return shortagesOf(explanation).flatMap(({ obstacles }) =>
    obstacles.map(({ workload, barrier }) => `${workload.key}: ${barrier?.kind ?? 'none'}`),
  );
}

const waiting: WorkloadShape = { name: 'waiting', podSets: [{ count: 4 }], priority: 5 };

describe('explain', () => {
  const cohort = 'pool';

  test('tells whose quota is missing and who borrows it, the largest share first', () => {
    const { explanation, text } = explainMine({
      queues: {
        mine: { nominal: 4, cohort, waits: [waiting], holds: [['own', 2, 9]] },
        greedy: { nominal: 4, cohort, holds: [['large', 7, 0]] },
        modest: { nominal: 2, cohort, holds: [['small', 1, 0]] },
      },
    });
    expect(shortagesOf(explanation)).toMatchObject([
      {
        flavor: 'default',
        resource: 'cpu',
        asked: 4000n,
        available: 0n,
        missing: 4000n,
        limitedBy: { kind: 'cohort', name: 'pool', limit: 'quota' },
        holders: [
          { clusterQueue: 'greedy', used: 7000n, nominal: 4000n, borrowed: 3000n, share: 300 },
          { clusterQueue: 'mine', borrowed: 0n },
          { clusterQueue: 'modest', borrowed: 0n },
        ],
      },
    ]);
    expect(text).toBe(`Workload team-a/waiting waits in ClusterQueue mine (/pool/mine), number 1 of 1.
Pod set main (4 pods) does not fit:
  flavor default: cpu: 4 asked for, 0 unused, 4 missing in the quota of Cohort pool
    used by
      ClusterQueue greedy: 7 of 4, 3 borrowed, share 300
      ClusterQueue mine: 2 of 4
      ClusterQueue modest: 1 of 2
    preemption would have to take
      team-a/large of ClusterQueue greedy with priority 0: not allowed, reclaimWithinCohort is Never
It is looked at again in one of the next rounds.
`);
  });

  test('tells the limit that ends what could be borrowed (S-2.6)', () => {
    const { explanation } = explainMine({
      queues: {
        mine: {
          nominal: 2,
          limits: { borrowingLimit: 2000n },
          cohort,
          waits: [waiting],
          holds: [['own', 1, 9]],
        },
        idle: { nominal: 9, cohort },
      },
    });
    expect(shortagesOf(explanation)).toMatchObject([
      {
        missing: 1000n,
        limitedBy: { kind: 'clusterQueue', name: 'mine', limit: 'borrowingLimit' },
        holders: [{ clusterQueue: 'mine' }],
      },
    ]);
  });

  test('tells what exceeds the maximum, which no preemption and no release helps (S-5.18)', () => {
    const { explanation, text } = explainMine({ queues: { mine: { nominal: 3, waits: [waiting] } } });
    expect(shortagesOf(explanation)).toMatchObject([
      { exceedsMaximum: true, available: 3000n, missing: 1000n, limitedBy: { name: 'mine', limit: 'quota' } },
    ]);
    expect(text).toContain('cpu: 4 asked for, 3 at most, 1 missing in the quota of ClusterQueue mine');
    expect(text).toContain('no preemption helps');
  });

  test('tells the taint that keeps a workload from a flavor', () => {
    const { explanation, text } = explainMine({
      queues: { mine: { nominal: 9, flavors: ['spot'], waits: [waiting] } },
    });
    expect(explanation.verdict).toMatchObject({
      kind: 'doesNotFit',
      podSets: [{ name: 'main', flavors: [{ flavor: 'spot', mismatch: { kind: 'untoleratedTaint' } }] }],
    });
    expect(text).toContain('flavor spot: untolerated taint {spot yes NoSchedule <nil>} in flavor spot');
  });

  test('tells the resource that the ClusterQueue does not have', () => {
    const containers = [{ name: 'main', resources: { requests: { 'example.com/gpu': '1' } } }];
    const gpus = { ...waiting, podSets: [{ template: { spec: { containers } } }] };
    expect(explainMine({ queues: { mine: { nominal: 9, waits: [gpus] } } }).text).toContain(
      'example.com/gpu: no quota in the ClusterQueue',
    );
  });

  const full = { nominal: 4, waits: [waiting] };
  const lowAndHigh = [['low', 2, 0] as const, ['high', 2, 9] as const];
  test.each<{
    name: string;
    queues: WorldShape['queues'];
    options?: Partial<SchedulingOptions>;
    want: string[];
  }>([
    {
      name: 'the policy allows nobody',
      queues: { mine: { ...full, holds: [['low', 4, 0]] } },
      want: ['team-a/low: policyNever'],
    },
    {
      name: 'the priority is not lower',
      queues: { mine: { ...full, holds: [['high', 4, 5]], spec: within('LowerPriority') } },
      want: ['team-a/high: priority'],
    },
    {
      name: 'an equal one queued no later',
      queues: { mine: { ...full, holds: [['equal', 4, 5]], spec: within('LowerOrNewerEqualPriority') } },
      want: ['team-a/equal: older'],
    },
    {
      name: 'some may be taken, but others are needed too',
      queues: {
        mine: {
          ...full,
          holds: lowAndHigh,
          spec: within('LowerPriority'),
        },
      },
      want: ['team-a/low: none', 'team-a/high: priority'],
    },
    {
      name: 'the other ClusterQueue uses only its own',
      queues: {
        mine: { nominal: 2, cohort, waits: [waiting], spec: reclaim('Any', 'LowerPriority') },
        other: { nominal: 4, cohort, holds: [['modest', 4, 0]] },
      },
      want: ['team-a/modest: ownQuota'],
    },
    {
      name: 'more than the own quota is asked for, and nobody is preempted for that (S-5.18)',
      queues: {
        mine: { nominal: 2, cohort, waits: [waiting], spec: reclaim('Any', 'Never') },
        other: { nominal: 2, cohort, holds: [['greedy', 3, 0]] },
      },
      want: ['team-a/greedy: beyondNominal'],
    },
    {
      name: 'it may not be taken while borrowing, for its priority (S-6.6)',
      queues: {
        mine: { nominal: 2, cohort, waits: [waiting], spec: reclaim('Any', 'LowerPriority') },
        other: { nominal: 2, cohort, holds: [['greedy', 3, 7]] },
      },
      want: ['team-a/greedy: wouldBorrow'],
    },
    {
      name: 'the shares do not allow it (S-7.10)',
      options: { fairSharing: { preemptionStrategies: ['LessThanInitialShare'] } },
      queues: {
        mine: { nominal: 2, cohort, waits: [waiting], spec: reclaim('Any', 'Never') },
        other: { nominal: 2, cohort, holds: [['greedy', 3, 0]] },
      },
      want: ['team-a/greedy: share'],
    },
  ])('tells who would have to leave and why not: $name', ({ queues, options = {}, want }) => {
    expect(obstaclesOf(explainMine({ queues, options }).explanation)).toEqual(want);
  });

  test('leaves everything as it was', () => {
    const small = worldOf({ queues: { mine: { ...full, holds: [['low', 4, 0]] } } });
    const before = small.world.tree.usageOf('mine');
    explainIn(small, aWorkload(waiting));
    expect(small.world.tree.usageOf('mine')).toEqual(before);
    expect(small.world.queues.placeOf('team-a/waiting')).toEqual({ clusterQueue: 'mine', place: 'heap' });
  });

  test('names the victims of a preemption that is allowed', () => {
    const { explanation } = explainMine({
      queues: { mine: { ...full, holds: [['low', 4, 0]], spec: within('LowerPriority') } },
    });
    expect(explanation).toMatchObject({
      verdict: { kind: 'preempts', targets: [{ workload: { key: 'team-a/low' }, reason: 'InClusterQueue' }] },
      wakesOn: { kind: 'nextRound' },
    });
  });

  test('tells with how many pods a workload fits that may shrink (S-5.28)', () => {
    const shrinking = { ...waiting, podSets: [{ count: 4, minCount: 2 }] };
    const { text } = explainMine({ queues: { mine: { nominal: 3, waits: [shrinking] } } });
    expect(text).toContain('It fits: 3 of pod set main.');
  });

  test.each([
    {
      name: 'an inactive ClusterQueue',
      shape: { queues: { mine: { ...full, spec: { stopPolicy: 'Hold' as const } } } },
      want: {
        verdict: { kind: 'refused', reason: 'Suspended', message: 'ClusterQueue mine is inactive' },
        wakesOn: { kind: 'clusterQueue', clusterQueue: 'mine' },
      },
    },
    {
      name: 'a namespace that the ClusterQueue does not serve',
      shape: {
        queues: { mine: { ...full, spec: { namespaceSelector: { matchLabels: { team: 'b' } } } } },
      },
      want: {
        verdict: { kind: 'refused', message: "workload namespace doesn't match ClusterQueue selector" },
        wakesOn: { kind: 'namespace', namespace: 'team-a' },
      },
    },
    {
      name: 'a back-off (S-3.8)',
      shape: {
        queues: {
          mine: {
            ...full,
            waits: [{ ...waiting, status: { requeueState: { requeueAt: '2026-01-01T12:05:00Z' } } }],
          },
        },
      },
      want: {
        verdict: { kind: 'heldBack', untilMs: now + 300_000 },
        wakesOn: { kind: 'time', atMs: now + 300_000 },
      },
    },
  ])('tells $name, and what ends it', ({ shape, want }) => {
    expect(explainMine(shape).explanation).toMatchObject(want);
  });

  test('tells who may not be queued (L-11.2)', () => {
    const small = worldOf({ queues: { mine: { nominal: 1 } } });
    const explanation = explainIn(small, aWorkload(waiting), { localQueueStopPolicy: 'Hold' });
    const message = 'LocalQueue main is inactive';
    expect(explanation.verdict).toEqual({ kind: 'notQueued', reason: 'Suspended', message });
    expect(describeExplanation(explanation)).toContain('is in no queue');
  });

  test('awaits a release once it is parked, more quota when no release helps', () => {
    const parked = (nominal: number) => {
      const small = worldOf({ queues: { mine: { nominal, waits: [waiting], holds: [['own', 1, 9]] } } });
      const { queues } = small.world;
      const [head] = queues.popHeads();
      if (head === undefined) throw new Error('nobody waits');
      const back = {
        reason: 'NoFit',
        hasFlavorsLeft: false,
        conditionReason: '',
        newest: head.pending,
      } as const;
      queues.requeue(head, back, now);
      return explainIn(small, aWorkload(waiting)).wakesOn;
    };
    expect(parked(4)).toEqual({ kind: 'quota', clusterQueue: 'mine', pairs: ['default/cpu'] });
    expect(parked(3)).toEqual({ kind: 'moreQuota', clusterQueue: 'mine' });
  });
});

type Policies = ClusterQueueSpec['preemption'];

function within(withinClusterQueue: Policies['withinClusterQueue']): Partial<ClusterQueueSpec> {
  const borrowWithinCohort = { policy: 'Never' as const };
  return { preemption: { withinClusterQueue, reclaimWithinCohort: 'Never', borrowWithinCohort } };
}

function reclaim(
  reclaimWithinCohort: Policies['reclaimWithinCohort'],
  policy: Policies['borrowWithinCohort']['policy'],
): Partial<ClusterQueueSpec> {
  return { preemption: { withinClusterQueue: 'Never', reclaimWithinCohort, borrowWithinCohort: { policy } } };
}
