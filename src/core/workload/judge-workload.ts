import type { Workload } from '../../api/index.ts';
import { judgeChecks, syncAdmissionChecks } from './admission-checks.ts';
import { syncAdmitted } from './admitted.ts';
import { findCondition, isConditionTrue, setCondition } from './conditions.ts';
import { settleInactive, targetDeactivation } from './deactivation.ts';
import { evict } from './eviction.ts';
import type { Eviction } from './eviction.ts';
import { keys } from './keys.ts';
import { controllerReason, messages } from './messages.ts';
import type { SchedulingOptions } from './options.ts';
import { recordUnadmitted } from './pending-resolution.ts';
import type { UnadmittedContext } from './pending-resolution.ts';
import {
  admissionGate,
  hasQuotaReservation,
  isActive,
  isAdmitted,
  isEvicted,
  isFinished,
  requeueAtMs,
} from './predicates.ts';
import { judgeQueues } from './queue-stops.ts';
import type { QueueStandings } from './queue-stops.ts';
import { clearRequeueAt, delayByChecks, unlockRequeued, withBackoff } from './requeue.ts';
import { unsetReservation } from './reservation.ts';
import { judgeExecutionTime, judgeReadiness } from './timers.ts';
import type { ReadinessPolicy } from './timers.ts';
import type { EpochMs } from './times.ts';

/** What a Workload stands among when it is looked at. */
export interface Surroundings {
  readonly unadmitted: UnadmittedContext;
  readonly standings: QueueStandings;
  /** Undefined while LocalQueue or ClusterQueue are not known, so that checks are left alone (W13). */
  readonly requiredChecks: readonly string[] | undefined;
}

/** The settings that a Workload is judged by. */
export interface LifePolicy {
  readonly options: SchedulingOptions;
  /** Undefined: readiness is not waited for. */
  readonly readiness: ReadinessPolicy | undefined;
  /** Goes away with gate FinishOrphanedWorkloads. */
  readonly finishOrphanedWorkloads: boolean;
  /** In [0, 1), for the jitter of back-offs. */
  readonly random: number;
}

/** Something to tell about a Workload when the write that comes with it has succeeded. */
export interface Tiding {
  readonly kind: 'evicted' | 'admitted' | 'checkRejected' | 'executionTimeExceeded' | 'gated' | 'gateCleared';
  readonly message: string;
}

/** The next step in a Workload's life; a write ends the pass and brings the next. */
export type LifeVerdict =
  | { readonly kind: 'rest'; readonly comeBackMs: number | undefined }
  | { readonly kind: 'write'; readonly after: Workload; readonly tidings: readonly Tiding[] }
  | { readonly kind: 'deactivate' }
  | { readonly kind: 'retain' }
  | { readonly kind: 'orphan'; readonly mustFinish: boolean };

/** Decides the next step of one Workload (L-6.1 W2 to W15); the first rule that acts ends the pass. */
export function judgeWorkload(
  workload: Workload,
  { surroundings, policy }: { readonly surroundings: Surroundings; readonly policy: LifePolicy },
  now: EpochMs,
): LifeVerdict {
  const orphan = judgeOrphan(workload, policy);
  if (orphan) return orphan;
  if (isFinished(workload)) return { kind: 'retain' };
  const waiting = judgeWaiting(workload, surroundings, now);
  if (waiting) return waiting;
  const gated = judgeGate(workload, policy.options, now);
  if (gated) return gated;
  const { requiredChecks } = surroundings;
  const synced = requiredChecks ? syncAdmissionChecks(workload, requiredChecks, now) : workload;
  if (synced !== workload) return write(synced);
  if (!isAdmitted(workload)) {
    const recorded = recordOrAdmit(workload, surroundings.unadmitted, now);
    if (recorded) return recorded;
  }
  if (!hasQuotaReservation(workload)) return { kind: 'rest', comeBackMs: undefined };
  return judgeReserved(workload, { surroundings, policy }, now);
}

/** W2. */
function judgeOrphan(
  { metadata }: Workload,
  { finishOrphanedWorkloads }: LifePolicy,
): LifeVerdict | undefined {
  if ((metadata.ownerReferences ?? []).length > 0) return undefined;
  if (metadata.deletionTimestamp !== undefined) return { kind: 'orphan', mustFinish: false };
  const wasOwned = (metadata.labels?.[keys.jobUid] ?? '') !== '';
  return finishOrphanedWorkloads && wasOwned ? { kind: 'orphan', mustFinish: true } : undefined;
}

/** W6, W9 to W11: deactivation, back-off and locks. */
function judgeWaiting(
  workload: Workload,
  { unadmitted, standings }: Surroundings,
  now: EpochMs,
): LifeVerdict | undefined {
  if (!hasQuotaReservation(workload)) {
    const delayed = delayByChecks(workload, now);
    if (delayed !== workload) return write(delayed);
  }
  if (!isActive(workload)) {
    const settled = settleInactive(workload, now);
    return settled === workload ? undefined : write(settled, evictionTidings(workload, settled));
  }
  if (isConditionTrue(workload, 'DeactivationTarget')) return { kind: 'deactivate' };
  const dueMs = requeueAtMs(workload);
  if (dueMs !== undefined && !hasQuotaReservation(workload)) {
    return dueMs > now ? { kind: 'rest', comeBackMs: dueMs - now } : write(clearRequeueAt(workload));
  }
  const stops = {
    localQueueStopPolicy: unadmitted.localQueueStopPolicy,
    clusterQueueStopPolicy: standings.clusterQueue.stopPolicy,
  };
  const unlocked = unlockRequeued(workload, stops, now);
  return unlocked === workload ? undefined : write(unlocked);
}

