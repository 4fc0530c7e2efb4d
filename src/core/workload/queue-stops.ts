import type { QuotaReservedReason, Workload } from '../../api/index.ts';
import type { EvictionReason } from './eviction.ts';
import { messages } from './messages.ts';
import { isAdmitted, isEvicted } from './predicates.ts';

/** How a queue stands to a workload that holds quota. */
export interface QueueStanding {
  readonly name: string;
  /** Undefined when the queue is missing or being deleted. */
  readonly stopPolicy: 'None' | 'Hold' | 'HoldAndDrain' | undefined;
}

export interface QueueStandings {
  readonly localQueue: QueueStanding;
  /** The queue of the admission. */
  readonly clusterQueue: QueueStanding;
}

export type QueueVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'evict'; readonly reason: EvictionReason; readonly message: string }
  | { readonly kind: 'unset'; readonly reason: QuotaReservedReason; readonly message: string };

const none: QueueVerdict = { kind: 'none' };

/** What a stopped or missing queue means for a workload with quota: an admitted one leaves only when drained, one that
 * merely reserves loses the reservation; the LocalQueue speaks first (L-6.2). */
export function judgeQueues(workload: Workload, { localQueue, clusterQueue }: QueueStandings): QueueVerdict {
  if (isAdmitted(workload)) return judgeDrain(workload, localQueue, clusterQueue);
  const first = judgeReserved(localQueue, {
    held: messages.localQueueHeld(localQueue.name),
    gone: messages.localQueueGone(localQueue.name),
  });
  if (first.kind !== 'none') return first;
  return judgeReserved(clusterQueue, {
    held: messages.clusterQueueHeld(clusterQueue.name),
    gone: messages.clusterQueueGone(clusterQueue.name),
  });
}

function judgeDrain(
  workload: Workload,
  localQueue: QueueStanding,
  clusterQueue: QueueStanding,
): QueueVerdict {
  if (isEvicted(workload)) return none;
  if (localQueue.stopPolicy === 'HoldAndDrain') {
    return { kind: 'evict', reason: 'LocalQueueStopped', message: messages.localQueueStopped };
  }
  if (clusterQueue.stopPolicy === 'HoldAndDrain') {
    return { kind: 'evict', reason: 'ClusterQueueStopped', message: messages.clusterQueueStopped };
  }
  return none;
}

function judgeReserved(
  { stopPolicy }: QueueStanding,
  texts: { readonly held: string; readonly gone: string },
): QueueVerdict {
  if (stopPolicy === 'None') return none;
  if (stopPolicy === undefined) return { kind: 'unset', reason: 'Misconfigured', message: texts.gone };
  return { kind: 'unset', reason: 'Suspended', message: texts.held };
}
