import type { PendingQueues } from '../core/queues/index.ts';
import { describePending, isAdmissible } from '../core/workload/index.ts';
import type { Workload } from '../api/index.ts';
import type { LimitRangeLists } from './limit-range-lists.ts';
import { doorOf } from './local-queue-doors.ts';
import type { ObjectStores } from './object-stores.ts';
import type { ClusterStateOptions } from './cluster-state-options.ts';
import { localQueueKeyOf } from './state-kinds.ts';

interface Surroundings {
  readonly options: ClusterStateOptions;
  readonly stores: ObjectStores;
  readonly queues: PendingQueues;
  readonly limitRanges: LimitRangeLists;
  workload(key: string): Workload | undefined;
}

/** Keeps each workload in the queue that it belongs into now, or in none (S-3.2, S-3.9). */
export class QueueMembership {
  readonly #picture: Surroundings;

  constructor(picture: Surroundings) {
    this.#picture = picture;
  }

  /** Queues, updates, moves or removes a workload; tells whether that could alter a decision. */
  sync(key: string): boolean {
    const { queues, stores, options } = this.#picture;
    const workload = this.#picture.workload(key);
    const clusterQueue = workload && this.#clusterQueueOf(workload);
    if (workload === undefined || clusterQueue === undefined) return queues.remove(key);
    const pending = describePending(workload, {
      limitRanges: this.#picture.limitRanges.of(workload.metadata.namespace),
      runtimeClass: (name) => stores.get('RuntimeClass', name),
      options: options.scheduling,
    });
    return queues.push(clusterQueue, pending, options.clock());
  }

  /** The ClusterQueue to wait in; none when not admissible, or LocalQueue or ClusterQueue do not exist (S-3.2). */
  #clusterQueueOf(workload: Workload): string | undefined {
    const { queues, stores, options } = this.#picture;
    if (!isAdmissible(workload, options.scheduling)) return undefined;
    const clusterQueue = doorOf(stores.get('LocalQueue', localQueueKeyOf(workload)));
    return clusterQueue !== undefined && queues.hasClusterQueue(clusterQueue) ? clusterQueue : undefined;
  }
}
