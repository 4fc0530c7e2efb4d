import { describe, expect, test } from 'vitest';
import type { ClusterQueuePreemption } from '../../api/index.ts';
import { aReservingWorkload } from '../../../test/builders/index.ts';
import { QuotaTree } from '../quota/index.ts';
import type { QuotaLimits } from '../quota/index.ts';
import { defaultSchedulingOptions } from '../workload/index.ts';
import { findClassicalTargets } from './classical-targets.ts';
import { makeOracle } from './preemption-oracle.ts';
import { compareReserving, describeReserving } from './reserving-workload.ts';
import type { ReservingWorkload } from './reserving-workload.ts';
import type { PreemptionField, TargetQuestion } from './target-search.ts';

const cpu = 'f/cpu';
const memory = 'f/memory';

interface HolderShape {
  readonly in: string;
  readonly cpu?: bigint;
  readonly memory?: bigint;
  readonly priority?: number;
  /** Seconds after an hour that all share. */
  readonly reservedS?: number;
  readonly queuedS?: number;
  readonly isEvicted?: boolean;
}

type CohortShape = { readonly parent?: string; readonly nominal?: bigint };
interface FieldShape {
  readonly cohorts?: Readonly<Record<string, CohortShape>>;
  readonly queues: Readonly<
    Record<string, { cohort?: string; memory?: bigint; isActive?: boolean } & QuotaLimits>
  >;
  readonly holders: Readonly<Record<string, HolderShape>>;
}

function at(seconds: number): string {
  return new Date(Date.parse('2026-01-01T10:00:00Z') + seconds * 1000).toISOString();
}

function fieldOf({ cohorts = {}, queues, holders }: FieldShape): PreemptionField {
  const tree = new QuotaTree();
  for (const [name, { parent, nominal = 0n }] of Object.entries(cohorts)) {
    tree.setCohort(name, { parent, quotas: new Map([[cpu, { nominal }]]) });
  }
  for (const [name, { cohort, isActive = true, memory: nominalMemory, ...limits }] of Object.entries(
    queues,
  )) {
    const ofMemory = nominalMemory === undefined ? [] : [[memory, { nominal: nominalMemory }] as const];
    tree.setClusterQueue(name, {
      cohort,
      quotas: new Map<string, QuotaLimits>([[cpu, limits], ...ofMemory]),
    });
    tree.setActive(name, isActive);
  }
  const reserving = Object.entries(holders).map(([name, shape]) => holderOf(name, shape));
  for (const { clusterQueue, usage } of reserving) tree.addUsage(clusterQueue, usage);
  return {
    tree,
    reservingWorkloads: (name) =>
      reserving.filter(({ clusterQueue }) => clusterQueue === name).toSorted(compareReserving),
  };
}

function holderOf(name: string, shape: HolderShape): ReservingWorkload {
  const { priority = 0, reservedS = 0, queuedS = 0, isEvicted = false } = shape;
  const workload = aReservingWorkload({ name, uid: name, priority, creationTimestamp: at(queuedS) });
  const [reserved, ...others] = workload.status.conditions ?? [];
  const conditions = reserved ? [{ ...reserved, lastTransitionTime: at(reservedS) }, ...others] : [];
  const usage = new Map([
    ...(shape.cpu === undefined ? [] : [[cpu, shape.cpu] as const]),
    ...(shape.memory === undefined ? [] : [[memory, shape.memory] as const]),
  ]);
  return describeReserving(
    { ...workload, status: { ...workload.status, conditions } },
    { usage, clusterQueue: shape.in, isEvictionExpected: isEvicted, options: defaultSchedulingOptions },
  );
}

type PolicyShape = Partial<Omit<ClusterQueuePreemption, 'borrowWithinCohort'>> & {
  readonly whileBorrowing?: 'Never' | 'LowerPriority';
  readonly maxPriorityThreshold?: number;
};

