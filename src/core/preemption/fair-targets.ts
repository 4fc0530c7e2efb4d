import type { PreemptedReason } from '../../api/index.ts';
import { compareShares, parentOf, rootCohortOf, shareOf } from '../quota/index.ts';
import type { ClusterQueueNode, CohortNode, QuotaNode, Share } from '../quota/index.ts';
import type { PreemptionStrategy, SchedulingOptions } from '../workload/index.ts';
import { isWithinNominal } from './classical-candidates.ts';
import { FairContest } from './fair-contest.ts';
import type { VictimQueue } from './fair-contest.ts';
import { fillBack } from './fill-back.ts';
import { candidatesOf } from './preemption-policy.ts';
import type { ReservingWorkload } from './reserving-workload.ts';
import type { PreemptionField, Target, TargetQuestion, TargetSearch } from './target-search.ts';

/** The gates and settings that the search depends on. */
export type FairSearchOptions = Pick<SchedulingOptions, 'fairSharingPreemptWithinNominal'> & {
  readonly strategies: readonly PreemptionStrategy[];
};

/** Victims by dominant share (S-7.9 to S-7.16). */
export function findFairTargets(options: FairSearchOptions): TargetSearch {
  return (question, field) => {
    const { tree } = field;
    const queues = gatherQueues(question, field);
    if (queues.length === 0) return [];
    const mark = tree.mark();
    try {
      tree.addUsage(question.clusterQueue, question.requests);
      const search = new FairSearch(question, field);
      if (!search.firstPass(queues, options) && !search.secondPass(options)) return [];
      tree.removeUsage(question.clusterQueue, question.requests);
      return fillBack(search.taken, tree, () => tree.fits(question.clusterQueue, question.requests));
    } finally {
      tree.undoTo(mark);
    }
  };
}

/** The candidates by ClusterQueue: own ones, and those of all in the tree that use more than they own (S-7.9). */
function gatherQueues(question: TargetQuestion, field: PreemptionField): readonly VictimQueue[] {
  const home = field.tree.nodeOf(question.clusterQueue);
  const { withinClusterQueue, reclaimWithinCohort } = question.preemption;
  const queues: VictimQueue[] = [];
  const add = (node: ClusterQueueNode, policy: Parameters<typeof candidatesOf>[1]): void => {
    const candidates = [...candidatesOf(node.name, policy, { question, field })];
    if (candidates.length > 0) queues.push({ node, candidates });
  };
  add(home, withinClusterQueue);
  const root = rootCohortOf(home);
  if (root === undefined || reclaimWithinCohort === 'Never') return queues;
  for (const node of clusterQueuesBelow(root)) {
    if (node === home || !node.isActive || isWithinNominal(node, question.contested)) continue;
    add(node, reclaimWithinCohort);
  }
  return queues;
}

function* clusterQueuesBelow(cohort: CohortNode): Generator<ClusterQueueNode> {
  yield* cohort.clusterQueues.values();
  for (const child of cohort.cohorts.values()) yield* clusterQueuesBelow(child);
}

/** One search on the tree, with the preemptor's requests added to its ClusterQueue (S-7.12). */
class FairSearch {
  readonly taken: Target[] = [];
  readonly #question: TargetQuestion;
  readonly #field: PreemptionField;
  readonly #home: ClusterQueueNode;
  readonly #retry = new Map<ClusterQueueNode, ReservingWorkload[]>();

  constructor(question: TargetQuestion, field: PreemptionField) {
    this.#question = question;
    this.#field = field;
    this.#home = field.tree.nodeOf(question.clusterQueue);
  }

