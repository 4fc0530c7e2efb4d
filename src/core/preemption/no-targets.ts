import type { Assignment, PreemptionAnswer, PreemptionOracle } from '../flavors/index.ts';
import type { PendingWorkload } from '../workload/index.ts';
import type { QuotaTree } from '../quota/index.ts';

/** What a search for victims found. Sets of victims join this union together with the search itself. */
export interface TargetSearchResult {
  readonly kind: 'noTargets';
}

/** Searches the victims that would make a whole assignment of mode Preempt fit (S-4.6 step 4). */
export type TargetSearch = (question: {
  readonly clusterQueue: string;
  readonly pending: PendingWorkload;
  readonly assignment: Assignment;
}) => TargetSearchResult;

/**
 * The oracle of S-6.17 with nobody to evict: no candidates, at the level that the value has as things are (S-2.12).
 * For a ClusterQueue whose policies are all `Never` this is the whole answer (S-6.4, S-6.5). For other policies it is
 * the answer of a search that comes up empty: their workloads wait as if no candidate existed. This function and
 * `findTargets` are the one place where that is said.
 */
export function oracleWithoutCandidates(tree: QuotaTree): PreemptionOracle {
  return ({ clusterQueue, pair, value }): PreemptionAnswer => ({
    mode: 'noCandidates',
    level: tree.borrowingLevel(clusterQueue, pair, value).level,
  });
}

/** The target search with nobody to evict; see `oracleWithoutCandidates`. */
export const findTargets: TargetSearch = () => ({ kind: 'noTargets' });
