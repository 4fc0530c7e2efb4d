import type { Condition, EvictionCount, Workload } from '../api/index.ts';

/** The condition of this type if it is True. */
export function trueCondition(workload: Workload, type: string): Condition | undefined {
  return workload.status.conditions?.find(
    (condition) => condition.type === type && condition.status === 'True',
  );
}

/** The label `priority_class` (O-9.9). */
export function priorityClassLabel({ spec }: Workload): string {
  return spec.priorityClassRef?.name ?? '';
}

/** Since when a workload waits: its last requeue, else its creation (O-10.13). */
export function queueStartMs({ metadata, status }: Workload): number {
  const requeued = status.conditions?.find(({ type }) => type === 'Requeued');
  return Date.parse(requeued?.lastTransitionTime ?? metadata.creationTimestamp);
}

/** Past runs together with the last one, which ended with the workload (O-10.14). */
export function executionSeconds(finished: Workload): number | undefined {
  const admittedAt = trueCondition(finished, 'Admitted')?.lastTransitionTime;
  const finishedAt = trueCondition(finished, 'Finished')?.lastTransitionTime;
  if (admittedAt === undefined || finishedAt === undefined) return undefined;
  const past = finished.status.accumulatedPastExecutionTimeSeconds ?? 0;
  return Math.max(0, past + (Date.parse(finishedAt) - Date.parse(admittedAt)) / 1000);
}

/** The eviction that was counted between two versions of a workload, and whether it was the first of its kind. */
export function findEviction(
  before: Workload,
  after: Workload,
): (EvictionCount & { readonly isFirst: boolean }) | undefined {
  const known = before.status.schedulingStats?.evictions ?? [];
  for (const entry of after.status.schedulingStats?.evictions ?? []) {
    const earlier = known.find(
      ({ reason, underlyingCause }) => reason === entry.reason && underlyingCause === entry.underlyingCause,
    );
    const earlierCount = earlier?.count ?? 0;
    if (entry.count > earlierCount) return { ...entry, isFirst: earlierCount === 0 };
  }
  return undefined;
}