function policies(shape: PolicyShape): ClusterQueuePreemption {
  const { whileBorrowing = 'Never', maxPriorityThreshold, ...rest } = shape;
  return {
    reclaimWithinCohort: 'Never',
    withinClusterQueue: 'Never',
    ...rest,
    borrowWithinCohort: {
      policy: whileBorrowing,
      ...(maxPriorityThreshold === undefined ? {} : { maxPriorityThreshold }),
    },
  };
}

interface AskShape extends PolicyShape {
  readonly from: string;
  readonly asks: bigint;
  readonly asksMemory?: bigint;
  readonly priority?: number;
  readonly queuedS?: number;
}

function questionOf(shape: AskShape): TargetQuestion {
  const { from, asks, asksMemory, priority = 0, queuedS = 100, ...policy } = shape;
  return {
    clusterQueue: from,
    preemption: policies(policy),
    preemptor: { priority, queueTimestampMs: Date.parse(at(queuedS)) },
    contested: [cpu],
    requests: new Map([[cpu, asks], ...(asksMemory === undefined ? [] : [[memory, asksMemory] as const])]),
  };
}

/** Victims as `name reason`, in the order of their taking. */
function victims(field: PreemptionField, ask: AskShape): readonly string[] {
  return findClassicalTargets(questionOf(ask), field).map(({ workload, reason }) => {
    return `${workload.uid} ${reason}`;
  });
}

describe('the worked examples of 6.5', () => {
  test('of three in the own queue, the one that makes enough room alone stays a victim', () => {
    const field = fieldOf({
      queues: { a: { nominal: 6n } },
      holders: {
        w1: { in: 'a', cpu: 1n, priority: -1 },
        w2: { in: 'a', cpu: 4n, reservedS: 1 },
        w3: { in: 'a', cpu: 1n, reservedS: 2 },
      },
    });
    const ask = { from: 'a', asks: 4n, priority: 1, withinClusterQueue: 'LowerPriority' } as const;
    expect(victims(field, ask)).toEqual(['w2 InClusterQueue']);
  });

  const reclaiming = {
    from: 'a',
    priority: 5,
    reclaimWithinCohort: 'Any',
    whileBorrowing: 'LowerPriority',
    maxPriorityThreshold: 0,
  } as const;

  function cohortWith(holders: FieldShape['holders']): PreemptionField {
    const queues = { a: { cohort: 'c', nominal: 4n }, b: { cohort: 'c', nominal: 4n } };
    return fieldOf({ queues, holders });
  }

  test('nobody gives way who stays within nominal quota', () => {
    const field = cohortWith({ a0: { in: 'a', cpu: 4n }, b0: { in: 'b', cpu: 4n } });
    expect(victims(field, { ...reclaiming, asks: 1n })).toEqual([]);
  });

  test('while borrowing, one below the threshold gives way and one above it does not', () => {
    const low = cohortWith({ a0: { in: 'a', cpu: 2n }, b0: { in: 'b', cpu: 6n } });
    const ask = { ...reclaiming, asks: 3n };
    expect(victims(low, ask)).toEqual(['b0 InCohortReclaimWhileBorrowing']);
    const high = cohortWith({ a0: { in: 'a', cpu: 2n }, b3: { in: 'b', cpu: 6n, priority: 3 } });
    expect(victims(high, ask)).toEqual([]);
  });

  test('who stays within nominal quota takes borrowers of any priority, until they are back at theirs', () => {
    const field = cohortWith({
      a0: { in: 'a', cpu: 2n },
      b7: { in: 'b', cpu: 2n, priority: 7 },
      b9: { in: 'b', cpu: 4n, priority: 9 },
    });
    expect(victims(field, { ...reclaiming, asks: 2n })).toEqual(['b7 InCohortReclamation']);
    // With b7 gone b uses no more than its own, so that b9 stays.
    const more = cohortWith({
      a0: { in: 'a', cpu: 1n },
      b7: { in: 'b', cpu: 3n, priority: 7 },
      b9: { in: 'b', cpu: 4n, priority: 9 },
    });
    expect(victims(more, { ...reclaiming, asks: 3n })).toEqual(['b7 InCohortReclamation']);
  });
});

