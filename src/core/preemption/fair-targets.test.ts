import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aReservingWorkload } from '../../../test/builders/index.ts';
import type { ClusterQueuePreemption } from '../../api/index.ts';
import { compareShares, QuotaTree } from '../quota/index.ts';
import { defaultSchedulingOptions } from '../workload/index.ts';
import type { PreemptionStrategy } from '../workload/index.ts';
import { findFairTargets } from './fair-targets.ts';
import { compareReserving, describeReserving } from './reserving-workload.ts';
import type { ReservingWorkload } from './reserving-workload.ts';
import type { PreemptionField, Target, TargetQuestion } from './target-search.ts';

const cpu = 'f/cpu';
const final = 'LessThanOrEqualToFinalShare';
const initial = 'LessThanInitialShare';

interface Holder {
  readonly name: string;
  readonly queue: string;
  readonly cpu: bigint;
  readonly priority?: number;
  readonly reservedS?: number;
  readonly isEvicted?: boolean;
}

interface Queue {
  readonly cohort?: string;
  readonly nominal: bigint;
  readonly weight?: number;
}

interface FieldShape {
  readonly cohorts?: Readonly<Record<string, { parent?: string; nominal?: bigint; weight?: number }>>;
  readonly queues: Readonly<Record<string, Queue>>;
  readonly holders: readonly Holder[];
}

function fieldOf({ cohorts = {}, queues, holders }: FieldShape): PreemptionField {
  const tree = new QuotaTree();
  for (const [name, { parent, nominal = 0n, weight }] of Object.entries(cohorts)) {
    tree.setCohort(name, { parent, weight, quotas: new Map([[cpu, { nominal }]]) });
  }
  for (const [name, { cohort, nominal, weight }] of Object.entries(queues)) {
    tree.setClusterQueue(name, { cohort, weight, quotas: new Map([[cpu, { nominal }]]) });
  }
  const reserving = holders.map(holderOf);
  for (const { clusterQueue, usage } of reserving) tree.addUsage(clusterQueue, usage);
  const ofQueue = (name: string) => reserving.filter(({ clusterQueue }) => clusterQueue === name);
  return { tree, reservingWorkloads: (name) => ofQueue(name).toSorted(compareReserving) };
}

function holderOf({ name, queue, cpu: amount, priority = 0, reservedS = 0, isEvicted = false }: Holder) {
  const workload = aReservingWorkload({ name, uid: name, priority });
  const time = new Date(Date.parse('2026-01-01T10:00:00Z') + reservedS * 1000).toISOString();
  const conditions = (workload.status.conditions ?? []).map((condition) => {
    return condition.type === 'QuotaReserved' ? { ...condition, lastTransitionTime: time } : condition;
  });
  return describeReserving(
    { ...workload, status: { ...workload.status, conditions } },
    {
      usage: new Map([[cpu, amount]]),
      clusterQueue: queue,
      isEvictionExpected: isEvicted,
      options: defaultSchedulingOptions,
    },
  );
}

interface Ask {
  readonly from: string;
  readonly asks: bigint;
  readonly priority?: number;
  readonly policies?: Partial<ClusterQueuePreemption>;
}

function questionOf({ from, asks, priority = 0, policies }: Ask): TargetQuestion {
  return {
    clusterQueue: from,
    preemption: {
      reclaimWithinCohort: 'Any',
      withinClusterQueue: 'Never',
      borrowWithinCohort: { policy: 'Never' },
      ...policies,
    },
    preemptor: { priority, queueTimestampMs: 0 },
    contested: [cpu],
    requests: new Map([[cpu, asks]]),
  };
}

interface SearchShape {
  readonly strategies?: readonly PreemptionStrategy[];
  readonly mayPreemptWithinNominal?: boolean;
}

function search(field: PreemptionField, ask: Ask, shape: SearchShape = {}): readonly Target[] {
  const { strategies = [final, initial], mayPreemptWithinNominal = true } = shape;
  const options = { strategies, fairSharingPreemptWithinNominal: mayPreemptWithinNominal };
  return findFairTargets(options)(questionOf(ask), field);
}

