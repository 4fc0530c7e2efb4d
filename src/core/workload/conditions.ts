import type { Condition, ConditionStatus, ConditionType, Workload } from '../../api/index.ts';
import { formatTime } from './times.ts';
import type { EpochMs } from './times.ts';
import { truncateBytes } from './truncate.ts';

/** What is to be said by a condition; time and generation are filled in while writing. */
export interface ConditionInput {
  readonly type: ConditionType;
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
}

const MESSAGE_BYTES_MAX = 32_768;

/** The condition of a type, if the workload has it. */
export function findCondition(workload: Workload, type: ConditionType): Condition | undefined {
  return workload.status.conditions?.find((condition) => condition.type === type);
}

/** Whether the condition of a type is there and True; an absent one is neither True nor False (L-1.1). */
export function isConditionTrue(workload: Workload, type: ConditionType): boolean {
  return findCondition(workload, type)?.status === 'True';
}

/** Whether the condition of a type is there and False (L-1.1). */
export function isConditionFalse(workload: Workload, type: ConditionType): boolean {
  return findCondition(workload, type)?.status === 'False';
}

/** The list with one condition written: appended, or replaced with the transition time moved only by a change of
 * status; the same list when nothing changes (A-1.7, A-1.8, L-1.2). */
export function withCondition(
  conditions: readonly Condition[],
  written: ConditionInput & { readonly observedGeneration?: number },
  now: EpochMs,
): readonly Condition[] {
  const index = conditions.findIndex((condition) => condition.type === written.type);
  const old = conditions[index];
  const message = truncateBytes(written.message, MESSAGE_BYTES_MAX);
  if (old !== undefined && isSame(old, { ...written, message })) return conditions;
  const condition: Condition = {
    type: written.type,
    status: written.status,
    reason: written.reason,
    message,
    lastTransitionTime: old?.status === written.status ? old.lastTransitionTime : formatTime(now),
    ...(written.observedGeneration === undefined ? {} : { observedGeneration: written.observedGeneration }),
  };
  return old === undefined ? [...conditions, condition] : conditions.with(index, condition);
}

/** The workload with one condition written; the same workload when nothing changes. The generation is that of the
 * workload, except on `Preempted=True`, which carries none (L-1.2). */
export function setCondition(workload: Workload, written: ConditionInput, now: EpochMs): Workload {
  const before = workload.status.conditions ?? [];
  const isUnversioned = written.type === 'Preempted' && written.status === 'True';
  const observedGeneration = isUnversioned ? undefined : workload.metadata.generation;
  const after = withCondition(before, { ...written, observedGeneration }, now);
  if (after === before) return workload;
  return { ...workload, status: { ...workload.status, conditions: [...after] } };
}

/** The workload without the condition of a type; the same workload when it has none. */
export function removeCondition(workload: Workload, type: ConditionType): Workload {
  if (findCondition(workload, type) === undefined) return workload;
  const conditions = (workload.status.conditions ?? []).filter((condition) => condition.type !== type);
  return { ...workload, status: { ...workload.status, conditions } };
}

function isSame(old: Condition, written: ConditionInput & { observedGeneration?: number }): boolean {
  return (
    old.status === written.status &&
    old.reason === written.reason &&
    old.message === written.message &&
    old.observedGeneration === written.observedGeneration
  );
}
