import { eventComponents, eventReasons, finishedReasons } from '../api/index.ts';
import type { Workload } from '../api/index.ts';
import { findCondition, finish, judgeWorkload, messages } from '../core/workload/index.ts';
import type { Tiding } from '../core/workload/index.ts';
import type { ReconcileResult } from '../kube/index.ts';
import { queuedSinceMs, wholeSeconds } from './admission-writer.ts';
import { keyOf } from '../state/index.ts';
import type { ControllerContext } from './context.ts';
import { removeFinalizer } from './in-use-finalizer.ts';
import { done, resultOf } from './outcomes.ts';
import { deleteFinished } from './retention.ts';
import { surroundingsOf } from './workload-surroundings.ts';
import { announceOnWorkload, writeWorkloadStatus } from './workload-writes.ts';

const component = eventComponents.workloadController;

const tidingEvents = {
  checkRejected: { reason: eventReasons.admissionCheckRejected, type: 'Warning' },
  executionTimeExceeded: { reason: eventReasons.maximumExecutionTimeExceeded, type: 'Warning' },
  gated: { reason: eventReasons.admissionGated, type: 'Normal' },
  gateCleared: { reason: eventReasons.admissionGateCleared, type: 'Normal' },
} as const;

/** Leads each Workload through its life: locks, gates, checks, evictions, timers, its end (L-6.1). */
export class WorkloadController {
  readonly #context: ControllerContext;
  readonly #random: () => number;

  constructor(context: ControllerContext, random: () => number) {
    this.#context = context;
    this.#random = random;
  }

  /** One pass over one Workload; a write ends it, and the write's answer brings the next. */
  async reconcile(key: string): Promise<ReconcileResult> {
    const { state, settings, clock, objects } = this.#context;
    const workload = state.get('Workload', key);
    // What is only assumed is not the API server's yet: its answer comes as an event of its own.
    if (!workload || state.isAssumed(key)) return done;
    const policy = {
      options: settings.scheduling,
      readiness: settings.readiness,
      finishOrphanedWorkloads: settings.finishOrphanedWorkloads,
      random: this.#random(),
    };
    const surroundings = surroundingsOf(this.#context, workload);
    const verdict = judgeWorkload(workload, { surroundings, policy }, clock.now());
    switch (verdict.kind) {
      case 'rest':
        return verdict.comeBackMs === undefined ? done : { kind: 'again', afterMs: verdict.comeBackMs };
      case 'write':
        return this.#write(workload, verdict.after, verdict.tidings);
      case 'deactivate': {
        const body = { spec: { active: false } };
        const outcome = await objects.patchBody('Workload', workload, { body, class: 'admission' });
        return resultOf(outcome, `deactivate workload ${key}`);
      }
      case 'retain':
        return deleteFinished(this.#context, workload);
      case 'orphan':
        return this.#endOrphan(workload, verdict.mustFinish);
    }
  }

  async #write(before: Workload, after: Workload, tidings: readonly Tiding[]): Promise<ReconcileResult> {
    const outcome = await writeWorkloadStatus(this.#context, { before, after }, 'admission');
    if (outcome.kind === 'ok') for (const tiding of tidings) this.#tell(before, after, tiding);
    return resultOf(outcome, `write status of workload ${keyOf(before)}`);
  }

  async #endOrphan(workload: Workload, mustFinish: boolean): Promise<ReconcileResult> {
    const message = "The workload's owner no longer exists";
    const reason = finishedReasons.ownerNotFound;
    const finished = mustFinish ? finish(workload, { reason, message }, this.#context.clock.now()) : workload;
    if (finished !== workload) {
      const written = await writeWorkloadStatus(
        this.#context,
        { before: workload, after: finished },
        'finish',
      );
      if (written.kind === 'ok') this.#context.metrics.recordFinished(finished);
      return resultOf(written, `finish workload ${keyOf(workload)}`);
    }
    const outcome = await removeFinalizer(this.#context, 'Workload', workload);
    const isReleased = outcome.kind === 'skipped' && mustFinish;
    if (isReleased) return deleteFinished(this.#context, workload);
    return resultOf(outcome, `release workload ${keyOf(workload)}`);
  }

  #tell(before: Workload, after: Workload, tiding: Tiding): void {
    switch (tiding.kind) {
      case 'admitted':
        return this.#tellAdmitted(before, after);
      case 'evicted':
        return this.#tellEvicted(before, after, tiding.message);
      case 'checkRejected':
      case 'executionTimeExceeded':
      case 'gated':
      case 'gateCleared':
        announceOnWorkload(this.#context, after, {
          ...tidingEvents[tiding.kind],
          note: tiding.message,
          component,
        });
    }
  }

  #tellAdmitted(before: Workload, after: Workload): void {
    const { clock, metrics } = this.#context;
    const clusterQueue = after.status.admission?.clusterQueue ?? '';
    const now = clock.now();
    const reserved = findCondition(before, 'QuotaReserved')?.lastTransitionTime;
    const checksWaitedMs = Math.max(0, now - Date.parse(reserved ?? before.metadata.creationTimestamp));
    const waitedMs = Math.max(0, now - queuedSinceMs(before));
    const note = messages.admittedEvent(clusterQueue, wholeSeconds(checksWaitedMs));
    announceOnWorkload(this.#context, after, { reason: eventReasons.admitted, note, component });
    metrics.recordAdmitted({ workload: after, clusterQueue, waitedMs, checksWaitedMs });
  }

  #tellEvicted(before: Workload, after: Workload, note: string): void {
    const { clock, metrics } = this.#context;
    const reason = `${eventReasons.evictedDueToPrefix}${findCondition(after, 'Evicted')?.reason ?? ''}`;
    announceOnWorkload(this.#context, after, { reason, note, component });
    metrics.recordEvicted(before, after, clock.now());
  }
}
