import { eventComponents, eventReasons } from '../api/index.ts';
import type { Workload } from '../api/index.ts';
import type { AdmitDecision } from '../core/cycle/index.ts';
import {
  findCondition,
  hasQuotaReservation,
  isAdmitted,
  messages,
  reserveQuota,
  setPodsReady,
} from '../core/workload/index.ts';
import type { WriteOutcome } from '../kube/index.ts';
import type { ControllerContext } from './context.ts';
import { announceOnWorkload, writeWorkloadStatus } from './workload-writes.ts';

/** A refusal would be repeated at once, as the workload fits as before: it is tried again after this time. */
const REFUSED_PAUSE_MS = 1000;

/** Carries admissions out: assumed in the state at once, then written; forgotten when the write fails (S-4.22 to S-4.25). */
export class AdmissionWriter {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  /** Assumes the admission before it returns, so that the next round counts it; the write goes on by itself. */
  admit(decision: AdmitDecision): void {
    const { state, clock, logger, settings } = this.#context;
    const { key, workload: before } = decision.head.pending;
    const { admission, requiredChecks } = decision;
    const options = settings.scheduling;
    const now = clock.now();
    const reserved = reserveQuota(before, { admission, requiredChecks, options }, now);
    const after = settings.readiness ? setPodsReady(reserved, false, now) : reserved;
    const assumed = state.assume(key, after);
    if (assumed !== 'assumed') {
      logger.warn('Failed to admit workload', { workload: key, why: assumed });
      return;
    }
    void this.#write(decision, { before, after });
  }

  async #write(decision: AdmitDecision, versions: { before: Workload; after: Workload }): Promise<void> {
    const { state, logger, clock } = this.#context;
    const { before, after } = versions;
    const outcome = await writeWorkloadStatus(this.#context, { before, after }, 'admission');
    if (outcome.kind === 'ok') {
      this.#announce(decision, before, after);
      return;
    }
    logReason(outcome, (why) =>
      logger.warn('Admission was not written', { workload: decision.head.pending.key, why }),
    );
    if (outcome.kind === 'stopped') return;
    const { key } = decision.head.pending;
    if (outcome.kind === 'refused') clock.after(REFUSED_PAUSE_MS, () => state.forget(key));
    else state.forget(key);
  }

  #announce({ head, consideredFlavors }: AdmitDecision, before: Workload, after: Workload): void {
    const { clock, metrics } = this.#context;
    const now = clock.now();
    const { clusterQueue } = head;
    const waitedMs = Math.max(0, now - queuedSinceMs(before));
    if (!hasQuotaReservation(before)) {
      const considered = consideredFlavors === '' ? '' : `; Flavors considered: ${consideredFlavors}`;
      announceOnWorkload(this.#context, after, {
        reason: eventReasons.quotaReserved,
        note: `${messages.quotaReservedEvent(clusterQueue, wholeSeconds(waitedMs))}${considered}`,
        component: eventComponents.scheduler,
      });
      metrics.recordQuotaReserved({ workload: after, clusterQueue, waitedMs });
    }
    if (!isAdmitted(after)) return;
    announceOnWorkload(this.#context, after, {
      reason: eventReasons.admitted,
      note: messages.admittedEvent(clusterQueue, 0),
      component: eventComponents.scheduler,
    });
    metrics.recordAdmitted({ workload: after, clusterQueue, waitedMs, checksWaitedMs: 0 });
  }
}

/** Since when a workload waits: its last requeue, else its creation (O-10.13). */
export function queuedSinceMs(workload: Workload): number {
  const requeued = findCondition(workload, 'Requeued');
  return Date.parse(requeued?.lastTransitionTime ?? workload.metadata.creationTimestamp);
}

/** Whole seconds, halves to the even one. */
export function wholeSeconds(durationMs: number): number {
  const whole = Math.floor(durationMs / 1000);
  const rest = durationMs - whole * 1000;
  if (rest !== 500) return rest < 500 ? whole : whole + 1;
  return whole % 2 === 0 ? whole : whole + 1;
}

/** Conflicts and objects that are gone are routine (O-8.13); only a refusal is worth a line. */
function logReason(outcome: WriteOutcome, warn: (why: string) => void): void {
  if (outcome.kind === 'refused') warn(outcome.error.message);
}