describe('the policies (S-6.3)', () => {
  test.each([
    { policy: 'Never', priority: -9, queuedS: 200, want: [] },
    { policy: 'LowerPriority', priority: -1, queuedS: 0, want: ['w InClusterQueue'] },
    { policy: 'LowerPriority', priority: 0, queuedS: 200, want: [] },
    { policy: 'LowerOrNewerEqualPriority', priority: -1, queuedS: 0, want: ['w InClusterQueue'] },
    { policy: 'LowerOrNewerEqualPriority', priority: 0, queuedS: 101, want: ['w InClusterQueue'] },
    { policy: 'LowerOrNewerEqualPriority', priority: 0, queuedS: 100, want: [] },
    { policy: 'LowerOrNewerEqualPriority', priority: 0, queuedS: 99, want: [] },
    { policy: 'LowerOrNewerEqualPriority', priority: 1, queuedS: 200, want: [] },
  ] as const)('$policy, priority $priority, queued at $queuedS', ({ policy, priority, queuedS, want }) => {
    const field = fieldOf({
      queues: { a: { nominal: 4n } },
      holders: { w: { in: 'a', cpu: 4n, priority, queuedS } },
    });
    expect(victims(field, { from: 'a', asks: 1n, queuedS: 100, withinClusterQueue: policy })).toEqual(want);
  });

  test.each([
    { policy: 'Any', priority: 9, want: ['b0 InCohortReclamation'] },
    { policy: 'LowerPriority', priority: -1, want: ['b0 InCohortReclamation'] },
    { policy: 'LowerPriority', priority: 0, want: [] },
    { policy: 'Never', priority: -1, want: [] },
  ] as const)('$policy in the cohort, priority $priority', ({ policy, priority, want }) => {
    const field = fieldOf({
      queues: { a: { cohort: 'c', nominal: 4n }, b: { cohort: 'c', nominal: 4n } },
      holders: { b0: { in: 'b', cpu: 8n, priority } },
    });
    expect(victims(field, { from: 'a', asks: 2n, reclaimWithinCohort: policy })).toEqual(want);
  });

  test('only workloads that use what is contested are candidates', () => {
    const field = fieldOf({
      queues: { a: { nominal: 4n, memory: 4n } },
      holders: { m: { in: 'a', memory: 4n, priority: -5 }, w: { in: 'a', cpu: 4n, priority: -1 } },
    });
    const ask = { from: 'a', asks: 1n, withinClusterQueue: 'LowerPriority' } as const;
    expect(victims(field, ask)).toEqual(['w InClusterQueue']);
  });

  test('an inactive ClusterQueue has no victims (S-2.11)', () => {
    const field = fieldOf({
      queues: { a: { cohort: 'c', nominal: 4n }, b: { cohort: 'c', nominal: 4n, isActive: false } },
      holders: { b0: { in: 'b', cpu: 8n } },
    });
    expect(victims(field, { from: 'a', asks: 2n, reclaimWithinCohort: 'Any' })).toEqual([]);
  });

  test('what others of the round have taken is no candidate any more (S-4.10)', () => {
    const field = fieldOf({
      queues: { a: { nominal: 4n } },
      holders: { w1: { in: 'a', cpu: 2n, priority: -2 }, w2: { in: 'a', cpu: 2n, priority: -1 } },
    });
    const ask = { from: 'a', asks: 2n, withinClusterQueue: 'LowerPriority' } as const;
    expect(victims(field, ask)).toEqual(['w1 InClusterQueue']);
    expect(victims({ ...field, taken: new Set(['team-a/w1']) }, ask)).toEqual(['w2 InClusterQueue']);
  });
});

