import { eventComponents, eventReasons, evictedReasons } from '../api/index.ts';
import type { Condition, Workload } from '../api/index.ts';
import { findCondition, isActive } from '../core/workload/index.ts';
import type { ReconcileResult } from '../kube/index.ts';
import { keyOf } from '../state/index.ts';
import type { ControllerContext } from './context.ts';
import { announceOnJob } from './job-events.ts';
import type { IntegratedJob } from './integrated-job.ts';
import { done, resultOf } from './outcomes.ts';
import { removeFinalizer } from './in-use-finalizer.ts';
import { announceOnWorkload } from './workload-writes.ts';

/** Deletes a finished Workload once its time is over; its job stays (L-10.5). */
export async function deleteFinished(
  context: ControllerContext,
  workload: Workload,
): Promise<ReconcileResult> {
  const { settings, clock } = context;
  if (settings.finishedRetentionMs === undefined) return done;
  const leftMs = remainingMs(findCondition(workload, 'Finished'), settings.finishedRetentionMs, clock.now());
  if (leftMs > 0) return { kind: 'again', afterMs: leftMs };
  const released = await removeFinalizer(context, 'Workload', workload);
  if (released.kind === 'conflict') return resultOf(released, `release workload ${keyOf(workload)}`);
  if (workload.metadata.deletionTimestamp !== undefined) return done;
  const outcome = await context.objects.delete('Workload', workload);
  if (outcome.kind === 'ok') {
    announceOnWorkload(context, workload, {
      reason: eventReasons.deleted,
      note: 'Deleted finished workload due to elapsed retention',
      component: eventComponents.workloadController,
    });
  }
  return resultOf(outcome, `delete workload ${keyOf(workload)}`);
}

/** Deletes the job of a Workload that was deactivated by the controller itself, never by a user (L-10.6). */
export async function deleteAfterDeactivation(
  context: ControllerContext,
  target: IntegratedJob,
  workload: Workload,
): Promise<ReconcileResult> {
  const { integration, job } = target;
  const { settings, clock } = context;
  const reason = findCondition(workload, 'Evicted')?.reason ?? '';
  const isOurs = !isActive(workload) && reason.startsWith(evictedReasons.deactivatedDueToPrefix);
  if (settings.deactivatedRetentionMs === undefined || !isOurs) return done;
  const leftMs = remainingMs(
    findCondition(workload, 'Evicted'),
    settings.deactivatedRetentionMs,
    clock.now(),
  );
  if (leftMs > 0) return { kind: 'again', afterMs: leftMs };
  const outcome = await context.objects.delete(integration.framework, job);
  if (outcome.kind === 'ok') {
    const note = 'Deleted job: deactivation retention period expired';
    announceOnJob(context, target, { reason: eventReasons.deleted, note });
  }
  return resultOf(outcome, `delete job ${keyOf(job)}`);
}

/** Milliseconds until the retention after a condition's transition is over; not positive when it is. */
function remainingMs(condition: Condition | undefined, retentionMs: number, now: number): number {
  return condition === undefined ? 0 : Date.parse(condition.lastTransitionTime) + retentionMs - now;
}
