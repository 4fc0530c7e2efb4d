import { describe, expect, test } from 'vitest';
import type { ClusterQueueSpec, ResourceFlavor, Workload } from '../../api/index.ts';
import { aClusterQueue, aResourceFlavor, aWorkload } from '../../../test/builders/index.ts';
import type { WorkloadShape } from '../../../test/builders/index.ts';
import { PendingQueues } from '../queues/index.ts';
import { QuotaTree } from '../quota/index.ts';
import type { QuotaLimits } from '../quota/index.ts';
import { defaultSchedulingOptions, describePending } from '../workload/index.ts';
import type { SchedulingOptions } from '../workload/index.ts';
import { runRound } from './index.ts';
import type { Decision, RoundOptions, RoundResult, RoundWorld } from './index.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const cpu = 'default/cpu';

interface QueueShape {
  readonly nominal: bigint;
  readonly limits?: Partial<QuotaLimits>;
  readonly cohort?: string;
  readonly isActive?: boolean;
  readonly spec?: Partial<ClusterQueueSpec>;
  readonly workloads: readonly WorkloadShape[];
}

interface WorldShape {
  readonly queues: Readonly<Record<string, QueueShape>>;
  readonly flavors?: readonly ResourceFlavor[];
  readonly accounted?: readonly string[];
  readonly namespaces?: readonly string[];
}

/** A world of ClusterQueues that share the flavor `default`; amounts of cpu are whole cores. */
function worldOf(shape: WorldShape): RoundWorld {
  const { flavors = [aResourceFlavor()], accounted = [], namespaces = ['team-a'] } = shape;
  const [tree, queues] = [new QuotaTree(), new PendingQueues()];
  const context = { limitRanges: [], runtimeClass: () => undefined, options: defaultSchedulingOptions };
  const specs = new Map<string, ClusterQueueSpec>();
  for (const [name, { nominal, limits, cohort, isActive = true, spec, workloads }] of Object.entries(
    shape.queues,
  )) {
    const quotas = new Map([[cpu, { nominal: nominal * 1000n, ...limits }]]);
    tree.setClusterQueue(name, { cohort, quotas });
    const parsed = aClusterQueue({ name, ...(spec && { spec }) }).spec;
    specs.set(name, parsed);
    queues.upsertClusterQueue(name, { strategy: parsed.queueingStrategy, isActive: true });
    if (!isActive) specs.set(name, { ...parsed, stopPolicy: 'Hold' });
    for (const workload of workloads) queues.push(name, describePending(aWorkload(workload), context), now);
  }
  return {
    tree,
    queues,
    flavorProgress: new Map(),
    clusterQueue: (name) => {
      const spec = specs.get(name);
      return (
        spec && {
          name,
          spec,
          isActive: spec.stopPolicy === 'None',
          checks: (used) => used.map((flavor) => `check-${flavor}`),
        }
      );
    },
    flavor: (name) => flavors.find(({ metadata }) => metadata.name === name),
    namespaceLabels: (namespace) => (namespaces.includes(namespace) ? {} : undefined),
    limitRanges: () => [],
    reservingWorkloads: () => [],
    isAccounted: (key) => accounted.includes(key),
    newest: (key) => queues.pendingOf(key),
  };
}

function run(
  world: RoundWorld,
  options: Partial<SchedulingOptions> = {},
  more: Partial<RoundOptions> = {},
): RoundResult {
  return runRound(world, { scheduling: { ...defaultSchedulingOptions, ...options }, round: 1, ...more }, now);
}

function job(name: string, cores: number, more: WorkloadShape = {}): WorkloadShape {
  return { name, podSets: [{ count: cores }], ...more };
}

/** Name and outcome: `admit`, or reason and place. */
function told({ decisions }: RoundResult): readonly string[] {
  return decisions.map((decision) => {
    const { name } = decision.head.pending;
    if (decision.kind !== 'wait') return `${name}: ${decision.kind}`;
    return `${name}: ${decision.requeueReason || 'none'}, ${decision.condition?.reason ?? 'unwritten'}, ${decision.place}`;
  });
}

function messageOf(decision: Decision | undefined): string | undefined {
  return decision?.kind === 'wait' ? decision.condition?.message : undefined;
}

describe('admission', () => {
  test('builds the admission in the order of the pod sets, with amounts as text (S-4.22)', () => {
    const podSets = [{ name: 'driver' }, { name: 'workers', count: 3 }];
    const world = worldOf({ queues: { q: { nominal: 4n, workloads: [{ name: 'a', podSets }] } } });
    expect(run(world).decisions).toMatchObject([
      {
        kind: 'admit',
        admission: {
          clusterQueue: 'q',
          podSetAssignments: [
            { name: 'driver', flavors: { cpu: 'default' }, resourceUsage: { cpu: '1' }, count: 1 },
            { name: 'workers', flavors: { cpu: 'default' }, resourceUsage: { cpu: '3' }, count: 3 },
          ],
        },
        requiredChecks: ['check-default'],
        consideredFlavors: '',
      },
    ]);
  });

  test('leaves the tree as it was and the head in flight (S-4.2)', () => {
    const world = worldOf({ queues: { q: { nominal: 4n, workloads: [job('a', 3)] } } });
    run(world);
    expect(world.tree.usageOf('q').size).toBe(0);
    expect(world.queues.placeOf('team-a/a')?.place).toBe('inFlight');
  });
});

