import type { QueueingStrategy } from '../../api/index.ts';
import type { PendingWorkload } from '../workload/index.ts';
import { BucketBoard } from './bucket-board.ts';
import type { IndexedHeap } from './indexed-heap.ts';
import { alone, heldBack, inFlight, nowhere } from './queue-entry.ts';
import type { QueueEntry } from './queue-entry.ts';
import { comparePending, compareUsage, isBackoffOver } from './queue-order.ts';
import { holdsForEquivalents, isImmediate, isWaitingForRoom } from './requeue-reason.ts';
import type { RequeueReason } from './requeue-reason.ts';

export interface LineSettings {
  readonly strategy: QueueingStrategy;
  readonly isActive: boolean;
}

/** How a round ended for a head (S-3.12 to S-3.15). */
export interface RequeueRequest {
  readonly reason: RequeueReason;
  /** The last assignment left flavors to try (S-5.23). */
  readonly hasFlavorsLeft: boolean;
  /** The reason on `QuotaReserved`; empty counts as `PendingEvaluation`. */
  readonly conditionReason: string;
}

interface Preemptor {
  readonly entry: QueueEntry;
  readonly generation: number;
  readonly isSticky: boolean;
}

interface LineSurroundings {
  readonly name: string;
  /** Back-off timers of all lines, the earliest on top. */
  readonly timers: IndexedHeap<QueueEntry>;
}

/** The pending workloads of one ClusterQueue: heap, parked, in flight, bypassed, preemptor (S-3.1). */
export class ClusterQueueLine {
  readonly name: string;
  settings: LineSettings;
  readonly #timers: IndexedHeap<QueueEntry>;
  readonly #board: BucketBoard;
  readonly #alone = new Set<QueueEntry>();
  readonly #heldBack = new Set<QueueEntry>();
  #inFlight: QueueEntry | undefined;
  #preemptor: Preemptor | undefined;
  #hasWokenSincePop = false;
  #wakeCount = 0;

  constructor(surroundings: LineSurroundings, settings: LineSettings) {
    const { name, timers } = surroundings;
    this.name = name;
    this.settings = settings;
    this.#timers = timers;
    this.#board = new BucketBoard((a, b) => comparePending(a.pending, b.pending, this.#stickyKey));
  }

  /** Whether the next round gets a head from here (S-3.10). */
  get isReady(): boolean {
    return this.settings.isActive && this.#inFlight === undefined && this.#board.readyCount > 0;
  }