function shown(targets: readonly Target[]): string[] {
  return targets.map(({ workload, reason }) => `${workload.uid} ${reason}`);
}

const threeQueues = {
  a: { cohort: 'all', nominal: 3n },
  b: { cohort: 'all', nominal: 3n },
  c: { cohort: 'all', nominal: 3n },
};
const fullA: Holder = { name: 'a1', queue: 'a', cpu: 3n };
const twoOfB: readonly Holder[] = [
  { name: 'b1', queue: 'b', cpu: 4n, reservedS: 2 },
  { name: 'b2', queue: 'b', cpu: 2n, reservedS: 1 },
];

describe('victims by share (worked examples of 7.4)', () => {
  test('the one whose going leaves its queue with no smaller share than the preemptor gets (S-7.10)', () => {
    const field = fieldOf({ queues: threeQueues, holders: [fullA, ...twoOfB] });
    expect(shown(search(field, { from: 'a', asks: 1n }))).toEqual(['b2 InCohortFairSharing']);
  });

  test('a single large one goes by the second strategy, if there is one (S-7.15)', () => {
    const holders = [fullA, { name: 'b1', queue: 'b', cpu: 6n }];
    const ask = { from: 'a', asks: 1n };
    const run = (...strategies: PreemptionStrategy[]) =>
      shown(search(fieldOf({ queues: threeQueues, holders }), ask, { strategies }));
    expect(run(final, initial)).toEqual(['b1 InCohortFairSharing']);
    expect(run(initial)).toEqual(['b1 InCohortFairSharing']);
    expect(run(final)).toEqual([]);
  });

  test('who stays within its quota takes back without regard to shares, unless the gate is off (S-7.14)', () => {
    const holders = [{ name: 'a1', queue: 'a', cpu: 2n }, { name: 'c1', queue: 'c', cpu: 1n }, ...twoOfB];
    const run = (mayPreemptWithinNominal: boolean) =>
      shown(
        search(
          fieldOf({ queues: threeQueues, holders }),
          { from: 'a', asks: 1n },
          { mayPreemptWithinNominal },
        ),
      );
    expect(run(true)).toEqual(['b1 InCohortReclamation']);
    expect(run(false)).toEqual(['b1 InCohortFairSharing']);
  });
});

