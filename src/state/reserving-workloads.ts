import type { Workload } from '../api/index.ts';
import { compareReserving, describeReserving } from '../core/preemption/index.ts';
import type { ReservingWorkload } from '../core/preemption/index.ts';
import type { SchedulingOptions } from '../core/workload/index.ts';
import { isEvicted } from '../core/workload/index.ts';
import type { Account } from './account.ts';
import { keyOf } from './state-kinds.ts';

/**
 * The workloads that hold quota, by ClusterQueue and in the order in which they would have to leave: kept sorted, so
 * that a search for victims reads as many as it needs. Evictions that are being written count as made (S-6.14).
 */
export class ReservingWorkloads {
  readonly #options: SchedulingOptions;
  readonly #byClusterQueue = new Map<string, ReservingWorkload[]>();
  readonly #byKey = new Map<string, ReservingWorkload>();
  /** Workloads that are about to be evicted, with their uids. */
  readonly #expected = new Map<string, string>();

  constructor(options: SchedulingOptions) {
    this.#options = options;
  }

  of(clusterQueue: string): readonly ReservingWorkload[] {
    return this.#byClusterQueue.get(clusterQueue) ?? [];
  }

  keys(): IterableIterator<string> {
    return this.#byKey.keys();
  }

  /** Takes over a workload as it is accounted now. */
  put(workload: Workload, { clusterQueue, usage }: Account): void {
    const key = keyOf(workload);
    if (isEvicted(workload) || this.#expected.get(key) !== workload.metadata.uid) this.#expected.delete(key);
    const isEvictionExpected = this.#expected.has(key);
    this.#insert(
      describeReserving(workload, { clusterQueue, usage, isEvictionExpected, options: this.#options }),
    );
  }

  /** The workload is accounted no more, or differently from now on. */
  take(key: string): void {
    const present = this.#byKey.get(key);
    if (present === undefined) return;
    const workloads = this.#byClusterQueue.get(present.clusterQueue) ?? [];
    workloads.splice(placeOf(present, workloads), 1);
    if (workloads.length === 0) this.#byClusterQueue.delete(present.clusterQueue);
    this.#byKey.delete(key);
  }

  /** The workload holds no quota any more: an eviction of it is done with. */
  forget(key: string): void {
    this.#expected.delete(key);
  }

  isEvictionExpected(key: string): boolean {
    return this.#expected.has(key);
  }

  /** Opens or closes the expectation of an eviction; tells whether there is such a workload, and that was news. */
  expect(key: string, isExpected: boolean): boolean {
    const present = this.#byKey.get(key);
    if (present === undefined || this.#expected.has(key) === isExpected) return false;
    if (isExpected) this.#expected.set(key, present.uid);
    else this.#expected.delete(key);
    this.take(key);
    this.#insert({ ...present, isEvicted: isExpected || isEvicted(present.workload) });
    return true;
  }

  #insert(workload: ReservingWorkload): void {
    const workloads = this.#byClusterQueue.get(workload.clusterQueue);
    if (workloads === undefined) this.#byClusterQueue.set(workload.clusterQueue, [workload]);
    else workloads.splice(placeOf(workload, workloads), 0, workload);
    this.#byKey.set(workload.key, workload);
  }
}

/** Where the workload stands among others, or would stand. */
function placeOf(workload: ReservingWorkload, others: readonly ReservingWorkload[]): number {
  let low = 0;
  let high = others.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareReserving(others[middle] as ReservingWorkload, workload) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