describe('the order of taking', () => {
  const ask = { from: 'a', asks: 1n, priority: 9, withinClusterQueue: 'LowerPriority' } as const;

  test.each([
    {
      name: 'an evicted one first, whatever its priority',
      holders: { x: { in: 'a', cpu: 2n }, y: { in: 'a', cpu: 2n, priority: 5, isEvicted: true } },
      want: 'y',
    },
    {
      name: 'then the later reservation',
      holders: { x: { in: 'a', cpu: 2n, reservedS: 1 }, y: { in: 'a', cpu: 2n, reservedS: 2 } },
      want: 'y',
    },
    {
      name: 'then the smaller uid',
      holders: { y: { in: 'a', cpu: 2n }, x: { in: 'a', cpu: 2n } },
      want: 'x',
    },
  ] satisfies { name: string; holders: FieldShape['holders']; want: string }[])(
    '$name (S-6.7)',
    ({ holders, want }) => {
      expect(victims(fieldOf({ queues: { a: { nominal: 4n } }, holders }), ask)).toEqual([
        `${want} InClusterQueue`,
      ]);
    },
  );

  test('who owes what is asked for comes before the own, and evicted ones before both (S-6.8)', () => {
    const queues = { a: { cohort: 'c', nominal: 4n }, b: { cohort: 'c', nominal: 2n } };
    const both = { withinClusterQueue: 'LowerPriority', reclaimWithinCohort: 'Any' } as const;
    const asking = { from: 'a', asks: 2n, priority: 1, ...both };
    const running = { a0: { in: 'a', cpu: 2n, priority: -9 }, b0: { in: 'b', cpu: 4n } };
    expect(victims(fieldOf({ queues, holders: running }), asking)).toEqual(['b0 InCohortReclamation']);
    const leaving = { ...running, a0: { ...running.a0, isEvicted: true } };
    expect(victims(fieldOf({ queues, holders: leaving }), asking)).toEqual(['a0 InClusterQueue']);
  });

  test('what was taken and is not needed in the end is given back, from the last to the first (S-6.12)', () => {
    const field = fieldOf({
      queues: { a: { nominal: 10n } },
      holders: {
        w1: { in: 'a', cpu: 2n, priority: -4 },
        w2: { in: 'a', cpu: 3n, priority: -3 },
        w3: { in: 'a', cpu: 5n, priority: -2 },
      },
    });
    const within = { from: 'a', withinClusterQueue: 'LowerPriority' } as const;
    expect(victims(field, { ...within, asks: 7n })).toEqual(['w1 InClusterQueue', 'w3 InClusterQueue']);
    expect(victims(field, { ...within, asks: 8n })).toEqual(['w2 InClusterQueue', 'w3 InClusterQueue']);
  });
});

describe('attempts with and without borrowing (S-6.9)', () => {
  const queues = {
    a: { cohort: 'c', nominal: 4n },
    b: { cohort: 'c', nominal: 4n },
    d: { cohort: 'c', nominal: 4n },
  };
  const both = { withinClusterQueue: 'LowerPriority', reclaimWithinCohort: 'LowerPriority' } as const;

  test('who may not borrow at others’ cost tries to stay within nominal quota first', () => {
    const holders = { a0: { in: 'a', cpu: 3n }, b0: { in: 'b', cpu: 6n }, d0: { in: 'd', cpu: 3n } };
    const ask = { from: 'a', asks: 4n, priority: 1, ...both };
    // With b0 gone there is room enough, but only with a0 gone as well does a stay within its own.
    expect(victims(fieldOf({ queues, holders }), ask)).toEqual([
      'b0 InCohortReclamation',
      'a0 InClusterQueue',
    ]);
  });

  test('who uses all of its nominal quota takes from its own side alone', () => {
    const holders = { a0: { in: 'a', cpu: 4n }, b0: { in: 'b', cpu: 8n } };
    const ask = { from: 'a', asks: 2n, priority: 1, ...both };
    expect(victims(fieldOf({ queues, holders }), ask)).toEqual(['a0 InClusterQueue']);
  });

  test('who may borrow at others’ cost does so first', () => {
    const holders = { a0: { in: 'a', cpu: 4n }, b0: { in: 'b', cpu: 8n } };
    const ask = { from: 'a', asks: 2n, priority: 1, ...both, whileBorrowing: 'LowerPriority' } as const;
    expect(victims(fieldOf({ queues, holders }), ask)).toEqual(['b0 InCohortReclaimWhileBorrowing']);
  });
});

