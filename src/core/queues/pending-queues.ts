import type { PendingWorkload } from '../workload/index.ts';
import { ClusterQueueLine } from './cluster-queue-line.ts';
import type { LineSettings, RequeueRequest } from './cluster-queue-line.ts';
import { IndexedHeap } from './indexed-heap.ts';
import { nowhere } from './queue-entry.ts';
import type { QueueEntry } from './queue-entry.ts';

/** The head of a ClusterQueue in a round (S-3.10, S-3.11). */
export interface Head {
  readonly clusterQueue: string;
  readonly pending: PendingWorkload;
  readonly isPreemptor: boolean;
}

export type Place = 'heap' | 'parked' | 'inFlight';

/** All pending workloads by ClusterQueue; each is in exactly one place (S-3.1). */
export class PendingQueues {
  readonly #lines = new Map<string, ClusterQueueLine>();
  readonly #entries = new Map<string, QueueEntry>();
  readonly #ready = new Set<ClusterQueueLine>();
  readonly #localQueueCounts = new Map<string, number>();
  readonly #timers = new IndexedHeap<QueueEntry>((a, b) => dueMs(a) - dueMs(b));

  /** Adds a ClusterQueue or changes how it is served; its workloads stay where they are (S-3.23). */
  upsertClusterQueue(name: string, settings: LineSettings): void {
    const line = this.#lines.get(name) ?? this.#addLine(name, settings);
    line.settings = settings;
    this.#refresh(line);
  }

  /** Removes a ClusterQueue with all its pending workloads (S-3.2). */
  removeClusterQueue(name: string): void {
    const line = this.#lines.get(name);
    if (line === undefined) return;
    const entries = [...line.entries()];
    for (const entry of entries) this.remove(entry.pending.key);
    this.#lines.delete(name);
    this.#ready.delete(line);
  }

  hasClusterQueue(name: string): boolean {
    return this.#lines.has(name);
  }

  /**
   * Enters a workload, takes over its newer version, or moves it from another ClusterQueue (S-3.5); tells whether
   * anything changed that a scheduling decision could depend on. The ClusterQueue must be known.
   */
  push(clusterQueue: string, pending: PendingWorkload, now: number): boolean {
    const line = this.#lines.get(clusterQueue);
    if (line === undefined) throw new Error(`ClusterQueue ${clusterQueue} is not known to the queues`);
    const entry = this.#entries.get(pending.key);
    if (entry !== undefined && entry.clusterQueue === clusterQueue) {
      if (entry.pending.localQueue !== pending.localQueue) this.#recount(entry.pending, pending);
      const hasChanged = line.update(entry, pending, now);
      this.#refresh(line);
      return hasChanged;
    }
    if (entry !== undefined) this.remove(pending.key);
    this.#enter(line, pending, now);
    return true;
  }

  /** Takes a workload out of its place, with all memory of it (S-3.9); tells whether it was here. */
  remove(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    const line = this.#lineOf(entry);
    line.remove(entry);
    this.#entries.delete(key);
    this.#recount(entry.pending, undefined);
    this.#refresh(line);
    return true;
  }

  /**
   * Lets the past usage of a LocalQueue count before everything else in a ClusterQueue with usage-based admission fair
   * sharing (S-3.3 step 1); 0 where it does not count. Tells whether it was another before.
   */
  setUsage(clusterQueue: string, localQueue: string, usage: number): boolean {
    return this.#lines.get(clusterQueue)?.setUsage(localQueue, usage) ?? false;
  }

  hasHeads(): boolean {
    return this.#ready.size > 0;
  }

