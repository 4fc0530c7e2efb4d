import fc from 'fast-check';
import type { ClusterQueuePreemption, Workload } from '../../src/api/index.ts';
import { runRound } from '../../src/core/cycle/index.ts';
import type { PreemptDecision, RoundResult } from '../../src/core/cycle/index.ts';
import {
  defaultSchedulingOptions,
  evict,
  hasQuotaReservation,
  isEvicted,
  release,
  reserveQuota,
} from '../../src/core/workload/index.ts';
import type { SchedulingOptions } from '../../src/core/workload/index.ts';
import { ClusterState, keyOf } from '../../src/state/index.ts';
import type { KubeObject, StateKind } from '../../src/state/index.ts';
import { aClusterQueue, aCohort, aLocalQueue, aResourceFlavor, aWorkload } from '../builders/index.ts';

export const start = Date.parse('2026-01-01T12:00:00Z');
export const queueNames = ['q0', 'q1', 'q2', 'q3'] as const;

interface Manifest {
  readonly kind: StateKind;
  readonly object: KubeObject;
}

const preemption: fc.Arbitrary<ClusterQueuePreemption> = fc
  .record({
    withinClusterQueue: fc.constantFrom('Never', 'LowerPriority', 'LowerOrNewerEqualPriority'),
    reclaimWithinCohort: fc.constantFrom('Never', 'LowerPriority', 'Any'),
    policy: fc.constantFrom('Never', 'LowerPriority'),
    maxPriorityThreshold: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
  })
  .map(({ withinClusterQueue, reclaimWithinCohort, policy, maxPriorityThreshold }) => ({
    withinClusterQueue,
    reclaimWithinCohort,
    // The API refuses to borrow from a cohort that may not be reclaimed from.
    borrowWithinCohort: {
      policy: reclaimWithinCohort === 'Never' ? ('Never' as const) : policy,
      ...(maxPriorityThreshold !== undefined && { maxPriorityThreshold }),
    },
  }));

const limit = fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined });
const quota = fc.record({ nominal: fc.integer({ min: 0, max: 6 }), borrowing: limit, lending: limit });
type Quota = typeof quota extends fc.Arbitrary<infer Value> ? Value : never;

const queueShape = fc.record({
  cohort: fc.constantFrom(undefined, 'left', 'left', 'right', 'root'),
  cpu: quota,
  memory: quota,
  second: quota,
  preemption,
  queueingStrategy: fc.constantFrom('StrictFIFO' as const, 'BestEffortFIFO' as const),
  whenCanPreempt: fc.constantFrom('MayStopSearch' as const, 'TryNextFlavor' as const),
});

const workloadShape = fc.record({
  queue: fc.constantFrom(...queueNames),
  priority: fc.integer({ min: 0, max: 3 }),
  createdS: fc.integer({ min: 0, max: 20 }),
  cpu: fc.integer({ min: 1, max: 4 }),
  memory: fc.constantFrom(0, 0, 1, 2),
});
type WorkloadShape = typeof workloadShape extends fc.Arbitrary<infer Value> ? Value : never;