describe('order of entries (S-4.7)', () => {
  const shared = { nominal: 0n, cohort: 'c' };
  const lender = { lender: { nominal: 5n, cohort: 'c', workloads: [] } };

  test.each([
    {
      name: 'who does not borrow goes first, whatever the priority',
      first: { nominal: 3n, cohort: 'c', workloads: [job('own', 3)] },
      second: { ...shared, workloads: [job('borrower', 3, { priority: 9 })] },
      want: ['own: admit', 'borrower: FailedAfterNomination, WaitingForQuota, heap'],
    },
    {
      name: 'then priority decides',
      first: { ...shared, workloads: [job('low', 3)] },
      second: { ...shared, workloads: [job('high', 3, { priority: 9 })] },
      want: ['high: admit', 'low: FailedAfterNomination, WaitingForQuota, heap'],
    },
    {
      name: 'then age decides',
      first: { ...shared, workloads: [job('young', 3, { creationTimestamp: '2026-01-02T00:00:00Z' })] },
      second: { ...shared, workloads: [job('old', 3)] },
      want: ['old: admit', 'young: FailedAfterNomination, WaitingForQuota, heap'],
    },
    {
      name: 'then the uid decides',
      first: { ...shared, workloads: [job('two', 3, { uid: '2' })] },
      second: { ...shared, workloads: [job('one', 3, { uid: '1' })] },
      want: ['one: admit', 'two: FailedAfterNomination, WaitingForQuota, heap'],
    },
  ])('$name', ({ first, second, want }) => {
    const world = worldOf({
      queues: {
        first,
        second,
        ...(first.nominal === 0n ? lender : { lender: { nominal: 2n, cohort: 'c', workloads: [] } }),
      },
    });
    expect(told(run(world))).toEqual(want);
  });

  test('without the gate priority does not count between queues', () => {
    const queues = {
      a: { ...shared, workloads: [job('high', 3, { uid: '2', priority: 9 })] },
      b: { ...shared, workloads: [job('low', 3, { uid: '1' })] },
      ...lender,
    };
    expect(told(run(worldOf({ queues }), { prioritySortingWithinCohort: false }))[0]).toBe('low: admit');
  });

  test('the second is told what the first took (S-4.17)', () => {
    const queues = {
      a: { ...shared, workloads: [job('first', 3)] },
      b: { ...shared, workloads: [job('second', 3)] },
      ...lender,
    };
    const world = worldOf({ queues });
    expect(messageOf(run(world).decisions[1])).toBe(
      'Workload no longer fits after processing another workload',
    );
    expect(world.queues.placeOf('team-a/second')?.place).toBe('heap');
  });
});

describe('waiting', () => {
  test.each([
    { strategy: 'BestEffortFIFO' as const, place: 'parked' },
    { strategy: 'StrictFIFO' as const, place: 'heap' },
  ])('what never fits is $place in a $strategy queue (S-3.12)', ({ strategy, place }) => {
    const spec = { queueingStrategy: strategy };
    const world = worldOf({ queues: { q: { nominal: 1n, spec, workloads: [job('a', 2)] } } });
    expect(told(run(world))).toEqual([`a: NoFit, ExceedsMaxQuota, ${place}`]);
  });

  test('tells what would wake it and what it asked for (S-1.20)', () => {
    const world = worldOf({ queues: { q: { nominal: 1n, workloads: [job('a', 2)] } } });
    expect(run(world).decisions).toMatchObject([
      {
        wakesOn: { kind: 'quota', clusterQueue: 'q', pairs: [cpu] },
        resourceRequests: [{ name: 'main', resources: { cpu: '2' } }],
      },
    ]);
  });

  test('with observability off every reason is the same (section 9)', () => {
    const world = worldOf({
      queues: { q: { nominal: 1n, workloads: [job('a', 2), job('b', 2, { uid: 'z' })] } },
    });
    const [decision] = run(world, { unadmittedWorkloadsObservability: false }).decisions;
    expect(world.queues.bypassReasonOf('team-a/b')).toBe('Pending');
    expect(decision).toMatchObject({ condition: { reason: 'ExceedsMaxQuota' } });
  });
});

