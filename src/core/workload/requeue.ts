import type { ConditionStatus, RequeueState, Workload } from '../../api/index.ts';
import { findCondition, setCondition } from './conditions.ts';
import { messages } from './messages.ts';
import { isActive, requeueAtMs } from './predicates.ts';
import { withStatusFields } from './status-fields.ts';
import { formatTime, parseTime } from './times.ts';
import type { EpochMs } from './times.ts';

export interface RequeuedInput {
  readonly status: Exclude<ConditionStatus, 'Unknown'>;
  readonly reason: string;
  readonly message: string;
}

export interface BackoffPolicy {
  readonly backoffBaseSeconds: number;
  /** 0 means no cap. */
  readonly backoffMaxSeconds: number;
}

export interface QueueStops {
  /** Undefined when the queue is unknown. */
  readonly localQueueStopPolicy: string | undefined;
  readonly clusterQueueStopPolicy: string | undefined;
}

const JITTER_MAX = 0.0001;

/** Locks a workload out of scheduling, or lets it in again (L-5.2 Requeued). */
function setRequeued(workload: Workload, input: RequeuedInput, now: EpochMs): Workload {
  return setCondition(workload, { type: 'Requeued', ...input }, now);
}

/** The wait before the n-th retry: doubling from the base, capped, with a little jitter; `random` in [0, 1) (L-8.5). */
export function backoffMs(attempt: number, policy: BackoffPolicy, random: number): number {
  const { backoffBaseSeconds: base, backoffMaxSeconds: max } = policy;
  const doubled = base * 2 ** (attempt - 1);
  const isCapped = attempt > 1 && max > 0 && doubled > max;
  return Math.round((isCapped ? max : doubled) * 1000 * (1 + random * JITTER_MAX));
}

/** Counts one more requeue and sets when it may be scheduled again: the preparation of a timeout (L-8.5). */
export function withBackoff(
  workload: Workload,
  { policy, random }: { readonly policy: BackoffPolicy; readonly random: number },
  now: EpochMs,
): Workload {
  const count = (workload.status.requeueState?.count ?? 0) + 1;
  const due = now + backoffMs(count, policy, random);
  const requeueAt = formatTime(Math.max(requeueAtMs(workload) ?? due, due));
  return withStatusFields(workload, { requeueState: { count, requeueAt } });
}

/** Takes over the delay that checks in state Retry ask for, if it is later than the present one (L-6.1 W6). */
export function delayByChecks(workload: Workload, now: EpochMs): Workload {
  const times = (workload.status.admissionChecks ?? [])
    .filter(({ state, requeueAfterSeconds }) => state === 'Retry' && requeueAfterSeconds !== undefined)
    .map((check) => parseTime(check.lastTransitionTime) + (check.requeueAfterSeconds ?? 0) * 1000)
    .filter((time) => !Number.isNaN(time));
  const latest = Math.max(...times, -Infinity);
  if (latest <= now || latest <= (requeueAtMs(workload) ?? -Infinity)) return workload;
  const requeueState: RequeueState = { ...workload.status.requeueState, requeueAt: formatTime(latest) };
  return withStatusFields(workload, { requeueState });
}

/** Takes the requeue time away and keeps the count (L-6.1 W9b). */
export function clearRequeueAt(workload: Workload): Workload {
  const { requeueAt, ...kept } = workload.status.requeueState ?? {};
  if (requeueAt === undefined) return workload;
  return withStatusFields(workload, { requeueState: kept.count === undefined ? undefined : kept });
}

/** Opens the lock `Requeued=False` when what it waits for has come: reactivation, the end of the back-off, or a queue
 * that runs again; otherwise the same workload (L-7.5, L-6.1 W9c, W11, W13). */
export function unlockRequeued(workload: Workload, stops: QueueStops, now: EpochMs): Workload {
  const requeued = findCondition(workload, 'Requeued');
  if (requeued?.status !== 'False') return workload;
  const opening = findOpening(workload, requeued.reason, { ...stops, now });
  if (opening === undefined) return workload;
  const prepared = opening.reason === 'BackoffFinished' ? clearRequeueAt(workload) : workload;
  return setRequeued(prepared, { status: 'True', ...opening }, now);
}

type Opening = Pick<RequeuedInput, 'reason' | 'message'>;

const openings = {
  reactivated: { reason: 'Reactivated', message: messages.reactivated },
  backoffFinished: { reason: 'BackoffFinished', message: messages.backoffFinished },
  localQueueRestarted: { reason: 'LocalQueueRestarted', message: messages.localQueueRestarted },
  clusterQueueRestarted: { reason: 'ClusterQueueRestarted', message: messages.clusterQueueRestarted },
} as const satisfies Record<string, Opening>;

function findOpening(
  workload: Workload,
  lock: string,
  stops: QueueStops & { readonly now: EpochMs },
): Opening | undefined {
  switch (lock) {
    case 'PodsReadyTimeout':
    case 'AdmissionCheck':
      return when(isActive(workload) && isDue(workload, stops.now), openings.backoffFinished);
    case 'LocalQueueStopped':
      return when(stops.localQueueStopPolicy === 'None', openings.localQueueRestarted);
    case 'ClusterQueueStopped':
      return when(stops.clusterQueueStopPolicy === 'None', openings.clusterQueueRestarted);
    default:
      // Deactivations by us carry a cause behind the word; they open on reactivation too.
      return when(isActive(workload) && lock.startsWith('Deactivated'), openings.reactivated);
  }
}

function when(isOpen: boolean, opening: Opening): Opening | undefined {
  return isOpen ? opening : undefined;
}

function isDue(workload: Workload, now: EpochMs): boolean {
  return (requeueAtMs(workload) ?? now) <= now;
}