  get counts(): { active: number; inadmissible: number } {
    const inadmissible = this.#board.parkedCount + this.#alone.size + this.#heldBack.size;
    return { active: this.#board.readyCount, inadmissible };
  }

  placeOf(entry: QueueEntry): 'heap' | 'parked' | 'inFlight' {
    if (entry.standing.kind === 'inFlight') return 'inFlight';
    return entry.standing.kind === 'bucket' && !entry.standing.isParked ? 'heap' : 'parked';
  }

  /** The reason under which a workload was parked with its equivalents, without being evaluated (S-3.14). */
  bypassReasonOf(entry: QueueEntry): string | undefined {
    const { standing } = entry;
    if (standing.kind !== 'bucket' || !standing.isParked) return undefined;
    return entry.evaluatedIn === this.#wakeCount ? undefined : this.#board.bypassed.get(standing.hash);
  }

  /** Puts in an entry that stands nowhere: parked while backed off or bypassed, else in the heap (S-3.5 steps 4 to 6). */
  insert(entry: QueueEntry, now: number): void {
    if (isBackoffOver(entry.pending, now)) this.#board.add(entry);
    else this.#holdBack(entry);
  }

  /** Takes over a newer version of a workload that is here already; tells whether anything that matters changed (S-3.5). */
  update(entry: QueueEntry, pending: PendingWorkload, now: number): boolean {
    const before = entry.pending;
    const hasChanged = before.wakeFingerprint !== pending.wakeFingerprint;
    const place = this.placeOf(entry);
    if (place === 'inFlight') {
      entry.pending = pending;
      return hasChanged;
    }
    if (this.#staysPut(entry, pending, { hasChanged, now })) {
      this.#replaceInPlace(entry, pending);
      return hasChanged || comparePending(before, pending, undefined) !== 0;
    }
    this.detach(entry);
    if (hasChanged) entry.evaluatedIn = -1;
    entry.pending = pending;
    this.insert(entry, now);
    return hasChanged || this.placeOf(entry) !== place;
  }

  /** Pops the top of the heap (S-3.10). */
  pop(): { entry: QueueEntry; isPreemptor: boolean } | undefined {
    const entry = this.#board.top;
    if (entry === undefined || !this.isReady) return undefined;
    this.detach(entry);
    this.#inFlight = entry;
    entry.standing = inFlight;
    this.#hasWokenSincePop = false;
    const { generation } = entry.pending;
    return {
      entry,
      isPreemptor: this.#preemptor?.entry === entry && this.#preemptor.generation === generation,
    };
  }

  /** Places a head that is still in flight (S-3.12); `evaluated` is the version the round has judged. */
  requeue(entry: QueueEntry, evaluated: PendingWorkload, request: RequeueRequest & { now: number }): void {
    const { reason, now } = request;
    const { strategy } = this.settings;
    if (isWaitingForRoom(reason)) {
      const { generation } = evaluated;
      this.#setPreemptor({ entry, generation, isSticky: strategy === 'BestEffortFIFO' });
    }
    const hasChanged = entry.pending.wakeFingerprint !== evaluated.wakeFingerprint;
    const isTriedAgain = isImmediate(reason, strategy) || request.hasFlavorsLeft;
    this.detach(entry);
    if (isTriedAgain || this.#hasWokenSincePop || hasChanged) this.insert(entry, now);
    else this.#park(entry, request);
  }

  /** Moves to the heap every parked workload that is not backed off and whose namespace matches (S-3.17). */
  wake(matchesNamespace: (namespace: string) => boolean): number {
    this.#hasWokenSincePop = true;
    this.#wakeCount += 1;
    const { moved, strays } = this.#board.wake(matchesNamespace);
    let count = moved;
    // Entries leave the set under the loop; none joins it.
    for (const entry of this.#alone) {
      if (!matchesNamespace(entry.pending.namespace)) continue;
      this.detach(entry);
      this.#board.add(entry);
      count += 1;
    }
    for (const stray of strays) {
      this.#alone.add(stray);
      stray.standing = alone;
    }
    return count;
  }

  /** Takes the entry out of the place where it stands; the preemptor record stays. */
  detach(entry: QueueEntry): void {
    const { standing } = entry;
    entry.standing = nowhere;
    if (standing.kind === 'bucket') {
      this.#board.remove(entry, standing);
      return;
    }
    if (entry.position >= 0) this.#timers.remove(entry);
    this.#alone.delete(entry);
    this.#heldBack.delete(entry);
    if (this.#inFlight === entry) this.#inFlight = undefined;
  }

  /** Takes the workload out for good, with all memory of it (S-3.9). */
  remove(entry: QueueEntry): void {
    this.detach(entry);
    if (this.#preemptor?.entry === entry) this.#preemptor = undefined;
  }

  *entries(): IterableIterator<QueueEntry> {
    yield* this.#board.entries();
    yield* this.#alone;
    yield* this.#heldBack;
    if (this.#inFlight) yield this.#inFlight;
  }

  /** Lets the past usage of a LocalQueue count here; tells whether it was another before (S-3.3 step 1). */
  setUsage(localQueue: string, usage: number): boolean {
    return this.#board.setUsage(localQueue, usage);
  }

  /** Heap, parked and in flight together, in heap order (S-3.4). */
  order(): PendingWorkload[] {
    const all = [...this.entries()].map((entry) => entry.pending);
    const usageOf = ({ localQueue }: PendingWorkload): number => this.#board.usageOf(localQueue);
    return all.sort((a, b) => compareUsage(usageOf(a), usageOf(b)) || comparePending(a, b, this.#stickyKey));
  }

  get #stickyKey(): string | undefined {
    return this.#preemptor?.isSticky ? this.#preemptor.entry.pending.key : undefined;
  }

  /** Parks a head, and with it all that would be answered the same (S-3.14). */
  #park(entry: QueueEntry, { reason, conditionReason, now }: RequeueRequest & { now: number }): void {
    entry.evaluatedIn = this.#wakeCount;
    const { schedulingHash } = entry.pending;
    const isForAll = holdsForEquivalents(reason) && schedulingHash !== undefined;
    if (isForAll) this.#board.park(schedulingHash, conditionReason || 'PendingEvaluation');
    if (isForAll || !isBackoffOver(entry.pending, now)) {
      this.insert(entry, now);
      return;
    }
    this.#alone.add(entry);
    entry.standing = alone;
  }

  #holdBack(entry: QueueEntry): void {
    this.#heldBack.add(entry);
    entry.standing = heldBack;
    if (!entry.pending.isLocked) this.#timers.add(entry);
  }

  #staysPut(
    entry: QueueEntry,
    pending: PendingWorkload,
    { hasChanged, now }: { hasChanged: boolean; now: number },
  ) {
    const { standing } = entry;
    // A locked or backed off workload never waits in the heap, so that no reservation is written for it.
    if (!isBackoffOver(pending, now)) return false;
    if (standing.kind === 'alone') return !hasChanged;
    if (standing.kind !== 'bucket') return false;
    const isSameBucket =
      standing.hash === (pending.schedulingHash ?? '') && standing.localQueue === pending.localQueue;
    return isSameBucket && (!hasChanged || !standing.isParked);
  }

  #replaceInPlace(entry: QueueEntry, pending: PendingWorkload): void {
    entry.pending = pending;
    if (entry.standing.kind === 'bucket') this.#board.update(entry, entry.standing);
  }

  #setPreemptor(preemptor: Preemptor): void {
    const previous = this.#preemptor?.entry;
    this.#preemptor = preemptor;
    // The one that was sticky before loses its place at the head.
    if (previous?.standing.kind === 'bucket') this.#board.update(previous, previous.standing);
  }
}
