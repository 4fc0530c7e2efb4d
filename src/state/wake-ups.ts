import type { PendingQueues } from '../core/queues/index.ts';
import type { QuotaTree } from '../core/quota/index.ts';

/** Requests to look again at parked workloads, collected per tree and run together (S-3.17 to S-3.19). */
export class WakeUps {
  readonly #queues: PendingQueues;
  readonly #tree: QuotaTree;
  readonly #requested = new Set<string>();

  constructor(queues: PendingQueues, tree: QuotaTree) {
    this.#queues = queues;
    this.#tree = tree;
  }

  get hasRequests(): boolean {
    return this.#requested.size > 0;
  }

  /** Asks for a wake-up of the whole trees of these ClusterQueues. */
  request(...clusterQueues: readonly string[]): void {
    for (const name of clusterQueues) this.#requested.add(name);
  }

  /** Runs what was requested; gives the number of workloads that went to the heap. A cyclic tree is left alone (S-2.4). */
  flush(how: { now: number; matchesNamespace(clusterQueue: string, namespace: string): boolean }): number {
    const names = this.#namesOfTrees();
    this.#requested.clear();
    return this.#queues.wake(names, how);
  }

  #namesOfTrees(): string[] {
    const roots = new Set<string>();
    const names: string[] = [];
    for (const name of this.#requested) {
      if (!this.#tree.hasClusterQueue(name) || this.#tree.isCyclic(name)) continue;
      const root = this.#tree.rootOf(name);
      if (roots.has(root)) continue;
      roots.add(root);
      names.push(...this.#tree.clusterQueuesOfTree(name));
    }
    return names;
  }
}
