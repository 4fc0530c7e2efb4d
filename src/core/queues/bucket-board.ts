import { IndexedHeap } from './indexed-heap.ts';
import type { Bucket, QueueEntry } from './queue-entry.ts';

/** The buckets of one ClusterQueue: which are ready, which are parked, and the hashes that are bypassed. */
export class BucketBoard {
  /** Hashes that were found not to fit since the last wake-up, with the reason to show (S-3.14). */
  readonly bypassed = new Map<string, string>();
  readonly #byHash = new Map<string, Map<string, Bucket>>();
  readonly #ready: IndexedHeap<Bucket>;
  readonly #parked = new Set<Bucket>();
  readonly #compare: (a: QueueEntry, b: QueueEntry) => number;
  #readyCount = 0;
  #parkedCount = 0;

  constructor(compare: (a: QueueEntry, b: QueueEntry) => number) {
    this.#compare = compare;
    this.#ready = new IndexedHeap((a, b) => compare(topOf(a), topOf(b)));
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

  /** Puts the entry into the bucket of its hash and namespace, which is parked if the hash is bypassed. */
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

  /** Restores the order after the entry's key changed; its hash and namespace did not. */
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
    const { schedulingHash: hash = '', namespace } = entry.pending;
    let buckets = this.#byHash.get(hash);
    if (buckets === undefined) this.#byHash.set(hash, (buckets = new Map()));
    let bucket = buckets.get(namespace);
    if (bucket === undefined) {
      const isParked = this.bypassed.has(hash);
      const entries = new IndexedHeap(this.#compare);
      bucket = { kind: 'bucket', hash, namespace, entries, isParked, position: -1 };
      buckets.set(namespace, bucket);
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
    buckets?.delete(bucket.namespace);
    if (buckets?.size === 0) this.#byHash.delete(bucket.hash);
  }
}

function topOf(bucket: Bucket): QueueEntry {
  const { top } = bucket.entries;
  if (top === undefined) throw new Error(`the bucket of namespace ${bucket.namespace} is empty`);
  return top;
}
