import type { Condition, Workload } from '../../api/index.ts';
import { findCondition } from './conditions.ts';
import type { BackoffPolicy } from './requeue.ts';
import { isActive, isEvicted } from './predicates.ts';
import { parseTime } from './times.ts';
import type { EpochMs } from './times.ts';

/** `waitForPodsReady` of the settings (L-8.1). */
export interface ReadinessPolicy extends BackoffPolicy {
  readonly timeoutMs: number;
  /** Undefined: an unready workload that ran before is never evicted. */
  readonly recoveryTimeoutMs: number | undefined;
  /** Undefined: it is requeued without end. */
  readonly backoffLimitCount: number | undefined;
}

export type ReadinessVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'wait'; readonly forMs: number }
  | { readonly kind: 'evict'; readonly cause: 'WaitForStart' | 'WaitForRecovery' }
  | { readonly kind: 'deactivate' };

export type ExecutionTimeVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'wait'; readonly forMs: number }
  | { readonly kind: 'deactivate'; readonly limitSeconds: number };

/** Whether an admitted workload waited too long for its pods; past the limit of retries it is deactivated (L-8.4). */
export function judgeReadiness(workload: Workload, policy: ReadinessPolicy, now: EpochMs): ReadinessVerdict {
  const deadline = readinessDeadline(workload, policy);
  if (deadline === undefined) return { kind: 'none' };
  if (now < deadline.atMs) return { kind: 'wait', forMs: deadline.atMs - now };
  const retries = (workload.status.requeueState?.count ?? 0) + 1;
  const isExhausted = policy.backoffLimitCount !== undefined && retries > policy.backoffLimitCount;
  return isExhausted ? { kind: 'deactivate' } : { kind: 'evict', cause: deadline.cause };
}

/** Whether an admitted workload has used up its execution time, earlier rounds included (L-10.3). */
export function judgeExecutionTime(workload: Workload, now: EpochMs): ExecutionTimeVerdict {
  const limitSeconds = workload.spec.maximumExecutionTimeSeconds;
  const admitted = findCondition(workload, 'Admitted');
  if (limitSeconds === undefined || admitted?.status !== 'True') return { kind: 'none' };
  const usedMs = (workload.status.accumulatedPastExecutionTimeSeconds ?? 0) * 1000;
  const remainingMs = limitSeconds * 1000 - usedMs - (now - parseTime(admitted.lastTransitionTime));
  if (remainingMs > 0) return { kind: 'wait', forMs: remainingMs };
  const isTargeted = findCondition(workload, 'DeactivationTarget')?.status === 'True';
  return isTargeted ? { kind: 'none' } : { kind: 'deactivate', limitSeconds };
}

interface Deadline {
  readonly atMs: EpochMs;
  readonly cause: 'WaitForStart' | 'WaitForRecovery';
}

function readinessDeadline(workload: Workload, policy: ReadinessPolicy): Deadline | undefined {
  const admitted = findCondition(workload, 'Admitted');
  if (admitted?.status !== 'True' || !isActive(workload) || isEvicted(workload)) return undefined;
  const ready = findCondition(workload, 'PodsReady');
  if (ready === undefined) return startDeadline(admitted, policy);
  if (ready.status === 'True') return undefined;
  switch (ready.reason) {
    case 'WaitForStart':
    case 'PodsReady': // An old spelling of WaitForStart.
      return startDeadline(admitted, policy);
    case 'WaitForRecovery':
      return recoveryDeadline(ready, policy);
    default:
      return undefined;
  }
}

function startDeadline(admitted: Condition, { timeoutMs }: ReadinessPolicy): Deadline {
  return { atMs: parseTime(admitted.lastTransitionTime) + timeoutMs, cause: 'WaitForStart' };
}

function recoveryDeadline(ready: Condition, { recoveryTimeoutMs }: ReadinessPolicy): Deadline | undefined {
  if (recoveryTimeoutMs === undefined) return undefined;
  return { atMs: parseTime(ready.lastTransitionTime) + recoveryTimeoutMs, cause: 'WaitForRecovery' };
}