describe('refusals (S-4.4, S-9.4)', () => {
  const one = (workload: WorkloadShape, more: Partial<QueueShape> = {}): WorldShape => ({
    queues: { q: { nominal: 9n, workloads: [job('a', 1, workload)], ...more } },
  });
  const check = {
    name: 'c',
    state: 'Retry' as const,
    lastTransitionTime: '2026-01-01T00:00:00Z',
    message: '',
  };

  test.each([
    {
      name: 'a check that asks for a retry',
      world: one({ status: { admissionChecks: [check] } }),
      want: ['a: none, PendingEvaluation, parked', 'The workload has failed admission checks'],
    },
    {
      name: 'an inactive queue',
      world: one({}, { isActive: false }),
      want: ['a: none, Suspended, parked', 'ClusterQueue q is inactive'],
    },
    {
      name: 'a missing namespace',
      world: { ...one({}), namespaces: [] },
      want: [
        'a: none, Misconfigured, parked',
        'workload namespace "team-a" does not exist: namespaces "team-a" not found',
      ],
    },
    {
      name: 'a namespace that does not match',
      world: one({}, { spec: { namespaceSelector: { matchLabels: { team: 'b' } } } }),
      want: [
        'a: NamespaceMismatch, Misconfigured, parked',
        "workload namespace doesn't match ClusterQueue selector",
      ],
    },
  ])('$name', ({ world, want }) => {
    const result = run(worldOf(world));
    expect([...told(result), messageOf(result.decisions[0])]).toEqual(want);
  });

  test('what is counted already is dropped in silence (S-4.3)', () => {
    const world = worldOf({ ...one({}), accounted: ['team-a/a'] });
    expect(told(run(world))).toEqual(['a: drop']);
    expect(world.queues.placeOf('team-a/a')).toBeUndefined();
  });

  test('a workload that cannot be judged waits without a word, and the others have their turn', () => {
    const broken = (): Workload => {
      throw new Error('this flavor cannot be read');
    };
    const world = worldOf({
      queues: { p: { nominal: 9n, workloads: [job('a', 1)] }, q: { nominal: 9n, workloads: [job('b', 1)] } },
    });
    const clusterQueue: RoundWorld['clusterQueue'] = (name) =>
      name === 'p' ? (broken() as never) : world.clusterQueue(name);
    expect(told(run({ ...world, clusterQueue }))).toEqual(['b: admit', 'a: none, unwritten, parked']);
  });
});

describe('reservation of one that could only preempt (S-4.13, S-4.20)', () => {
  /** `owner` needs 4 of its 4, of which `guest` uses one; `rival` wants two more of what is left. */
  const world = (more: Partial<QueueShape> = {}) => {
    const made = worldOf({
      queues: {
        guest: { nominal: 0n, cohort: 'c', workloads: [] },
        owner: { nominal: 4n, cohort: 'c', workloads: [job('big', 4)], ...more },
        rival: { nominal: 0n, cohort: 'c', workloads: [job('small', 2)] },
      },
    });
    made.tree.addUsage('guest', new Map([[cpu, 1000n]]));
    return made;
  };

  test('keeps others from slipping past', () => {
    expect(told(run(world()))).toEqual([
      'big: PreemptionNoCandidates, WaitingForQuota, parked',
      'small: FailedAfterNomination, WaitingForQuota, heap',
    ]);
  });

  test('is not needed by one who may reclaim at will', () => {
    const spec = {
      preemption: {
        reclaimWithinCohort: 'Any',
        withinClusterQueue: 'Never',
        borrowWithinCohort: { policy: 'Never' },
      },
    } as const;
    expect(told(run(world({ spec })))[1]).toBe('small: admit');
  });
});

describe('waiting for ready pods (S-4.19, D-15)', () => {
  const world = () =>
    worldOf({
      queues: { p: { nominal: 9n, workloads: [job('a', 1)] }, q: { nominal: 9n, workloads: [job('b', 1)] } },
    });

  test('blocks all, and only the first is told', () => {
    const result = run(world(), { blockAdmission: true }, { isWaitingForPodsReady: true });
    expect(told(result)).toEqual([
      'a: FailedAfterNomination, WaitingForPodsReady, heap',
      'b: FailedAfterNomination, unwritten, heap',
    ]);
  });

  test('one admission blocks those behind it in the same round', () => {
    expect(told(run(world(), { blockAdmission: true }))).toEqual([
      'a: admit',
      'b: FailedAfterNomination, WaitingForPodsReady, heap',
    ]);
  });
});

describe('a settled round', () => {
  const strict = { queueingStrategy: 'StrictFIFO' } as const;

  test.each([
    {
      name: 'a blocked StrictFIFO head only repeats',
      queue: { nominal: 1n, spec: strict, workloads: [job('a', 2)] },
      want: true,
    },
    {
      name: 'a parked head makes room for the next',
      queue: { nominal: 1n, workloads: [job('a', 2)] },
      want: false,
    },
    {
      name: 'an admission changes the world',
      queue: { nominal: 2n, spec: strict, workloads: [job('a', 2)] },
      want: false,
    },
  ])('$name', ({ queue, want }) => {
    expect(run(worldOf({ queues: { q: queue } })).isSettled).toBe(want);
  });
});
