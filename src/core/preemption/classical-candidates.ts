import type { PreemptedReason } from '../../api/index.ts';
import { addAmounts, subtractAmounts } from '../amounts/index.ts';
import type { Amount, FlavorResource, Usage } from '../amounts/index.ts';
import { localAvailableOf, parentOf, subtreeOf, usageOf } from '../quota/index.ts';
import type { ClusterQueueNode, CohortNode, QuotaNode } from '../quota/index.ts';
import { candidatesOf } from './preemption-policy.ts';
import { compareReserving } from './reserving-workload.ts';
import type { ReservingWorkload } from './reserving-workload.ts';
import type { PreemptionField, TargetQuestion } from './target-search.ts';
import { inUsageOrder } from './usage-order.ts';

/** How a candidate may be used (S-6.6): `noBorrow` only when the preemptor ends within its nominal quota. */
type Variant = 'own' | 'reclaim' | 'whileBorrowing' | 'noBorrow';

/** A workload that could be evicted, and on what terms. */
export interface Candidate {
  readonly workload: ReservingWorkload;
  readonly node: ClusterQueueNode;
  /** The lowest cohort above both sides; absent for the preemptor's own ClusterQueue (S-6.5). */
  readonly meetingPoint: CohortNode | undefined;
  readonly variant: Variant;
  readonly reason: PreemptedReason;
}

/** Candidates in the three lists of S-6.7, each in its order. */
export interface Candidates {
  /** The preemptor's side has a right to what it asks for. */
  readonly hierarchical: readonly Candidate[];
  /** The preemptor may take them for its priority only. */
  readonly priority: readonly Candidate[];
  readonly own: readonly Candidate[];
}

interface Search {
  readonly question: TargetQuestion;
  readonly field: PreemptionField;
}

/** All candidates of a question (S-6.4 to S-6.7). */
export function gatherCandidates(question: TargetQuestion, field: PreemptionField): Candidates {
  const { clusterQueue, preemption } = question;
  const node = field.tree.nodeOf(clusterQueue);
  const own = candidatesOf(clusterQueue, preemption.withinClusterQueue, { question, field });
  return {
    ...gatherFromCohort(node, { question, field }),
    own: own.map((workload) => ({
      workload,
      node,
      meetingPoint: undefined,
      variant: 'own',
      reason: 'InClusterQueue',
    })),
  };
}

/** Whether no pair is used beyond the node's own quota (S-2.9). */
export function isWithinNominal(node: QuotaNode, pairs: readonly FlavorResource[]): boolean {
  return pairs.every((pair) => usageOf(node, pair) <= subtreeOf(node, pair));
}

/** Climbs from cohort to cohort; on the way up the preemptor's side may come to cover what is asked for (S-6.5). */
function gatherFromCohort(home: ClusterQueueNode, search: Search): Omit<Candidates, 'own'> {
  const hierarchical: Candidate[] = [];
  const priority: Candidate[] = [];
  const { requests, preemption } = search.question;
  if (preemption.reclaimWithinCohort === 'Never') return { hierarchical, priority };
  let isCovered = covers(home, requests);
  let rest = restAbove(home, requests);
  let visited: QuotaNode = home;
  for (let ancestor = parentOf(home); ancestor !== undefined; ancestor = parentOf(ancestor)) {
    const found = isCovered ? hierarchical : priority;
    collectBelow(ancestor, visited, { ...search, meetingPoint: ancestor, isCovered, found });
    isCovered ||= covers(ancestor, rest);
    rest = restAbove(ancestor, rest);
    visited = ancestor;
  }
  const { field } = search;
  return { hierarchical: inOrder(hierarchical, field), priority: inOrder(priority, field) };
}

/** Whether the requests on top of what is used stay within the node's own quota. */
function covers(node: QuotaNode, requests: Usage): boolean {
  for (const [pair, amount] of requests) {
    if (addAmounts(usageOf(node, pair), amount) > subtreeOf(node, pair)) return false;
  }
  return true;
}

/** What of the requests burdens the parent. */
function restAbove(node: QuotaNode, requests: Usage): Usage {
  const rest = new Map<FlavorResource, Amount>();
  for (const [pair, amount] of requests) {
    const above = subtractAmounts(amount, localAvailableOf(node, pair));
    rest.set(pair, above > 0n ? above : 0n);
  }
  return rest;
}

interface Collection extends Search {
  readonly meetingPoint: CohortNode;
  readonly isCovered: boolean;
  readonly found: Candidate[];
}

/** Only those who use more than their own quota have anything to give back; what is inactive has no victims (S-2.11). */
function collectBelow(cohort: CohortNode, visited: QuotaNode, collection: Collection): void {
  const { contested } = collection.question;
  for (const child of cohort.clusterQueues.values()) {
    if (child === visited || !child.isActive || isWithinNominal(child, contested)) continue;
    collectFrom(child, collection);
  }
  for (const child of cohort.cohorts.values()) {
    if (child === visited || isWithinNominal(child, contested)) continue;
    collectBelow(child, visited, collection);
  }
}

function collectFrom(node: ClusterQueueNode, collection: Collection): void {
  const { question, meetingPoint, isCovered, found } = collection;
  const policy = question.preemption.reclaimWithinCohort;
  for (const workload of candidatesOf(node.name, policy, collection)) {
    const variant = isCovered ? 'reclaim' : variantOf(workload, question);
    const reason = variant === 'whileBorrowing' ? 'InCohortReclaimWhileBorrowing' : 'InCohortReclamation';
    found.push({ workload, node, meetingPoint, variant, reason });
  }
}

function variantOf(workload: ReservingWorkload, { preemption, preemptor }: TargetQuestion): Variant {
  const { policy, maxPriorityThreshold } = preemption.borrowWithinCohort;
  const isTooHigh =
    workload.priority >= preemptor.priority ||
    (maxPriorityThreshold !== undefined && workload.priority > maxPriorityThreshold);
  return policy === 'Never' || isTooHigh ? 'noBorrow' : 'whileBorrowing';
}

/** Each ClusterQueue's candidates are in order already, which the sort makes use of. */
function inOrder(candidates: readonly Candidate[], field: PreemptionField): readonly Candidate[] {
  const sorted = candidates.toSorted((a, b) => compareReserving(a.workload, b.workload));
  return inUsageOrder(sorted, ({ workload }) => workload, field);
}
