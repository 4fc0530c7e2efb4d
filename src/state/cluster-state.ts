import type { ResourceFlavor, Workload } from '../api/index.ts';
import type { Usage } from '../core/amounts/index.ts';
import type { ClusterQueueView, RoundWorld } from '../core/cycle/index.ts';
import type { FlavorProgressRecords } from '../core/flavors/index.ts';
import type { ReservingWorkload } from '../core/preemption/index.ts';
import type { PendingQueues, UsageSample } from '../core/queues/index.ts';
import type { Activity, QuotaTree } from '../core/quota/index.ts';
import type { EpochMs, LimitRange, PendingWorkload } from '../core/workload/index.ts';
import { checksFor } from './cluster-queue-directory.ts';
import type { ClusterStateOptions } from './cluster-state-options.ts';
import { EventIntake } from './event-intake.ts';
import type { Origin } from './object-store.ts';
import { Picture } from './picture.ts';
import { keyOf, localQueueKeyOf } from './state-kinds.ts';
import type { KubeObject, ObjectOf, StateChange, StateKind } from './state-kinds.ts';

/** Numbers of workloads for the status of a ClusterQueue (L-13.8). */
export interface ClusterQueueCounts {
  readonly pendingActive: number;
  readonly pendingInadmissible: number;
  readonly reserving: number;
  readonly admitted: number;
}

/** Numbers of workloads for the status of a LocalQueue (L-13.4). */
export interface LocalQueueCounts {
  readonly pending: number;
  readonly reserving: number;
  readonly admitted: number;
}

/**
 * The picture of the cluster in memory. Watch events and answers of our own writes come in; rounds and reconcilers
 * read. Everything is synchronous, and events in any order that keeps each object's own order end in one picture.
 */
export class ClusterState implements RoundWorld {
  readonly options: ClusterStateOptions;
  readonly #picture: Picture;
  readonly #intake: EventIntake;
  /** Where the flavor search of waiting workloads goes on; rounds keep it (S-5.21). */
  readonly flavorProgress: FlavorProgressRecords = new Map();

  constructor(options: ClusterStateOptions) {
    this.options = options;
    this.#picture = new Picture(options);
    this.#intake = new EventIntake(this.#picture);
  }

  /** Grows with every change that could alter a scheduling decision. */
  get version(): number {
    return this.#picture.version;
  }

  get queues(): PendingQueues {
    return this.#picture.queues;
  }

  get tree(): QuotaTree {
    return this.#picture.tree;
  }

  /** Takes in a version of an object; one that is not newer than what is known changes nothing. */
  upsert(kind: StateKind, object: KubeObject, origin: Origin): void {
    this.#intake.upsert(kind, object, origin);
  }

  /** Takes in that an object is gone; `object` is its last state. */
  remove(kind: StateKind, object: KubeObject): void {
    this.#intake.remove(kind, object);
  }

  /** Takes in a fresh list; what differs from it becomes changes. */
  replace(kind: StateKind, objects: Iterable<KubeObject>, resourceVersion: string): void {
    this.#intake.replace(kind, objects, Number(resourceVersion || 0));
  }

  /** The watch has delivered everything up to this version. */
  bookmark(kind: StateKind, resourceVersion: string): void {
    this.#picture.stores.of(kind).advance(Number(resourceVersion));
  }

  /** Calls the listener after each change, in the same turn; gives back how to stop that. */
  subscribe(listener: (change: StateChange) => void): () => void {
    return this.#intake.subscribe(listener);
  }

  /** The object, a Workload with its assumed admission. */
  get<Kind extends StateKind>(kind: Kind, key: string): ObjectOf<Kind> | undefined {
    const assumed = kind === 'Workload' ? this.#picture.assumptions.get(key) : undefined;
    return (assumed as ObjectOf<Kind> | undefined) ?? this.#picture.stores.get(kind, key);
  }

  has(kind: StateKind, key: string): boolean {
    return this.#picture.stores.of(kind).has(key);
  }