describe('whom to take (S-7.9, S-7.13)', () => {
  test('the queue with the highest share first, and others only as far as needed', () => {
    const queues = { ...threeQueues, d: { cohort: 'all', nominal: 9n } };
    const holders = [
      { name: 'b1', queue: 'b', cpu: 4n },
      { name: 'b2', queue: 'b', cpu: 4n },
      { name: 'c1', queue: 'c', cpu: 5n },
      { name: 'c2', queue: 'c', cpu: 5n },
    ];
    expect(shown(search(fieldOf({ queues, holders }), { from: 'a', asks: 3n }))).toEqual([
      'c1 InCohortReclamation',
    ]);
  });

  test('a queue that does not borrow gives nothing, nor one whose policy forbids it', () => {
    const lent = [fullA, { name: 'b1', queue: 'b', cpu: 3n }, { name: 'c1', queue: 'c', cpu: 3n }];
    expect(search(fieldOf({ queues: threeQueues, holders: lent }), { from: 'a', asks: 1n })).toEqual([]);
    const field = fieldOf({ queues: threeQueues, holders: [fullA, ...twoOfB] });
    const never = { reclaimWithinCohort: 'Never' } as const;
    expect(search(field, { from: 'a', asks: 1n, policies: never })).toEqual([]);
    const lower = { reclaimWithinCohort: 'LowerPriority' } as const;
    expect(search(field, { from: 'a', asks: 1n, policies: lower })).toEqual([]);
  });

  test('own workloads of lower priority go when the own share is the highest', () => {
    const holders = [
      { name: 'a1', queue: 'a', cpu: 7n },
      { name: 'c1', queue: 'c', cpu: 2n },
    ];
    const policies = { withinClusterQueue: 'LowerPriority' } as const;
    const field = fieldOf({ queues: threeQueues, holders });
    expect(shown(search(field, { from: 'a', asks: 2n, priority: 1, policies }))).toEqual([
      'a1 InClusterQueue',
    ]);
  });

  test('without a cohort only own workloads are there to take', () => {
    const field = fieldOf({
      queues: { a: { nominal: 4n } },
      holders: [
        { name: 'a1', queue: 'a', cpu: 2n },
        { name: 'a2', queue: 'a', cpu: 2n, priority: 5 },
      ],
    });
    const policies = { withinClusterQueue: 'LowerPriority' } as const;
    expect(shown(search(field, { from: 'a', asks: 1n, priority: 3, policies }))).toEqual([
      'a1 InClusterQueue',
    ]);
    expect(search(field, { from: 'a', asks: 3n, priority: 3, policies })).toEqual([]);
  });

  test('sides are compared below the lowest cohort above both, so weights of cohorts count (S-7.11)', () => {
    const field = (weight: number) =>
      fieldOf({
        cohorts: { all: { nominal: 8n }, left: { parent: 'all', weight }, right: { parent: 'all' } },
        queues: { a: { cohort: 'left', nominal: 0n }, b: { cohort: 'right', nominal: 0n } },
        holders: [
          { name: 'a1', queue: 'a', cpu: 4n },
          { name: 'b1', queue: 'b', cpu: 2n },
          { name: 'b2', queue: 'b', cpu: 2n },
        ],
      });
    const ask = { from: 'a', asks: 2n };
    expect(shown(search(field(3), ask))).toEqual(['b1 InCohortFairSharing']);
    expect(search(field(1), ask)).toEqual([]);
  });

  test('a side without weight that borrows takes only from another such side (I-21)', () => {
    const field = (weightOfB: number) =>
      fieldOf({
        cohorts: { all: { nominal: 8n } },
        queues: {
          a: { cohort: 'all', nominal: 0n, weight: 0 },
          b: { cohort: 'all', nominal: 0n, weight: weightOfB },
        },
        holders: Array.from({ length: 8 }, (_, index) => ({ name: `b${index}`, queue: 'b', cpu: 1n })),
      });
    expect(search(field(1), { from: 'a', asks: 1n })).toEqual([]);
    expect(shown(search(field(0), { from: 'a', asks: 1n }))).toEqual(['b0 InCohortFairSharing']);
  });

  test('where usage counts, those of the LocalQueue that used more go first (S-8.12)', () => {
    const field = fieldOf({
      queues: { a: { nominal: 4n } },
      holders: ['light', 'heavy'].map((name, index) => ({ name, queue: 'a', cpu: 2n, priority: index })),
    });
    const policies = { withinClusterQueue: 'LowerPriority' } as const;
    const ask = { from: 'a', asks: 1n, priority: 3, policies };
    expect(shown(search(field, ask))).toEqual(['light InClusterQueue']);
    const usages: Readonly<Record<string, number>> = { light: 1, heavy: 2 };
    const pastUsage = ({ uid }: ReservingWorkload) => usages[uid];
    expect(shown(search({ ...field, pastUsage }, ask))).toEqual(['heavy InClusterQueue']);
  });
});

