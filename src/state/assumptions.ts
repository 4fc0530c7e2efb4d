import type { Workload } from '../api/index.ts';
import { countsInQuota, isActive, isFinished } from '../core/workload/index.ts';
import { versionOf } from './state-kinds.ts';

interface Assumption {
  /** The workload with its admission, as it is being written. */
  readonly after: Workload;
  /** The version that the write was made from. */
  readonly base: number;
}

/** Admissions that are being written: they count as made until they are confirmed or fail (S-2.19, L-15.1). */
export class Assumptions {
  readonly #byKey = new Map<string, Assumption>();

  get(key: string): Workload | undefined {
    return this.#byKey.get(key)?.after;
  }

  keys(): IterableIterator<string> {
    return this.#byKey.keys();
  }

  set(key: string, after: Workload): void {
    this.#byKey.set(key, { after, base: versionOf(after) });
  }

  /** Tells whether there was one. */
  drop(key: string): boolean {
    return this.#byKey.delete(key);
  }

  /**
   * Ends the assumption if this observed version settles it: it is newer and holds the quota, or the workload is
   * another one, finished or inactive. One that still shows the workload pending settles nothing.
   */
  settle(key: string, observed: Workload): void {
    const assumption = this.#byKey.get(key);
    if (assumption === undefined) return;
    const isConfirmed = versionOf(observed) > assumption.base && countsInQuota(observed);
    const isAnother = observed.metadata.uid !== assumption.after.metadata.uid;
    if (isConfirmed || isAnother || isFinished(observed) || !isActive(observed)) this.#byKey.delete(key);
  }
}
