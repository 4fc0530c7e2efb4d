import { keyOf, versionOf } from './state-kinds.ts';
import type { KubeObject } from './state-kinds.ts';

/** Where an object comes from: the watch of its kind, or the answer of one of our own writes. */
export type Origin = 'watch' | 'answer';

/** How many deletions are remembered, so that a late event does not bring an object back. */
const tombstonesMax = 10_000;

/** The objects of one kind as last observed. */
export class ObjectStore {
  isSynced = false;
  readonly #objects = new Map<string, KubeObject>();
  readonly #tombstones = new Map<string, number>();
  #watchedVersion = 0;

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  has(key: string): boolean {
    return this.#objects.has(key);
  }

  get size(): number {
    return this.#objects.size;
  }

  values(): IterableIterator<KubeObject> {
    return this.#objects.values();
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  /** The watch has delivered everything up to this version. */
  advance(version: number): void {
    this.#watchedVersion = Math.max(this.#watchedVersion, version);
  }

  /** Whether an object says something new; one of an unknown key may be a late word about one that was deleted. */
  isNews(object: KubeObject, origin: Origin): boolean {
    const key = keyOf(object);
    const version = versionOf(object);
    const present = this.#objects.get(key);
    if (present !== undefined) return version > versionOf(present);
    if (origin === 'answer' && version !== 0 && version <= this.#watchedVersion) return false;
    return version > (this.#tombstones.get(key) ?? -1);
  }

  /** Whether the removal concerns the object that is here, and not one of the same name that was before it. */
  isRemovalOf(removed: KubeObject): boolean {
    const present = this.#objects.get(keyOf(removed));
    if (present === undefined) return false;
    return present.metadata.uid === removed.metadata.uid || versionOf(removed) >= versionOf(present);
  }

  set(object: KubeObject): void {
    const key = keyOf(object);
    this.#objects.set(key, object);
    this.#tombstones.delete(key);
  }

  delete(key: string, version: number): void {
    const present = this.#objects.get(key);
    if (present !== undefined) version = Math.max(version, versionOf(present));
    this.#objects.delete(key);
    this.bury(key, version);
  }

  /** Remembers a deletion. */
  bury(key: string, version: number): void {
    const newest = Math.max(version, this.#tombstones.get(key) ?? 0);
    this.#tombstones.delete(key);
    this.#tombstones.set(key, newest);
    if (this.#tombstones.size <= tombstonesMax) return;
    const oldest = this.#tombstones.keys().next();
    if (!oldest.done) this.#tombstones.delete(oldest.value);
  }
}
