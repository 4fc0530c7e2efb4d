import type { ClusterQueuePreemption } from '../../api/index.ts';
import type { PreemptionField, TargetQuestion } from './target-search.ts';
import type { ReservingWorkload } from './reserving-workload.ts';
import { inUsageOrder } from './usage-order.ts';

export type PreemptionPolicy =
  ClusterQueuePreemption['reclaimWithinCohort'] | ClusterQueuePreemption['withinClusterQueue'];

/**
 * The workloads of a ClusterQueue that the policy gives up to the preemptor and that use something contested (S-6.3),
 * in the order of `compareReserving`, past usage considered (S-8.12). Costs no more than the workloads whose priority is low enough.
 */
export function candidatesOf(
  clusterQueue: string,
  policy: PreemptionPolicy,
  { question, field }: { readonly question: TargetQuestion; readonly field: PreemptionField },
): readonly ReservingWorkload[] {
  if (policy === 'Never') return [];
  const candidates: ReservingWorkload[] = [];
  for (const workload of field.reservingWorkloads(clusterQueue)) {
    if (isTooHigh(workload, policy, question)) {
      // Priority grows from here on, but evicted workloads stand before all others.
      if (!workload.isEvicted) break;
      continue;
    }
    if (passesTie(workload, policy, question) && isInTheWay(workload, question, field)) {
      candidates.push(workload);
    }
  }
  return inUsageOrder(candidates, (workload) => workload, field);
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
  return question.contested.some((pair) => workload.usage.has(pair));
}
