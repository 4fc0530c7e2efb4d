import type { Workload } from '../../api/index.ts';
import { findCondition, removeCondition, setCondition } from './conditions.ts';
import { evict } from './eviction.ts';
import { messages } from './messages.ts';
import { isEvicted } from './predicates.ts';
import { withStatusFields } from './status-fields.ts';
import type { EpochMs } from './times.ts';

/** Why we deactivate a workload. */
export interface DeactivationInput {
  readonly reason:
    'RequeuingLimitExceeded' | 'MaximumExecutionTimeExceeded' | 'AdmissionCheck' | 'EvictedOnManagerCluster';
  readonly message: string;
}

/** The first of the three writes of a deactivation: its reason, which outlives a crash before the others (L-10.1).
 * A passed execution limit also forgets the time of earlier rounds (L-10.3). */
export function targetDeactivation(workload: Workload, input: DeactivationInput, now: EpochMs): Workload {
  const after = setCondition(workload, { type: 'DeactivationTarget', status: 'True', ...input }, now);
  if (after === workload || input.reason !== 'MaximumExecutionTimeExceeded') return after;
  return withStatusFields(after, { accumulatedPastExecutionTimeSeconds: undefined });
}

/** What an inactive workload needs: the eviction, once, with the cause of the deactivation; after it only what is left
 * of the preparation (L-10.2, Q-14). The same workload when nothing is left to do. */
export function settleInactive(workload: Workload, now: EpochMs): Workload {
  const target = findCondition(workload, 'DeactivationTarget');
  const prepared = withoutRequeueState(removeCondition(workload, 'DeactivationTarget'));
  if (isEvicted(workload)) return prepared;
  const message = target === undefined ? messages.deactivated : messages.deactivatedDueTo(target.message);
  const cause = target === undefined ? {} : { cause: target.reason };
  return evict(prepared, { reason: 'Deactivated', ...cause, message }, now);
}

function withoutRequeueState(workload: Workload): Workload {
  if (workload.status.requeueState === undefined) return workload;
  return withStatusFields(workload, { requeueState: undefined });
}