  /** Takes victims by the first strategy until the requests fit (S-7.14). */
  firstPass(queues: readonly VictimQueue[], options: FairSearchOptions): boolean {
    const [strategy = 'LessThanOrEqualToFinalShare'] = options.strategies;
    const contest = new FairContest(this.#home, queues);
    const isEntitled =
      options.fairSharingPreemptWithinNominal && isWithinNominal(this.#home, this.#question.contested);
    for (let queue = contest.next(); queue !== undefined; queue = contest.next()) {
      const victim = this.#pick(queue, contest, isEntitled ? undefined : strategy);
      if (victim !== undefined && this.#take(victim, contest)) return true;
    }
    return false;
  }

  /** With both strategies, tries those that did not pass once more, one of each ClusterQueue (S-7.15). */
  secondPass({ strategies }: FairSearchOptions): boolean {
    if (strategies.length < 2) return false;
    const queues = [...this.#retry].map(([node, candidates]) => ({ node, candidates }));
    const contest = new FairContest(this.#home, queues);
    for (let queue = contest.next(); queue !== undefined; queue = contest.next()) {
      const { node } = queue;
      const [workload] = queue.candidates;
      const passes =
        workload !== undefined && this.#passes('LessThanInitialShare', { workload, node }, contest);
      contest.drop(queue);
      if (passes && this.#take({ workload, node, reason: 'InCohortFairSharing' }, contest)) return true;
    }
    return false;
  }

  /** Takes the next victim off a queue; undefined when none of it passes the strategy. */
  #pick(
    { node, candidates }: VictimQueue,
    contest: FairContest,
    strategy?: PreemptionStrategy,
  ): Victim | undefined {
    if (node === this.#home || strategy === undefined) {
      const workload = candidates.shift();
      const reason = node === this.#home ? 'InClusterQueue' : 'InCohortReclamation';
      return workload && { workload, node, reason };
    }
    for (let workload = candidates.shift(); workload !== undefined; workload = candidates.shift()) {
      if (this.#passes(strategy, { workload, node }, contest)) {
        return { workload, node, reason: 'InCohortFairSharing' };
      }
      const rejected = this.#retry.get(node) ?? [];
      rejected.push(workload);
      this.#retry.set(node, rejected);
    }
    return undefined;
  }

  /** Whether the preemptor's side may take from the victim's (S-7.10, S-7.11). */
  #passes(strategy: PreemptionStrategy, victim: Omit<Victim, 'reason'>, contest: FairContest): boolean {
    const [own, other] = sidesOf(this.#home, victim.node);
    const share = contest.shareOf(own);
    switch (strategy) {
      case 'LessThanInitialShare':
        return compareShares(share, contest.shareOf(other)) < 0;
      case 'LessThanOrEqualToFinalShare':
        return compareShares(share, this.#shareWithout(victim, other)) <= 0;
    }
  }

  #shareWithout({ workload }: Omit<Victim, 'reason'>, side: QuotaNode): Share {
    const { tree } = this.#field;
    const mark = tree.mark();
    try {
      tree.removeUsage(workload.clusterQueue, workload.usage);
      return shareOf(side);
    } finally {
      tree.undoTo(mark);
    }
  }

  /** Removes a victim from the tree; tells whether the requests fit now. */
  #take({ workload, node, reason }: Victim, contest: FairContest): boolean {
    const { tree } = this.#field;
    const { clusterQueue, requests } = this.#question;
    tree.removeUsage(workload.clusterQueue, workload.usage);
    contest.noteChange(node);
    this.taken.push({ workload, reason });
    const mark = tree.mark();
    try {
      tree.removeUsage(clusterQueue, requests);
      return tree.fits(clusterQueue, requests);
    } finally {
      tree.undoTo(mark);
    }
  }
}

interface Victim {
  readonly workload: ReservingWorkload;
  readonly node: ClusterQueueNode;
  readonly reason: PreemptedReason;
}

/** Below the lowest cohort above both, the child on the way to each (S-7.11). */
function sidesOf(a: QuotaNode, b: QuotaNode): readonly [QuotaNode, QuotaNode] {
  const above = new Map<QuotaNode, QuotaNode>();
  for (let node = a, parent = parentOf(a); parent !== undefined; node = parent, parent = parentOf(parent)) {
    above.set(parent, node);
  }
  for (let node = b, parent = parentOf(b); parent !== undefined; node = parent, parent = parentOf(parent)) {
    const own = above.get(parent);
    if (own !== undefined) return [own, node];
  }
  throw new Error(`quota: ${a.name} and ${b.name} are in no common tree`);
}
