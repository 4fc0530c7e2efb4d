import type { ClusterQueueSpec } from '../../api/index.ts';
import { addAmounts, flavorResource, subtractAmounts } from '../amounts/index.ts';
import type { Amount, FlavorResource } from '../amounts/index.ts';
import type { QuotaTree } from '../quota/index.ts';
import type { NoFitCause } from './assignment.ts';
import type { FlavorRank } from './flavor-mode.ts';
import type { FlavorReason } from './flavor-reason.ts';

/** Answers whom preemption could evict for `value` of one flavor and resource, without evicting anybody (S-6.17). */
export type PreemptionOracle = (question: PreemptionQuestion) => PreemptionAnswer;

export interface PreemptionQuestion {
  readonly clusterQueue: string;
  readonly pair: FlavorResource;
  readonly value: Amount;
}

export interface PreemptionAnswer {
  readonly mode: 'noCandidates' | 'preempt' | 'reclaim';
  /** The borrowing level once the victims are gone (S-6.18). */
  readonly level: number;
}

export interface ResourceQuestion {
  readonly flavor: string;
  readonly resource: string;
  readonly request: Amount;
  /** What earlier pod sets of the same workload already take (S-5.3). */
  readonly assumed: Amount;
}

export interface QuotaView {
  readonly clusterQueue: string;
  readonly preemption: ClusterQueueSpec['preemption'];
  readonly tree: QuotaTree;
  readonly oracle: PreemptionOracle;
  readonly isFairSharing: boolean;
}

export interface ResourceVerdict extends FlavorRank {
  readonly reason?: FlavorReason;
  readonly noFitCause?: NoFitCause;
}

/** How one resource fares on one flavor (S-5.18). */
export function judgeResource(question: ResourceQuestion, view: QuotaView): ResourceVerdict {
  const { flavor, resource, request, assumed } = question;
  const { clusterQueue, tree } = view;
  const pair = flavorResource(flavor, resource);
  const value = addAmounts(assumed, request);
  const maximum = tree.potential(clusterQueue, pair);
  if (value > maximum) {
    const reason = { kind: 'exceedsMaximum', flavor, resource, assumed, request, maximum } as const;
    return { mode: 'noFit', level: 0, noFitCause: 'ExceedsMaxQuota', reason };
  }
  const { level, mayReclaim } = tree.borrowingLevel(clusterQueue, pair, value);
  const available = tree.available(clusterQueue, pair);
  if (value <= available) return { mode: 'fit', level };
  const missing = subtractAmounts(value, available);
  const reason = { kind: 'insufficientUnused', flavor, resource, missing } as const;
  if (!mayAskForVictims({ pair, value, mayReclaim }, view))
    return { mode: 'noFit', level, noFitCause: 'WaitingForQuota', reason };
  return { ...view.oracle({ clusterQueue, pair, value }), reason };
}

/** Whether preemption may help at all: within nominal quota, within what is owed, or by what S-5.19 allows. */
export function mayAskForVictims(
  { pair, value, mayReclaim }: { pair: FlavorResource; value: Amount; mayReclaim: boolean },
  view: Omit<QuotaView, 'oracle'>,
): boolean {
  const isWithinNominal = view.tree.nominalOf(view.clusterQueue, pair) >= value;
  return isWithinNominal || mayReclaim || canPreemptWhileBorrowing(view);
}

/** By its policy for borrowers; with fair sharing whoever may reclaim at all, as shares tell how far (S-5.19). */
function canPreemptWhileBorrowing({ preemption, isFairSharing }: Omit<QuotaView, 'oracle'>): boolean {
  if (preemption.borrowWithinCohort.policy !== 'Never') return true;
  return isFairSharing && preemption.reclaimWithinCohort !== 'Never';
}