/** W12. */
function judgeGate(workload: Workload, options: SchedulingOptions, now: EpochMs): LifeVerdict | undefined {
  if (!options.admissionGatedBy) return undefined;
  const gate = admissionGate(workload, options);
  const isMarked = findCondition(workload, 'QuotaReserved')?.reason === 'AdmissionGated';
  if (gate !== undefined && !isMarked) {
    const message = messages.admissionGated(gate);
    const after = unsetReservation(workload, { reason: 'AdmissionGated', message, options }, now);
    return write(after, [{ kind: 'gated', message: messages.admissionGatedEvent(gate) }]);
  }
  if (gate !== undefined || !isMarked) return undefined;
  const reason = controllerReason('PendingEvaluation', options);
  const message = messages.admissionGateCleared;
  const after = setCondition(workload, { type: 'QuotaReserved', status: 'False', reason, message }, now);
  return write(after, [{ kind: 'gateCleared', message: messages.admissionGateClearedEvent }]);
}

/** W14. */
function recordOrAdmit(
  workload: Workload,
  context: UnadmittedContext,
  now: EpochMs,
): LifeVerdict | undefined {
  const recorded = hasQuotaReservation(workload)
    ? syncAdmitted(workload, context.options, now)
    : recordUnadmitted(workload, context, now);
  if (recorded === workload) return undefined;
  const tidings: Tiding[] = isAdmitted(recorded) ? [{ kind: 'admitted', message: '' }] : [];
  return write(recorded, tidings);
}

/** W15: checks, queues, and both timers. */
function judgeReserved(
  workload: Workload,
  { surroundings, policy }: { readonly surroundings: Surroundings; readonly policy: LifePolicy },
  now: EpochMs,
): LifeVerdict {
  if (isEvicted(workload)) return { kind: 'rest', comeBackMs: undefined };
  const checks = judgeChecks(workload);
  if (checks.kind === 'deactivate') {
    const target = targetDeactivation(workload, { reason: 'AdmissionCheck', message: checks.message }, now);
    return write(target, [{ kind: 'checkRejected', message: `Deactivated due to ${checks.message}` }]);
  }
  if (checks.kind === 'evict') {
    // The delay that a check asks for passes while the workload is pending, not while it holds quota.
    return writeEviction(
      delayByChecks(workload, now),
      { reason: 'AdmissionCheck', message: checks.message },
      now,
    );
  }
  const queues = judgeQueues(workload, surroundings.standings);
  if (queues.kind === 'evict') return writeEviction(workload, queues, now);
  if (queues.kind === 'unset') {
    const reason = controllerReason(queues.reason, policy.options);
    return write(
      unsetReservation(workload, { reason, message: queues.message, options: policy.options }, now),
    );
  }
  return judgeTimers(workload, policy, now);
}

function judgeTimers(workload: Workload, policy: LifePolicy, now: EpochMs): LifeVerdict {
  const { readiness, random } = policy;
  const ready = readiness ? judgeReadiness(workload, readiness, now) : ({ kind: 'none' } as const);
  if (ready.kind === 'deactivate') {
    const message = messages.requeuingLimitExceeded;
    return write(targetDeactivation(workload, { reason: 'RequeuingLimitExceeded', message }, now));
  }
  if (ready.kind === 'evict' && readiness) {
    const { namespace, name } = workload.metadata;
    const message = messages.podsReadyTimeout(namespace, name);
    const prepared = withBackoff(workload, { policy: readiness, random }, now);
    return writeEviction(prepared, { reason: 'PodsReadyTimeout', cause: ready.cause, message }, now);
  }
  const execution = judgeExecutionTime(workload, now);
  if (execution.kind === 'deactivate') {
    const message = messages.maximumExecutionTimeExceeded;
    const target = targetDeactivation(workload, { reason: 'MaximumExecutionTimeExceeded', message }, now);
    const told = messages.maximumExecutionTimeEvent(execution.limitSeconds);
    return write(target, [{ kind: 'executionTimeExceeded', message: told }]);
  }
  const waits = [ready, execution].flatMap((verdict) => (verdict.kind === 'wait' ? [verdict.forMs] : []));
  return { kind: 'rest', comeBackMs: waits.length === 0 ? undefined : Math.min(...waits) };
}

function writeEviction(prepared: Workload, eviction: Eviction, now: EpochMs): LifeVerdict {
  const after = evict(prepared, eviction, now);
  return write(after, evictionTidings(prepared, after));
}

/** An eviction is told only of a workload that held something (L-7.1). */
function evictionTidings(before: Workload, after: Workload): Tiding[] {
  const condition = findCondition(after, 'Evicted');
  const isNew = isEvicted(after) && !isEvicted(before);
  return isNew && before.status.admission && condition
    ? [{ kind: 'evicted', message: condition.message }]
    : [];
}

function write(after: Workload, tidings: readonly Tiding[] = []): LifeVerdict {
  return { kind: 'write', after, tidings };
}
