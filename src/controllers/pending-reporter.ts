import { eventComponents } from '../api/index.ts';
import type { Workload } from '../api/index.ts';
import type { WaitDecision } from '../core/cycle/index.ts';
import { findCondition, hasQuotaReservation, recordPending, setPodsReady } from '../core/workload/index.ts';
import type { ControllerContext } from './context.ts';
import { announceOnWorkload, writeWorkloadStatus } from './workload-writes.ts';

/** A message is worth a write only if the workload still waits after this time. */
const PATIENCE_MS = 1000;

/** What is told of a head that waits. */
export type Verdict = Pick<WaitDecision, 'head' | 'condition' | 'resourceRequests'>;
type Finding = Verdict & Required<Pick<Verdict, 'condition'>>;

/**
 * Writes why workloads wait (L-11.3), late and lazily: a workload that is admitted within a second costs no write,
 * and one that is looked at again and again costs one for its last message. Each changed message is an event (D-10).
 */
export class PendingReporter {
  readonly #context: ControllerContext;
  readonly #findings = new Map<string, Finding>();
  #cancelTimer: (() => void) | undefined;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  /** Takes the newest verdict on a workload; the last one before the write counts. */
  report({ head, condition, resourceRequests }: Verdict): void {
    if (!condition) return;
    this.#findings.set(head.pending.key, { head, condition, resourceRequests });
    this.#cancelTimer ??= this.#context.clock.after(PATIENCE_MS, () => {
      this.#cancelTimer = undefined;
      this.#flush();
    });
  }

  /** Drops what has not been written; a restart finds it out anew. */
  stop(): void {
    this.#cancelTimer?.();
    this.#findings.clear();
  }

  #flush(): void {
    const findings = [...this.#findings.values()];
    this.#findings.clear();
    for (const finding of findings) void this.#write(finding);
  }

  async #write(finding: Finding): Promise<void> {
    const before = this.#waitingWorkload(finding);
    if (!before) return;
    const after = this.#withFinding(before, finding);
    const outcome = await writeWorkloadStatus(this.#context, { before, after }, 'status');
    if (outcome.kind === 'conflict') this.report(finding);
    if (outcome.kind === 'ok') this.#announce(before, after);
  }

  /** The workload as it is now, if it is the one that was judged and still waits. */
  #waitingWorkload({ head }: Finding): Workload | undefined {
    const { key, uid } = head.pending;
    const workload = this.#context.state.get('Workload', key);
    if (workload?.metadata.uid !== uid) return undefined;
    // One that left its queue meanwhile has been told why by the reconciler.
    const isWaiting = this.#context.state.queues.placeOf(key) !== undefined;
    return isWaiting && !hasQuotaReservation(workload) ? workload : undefined;
  }

  #withFinding(workload: Workload, { condition, resourceRequests }: Finding): Workload {
    const { settings, clock } = this.#context;
    const now = clock.now();
    const input = { ...condition, resourceRequests, options: settings.scheduling };
    const recorded = recordPending(workload, input, now);
    return settings.readiness ? setPodsReady(recorded, false, now) : recorded;
  }

  #announce(before: Workload, after: Workload): void {
    const [old, written] = [findCondition(before, 'QuotaReserved'), findCondition(after, 'QuotaReserved')];
    if (!written || (old?.reason === written.reason && old.message === written.message)) return;
    announceOnWorkload(this.#context, after, {
      type: 'Warning',
      reason: written.reason,
      note: written.message,
      component: eventComponents.scheduler,
    });
  }
}
