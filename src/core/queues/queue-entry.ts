import type { PendingWorkload } from '../workload/index.ts';
import type { HeapItem, IndexedHeap } from './indexed-heap.ts';

/**
 * Workloads of one LocalQueue and scheduling hash, in heap order. They stand and are parked together, so that parking
 * a hash (S-3.14) and waking it (S-3.17) cost as much for one workload as for a hundred thousand.
 */
export interface Bucket extends HeapItem {
  readonly kind: 'bucket';
  readonly hash: string;
  readonly localQueue: string;
  /** Of that LocalQueue. */
  readonly namespace: string;
  /** Past usage of the LocalQueue, which counts before all else where it counts (S-3.3 step 1). */
  usage: number;
  readonly entries: IndexedHeap<QueueEntry>;
  isParked: boolean;
}

/**
 * Where an entry stands: in a bucket (heap or parked, as the bucket says), parked alone, parked while locked or
 * backed off, or popped.
 */
export type Standing =
  | Bucket
  | { readonly kind: 'alone' }
  | { readonly kind: 'heldBack' }
  | { readonly kind: 'inFlight' }
  | { readonly kind: 'nowhere' };

/** A pending workload in a ClusterQueue; `position` is that in its bucket or among the back-off timers. */
export interface QueueEntry extends HeapItem {
  clusterQueue: string;
  /** The newest version, also while an older one is in flight. */
  pending: PendingWorkload;
  standing: Standing;
  /** The wake-up count of the line when this very workload was evaluated and parked; -1 if it was not. */
  evaluatedIn: number;
}

export const alone: Standing = { kind: 'alone' };
export const heldBack: Standing = { kind: 'heldBack' };
export const inFlight: Standing = { kind: 'inFlight' };
export const nowhere: Standing = { kind: 'nowhere' };
