import type { ClusterQueuePreemption, Workload } from '../../../src/api/index.ts';
import { runRound } from '../../../src/core/cycle/index.ts';
import type { RoundResult } from '../../../src/core/cycle/index.ts';
import { defaultSchedulingOptions, evict, release, reserveQuota } from '../../../src/core/workload/index.ts';
import type { SchedulingOptions } from '../../../src/core/workload/index.ts';
import { ClusterState, keyOf } from '../../../src/state/index.ts';
import type { KubeObject, StateKind } from '../../../src/state/index.ts';
import { aClusterQueue, aCohort, aLocalQueue, aResourceFlavor, aWorkload } from '../../builders/index.ts';
import { CpuTimer } from './cpu-time.ts';

/** ClusterQueues in trees of equal size: as many cohorts on each level as on all above it, and one more. */
export interface CoreClusterShape {
  readonly clusterQueues: number;
  readonly queuesPerTree: number;
  /** Levels of cohorts above a ClusterQueue. */
  readonly depth: number;
  /** What each ClusterQueue owns. */
  readonly cores: number;
  readonly preemption?: ClusterQueuePreemption;
  readonly options?: Partial<SchedulingOptions>;
}

export interface AskShape {
  readonly clusterQueue: number;
  readonly cores: number;
  readonly priority?: number;
}

const NAMESPACE = 'team-a';

/** State and core without anything around them: what a round decides has happened at once. */
export class CoreCluster {
  readonly state: ClusterState;
  readonly options: SchedulingOptions;
  /** The rounds alone. */
  readonly rounds = new CpuTimer();
  /** What follows from them in the state: wake-ups and assumed admissions. */
  readonly bookkeeping = new CpuTimer();
  now = Date.parse('2026-01-01T00:00:00Z');
  roundCount = 0;
  headCount = 0;
  #version = 0;
  #created = 0;

  constructor(shape: CoreClusterShape) {
    this.options = { ...defaultSchedulingOptions, ...shape.options };
    this.state = new ClusterState({ scheduling: this.options, clock: () => this.now });
    const namespace = { metadata: { name: NAMESPACE, uid: 'uid-namespace' } };
    this.#put('Namespace', namespace as KubeObject);
    this.#put('ResourceFlavor', aResourceFlavor());
    for (let index = 0; index < shape.clusterQueues; index += 1) this.#addQueue(index, shape);
  }

  /** Adds a workload that waits. */
  ask({ clusterQueue, cores, priority = 0 }: AskShape): Workload {
    const name = `w${(this.#created += 1)}`;
    const workload = aWorkload({
      name,
      uid: `uid-${String(this.#created).padStart(9, '0')}`,
      namespace: NAMESPACE,
      queueName: `q${clusterQueue}`,
      priority,
      creationTimestamp: new Date(this.now).toISOString(),
      podSets: [{ template: templateOf(cores) }],
    });
    return this.#put('Workload', workload);
  }

  /** Adds a workload that holds quota since now. */
  hold(shape: AskShape): void {
    const workload = this.ask(shape);
    const resourceUsage = { cpu: String(shape.cores), memory: `${shape.cores}Gi` };
    const flavors = { cpu: 'default', memory: 'default' };
    const podSetAssignments = [{ name: 'main', flavors, resourceUsage, count: 1 }];
    const admission = { clusterQueue: `q${shape.clusterQueue}`, podSetAssignments };
    this.#reserve(workload, admission);
    this.now += 1;
  }

  /** One measured round, and what follows from it. */
  round(): RoundResult {
    this.bookkeeping.measure(() => this.state.flushWakeUps(this.now));
    this.roundCount += 1;
    this.now += 1;
    const options = { scheduling: this.options, round: this.roundCount };
    const result = this.rounds.measure(() => runRound(this.state, options, this.now));
    this.headCount += result.decisions.length;
    this.bookkeeping.measure(() => this.#assume(result));
    for (const decision of result.decisions) if (decision.kind === 'preempt') this.#evict(decision.targets);
    return result;
  }

  /** A workload is gone, with the quota that it held. */
  drop(key: string): void {
    const workload = this.state.get('Workload', key);
    if (workload !== undefined) this.state.remove('Workload', this.#next(workload));
  }

  #addQueue(index: number, shape: CoreClusterShape): void {
    const { queuesPerTree, depth, cores, preemption } = shape;
    const [tree, place] = [Math.floor(index / queuesPerTree), index % queuesPerTree];
    const leafCount = 2 ** (depth - 1);
    const leaf = leafCount + (place % leafCount);
    if (place === 0) this.#addCohorts(tree, leafCount);
    const quotas = { default: { cpu: cores, memory: `${cores}Gi` } };
    const spec = preemption && { preemption };
    const cohort = cohortName(tree, leaf);
    this.#put('ClusterQueue', aClusterQueue({ name: `q${index}`, cohort, quotas, ...(spec && { spec }) }));
    const localQueue = { name: `q${index}`, namespace: NAMESPACE, clusterQueue: `q${index}` };
    this.#put('LocalQueue', aLocalQueue(localQueue));
  }

  /** Numbered as in a heap: the children of n are 2n and 2n + 1. */
  #addCohorts(tree: number, leafCount: number): void {
    for (let node = 2; node < 2 * leafCount; node += 1) {
      const parent = cohortName(tree, Math.floor(node / 2));
      this.#put('Cohort', aCohort({ name: cohortName(tree, node), parent }));
    }
  }

  #assume({ decisions }: RoundResult): void {
    for (const decision of decisions) {
      if (decision.kind !== 'admit') continue;
      const { admission, requiredChecks, head } = decision;
      const reservation = { admission, requiredChecks, options: this.options };
      const after = reserveQuota(head.pending.workload, reservation, this.now);
      this.state.assume(head.pending.key, after);
    }
  }

  #evict(targets: readonly { readonly workload: { readonly workload: Workload } }[]): void {
    for (const { workload } of targets) {
      const present = this.state.get('Workload', keyOf(workload.workload));
      if (present === undefined) continue;
      const eviction = { reason: 'Preempted', preempted: 'InClusterQueue', message: '' } as const;
      this.#put('Workload', release(evict(present, eviction, this.now), this.options, this.now));
    }
  }

  #reserve(workload: Workload, admission: NonNullable<Workload['status']['admission']>): void {
    const reservation = { admission, requiredChecks: [], options: this.options };
    this.#put('Workload', reserveQuota(workload, reservation, this.now));
  }

  #put<T extends KubeObject>(kind: StateKind, object: T): T {
    const next = this.#next(object);
    this.state.upsert(kind, next, 'watch');
    return next;
  }

  #next<T extends KubeObject>(object: T): T {
    this.#version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }
}

function cohortName(tree: number, node: number): string {
  return `tree-${tree}-${node}`;
}

function templateOf(cores: number) {
  const requests = { cpu: String(cores), memory: `${cores}Gi` };
  return { spec: { containers: [{ name: 'main', image: 'sample', resources: { requests } }] } };
}