  /** Pops one head from each active ClusterQueue whose heap is not empty, by name of ClusterQueue (S-3.10). */
  popHeads(): Head[] {
    const lines = [...this.#ready].sort((a, b) => (a.name < b.name ? -1 : 1));
    const heads: Head[] = [];
    for (const line of lines) {
      const popped = line.pop();
      this.#refresh(line);
      if (popped === undefined) continue;
      const { entry, isPreemptor } = popped;
      heads.push({ clusterQueue: line.name, pending: entry.pending, isPreemptor });
    }
    return heads;
  }

  /**
   * Places a head after its round (S-3.12 to S-3.15). `newest` is the workload as it is now, undefined if it may not
   * be queued any more. A head that left or moved meanwhile stays where it is.
   */
  requeue(
    head: Head,
    request: RequeueRequest & { readonly newest: PendingWorkload | undefined },
    now: number,
  ): 'heap' | 'parked' | 'dropped' {
    const { key } = head.pending;
    const entry = this.#entries.get(key);
    if (entry === undefined) return 'dropped';
    if (request.newest === undefined) {
      this.remove(key);
      return 'dropped';
    }
    const line = this.#lineOf(entry);
    if (entry.standing.kind === 'inFlight' && line.name === head.clusterQueue) {
      this.push(line.name, request.newest, now);
      line.requeue(entry, head.pending, { ...request, now });
      this.#refresh(line);
    }
    return line.placeOf(entry) === 'heap' ? 'heap' : 'parked';
  }

  /** Runs a wake-up of these ClusterQueues; gives the number of workloads that went to the heap (S-3.17). */
  wake(
    clusterQueues: Iterable<string>,
    how: { now: number; matchesNamespace(clusterQueue: string, namespace: string): boolean },
  ): number {
    let count = this.releaseDue(how.now);
    for (const name of clusterQueues) {
      const line = this.#lines.get(name);
      if (line === undefined) continue;
      count += line.wake((namespace) => how.matchesNamespace(name, namespace));
      this.#refresh(line);
    }
    return count;
  }

  /** Moves on every workload whose back-off is over by now (S-3.8); gives their number. */
  releaseDue(now: number): number {
    let count = 0;
    for (let entry = this.#timers.top; entry && dueMs(entry) <= now; entry = this.#timers.top) {
      const line = this.#lineOf(entry);
      line.detach(entry);
      line.insert(entry, now);
      this.#refresh(line);
      count += 1;
    }
    return count;
  }

  /** The earliest time at which a parked workload's back-off is over, if any waits for that alone. */
  nextDueMs(): number | undefined {
    return this.#timers.top && dueMs(this.#timers.top);
  }

  placeOf(key: string): { readonly clusterQueue: string; readonly place: Place } | undefined {
    const entry = this.#entries.get(key);
    return entry && { clusterQueue: entry.clusterQueue, place: this.#lineOf(entry).placeOf(entry) };
  }

  /** The newest version of a queued workload, also while an older one is in flight (S-3.12). */
  pendingOf(key: string): PendingWorkload | undefined {
    return this.#entries.get(key)?.pending;
  }

  /** The reason to show for a workload that was parked only because an equivalent one did not fit (S-3.14). */
  bypassReasonOf(key: string): string | undefined {
    const entry = this.#entries.get(key);
    return entry && this.#lineOf(entry).bypassReasonOf(entry);
  }

  /** Workloads in the heap and parked ones; the head in flight is in neither (L-13.8). */
  counts(clusterQueue: string): { readonly active: number; readonly inadmissible: number } {
    return this.#lines.get(clusterQueue)?.counts ?? { active: 0, inadmissible: 0 };
  }

  /** Workloads that a LocalQueue has in the queues (L-13.4). */
  countOfLocalQueue(localQueue: string): number {
    return this.#localQueueCounts.get(localQueue) ?? 0;
  }

  /** Heap, parked and in flight together, in heap order: the positions that users see (S-3.4). */
  order(clusterQueue: string): readonly PendingWorkload[] {
    return this.#lines.get(clusterQueue)?.order() ?? [];
  }

  /** The keys of all queued workloads. */
  keys(): IterableIterator<string> {
    return this.#entries.keys();
  }

  #addLine(name: string, settings: LineSettings): ClusterQueueLine {
    const line = new ClusterQueueLine({ name, timers: this.#timers }, settings);
    this.#lines.set(name, line);
    return line;
  }

  #enter(line: ClusterQueueLine, pending: PendingWorkload, now: number): void {
    const entry: QueueEntry = {
      clusterQueue: line.name,
      pending,
      standing: nowhere,
      evaluatedIn: -1,
      position: -1,
    };
    this.#entries.set(pending.key, entry);
    this.#recount(undefined, pending);
    line.insert(entry, now);
    this.#refresh(line);
  }

  #lineOf(entry: QueueEntry): ClusterQueueLine {
    const line = this.#lines.get(entry.clusterQueue);
    if (line === undefined) throw new Error(`workload ${entry.pending.key} is queued in no ClusterQueue`);
    return line;
  }

  #refresh(line: ClusterQueueLine): void {
    if (line.isReady) this.#ready.add(line);
    else this.#ready.delete(line);
  }

  #recount(before: PendingWorkload | undefined, after: PendingWorkload | undefined): void {
    if (before) {
      const count = (this.#localQueueCounts.get(before.localQueue) ?? 0) - 1;
      if (count > 0) this.#localQueueCounts.set(before.localQueue, count);
      else this.#localQueueCounts.delete(before.localQueue);
    }
    if (after) {
      this.#localQueueCounts.set(after.localQueue, (this.#localQueueCounts.get(after.localQueue) ?? 0) + 1);
    }
  }
}

function dueMs(entry: QueueEntry): number {
  return entry.pending.requeueAtMs ?? 0;
}