  *list<Kind extends StateKind>(kind: Kind): IterableIterator<ObjectOf<Kind>> {
    for (const object of this.#picture.stores.of(kind).values()) {
      const assumed = kind === 'Workload' ? this.#picture.assumptions.get(keyOf(object)) : undefined;
      yield (assumed ?? object) as ObjectOf<Kind>;
    }
  }

  workloadsOfOwner(uid: string): readonly Workload[] {
    return this.#workloads(this.#picture.workloads.byOwner.get(uid));
  }

  /** Workloads that name this LocalQueue, `namespace/name`, in any state. */
  workloadsOfLocalQueue(key: string): readonly Workload[] {
    return this.#workloads(this.#picture.workloads.byLocalQueue.get(key));
  }

  /** Workloads that hold quota of this ClusterQueue. */
  workloadsOfClusterQueue(name: string): readonly Workload[] {
    return this.#workloads(this.#picture.workloads.byClusterQueue.get(name));
  }

  workloadsOfPriorityClass(name: string): readonly Workload[] {
    return this.#workloads(this.#picture.workloads.byPriorityClass.get(name));
  }

  workloadsOfNamespace(namespace: string): readonly Workload[] {
    return this.#workloads(this.#picture.workloads.ofNamespace(namespace));
  }

  /** Keys of the LocalQueues that name this ClusterQueue. */
  localQueuesOfClusterQueue(name: string): readonly string[] {
    return this.#picture.localQueues.byClusterQueue.get(name);
  }

  clusterQueuesOfFlavor(name: string): readonly string[] {
    return this.#picture.clusterQueues.byFlavor.get(name);
  }

  clusterQueuesOfCheck(name: string): readonly string[] {
    return this.#picture.clusterQueues.byCheck.get(name);
  }

  /** Counts an admission as made while it is being written (S-4.24, S-2.19). */
  assume(key: string, after: Workload): 'assumed' | 'clusterQueueGone' | 'workloadGone' {
    return this.#intake.assume(key, after);
  }

  /** Takes an assumption back, as the write failed: the workload is as observed, and queued again (S-4.25). */
  forget(key: string): void {
    this.#intake.forget(key);
  }

  /** Counts a workload as evicted while that is being written, so that nobody asks for it twice (S-6.13, S-6.14). */
  expectEviction(key: string): void {
    this.#intake.expectEviction(key);
  }

  /** Takes an expectation back, as the write failed; decisions are looked at again. */
  forgetEviction(key: string): void {
    this.#intake.forgetEviction(key);
  }

  isEvictionExpected(key: string): boolean {
    return this.#picture.accounting.reserving.isEvictionExpected(key);
  }

  isAssumed(key: string): boolean {
    return this.#picture.assumptions.get(key) !== undefined;
  }

  /** Active or why not; undefined for a ClusterQueue that does not exist (S-2.15). */
  activity(clusterQueue: string): Activity | undefined {
    return this.#picture.clusterQueues.activity(clusterQueue);
  }

  counts(clusterQueue: string): ClusterQueueCounts {
    const { active, inadmissible } = this.#picture.queues.counts(clusterQueue);
    const { reserving, admitted } = this.#picture.accounting.ofClusterQueue(clusterQueue);
    return { pendingActive: active, pendingInadmissible: inadmissible, reserving, admitted };
  }

