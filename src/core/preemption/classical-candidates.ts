import type { PreemptedReason } from '../../api/index.ts';
import { addAmounts, subtractAmounts } from '../amounts/index.ts';
import type { Amount, FlavorResource, Usage } from '../amounts/index.ts';
import { IndexedHeap } from '../queues/index.ts';
import type { HeapItem } from '../queues/index.ts';
import { localAvailableOf, parentOf, subtreeOf, usageOf } from '../quota/index.ts';
import type { ClusterQueueNode, CohortNode, QuotaNode } from '../quota/index.ts';
import { CandidateList } from './candidate-list.ts';
import { CandidateCursor } from './preemption-policy.ts';
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
  readonly hierarchical: CandidateList<Candidate>;
  /** The preemptor may take them for its priority only. */
  readonly priority: CandidateList<Candidate>;
  readonly own: CandidateList<Candidate>;
}

interface Search {
  readonly question: TargetQuestion;
  readonly field: PreemptionField;
}

/** All candidates of a question (S-6.4 to S-6.7). */
export function gatherCandidates(question: TargetQuestion, field: PreemptionField): Candidates {
  const node = field.tree.nodeOf(question.clusterQueue);
  const own = new CandidateLane({ question, field, node, meetingPoint: undefined, variant: 'own' });
  return { ...gatherFromCohort(node, { question, field }), own: inOrder([own], field) };
}

/** Whether no pair is used beyond the node's own quota (S-2.9). */
export function isWithinNominal(node: QuotaNode, pairs: readonly FlavorResource[]): boolean {
  return pairs.every((pair) => usageOf(node, pair) <= subtreeOf(node, pair));
}

/** Climbs from cohort to cohort; on the way up the preemptor's side may come to cover what is asked for (S-6.5). */
function gatherFromCohort(home: ClusterQueueNode, search: Search): Omit<Candidates, 'own'> {
  const hierarchical: CandidateLane[] = [];
  const priority: CandidateLane[] = [];
  const { requests, preemption } = search.question;
  if (preemption.reclaimWithinCohort === 'Never') return { hierarchical: nobody, priority: nobody };
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
  readonly found: CandidateLane[];
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
  const { question, field, meetingPoint, isCovered, found } = collection;
  const variant = isCovered ? 'reclaim' : undefined;
  found.push(new CandidateLane({ question, field, node, meetingPoint, variant }));
}

interface LaneShape extends Search {
  readonly node: ClusterQueueNode;
  readonly meetingPoint: CohortNode | undefined;
  /** Absent: that of each candidate's priority. */
  readonly variant: Variant | undefined;
}

/** The candidates of one ClusterQueue, the next one in front. */
class CandidateLane implements HeapItem {
  position = -1;
  front: ReservingWorkload | undefined;
  readonly #shape: LaneShape;
  readonly #cursor: CandidateCursor;

  constructor(shape: LaneShape) {
    const { preemption } = shape.question;
    const policy = shape.variant === 'own' ? preemption.withinClusterQueue : preemption.reclaimWithinCohort;
    this.#shape = shape;
    this.#cursor = new CandidateCursor(shape.node.name, policy, shape);
    this.front = this.#cursor.next();
  }

  /** Takes the front away. */
  take(): Candidate | undefined {
    const workload = this.front;
    if (workload === undefined) return undefined;
    this.front = this.#cursor.next();
    const { question, node, meetingPoint, variant = variantOf(workload, question) } = this.#shape;
    return { workload, node, meetingPoint, variant, reason: reasons[variant] };
  }
}

const reasons = {
  own: 'InClusterQueue',
  reclaim: 'InCohortReclamation',
  noBorrow: 'InCohortReclamation',
  whileBorrowing: 'InCohortReclaimWhileBorrowing',
} as const;

function variantOf(workload: ReservingWorkload, { preemption, preemptor }: TargetQuestion): Variant {
  const { policy, maxPriorityThreshold } = preemption.borrowWithinCohort;
  const isTooHigh =
    workload.priority >= preemptor.priority ||
    (maxPriorityThreshold !== undefined && workload.priority > maxPriorityThreshold);
  return policy === 'Never' || isTooHigh ? 'noBorrow' : 'whileBorrowing';
}

const nobody = new CandidateList<Candidate>(() => undefined);

/** Merges lanes, each of which is in order, as far as somebody reads; past usage asks for all of them at once. */
function inOrder(lanes: readonly CandidateLane[], field: PreemptionField): CandidateList<Candidate> {
  const heap = new IndexedHeap<CandidateLane>((a, b) => compareFronts(a.front, b.front));
  for (const lane of lanes) if (lane.front !== undefined) heap.add(lane);
  const merged = new CandidateList(() => takeFirst(heap));
  if (field.pastUsage === undefined) return merged;
  const ordered = inUsageOrder([...merged], ({ workload }) => workload, field).values();
  return new CandidateList(() => ordered.next().value);
}

function takeFirst(heap: IndexedHeap<CandidateLane>): Candidate | undefined {
  const lane = heap.top;
  if (lane === undefined) return undefined;
  const candidate = lane.take();
  if (lane.front === undefined) heap.remove(lane);
  else heap.update(lane);
  return candidate;
}

/** Lanes without a front are in no heap. */
function compareFronts(a: ReservingWorkload | undefined, b: ReservingWorkload | undefined): number {
  return a === undefined || b === undefined ? 0 : compareReserving(a, b);
}