/** Four ClusterQueues in a tree of cohorts, each with policies of its own, and what comes to them, in waves. */
export const contest = fc.record({
  queues: fc.array(queueShape, { minLength: queueNames.length, maxLength: queueNames.length }),
  waves: fc.array(fc.array(workloadShape, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
});
export type Contest = typeof contest extends fc.Arbitrary<infer Value> ? Value : never;

function quotaOf(name: string, { nominal, borrowing, lending }: Quota, isAlone: boolean) {
  return {
    name,
    nominalQuota: String(nominal),
    ...(borrowing !== undefined && !isAlone && { borrowingLimit: String(borrowing) }),
    ...(lending !== undefined && !isAlone && { lendingLimit: String(lending) }),
  };
}

function manifestsOf({ queues }: Contest): readonly Manifest[] {
  const namespace = { metadata: { name: 'team-a', uid: 'uid-namespace', resourceVersion: '1' } };
  return [
    { kind: 'Namespace', object: namespace as KubeObject },
    { kind: 'ResourceFlavor', object: aResourceFlavor({ name: 'one' }) },
    { kind: 'ResourceFlavor', object: aResourceFlavor({ name: 'two' }) },
    { kind: 'Cohort', object: aCohort({ name: 'left', parent: 'root' }) },
    { kind: 'Cohort', object: aCohort({ name: 'right', parent: 'root' }) },
    ...queues.flatMap((shape, index) => manifestsOfQueue(`q${index}`, shape)),
  ];
}

function manifestsOfQueue(name: string, shape: Contest['queues'][number]): readonly Manifest[] {
  const { cohort, cpu, memory, second, queueingStrategy, whenCanPreempt } = shape;
  const isAlone = cohort === undefined;
  const flavors = [
    { name: 'one', resources: [quotaOf('cpu', cpu, isAlone), quotaOf('memory', memory, isAlone)] },
    { name: 'two', resources: [quotaOf('cpu', second, isAlone), quotaOf('memory', memory, isAlone)] },
  ];
  const spec = {
    resourceGroups: [{ coveredResources: ['cpu', 'memory'], flavors }],
    preemption: shape.preemption,
    queueingStrategy,
    flavorFungibility: { whenCanBorrow: 'MayStopSearch' as const, whenCanPreempt },
  };
  return [
    { kind: 'ClusterQueue', object: aClusterQueue({ name, ...(cohort && { cohort }), spec }) },
    { kind: 'LocalQueue', object: aLocalQueue({ name, clusterQueue: name }) },
  ];
}

function workloadOf(name: string, { queue, priority, createdS, cpu, memory }: WorkloadShape): Workload {
  const requests = { cpu: String(cpu), memory: String(memory) };
  const template = { spec: { containers: [{ name: 'main', resources: { requests } }] } };
  const creationTimestamp = new Date(start + createdS * 1000).toISOString();
  return aWorkload({ name, queueName: queue, priority, creationTimestamp, podSets: [{ template }] });
}

/** A cluster in which what a round decides is written at once, and victims stop when the test says so. */
export class ContestRun {
  readonly state: ClusterState;
  now = start;
  #version = 10;
  #round = 0;
  #created = 0;
  readonly #options: SchedulingOptions;

  constructor(shape: Contest, options: Partial<SchedulingOptions> = {}) {
    this.#options = { ...defaultSchedulingOptions, ...options };
    this.state = new ClusterState({ scheduling: this.#options, clock: () => this.now });
    for (const { kind, object } of manifestsOf(shape)) this.#put(kind, object);
  }

  submit(wave: Contest['waves'][number]): void {
    for (const shape of wave) this.#put('Workload', workloadOf(`w${(this.#created += 1)}`, shape));
  }

  /** One round with its writes; undefined when no head is left. */
  round(): RoundResult | undefined {
    this.state.flushWakeUps(this.now);
    if (!this.state.queues.hasHeads()) return undefined;
    this.#round += 1;
    this.now += 1000;
    const result = runRound(this.state, { scheduling: this.#options, round: this.#round }, this.now);
    for (const decision of result.decisions) {
      if (decision.kind === 'preempt') this.#evict(decision);
      if (decision.kind !== 'admit') continue;
      const { admission, requiredChecks } = decision;
      const options = this.#options;
      const { workload } = decision.head.pending;
      this.#put('Workload', reserveQuota(workload, { admission, requiredChecks, options }, this.now));
    }
    return result;
  }

  /** Workloads that were asked to leave and still hold quota. */
  leaving(): readonly Workload[] {
    return this.workloads().filter((workload) => isEvicted(workload) && hasQuotaReservation(workload));
  }

  /** The jobs of these have stopped. */
  stop(workloads: readonly Workload[]): void {
    for (const workload of workloads) this.#put('Workload', release(workload, this.#options, this.now));
  }

  workloads(): readonly Workload[] {
    return [...this.state.list('Workload')].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  /** Usage of every ClusterQueue and Cohort. */
  usages(): unknown {
    const { tree } = this.state;
    const cohorts = ['left', 'right', 'root'].map((name) => tree.sumsOfCohort(name)?.usage);
    return [...queueNames.map((name) => tree.usageOf(name)), ...cohorts];
  }

  #evict({ targets }: PreemptDecision): void {
    for (const { workload: victim, reason: preempted, message } of targets) {
      const workload = this.state.get('Workload', victim.key);
      if (victim.isEvicted || workload === undefined) continue;
      this.#put('Workload', evict(workload, { reason: 'Preempted', preempted, message }, this.now));
    }
  }

  #put(kind: StateKind, object: KubeObject): void {
    const metadata = { ...object.metadata, resourceVersion: String((this.#version += 1)) };
    this.state.upsert(kind, { ...object, metadata }, 'watch');
  }
}
