import { addAmounts } from '../amounts/index.ts';
import type { Amount, FlavorResource } from '../amounts/index.ts';
import { subtreeOf, usageOf } from '../quota/index.ts';
import { gatherCandidates, isWithinNominal } from './classical-candidates.ts';
import { withoutSpare } from './fill-back.ts';
import { isTooHigh, passesTie } from './preemption-policy.ts';
import { compareReserving } from './reserving-workload.ts';
import type { ReservingWorkload } from './reserving-workload.ts';
import type { PreemptionField, TargetQuestion } from './target-search.ts';

type PolicyName = 'withinClusterQueue' | 'reclaimWithinCohort';

/** Why a workload may not be preempted. */
export type Barrier =
  /** The policy of the preemptor's ClusterQueue allows nobody. */
  | { readonly kind: 'policyNever'; readonly policy: PolicyName }
  /** The policy asks for a lower priority than the workload has. */
  | { readonly kind: 'priority'; readonly policy: PolicyName; readonly value: string }
  /** Of equal priority, and queued no later than the preemptor. */
  | { readonly kind: 'older'; readonly policy: PolicyName }
  /** Its ClusterQueue uses no more than its own quota. */
  | { readonly kind: 'ownQuota' }
  /** Its ClusterQueue is stopped or broken (S-2.11). */
  | { readonly kind: 'inactive' }
  /** The preemptor's ClusterQueue would have to borrow for the request, and preempts nobody for that (S-5.18 step 5). */
  | { readonly kind: 'beyondNominal' }
  /** `borrowWithinCohort` does not let the preemptor take it and end above its own quota (S-6.6). */
  | { readonly kind: 'wouldBorrow' }
  /** The shares do not allow it (S-7.10). */
  | { readonly kind: 'share' };

/** A workload that would have to leave; without a barrier it might, were all the others not needed too. */
export interface Obstacle {
  readonly workload: ReservingWorkload;
  readonly barrier?: Barrier;
}

export interface ObstacleQuestion extends Omit<TargetQuestion, 'contested' | 'requests'> {
  readonly pair: FlavorResource;
  readonly value: Amount;
  /** Whether the search for victims is made at all (S-5.18 step 5). */
  readonly isAsked: boolean;
  readonly isFairSharing: boolean;
}

/**
 * Which workloads would have to leave for a request of one flavor and resource, taking first those that may be taken,
 * then borrowers, then the ClusterQueue's own; none when even without all of them there is no room.
 */
export function findObstacles(question: ObstacleQuestion, field: PreemptionField): readonly Obstacle[] {
  const { tree } = field;
  const { clusterQueue, pair, value } = question;
  const fits = () => value <= tree.available(clusterQueue, pair);
  const taken: Obstacle[] = [];
  const mark = tree.mark();
  try {
    for (const obstacle of inTakingOrder(question, field)) {
      tree.removeUsage(obstacle.workload.clusterQueue, obstacle.workload.usage);
      taken.push(obstacle);
      if (fits()) return withoutSpare(taken, tree, fits);
    }
    return [];
  } finally {
    tree.undoTo(mark);
  }
}

function inTakingOrder(question: ObstacleQuestion, field: PreemptionField): readonly Obstacle[] {
  const { clusterQueue, pair } = question;
  const { tree } = field;
  const mayBeTaken = takeableKeys(question, field);
  const users = tree
    .clusterQueuesOfTree(clusterQueue)
    .flatMap((name) => field.reservingWorkloads(name).filter(({ usage }) => (usage.get(pair) ?? 0n) > 0n));
  const ranked = users.map((workload) => {
    const barrier = barrierOf(workload, question, { field, mayBeTaken });
    return { workload, ...(barrier && { barrier }), rank: rankOf(workload, barrier, { question, field }) };
  });
  return ranked
    .toSorted((a, b) => a.rank - b.rank || compareReserving(a.workload, b.workload))
    .map(({ rank: _rank, ...obstacle }) => obstacle);
}

/** Whom the classical search would take whether or not the preemptor ends above its own quota. */
function takeableKeys(question: ObstacleQuestion, field: PreemptionField): ReadonlySet<string> {
  const { pair, value } = question;
  const asked = { ...question, contested: [pair], requests: new Map([[pair, value]]) };
  const { hierarchical, priority, own } = gatherCandidates(asked, field);
  const takeable = [
    ...hierarchical,
    ...[...priority].filter(({ variant }) => variant !== 'noBorrow'),
    ...own,
  ];
  return new Set(takeable.map(({ workload }) => workload.key));
}

function rankOf(
  { clusterQueue }: ReservingWorkload,
  barrier: Barrier | undefined,
  { question, field }: { readonly question: ObstacleQuestion; readonly field: PreemptionField },
): number {
  if (barrier === undefined) return 0;
  if (clusterQueue === question.clusterQueue) return 2;
  return isWithinNominal(field.tree.nodeOf(clusterQueue), [question.pair]) ? 3 : 1;
}

interface BarrierContext {
  readonly field: PreemptionField;
  readonly mayBeTaken: ReadonlySet<string>;
}

function barrierOf(
  workload: ReservingWorkload,
  question: ObstacleQuestion,
  context: BarrierContext,
): Barrier | undefined {
  const barrier =
    workload.clusterQueue === question.clusterQueue
      ? policyBarrier(workload, 'withinClusterQueue', question)
      : cohortBarrier(workload, question, context);
  return barrier ?? (question.isAsked ? undefined : { kind: 'beyondNominal' });
}

function cohortBarrier(
  workload: ReservingWorkload,
  question: ObstacleQuestion,
  { field, mayBeTaken }: BarrierContext,
): Barrier | undefined {
  const barrier = policyBarrier(workload, 'reclaimWithinCohort', question);
  if (barrier !== undefined) return barrier;
  const node = field.tree.nodeOf(workload.clusterQueue);
  if (!node.isActive) return { kind: 'inactive' };
  if (isWithinNominal(node, [question.pair])) return { kind: 'ownQuota' };
  if (!question.isAsked) return undefined;
  if (question.isFairSharing) return endsWithinNominal(question, field) ? undefined : { kind: 'share' };
  return mayBeTaken.has(workload.key) ? undefined : { kind: 'wouldBorrow' };
}

function endsWithinNominal(
  { clusterQueue, pair, value }: ObstacleQuestion,
  { tree }: PreemptionField,
): boolean {
  const node = tree.nodeOf(clusterQueue);
  return addAmounts(usageOf(node, pair), value) <= subtreeOf(node, pair);
}

function policyBarrier(
  workload: ReservingWorkload,
  policy: PolicyName,
  question: ObstacleQuestion,
): Barrier | undefined {
  const value = question.preemption[policy];
  if (value === 'Never') return { kind: 'policyNever', policy };
  if (isTooHigh(workload, value, question)) return { kind: 'priority', policy, value };
  return passesTie(workload, value, question) ? undefined : { kind: 'older', policy };
}
