import type { LocalQueue } from '../api/index.ts';
import { Multimap } from './multimap.ts';
import { keyOf } from './state-kinds.ts';

/**
 * The ClusterQueue that workloads of a LocalQueue enter. A stopped LocalQueue, or one on its way out, has no door
 * (S-3.2, L-14.3).
 */
export function doorOf(localQueue: LocalQueue | undefined): string | undefined {
  if (localQueue === undefined || localQueue.metadata.deletionTimestamp !== undefined) return undefined;
  return localQueue.spec.stopPolicy === 'None' ? localQueue.spec.clusterQueue : undefined;
}

/** LocalQueues by the ClusterQueue that they name and by namespace, stopped ones included. */
export class LocalQueueIndexes {
  readonly byClusterQueue = new Multimap();
  readonly byNamespace = new Multimap();

  update(before: LocalQueue | undefined, after: LocalQueue | undefined): void {
    if (before) this.#remove(before);
    if (after) this.#add(after);
  }

  #remove(localQueue: LocalQueue): void {
    const key = keyOf(localQueue);
    this.byNamespace.delete(localQueue.metadata.namespace, key);
    if (localQueue.spec.clusterQueue) this.byClusterQueue.delete(localQueue.spec.clusterQueue, key);
  }

  #add(localQueue: LocalQueue): void {
    const key = keyOf(localQueue);
    this.byNamespace.add(localQueue.metadata.namespace, key);
    if (localQueue.spec.clusterQueue) this.byClusterQueue.add(localQueue.spec.clusterQueue, key);
  }
}