  localQueueCounts(key: string): LocalQueueCounts {
    const { reserving, admitted } = this.#picture.accounting.ofLocalQueue(key);
    return { pending: this.#picture.queues.countOfLocalQueue(key), reserving, admitted };
  }

  /** What workloads with reserved quota hold in a ClusterQueue, without zeros. */
  reservedUsage(clusterQueue: string): Usage {
    return this.#picture.accounting.ofClusterQueue(clusterQueue).reserved.read();
  }

  admittedUsage(clusterQueue: string): Usage {
    return this.#picture.accounting.ofClusterQueue(clusterQueue).used.read();
  }

  localQueueReserved(key: string): Usage {
    return this.#picture.accounting.ofLocalQueue(key).reserved.read();
  }

  localQueueAdmitted(key: string): Usage {
    return this.#picture.accounting.ofLocalQueue(key).used.read();
  }

  /** What the LocalQueue has used lately; undefined where the order does not go by that (S-8.4). */
  localQueueUsage(key: string): number | undefined {
    const clusterQueue = this.#picture.stores.get('LocalQueue', key)?.spec.clusterQueue ?? '';
    return this.#picture.pastUsage.usageOf(clusterQueue, key);
  }

  /** Samples what a LocalQueue uses if that is due; gives the time until it is due again, if ever (S-8.9). */
  sampleLocalQueue(key: string): number | undefined {
    return this.#picture.pastUsage.sample(key);
  }

  /** The last sampling of a LocalQueue, for its status. */
  sampleOfLocalQueue(key: string): UsageSample | undefined {
    return this.#picture.pastUsage.sampleOf(key);
  }

  /** Whether every kind that decisions need has been listed (L-15.4, S-2.21). */
  isSynced(): boolean {
    return this.#picture.stores.areDecisiveKindsSynced;
  }

  markSynced(kind: StateKind): void {
    this.#picture.stores.of(kind).isSynced = true;
  }

  /** Runs the wake-ups requested since the last call, and releases those whose back-off is over (S-3.17, S-3.8). */
  flushWakeUps(now: EpochMs): void {
    const { wakeUps, queues } = this.#picture;
    const matchesNamespace = (clusterQueue: string, namespace: string): boolean =>
      this.#picture.matchesNamespace(clusterQueue, namespace);
    const count = wakeUps.hasRequests ? wakeUps.flush({ now, matchesNamespace }) : queues.releaseDue(now);
    if (count > 0) this.#picture.version += 1;
  }

  /** When the next back-off is over; `flushWakeUps` is due then. */
  nextDueMs(): EpochMs | undefined {
    return this.#picture.queues.nextDueMs();
  }

  /** The round's view of a ClusterQueue. */
  clusterQueue(name: string): ClusterQueueView | undefined {
    const object = this.#picture.clusterQueues.object(name);
    if (object === undefined) return undefined;
    const isActive = (this.activity(name)?.isActive ?? false) && !this.tree.isCyclic(name);
    return { name, spec: object.spec, isActive, checks: (flavors) => checksFor(object, flavors) };
  }

  flavor(name: string): ResourceFlavor | undefined {
    return this.#picture.stores.get('ResourceFlavor', name);
  }

  /** The labels of a namespace that exists. */
  namespaceLabels(namespace: string): Readonly<Record<string, string>> | undefined {
    return this.#picture.namespaceLabels(namespace);
  }

  limitRanges(namespace: string): readonly LimitRange[] {
    return this.#picture.limitRanges.of(namespace);
  }

  /** Workloads that hold quota of a ClusterQueue, those first that would have to leave first (S-6.7). */
  reservingWorkloads(clusterQueue: string): readonly ReservingWorkload[] {
    return this.#picture.accounting.reserving.of(clusterQueue);
  }

  /** What the LocalQueue of a reserving workload has used lately, where that counts (S-8.12). */
  pastUsage({ clusterQueue, workload }: ReservingWorkload): number | undefined {
    return this.#picture.pastUsage.usageOf(clusterQueue, localQueueKeyOf(workload));
  }

  /** Whether the workload's usage is counted, assumed ones included (S-4.3). */
  isAccounted(key: string): boolean {
    return this.#picture.accounting.get(key) !== undefined;
  }

  /** The newest version of a workload that may still be queued (S-3.12). */
  newest(key: string): PendingWorkload | undefined {
    return this.#picture.queues.pendingOf(key);
  }

  #workloads(keys: readonly string[]): readonly Workload[] {
    return keys.map((key) => this.#picture.workload(key)).filter((workload) => workload !== undefined);
  }
}
