import { addAmounts, UNLIMITED } from '../amounts/index.ts';
import type { FlavorResource } from '../amounts/index.ts';
import { availableOf, parentOf, subtreeOf, usageOf } from '../quota/index.ts';
import type { QuotaNode } from '../quota/index.ts';
import { CandidateList } from './candidate-list.ts';
import { gatherCandidates, isWithinNominal } from './classical-candidates.ts';
import type { Candidate, Candidates } from './classical-candidates.ts';
import { fillBack } from './fill-back.ts';
import type { PreemptionField, Target, TargetQuestion, TargetSearch } from './target-search.ts';

interface Attempt {
  readonly question: TargetQuestion;
  readonly field: PreemptionField;
  /** Whether the preemptor's ClusterQueue may end above its nominal quota. */
  readonly mayBorrow: boolean;
}

/** Victims by priority and nominal quota, without fair sharing (S-6). */
export const findClassicalTargets: TargetSearch = (question, field) => {
  const candidates = gatherCandidates(question, field);
  const ordered = inTakingOrder(candidates);
  if (ordered.isEmpty) return [];
  for (const mayBorrow of attemptsFor(candidates, question, field)) {
    const targets = attempt(ordered, { question, field, mayBorrow });
    if (targets.length > 0) return targets;
  }
  return [];
};

/** S-6.8. */
function inTakingOrder({ hierarchical, priority, own }: Candidates): CandidateList<Candidate> {
  const order = walkTwice([hierarchical, priority, own]);
  return new CandidateList(() => order.next().value);
}

/** Each list has its evicted ones in front: those of all lists first, then what is left of each. */
function* walkTwice(lists: readonly CandidateList<Candidate>[]): Generator<Candidate, undefined> {
  const starts: number[] = [];
  for (const list of lists) {
    let index = 0;
    for (let next = list.at(0); next?.workload.isEvicted === true; next = list.at(index)) {
      yield next;
      index += 1;
    }
    starts.push(index);
  }
  for (const [place, list] of lists.entries()) {
    let index = starts[place] ?? 0;
    for (let next = list.at(index); next !== undefined; next = list.at(index)) {
      yield next;
      index += 1;
    }
  }
  return undefined;
}

/** Which attempts are made, by whether borrowing is allowed in them (S-6.9). */
function attemptsFor(
  { hierarchical, priority }: Candidates,
  question: TargetQuestion,
  { tree }: PreemptionField,
): readonly boolean[] {
  const isForbidden = question.preemption.borrowWithinCohort.policy === 'Never';
  if (hierarchical.isEmpty && priority.isEmpty) return [true];
  const node = tree.nodeOf(question.clusterQueue);
  const isBelowNominal = question.contested.every((pair) => usageOf(node, pair) < subtreeOf(node, pair));
  if (isForbidden && !isBelowNominal) return [true];
  return isForbidden && hierarchical.isEmpty ? [false, true] : [true, false];
}

/** Takes one candidate after the other until the requests fit, then gives back those that were not needed (S-6.10). */
function attempt(ordered: Iterable<Candidate>, how: Attempt): readonly Target[] {
  if (!isWithinReach(ordered, how)) return [];
  const { tree } = how.field;
  const mark = tree.mark();
  try {
    const taken: Candidate[] = [];
    for (const candidate of ordered) {
      if (!isUsable(candidate, how)) continue;
      tree.removeUsage(candidate.workload.clusterQueue, candidate.workload.usage);
      taken.push(candidate);
      if (fits(how)) return fillBack(taken, tree, () => fits(how));
    }
    return [];
  } finally {
    tree.undoTo(mark);
  }
}

/**
 * Whether all candidates together hold as much as is missing. Nobody gets more room by a victim than the victim used,
 * so that a search which cannot succeed ends here, before the first one is tried.
 */
function isWithinReach(ordered: Iterable<Candidate>, { question, field, mayBorrow }: Attempt): boolean {
  const node = field.tree.nodeOf(question.clusterQueue);
  for (const [pair, amount] of question.requests) {
    if (hasUnlimitedQuota(node, pair)) continue;
    let missing = amount - availableOf(node, pair);
    for (const { workload, variant } of ordered) {
      if (missing <= 0n) break;
      if (mayBorrow && variant === 'noBorrow') continue;
      missing -= workload.usage.get(pair) ?? 0n;
    }
    if (missing > 0n) return false;
  }
  return true;
}

/** Quota without limit of which all is used comes back whole with the smallest victim (S-1.3). */
function hasUnlimitedQuota(node: QuotaNode, pair: FlavorResource): boolean {
  for (let place: QuotaNode | undefined = node; place !== undefined; place = parentOf(place)) {
    if (subtreeOf(place, pair) === UNLIMITED) return true;
  }
  return false;
}

/** What was taken before may have brought the candidate's side back to its own quota (S-6.10). */
function isUsable(candidate: Candidate, { question, mayBorrow }: Attempt): boolean {
  const { meetingPoint, variant } = candidate;
  if (meetingPoint === undefined) return true;
  if (mayBorrow && variant === 'noBorrow') return false;
  let node: QuotaNode | undefined = candidate.node;
  for (; node !== undefined && node !== meetingPoint; node = parentOf(node)) {
    if (isWithinNominal(node, question.contested)) return false;
  }
  return true;
}

/** S-6.11. */
function fits({ question, field, mayBorrow }: Attempt): boolean {
  const { clusterQueue, requests } = question;
  if (!field.tree.fits(clusterQueue, requests)) return false;
  if (mayBorrow) return true;
  const node = field.tree.nodeOf(clusterQueue);
  for (const [pair, amount] of requests) {
    if (addAmounts(usageOf(node, pair), amount) > subtreeOf(node, pair)) return false;
  }
  return true;
}