describe('in a tree of cohorts (S-6.5)', () => {
  const cohorts = { left: { parent: 'root' }, right: { parent: 'root' } };
  const queues = {
    a: { cohort: 'left', nominal: 4n },
    b: { cohort: 'left', nominal: 4n },
    d: { cohort: 'right', nominal: 4n },
    e: { cohort: 'right', nominal: 4n },
  };

  test('a cohort within its quota owes nothing, whoever borrows inside it', () => {
    const holders = { b0: { in: 'b', cpu: 6n }, d0: { in: 'd', cpu: 8n }, a0: { in: 'a', cpu: 2n } };
    const ask = { from: 'a', asks: 2n, reclaimWithinCohort: 'Any' } as const;
    expect(victims(fieldOf({ cohorts, queues, holders }), ask)).toEqual(['b0 InCohortReclamation']);
  });

  test('a cohort above its quota owes the other side, though its priority is higher', () => {
    const holders = {
      a0: { in: 'a', cpu: 4n },
      d0: { in: 'd', cpu: 8n, priority: 9 },
      e0: { in: 'e', cpu: 4n, priority: 9 },
    };
    const ask = { from: 'a', asks: 2n, priority: 1, reclaimWithinCohort: 'Any' } as const;
    // The left cohort covers what a asks for, though a itself does not.
    expect(victims(fieldOf({ cohorts, queues, holders }), ask)).toEqual(['d0 InCohortReclamation']);
  });

  test('once a ClusterQueue is back at its nominal quota, the rest of it is left alone (S-6.10)', () => {
    const holders = {
      a0: { in: 'a', cpu: 2n },
      d1: { in: 'd', cpu: 4n, priority: -3 },
      d2: { in: 'd', cpu: 4n, priority: -2 },
      e1: { in: 'e', cpu: 3n, priority: -1 },
      e2: { in: 'e', cpu: 3n, priority: 9 },
    };
    const ask = { from: 'a', asks: 6n, reclaimWithinCohort: 'Any' } as const;
    expect(victims(fieldOf({ cohorts, queues, holders }), ask)).toEqual([
      'd1 InCohortReclamation',
      'e1 InCohortReclamation',
    ]);
  });
});

describe('the oracle (S-6.17, S-6.18)', () => {
  const queues = { a: { cohort: 'c', nominal: 4n }, b: { cohort: 'c', nominal: 4n } };
  const both = { withinClusterQueue: 'LowerPriority', reclaimWithinCohort: 'Any' } as const;

  test.each([
    {
      name: 'nobody to take, at the level as things are',
      holders: { a0: { in: 'a', cpu: 4n, priority: 5 }, b0: { in: 'b', cpu: 4n } },
      value: 1n,
      want: { mode: 'noCandidates', level: 1 },
    },
    {
      name: 'a victim in the own queue, after whom nothing is borrowed',
      holders: { a0: { in: 'a', cpu: 4n, priority: -5 }, b0: { in: 'b', cpu: 4n } },
      value: 1n,
      want: { mode: 'preempt', level: 0 },
    },
    {
      name: 'victims of others alone',
      holders: { a0: { in: 'a', cpu: 2n, priority: 5 }, b0: { in: 'b', cpu: 6n } },
      value: 2n,
      want: { mode: 'reclaim', level: 0 },
    },
  ] satisfies { name: string; holders: FieldShape['holders']; value: bigint; want: object }[])(
    '$name',
    ({ holders, value, want }) => {
      const field = fieldOf({ queues, holders });
      const { preemption, preemptor } = questionOf({ from: 'a', asks: value, ...both });
      const oracle = makeOracle(findClassicalTargets, { preemption, preemptor }, field);
      const used = field.tree.usageOf('a');
      expect(oracle({ clusterQueue: 'a', pair: cpu, value })).toEqual(want);
      expect(field.tree.usageOf('a')).toEqual(used);
    },
  );
});
