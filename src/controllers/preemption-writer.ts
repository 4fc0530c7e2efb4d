import { eventComponents, eventReasons } from '../api/index.ts';
import type { Workload } from '../api/index.ts';
import type { PreemptDecision, Preemption } from '../core/cycle/index.ts';
import { assignmentMessage } from '../core/flavors/index.ts';
import { evict, messages, preemptionPriorities } from '../core/workload/index.ts';
import type { WriteOutcome } from '../kube/index.ts';
import type { ControllerContext } from './context.ts';
import type { PendingReporter } from './pending-reporter.ts';
import { announceOnWorkload, writeWorkloadStatus } from './workload-writes.ts';

/** How long a victim is left alone after the API server refused its eviction. */
const REFUSAL_PAUSE_MS = 1000;

const component = eventComponents.scheduler;

/**
 * Asks victims to leave (S-6.13). Each is expected to be evicted from the decision on, so that no later round asks it
 * again or picks another in its place; it keeps its quota until its job has stopped (S-6.16).
 */
export class PreemptionWriter {
  readonly #context: ControllerContext;
  readonly #pending: PendingReporter;

  constructor(context: ControllerContext, pending: PendingReporter) {
    this.#context = context;
    this.#pending = pending;
  }

  /** Opens the expectations before it returns; the writes go on by themselves. */
  preempt(decision: PreemptDecision): void {
    const { state } = this.#context;
    const writes: Promise<WriteOutcome>[] = [];
    for (const target of decision.targets) {
      const { key, uid, isEvicted } = target.workload;
      const before = state.get('Workload', key);
      // While its admission is being written, the victim waits for the answer: that brings a round of its own.
      if (isEvicted || before?.metadata.uid !== uid || state.isAssumed(key)) continue;
      state.expectEviction(key);
      writes.push(this.#evict(decision, target, before));
    }
    if (writes.length === decision.targets.length) void this.#reportFailure(decision, writes);
  }

  async #evict(decision: PreemptDecision, target: Preemption, before: Workload): Promise<WriteOutcome> {
    const { reason: preempted, message } = target;
    const eviction = { reason: 'Preempted', preempted, message } as const;
    const after = evict(before, eviction, this.#context.clock.now());
    const outcome = await writeWorkloadStatus(this.#context, { before, after }, 'admission');
    if (outcome.kind === 'ok') this.#announce(decision, target, { before, after });
    else this.#giveUp(target, outcome);
    return outcome;
  }

  /** A conflict is decided anew at once; the end of a workload that is gone comes as an event. */
  #giveUp({ workload: { key } }: Preemption, outcome: WriteOutcome): void {
    const { state, clock, logger } = this.#context;
    if (outcome.kind === 'stopped' || outcome.kind === 'notFound') return;
    if (outcome.kind !== 'refused') {
      state.forgetEviction(key);
      return;
    }
    logger.warn('Preemption was not written', { workload: key, why: outcome.error.message });
    clock.after(REFUSAL_PAUSE_MS, () => state.forgetEviction(key));
  }

  /** When nobody could be asked to leave, that is what the preemptor is told (S-6.15). */
  async #reportFailure(decision: PreemptDecision, writes: readonly Promise<WriteOutcome>[]): Promise<void> {
    const outcomes = await Promise.all(writes);
    if (!outcomes.every(({ kind }) => kind === 'refused')) return;
    const { head, resourceRequests, condition, assignment } = decision;
    const text = assignment === undefined ? '' : assignmentMessage(assignment);
    const message = `${text}${messages.preemptionFailed(writes.length)}`;
    this.#pending.report({ head, resourceRequests, condition: { ...condition, message } });
  }

  /** S-9.8. */
  #announce(
    { head }: PreemptDecision,
    { workload, reason, message }: Preemption,
    { before, after }: { readonly before: Workload; readonly after: Workload },
  ): void {
    const { clock, metrics, settings } = this.#context;
    const preemptor = head.pending.workload;
    const priorities = preemptionPriorities(preemptor, before, settings.scheduling);
    const { key, uid, clusterQueue } = workload;
    const evicted = `${eventReasons.evictedDueToPrefix}${eventReasons.preempted}`;
    announceOnWorkload(this.#context, after, { reason: evicted, note: message, component });
    announceOnWorkload(this.#context, after, {
      reason: eventReasons.preempted,
      note: `${message}${priorities}`,
      component,
    });
    announceOnWorkload(this.#context, preemptor, {
      reason: eventReasons.preemptedWorkload,
      note: `${messages.preemptedWorkloadEvent(key, uid, clusterQueue)}${priorities}`,
      component,
    });
    metrics.recordPreempted(head.clusterQueue, reason);
    metrics.recordEvicted(before, after, clock.now());
  }
}
