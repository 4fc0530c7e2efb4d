import { IndexedHeap } from './indexed-heap.ts';
import { compareUsage } from './queue-order.ts';
import type { Bucket, QueueEntry } from './queue-entry.ts';

/** The buckets of one ClusterQueue: which are ready, which are parked, and the hashes that are bypassed. */
export class BucketBoard {
  /** Hashes that were found not to fit since the last wake-up, with the reason to show (S-3.14). */
  readonly bypassed = new Map<string, string>();
  readonly #byHash = new Map<string, Map<string, Bucket>>();
  readonly #byLocalQueue = new Map<string, Set<Bucket>>();
  readonly #usages = new Map<string, number>();
  readonly #ready: IndexedHeap<Bucket>;
  readonly #parked = new Set<Bucket>();
  readonly #compare: (a: QueueEntry, b: QueueEntry) => number;
  #readyCount = 0;
  #parkedCount = 0;

  constructor(compare: (a: QueueEntry, b: QueueEntry) => number) {
    this.#compare = compare;
    this.#ready = new IndexedHeap((a, b) => compareUsage(a.usage, b.usage) || compare(topOf(a), topOf(b)));
  }

  get readyCount(): number {
    return this.#readyCount;
  }

  get parkedCount(): number {
    return this.#parkedCount;
  }

  get top(): QueueEntry | undefined {
    return this.#ready.top?.entries.top;
  }

  /** The usage of a LocalQueue that counts here; zero where it does not. */
  usageOf(localQueue: string): number {
    return this.#usages.get(localQueue) ?? 0;
  }

  /** Moves the workloads of a LocalQueue to where its usage puts them; tells whether it was another before. */
  setUsage(localQueue: string, usage: number): boolean {
    if (this.usageOf(localQueue) === usage) return false;
    if (usage === 0) this.#usages.delete(localQueue);
    else this.#usages.set(localQueue, usage);
    for (const bucket of this.#byLocalQueue.get(localQueue) ?? []) {
      if (!bucket.isParked) this.#ready.remove(bucket);
      bucket.usage = usage;
      if (!bucket.isParked) this.#ready.add(bucket);
    }
    return true;
  }

  /** Puts the entry into the bucket of its hash and LocalQueue, which is parked if the hash is bypassed. */
  add(entry: QueueEntry): void {
    const bucket = this.#bucketFor(entry);
    const isNew = bucket.entries.size === 0;
    bucket.entries.add(entry);
    entry.standing = bucket;
    if (bucket.isParked) {
      this.#parkedCount += 1;
      return;
    }
    this.#readyCount += 1;
    if (isNew) this.#ready.add(bucket);
    else this.#ready.update(bucket);
  }

  remove(entry: QueueEntry, bucket: Bucket): void {
    bucket.entries.remove(entry);
    if (bucket.isParked) this.#parkedCount -= 1;
    else this.#readyCount -= 1;
    if (bucket.entries.size === 0) this.#drop(bucket);
    else if (!bucket.isParked) this.#ready.update(bucket);
  }

  /** Restores the order after the entry's key changed; its hash and LocalQueue did not. */
  update(entry: QueueEntry, bucket: Bucket): void {
    bucket.entries.update(entry);
    if (!bucket.isParked) this.#ready.update(bucket);
  }

  /** Parks every entry with this hash, and those that come later, until the next wake-up (S-3.14). */
  park(hash: string, reason: string): void {
    this.bypassed.set(hash, reason);
    for (const bucket of this.#byHash.get(hash)?.values() ?? []) {
      if (bucket.isParked) continue;
      this.#ready.remove(bucket);
      this.#parked.add(bucket);
      bucket.isParked = true;
      this.#readyCount -= bucket.entries.size;
      this.#parkedCount += bucket.entries.size;
    }
  }

  /** Forgets what is bypassed; gives back the entries whose namespace does not match, in no bucket any more. */
  wake(matchesNamespace: (namespace: string) => boolean): { moved: number; strays: QueueEntry[] } {
    this.bypassed.clear();
    const strays: QueueEntry[] = [];
    let moved = 0;
    for (const bucket of this.#parked) {
      const { size } = bucket.entries;
      this.#parkedCount -= size;
      if (matchesNamespace(bucket.namespace)) {
        bucket.isParked = false;
        this.#ready.add(bucket);
        this.#readyCount += size;
        moved += size;
      } else {
        for (const entry of bucket.entries) strays.push(entry);
        this.#forget(bucket);
      }
    }
    this.#parked.clear();
    for (const stray of strays) stray.position = -1;
    return { moved, strays };
  }

  *entries(): IterableIterator<QueueEntry> {
    for (const buckets of this.#byHash.values()) for (const bucket of buckets.values()) yield* bucket.entries;
  }

  #bucketFor(entry: QueueEntry): Bucket {
    const { schedulingHash: hash = '', namespace, localQueue } = entry.pending;
    let buckets = this.#byHash.get(hash);
    if (buckets === undefined) this.#byHash.set(hash, (buckets = new Map()));
    let bucket = buckets.get(localQueue);
    if (bucket === undefined) {
      const isParked = this.bypassed.has(hash);
      const entries = new IndexedHeap(this.#compare);
      const usage = this.usageOf(localQueue);
      bucket = { kind: 'bucket', hash, localQueue, namespace, usage, entries, isParked, position: -1 };
      buckets.set(localQueue, bucket);
      const siblings = this.#byLocalQueue.get(localQueue);
      if (siblings === undefined) this.#byLocalQueue.set(localQueue, new Set([bucket]));
      else siblings.add(bucket);
      if (isParked) this.#parked.add(bucket);
    }
    return bucket;
  }

  #drop(bucket: Bucket): void {
    if (bucket.isParked) this.#parked.delete(bucket);
    else this.#ready.remove(bucket);
    this.#forget(bucket);
  }

  #forget(bucket: Bucket): void {
    const buckets = this.#byHash.get(bucket.hash);
    buckets?.delete(bucket.localQueue);
    if (buckets?.size === 0) this.#byHash.delete(bucket.hash);
    const siblings = this.#byLocalQueue.get(bucket.localQueue);
    siblings?.delete(bucket);
    if (siblings?.size === 0) this.#byLocalQueue.delete(bucket.localQueue);
  }
}

function topOf(bucket: Bucket): QueueEntry {
  const { top } = bucket.entries;
  if (top === undefined) throw new Error(`the bucket of ${bucket.localQueue} is empty`);
  return top;
}
