import type { ClusterQueuePreemption } from '../../api/index.ts';
import type { PreemptionField, TargetQuestion } from './target-search.ts';
import type { ReservingWorkload } from './reserving-workload.ts';
import { inUsageOrder } from './usage-order.ts';

export type PreemptionPolicy =
  ClusterQueuePreemption['reclaimWithinCohort'] | ClusterQueuePreemption['withinClusterQueue'];

interface Asked {
  readonly question: TargetQuestion;
  readonly field: PreemptionField;
}

/**
 * The workloads of a ClusterQueue that the policy gives up to the preemptor and that use something contested (S-6.3),
 * in the order of `compareReserving`, past usage considered (S-8.12).
 */
export function candidatesOf(
  clusterQueue: string,
  policy: PreemptionPolicy,
  asked: Asked,
): readonly ReservingWorkload[] {
  const candidates: ReservingWorkload[] = [];
  const cursor = new CandidateCursor(clusterQueue, policy, asked);
  for (let next = cursor.next(); next !== undefined; next = cursor.next()) candidates.push(next);
  return inUsageOrder(candidates, (workload) => workload, asked.field);
}

/** The same one by one, without regard to past usage; the rest is not looked at before it is asked for. */
export class CandidateCursor {
  readonly #policy: PreemptionPolicy;
  readonly #asked: Asked;
  readonly #workloads: readonly ReservingWorkload[];
  #index = 0;

  constructor(clusterQueue: string, policy: PreemptionPolicy, asked: Asked) {
    this.#policy = policy;
    this.#asked = asked;
    this.#workloads = policy === 'Never' ? [] : asked.field.reservingWorkloads(clusterQueue);
  }

  next(): ReservingWorkload | undefined {
    const { question, field } = this.#asked;
    while (this.#index < this.#workloads.length) {
      const workload = this.#workloads[this.#index] as ReservingWorkload;
      this.#index += 1;
      if (isTooHigh(workload, this.#policy, question)) {
        // Priority grows from here on, but evicted workloads stand before all others.
        if (!workload.isEvicted) this.#index = this.#workloads.length;
        continue;
      }
      if (passesTie(workload, this.#policy, question) && isInTheWay(workload, question, field))
        return workload;
    }
    return undefined;
  }
}

/** Whether its priority alone keeps the workload from being taken (S-6.3). */
export function isTooHigh(
  workload: ReservingWorkload,
  policy: PreemptionPolicy,
  { preemptor }: Pick<TargetQuestion, 'preemptor'>,
): boolean {
  switch (policy) {
    case 'LowerPriority':
      return workload.priority >= preemptor.priority;
    case 'LowerOrNewerEqualPriority':
      return workload.priority > preemptor.priority;
    case 'Any':
      return false;
    case 'Never':
      return true;
  }
}

/** Of equals only those may be taken that queued after the preemptor. */
export function passesTie(
  workload: ReservingWorkload,
  policy: PreemptionPolicy,
  { preemptor }: Pick<TargetQuestion, 'preemptor'>,
): boolean {
  if (policy !== 'LowerOrNewerEqualPriority' || workload.priority < preemptor.priority) return true;
  return preemptor.queueTimestampMs < workload.queueTimestampMs;
}

function isInTheWay(workload: ReservingWorkload, question: TargetQuestion, field: PreemptionField): boolean {
  if (field.taken?.has(workload.key) === true) return false;
  for (const pair of question.contested) if (workload.usage.has(pair)) return true;
  return false;
}
