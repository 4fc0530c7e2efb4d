import type { Head, RequeueReason } from '../../src/core/queues/index.ts';
import type { PendingWorkload } from '../../src/core/workload/index.ts';

interface NaiveEntry {
  pending: PendingWorkload;
  place: 'heap' | 'parked' | 'inFlight';
}

interface NaiveQueue {
  strategy: 'StrictFIFO' | 'BestEffortFIFO';
  isActive: boolean;
  readonly entries: Map<string, NaiveEntry>;
  readonly bypassed: Set<string>;
  hasWokenSincePop: boolean;
  sticky: string | undefined;
}

/** The rules of section 3 taken word by word, with plain scans: what the real queues are compared with. */
export class NaiveQueues {
  readonly queues = new Map<string, NaiveQueue>();

  upsertClusterQueue(name: string, settings: Pick<NaiveQueue, 'strategy' | 'isActive'>): void {
    const present = this.queues.get(name);
    if (present) Object.assign(present, settings);
    else {
      const queue = {
        entries: new Map(),
        bypassed: new Set<string>(),
        hasWokenSincePop: false,
        sticky: undefined,
      };
      this.queues.set(name, { ...queue, ...settings });
    }
  }

  removeClusterQueue(name: string): void {
    this.queues.delete(name);
  }

  push(name: string, pending: PendingWorkload, now: number): void {
    for (const [other] of this.queues) if (other !== name) this.removeFrom(other, pending.key);
    const queue = this.queue(name);
    const entry = queue.entries.get(pending.key);
    if (entry?.place === 'inFlight') entry.pending = pending;
    else if (entry && staysParked(entry, pending, now)) entry.pending = pending;
    else this.enter(queue, pending, now);
  }

  remove(key: string): void {
    for (const name of this.queues.keys()) this.removeFrom(name, key);
  }

  popHeads(): string[] {
    const popped: string[] = [];
    for (const name of [...this.queues.keys()].toSorted()) {
      const queue = this.queue(name);
      const entries = [...queue.entries.values()];
      if (!queue.isActive || entries.some(({ place }) => place === 'inFlight')) continue;
      const [top] = this.order(name).filter(({ key }) => queue.entries.get(key)?.place === 'heap');
      const entry = top && queue.entries.get(top.key);
      if (!entry) continue;
      entry.place = 'inFlight';
      queue.hasWokenSincePop = false;
      popped.push(`${name} ${entry.pending.key}`);
    }
    return popped;
  }

  requeue(head: Head, request: { reason: RequeueReason; hasFlavorsLeft: boolean }, now: number): void {
    const queue = this.queues.get(head.clusterQueue);
    const entry = queue?.entries.get(head.pending.key);
    if (!queue || entry?.place !== 'inFlight') return;
    if (waitsForRoom(request.reason)) queue.sticky = stickyOf(queue, head);
    const hasChanged = entry.pending.wakeFingerprint !== head.pending.wakeFingerprint;
    const isTriedAgain = isImmediate(request.reason, queue.strategy) || request.hasFlavorsLeft;
    if (isTriedAgain || hasChanged || queue.hasWokenSincePop) this.enter(queue, entry.pending, now);
    else park(queue, entry, request.reason);
  }

  wake(name: string, matches: (namespace: string) => boolean, now: number): void {
    const queue = this.queues.get(name);
    if (!queue) return;
    queue.hasWokenSincePop = true;
    queue.bypassed.clear();
    for (const entry of queue.entries.values()) {
      const isDue = isOver(entry.pending, now) && matches(entry.pending.namespace);
      if (entry.place === 'parked' && isDue) entry.place = 'heap';
    }
  }

  /** `before` is the time of the last release. */
  releaseDue(before: number, now: number): void {
    for (const queue of this.queues.values()) {
      for (const { pending, place } of queue.entries.values()) {
        if (place === 'parked' && !isOver(pending, before) && isOver(pending, now))
          this.enter(queue, pending, now);
      }
    }
  }

  order(name: string): PendingWorkload[] {
    const { entries, sticky } = this.queue(name);
    const rank = ({ key }: PendingWorkload): number => (key === sticky ? 0 : 1);
    return [...entries.values()]
      .map(({ pending }) => pending)
      .toSorted(
        (a, b) =>
          rank(a) - rank(b) ||
          b.priority - a.priority ||
          a.queueTimestampMs - b.queueTimestampMs ||
          (a.uid < b.uid ? -1 : 1),
      );
  }

  places(): string[] {
    return [...this.queues].flatMap(([name, { entries }]) =>
      [...entries].map(([key, { place }]) => `${key} ${name} ${place}`),
    );
  }

  private enter(queue: NaiveQueue, pending: PendingWorkload, now: number): void {
    const hash = pending.schedulingHash;
    const isBypassed = hash !== undefined && queue.bypassed.has(hash);
    queue.entries.set(pending.key, {
      pending,
      place: isOver(pending, now) && !isBypassed ? 'heap' : 'parked',
    });
  }

  private removeFrom(name: string, key: string): void {
    const queue = this.queue(name);
    queue.entries.delete(key);
    if (queue.sticky === key) queue.sticky = undefined;
  }

  private queue(name: string): NaiveQueue {
    const queue = this.queues.get(name);
    if (!queue) throw new Error(`no queue ${name}`);
    return queue;
  }
}

function stickyOf({ strategy }: NaiveQueue, { pending }: Head): string | undefined {
  return strategy === 'BestEffortFIFO' ? pending.key : undefined;
}

function park(queue: NaiveQueue, entry: NaiveEntry, reason: RequeueReason): void {
  entry.place = 'parked';
  const hash = entry.pending.schedulingHash;
  if ((reason !== 'NoFit' && reason !== 'PreemptionNoCandidates') || hash === undefined) return;
  queue.bypassed.add(hash);
  for (const other of queue.entries.values()) {
    if (other.place === 'heap' && other.pending.schedulingHash === hash) other.place = 'parked';
  }
}

function isImmediate(reason: RequeueReason, strategy: NaiveQueue['strategy']): boolean {
  if (strategy === 'StrictFIFO') return reason !== 'NamespaceMismatch';
  return waitsForRoom(reason) || reason === 'FailedAfterNomination' || reason === 'PreemptionFailed';
}

function waitsForRoom(reason: RequeueReason): boolean {
  return reason === 'PendingPreemption' || reason === 'PendingMigration';
}

function staysParked({ pending: before, place }: NaiveEntry, pending: PendingWorkload, now: number): boolean {
  const isBackoffJustOver = place === 'parked' && !isOver(before, now) && isOver(pending, now);
  return place === 'parked' && before.wakeFingerprint === pending.wakeFingerprint && !isBackoffJustOver;
}

function isOver({ isLocked, requeueAtMs }: PendingWorkload, now: number): boolean {
  return !isLocked && (requeueAtMs === undefined || requeueAtMs <= now);
}
