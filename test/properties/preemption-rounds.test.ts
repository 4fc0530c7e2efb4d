import { describe, expect, test } from 'vitest';
import type { ClusterQueuePreemption, ClusterQueueSpec } from '../../src/api/index.ts';
import type { Decision } from '../../src/core/cycle/index.ts';
import { runRound } from '../../src/core/cycle/index.ts';
import {
  defaultSchedulingOptions,
  evict,
  findCondition,
  release,
  reserveQuota,
} from '../../src/core/workload/index.ts';
import type { SchedulingOptions } from '../../src/core/workload/index.ts';
import { ClusterState } from '../../src/state/index.ts';
import type { KubeObject, StateKind } from '../../src/state/index.ts';
import { aClusterQueue, aLocalQueue, aResourceFlavor, aWorkload } from '../builders/index.ts';

const start = Date.parse('2026-01-01T12:00:00Z');

interface QueueShape {
  readonly cohort?: string;
  readonly quotas: Readonly<Record<string, number | { nominalQuota: string; borrowingLimit?: string }>>;
  readonly preemption?: Partial<ClusterQueuePreemption>;
  readonly spec?: Partial<ClusterQueueSpec>;
}

interface JobShape {
  readonly queue: string;
  readonly cpu: number;
  readonly count?: number;
  readonly priority?: number;
  readonly createdS?: number;
}

/** Queues and workloads of which each round, write and stop is told. */
class Story {
  readonly state: ClusterState;
  readonly #options: SchedulingOptions;
  #version = 0;
  #round = 0;
  #now = start;