describe('victims on generated trees', () => {
  const small = fc.bigInt({ min: 0n, max: 6n });
  const world = fc.record({
    queues: fc.array(fc.record({ cohort: fc.nat(2), nominal: small, weight: fc.constantFrom(0, 1, 2) }), {
      minLength: 2,
      maxLength: 5,
    }),
    holders: fc.array(
      fc.record({
        queue: fc.nat(4),
        cpu: fc.bigInt({ min: 1n, max: 4n }),
        priority: fc.nat(2),
        reservedS: fc.nat(3),
        isEvicted: fc.boolean(),
      }),
      { maxLength: 10 },
    ),
    asks: fc.bigInt({ min: 1n, max: 6n }),
    policies: fc.record({
      reclaimWithinCohort: fc.constantFrom('Never', 'LowerPriority', 'Any'),
      withinClusterQueue: fc.constantFrom('Never', 'LowerPriority', 'LowerOrNewerEqualPriority'),
    }),
    strategies: fc.constantFrom<readonly PreemptionStrategy[]>([final, initial], [final], [initial]),
    mayPreemptWithinNominal: fc.boolean(),
  });
  type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

  function build({ queues, holders }: World): PreemptionField {
    return fieldOf({
      cohorts: { h0: {}, h1: { parent: 'h0', nominal: 2n, weight: 2 }, h2: { parent: 'h0' } },
      queues: Object.fromEntries(
        queues.map(({ cohort, ...rest }, index) => [`q${index}`, { cohort: `h${cohort}`, ...rest }]),
      ),
      holders: holders.map(({ queue, ...rest }, index) => {
        return { name: `w${index}`, queue: `q${queue % queues.length}`, ...rest };
      }),
    });
  }

  const ask = ({ asks, policies }: World): Ask => ({ from: 'q0', asks, priority: 1, policies });

  test('targets make room, none can be spared, and the tree is as before (I-16, I-2)', () => {
    fc.assert(
      fc.property(world, (generated) => {
        const field = build(generated);
        const { tree } = field;
        const before = generated.queues.map((_, index) => tree.usageOf(`q${index}`));
        const targets = search(field, ask(generated), generated);
        expect(generated.queues.map((_, index) => tree.usageOf(`q${index}`))).toEqual(before);
        const names = [...generated.queues.keys()].map((index) => `q${index}`);
        expect(names.map((name) => tree.generation(name))).toEqual(
          names.map((name) => build(generated).tree.generation(name)),
        );
        const fitsWithout = (gone: readonly Target[]) => {
          const mark = tree.mark();
          for (const { workload } of gone) tree.removeUsage(workload.clusterQueue, workload.usage);
          const fits = tree.fits('q0', new Map([[cpu, generated.asks]]));
          tree.undoTo(mark);
          return fits;
        };
        if (targets.length === 0) return;
        expect(fitsWithout(targets)).toBe(true);
        for (const spared of targets.slice(0, -1)) {
          expect(fitsWithout(targets.filter((target) => target !== spared))).toBe(false);
        }
      }),
    );
  });

  test('policies are kept, and only who borrows is taken from (I-17, I-18)', () => {
    fc.assert(
      fc.property(world, (generated) => {
        const field = build(generated);
        const { policies } = generated;
        for (const { workload, reason } of search(field, ask(generated), generated)) {
          const isOwn = workload.clusterQueue === 'q0';
          expect(reason === 'InClusterQueue').toBe(isOwn);
          const policy = isOwn ? policies.withinClusterQueue : policies.reclaimWithinCohort;
          expect(policy).not.toBe('Never');
          if (policy === 'LowerPriority') expect(workload.priority).toBeLessThan(1);
          if (policy === 'LowerOrNewerEqualPriority') expect(workload.priority).toBeLessThanOrEqual(1);
          if (!isOwn) expect(field.tree.isBorrowing(workload.clusterQueue, cpu)).toBe(true);
        }
      }),
    );
  });

  test('in a flat cohort the preemptor never ends above those it took from by the first strategy (I-21)', () => {
    fc.assert(
      fc.property(world, (generated) => {
        const flat = { ...generated, queues: generated.queues.map((queue) => ({ ...queue, cohort: 0 })) };
        const field = build(flat);
        const { tree } = field;
        const options = { strategies: [final], mayPreemptWithinNominal: false } as const;
        const targets = search(field, ask(flat), options);
        tree.addUsage('q0', new Map([[cpu, flat.asks]]));
        for (const { workload } of targets) tree.removeUsage(workload.clusterQueue, workload.usage);
        const own = tree.shareOfClusterQueue('q0');
        for (const { workload, reason } of targets) {
          if (reason !== 'InCohortFairSharing') continue;
          expect(compareShares(own, tree.shareOfClusterQueue(workload.clusterQueue))).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});
