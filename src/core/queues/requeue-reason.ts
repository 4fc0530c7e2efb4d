import type { QueueingStrategy } from '../../api/index.ts';

/** Why a head comes back from a round (S-3.13). */
export type RequeueReason =
  | ''
  | 'NamespaceMismatch'
  | 'FailedAfterNomination'
  | 'PendingPreemption'
  | 'PendingMigration'
  | 'PreemptionFailed'
  | 'NoFit'
  | 'PreemptionNoCandidates'
  | 'PreemptionGated';

/** Whether the head goes straight back to the heap, to be tried again in the next round (S-3.12). */
export function isImmediate(reason: RequeueReason, strategy: QueueingStrategy): boolean {
  if (strategy === 'StrictFIFO') return reason !== 'NamespaceMismatch';
  return reason === 'FailedAfterNomination' || reason === 'PreemptionFailed' || isWaitingForRoom(reason);
}

/** Whether the head waits for others to leave, and so becomes the preemptor of its ClusterQueue (S-3.15). */
export function isWaitingForRoom(reason: RequeueReason): boolean {
  return reason === 'PendingPreemption' || reason === 'PendingMigration';
}

/** Whether the answer holds for every workload of the same scheduling hash (S-3.14). */
export function holdsForEquivalents(reason: RequeueReason): boolean {
  return reason === 'NoFit' || reason === 'PreemptionNoCandidates';
}