  constructor(queues: Readonly<Record<string, QueueShape>>, options: Partial<SchedulingOptions> = {}) {
    this.#options = { ...defaultSchedulingOptions, ...options };
    this.state = new ClusterState({ scheduling: this.#options, clock: () => this.#now });
    const namespace = { metadata: { name: 'team-a', uid: 'uid-team-a', resourceVersion: '1' } };
    this.#put('Namespace', namespace as KubeObject);
    this.#put('ResourceFlavor', aResourceFlavor({ name: 'f' }));
    for (const [name, { cohort, quotas, preemption, spec }] of Object.entries(queues)) {
      const policies = {
        withinClusterQueue: 'Never' as const,
        reclaimWithinCohort: 'Never' as const,
        borrowWithinCohort: { policy: 'Never' as const },
        ...preemption,
      };
      this.#put(
        'ClusterQueue',
        aClusterQueue({
          name,
          ...(cohort !== undefined && { cohort }),
          quotas: { f: quotas },
          spec: { preemption: policies, ...spec },
        }),
      );
      this.#put('LocalQueue', aLocalQueue({ name, clusterQueue: name }));
    }
  }

  submit(jobs: Readonly<Record<string, JobShape>>): void {
    for (const [name, { queue, cpu, count = 1, priority = 0, createdS = 0 }] of Object.entries(jobs)) {
      const template = { spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }] } };
      const creationTimestamp = new Date(start + createdS * 1000).toISOString();
      const podSets = [{ count, template }];
      this.#put('Workload', aWorkload({ name, queueName: queue, priority, creationTimestamp, podSets }));
    }
  }

  /** One round with its writes: what was decided of each head, in the order of handling. */
  round(): readonly string[] {
    this.state.flushWakeUps(this.#now);
    this.#round += 1;
    this.#now += 1000;
    const options = { scheduling: this.#options, round: this.#round };
    const { decisions } = runRound(this.state, options, this.#now);
    for (const decision of decisions) this.#carryOut(decision);
    return decisions.map(tell);
  }

  /** The jobs of these have stopped. */
  stop(...names: readonly string[]): void {
    for (const name of names) {
      const workload = this.state.get('Workload', `team-a/${name}`);
      if (workload) this.#put('Workload', release(workload, this.#options, this.#now));
    }
  }

  conditionOf(name: string, type: 'Evicted' | 'Preempted') {
    const workload = this.state.get('Workload', `team-a/${name}`);
    return workload && findCondition(workload, type);
  }

  used(queue: string): bigint {
    return this.state.tree.usedOf(queue, 'f/cpu') / 1000n;
  }

  #carryOut(decision: Decision): void {
    const { workload } = decision.head.pending;
    if (decision.kind === 'admit') {
      const { admission, requiredChecks } = decision;
      const reservation = { admission, requiredChecks, options: this.#options };
      this.#put('Workload', reserveQuota(workload, reservation, this.#now));
    }
    if (decision.kind !== 'preempt') return;
    for (const { workload: victim, reason: preempted, message } of decision.targets) {
      const eviction = { reason: 'Preempted', preempted, message } as const;
      if (!victim.isEvicted) this.#put('Workload', evict(victim.workload, eviction, this.#now));
    }
  }

  #put(kind: StateKind, object: KubeObject): void {
    const metadata = { ...object.metadata, resourceVersion: String((this.#version += 1)) };
    this.state.upsert(kind, { ...object, metadata }, 'watch');
  }
}

function tell(decision: Decision): string {
  const { name } = decision.head.pending;
  if (decision.kind === 'admit' || decision.kind === 'drop') return `${decision.kind} ${name}`;
  if (decision.kind === 'preempt') {
    return `${name} preempts ${decision.targets.map(({ workload }) => workload.workload.metadata.name).join()}`;
  }
  return `${name} waits ${decision.place}: ${decision.condition?.message ?? ''}`;
}

const short = (amount: number) =>
  `couldn't assign flavors to pod set main: insufficient unused quota for cpu in flavor f, ${amount} more needed`;
const taken = 'Workload has overlapping preemption targets with another workload';
const noLonger = 'Workload no longer fits after processing another workload';
const deferred = `${taken}, but will fit after these preemptions complete`;

test('three cycles, worked (section 13)', () => {
  const story = new Story({
    a: {
      cohort: 'c',
      quotas: { cpu: 10 },
      preemption: { reclaimWithinCohort: 'Any', withinClusterQueue: 'LowerPriority' },
    },
    b: { cohort: 'c', quotas: { cpu: 10 } },
  });
  story.submit({ b1: { queue: 'b', cpu: 16 } });
  expect(story.round()).toEqual(['admit b1']);
  story.submit({ p: { queue: 'a', cpu: 8 }, q: { queue: 'b', cpu: 3, priority: 100, createdS: 1 } });
  expect(story.round()).toEqual(['p preempts b1', 'admit q']);
  expect(story.conditionOf('b1', 'Preempted')).toMatchObject({
    status: 'True',
    reason: 'InCohortReclamation',
    message:
      'Preempted to accommodate a workload (UID: uid-team-a-p, JobUID: UNKNOWN) due to reclamation within the cohort; preemptor path: /c/a; preemptee path: /c/b',
  });
  // b1 is still stopping: the same victim is found again, and asked no second time.
  expect(story.used('b')).toBe(19n);
  expect(story.round()).toEqual(['p preempts b1']);
  story.stop('b1');
  const [first, second] = story.round();
  expect([first, second]).toEqual(['admit p', `b1 waits heap: ${noLonger}`]);
  expect(story.round()).toEqual([`b1 waits parked: ${short(7)}`]);
});

describe('entries of one round', () => {
  const victimQueue = { cohort: 'c', quotas: { cpu: 4 } };
  const reclaiming = {
    cohort: 'c',
    quotas: { cpu: 2 },
    preemption: { reclaimWithinCohort: 'Any' as const },
  };

  function overlapping(first: number, second: number, options: Partial<SchedulingOptions> = {}): Story {
    const story = new Story({ a: reclaiming, b: reclaiming, v: victimQueue }, options);
    story.submit({ v1: { queue: 'v', cpu: 8 } });
    story.round();
    story.submit({ a1: { queue: 'a', cpu: first }, b1: { queue: 'b', cpu: second, createdS: 1 } });
    return story;
  }

  test('of two with the same victim, the second waits for the first one’s preemption (S-4.15)', () => {
    const story = overlapping(2, 2);
    expect(story.round()).toEqual(['a1 preempts v1', `b1 waits heap: ${deferred}`]);
    story.stop('v1');
    expect(story.round().slice(0, 2)).toEqual(['admit a1', 'admit b1']);
  });

  test('without the second look, it is skipped (S-4.16)', () => {
    const story = overlapping(2, 2, { recomputeOverlappingTargets: false });
    expect(story.round()).toEqual(['a1 preempts v1', `b1 waits heap: ${taken}`]);
  });

  test('whose victim is taken, it finds another one on the second look (S-4.10)', () => {
    const story = new Story({ a: reclaiming, b: reclaiming, v: victimQueue });
    story.submit({ v1: { queue: 'v', cpu: 2 } });
    story.round();
    for (const [index, cpu] of [2, 2, 2].entries()) {
      story.submit({ [`v${index + 2}`]: { queue: 'v', cpu } });
      story.round();
    }
    story.submit({ a1: { queue: 'a', cpu: 2 }, b1: { queue: 'b', cpu: 2, createdS: 1 } });
    expect(story.round()).toEqual(['a1 preempts v4', 'b1 preempts v3']);
  });

  test('quota that a victim still holds is not given to one that fits (D-4)', () => {
    const lender = { cohort: 'c', quotas: { cpu: 4 } };
    const borrower = { cohort: 'c', quotas: { cpu: 0 } };
    const owner = { ...reclaiming, quotas: { cpu: 4 } };
    const story = new Story({ a: owner, v: lender, d: borrower, e: borrower });
    story.submit({ v1: { queue: 'v', cpu: 6 } });
    story.round();
    story.submit({
      a1: { queue: 'a', cpu: 4 },
      d1: { queue: 'd', cpu: 2, createdS: 1 },
      e1: { queue: 'e', cpu: 2, createdS: 2 },
    });
    // Two are free for d1. With v1 gone there would be two more for e1, but v1 is still there.
    expect(story.round()).toEqual(['a1 preempts v1', 'admit d1', `e1 waits heap: ${noLonger}`]);
    story.stop('v1');
    expect(story.round()).toEqual(expect.arrayContaining(['admit a1', 'admit e1']));
  });

  test('what a preemptor without victims needs is kept from others for the round (S-4.13, S-4.20)', () => {
    const keeping = {
      cohort: 'c',
      quotas: { cpu: 4 },
      preemption: { withinClusterQueue: 'LowerPriority' as const },
    };
    const story = new Story({ a: keeping, d: { cohort: 'c', quotas: { cpu: 0 } } });
    story.submit({ a0: { queue: 'a', cpu: 2, priority: 5 } });
    story.round();
    story.submit({ a1: { queue: 'a', cpu: 4 }, d1: { queue: 'd', cpu: 2, createdS: 1 } });
    // a1 asks for 4 and keeps the 2 that are left of its own; d1 would have got them.
    expect(story.round()).toEqual(
      [`d1 waits heap: ${noLonger}`, `a1 waits parked: ${short(2)}`].toReversed(),
    );
  });
});

test('the number of pods counts as any other resource when victims are chosen (D-1)', () => {
  const story = new Story({
    a: { quotas: { cpu: 100, pods: 4 }, preemption: { withinClusterQueue: 'LowerPriority' } },
  });
  story.submit({ w1: { queue: 'a', cpu: 1, count: 2 } });
  story.round();
  story.submit({ w2: { queue: 'a', cpu: 1, count: 2 } });
  story.round();
  story.submit({ p: { queue: 'a', cpu: 1, count: 4, priority: 1 } });
  expect(story.round()).toEqual(['p preempts w2,w1']);
});
