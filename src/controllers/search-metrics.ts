import type { Decision } from '../core/cycle/index.ts';
import type { Metrics } from '../observability/index.ts';

const recomputationResults = {
  newTargets: 'new_targets',
  deferredFit: 'deferred_fit',
  skipped: 'skipped',
} as const;

/** Counts what became of searches for victims that several heads of a round made (O-10.9). */
export class SearchMetrics {
  readonly #metrics: Metrics;
  #skips = new Map<string, number>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** Takes in one round; a ClusterQueue whose heads were not skipped again counts none. */
  record(decisions: readonly Decision[]): void {
    const skips = new Map<string, number>();
    for (const decision of decisions) {
      this.#recordRecomputation(decision);
      if (decision.kind !== 'wait' || !decision.isPreemptionSkipped) continue;
      const { clusterQueue } = decision.head;
      skips.set(clusterQueue, (skips.get(clusterQueue) ?? 0) + 1);
    }
    for (const name of this.#skips.keys()) if (!skips.has(name)) this.#metrics.recordPreemptionSkips(name, 0);
    for (const [name, count] of skips) this.#metrics.recordPreemptionSkips(name, count);
    this.#skips = skips;
  }

  #recordRecomputation(decision: Decision): void {
    if (decision.kind !== 'wait' && decision.kind !== 'preempt') return;
    const { head, recomputation } = decision;
    if (!recomputation) return;
    this.#metrics.recordTargetRecomputation(head.clusterQueue, recomputationResults[recomputation]);
  }
}
