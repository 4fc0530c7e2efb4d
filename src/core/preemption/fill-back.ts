import type { QuotaTree } from '../quota/index.ts';
import type { Target } from './target-search.ts';

/**
 * Puts taken workloads back, from the last but one to the first, and keeps as targets only those without whom the
 * requests do not fit; the last one is what made them fit (S-6.12). No target can be spared, yet there may be a
 * smaller set.
 */
export function fillBack(taken: readonly Target[], tree: QuotaTree, fits: () => boolean): readonly Target[] {
  const targets = [...taken];
  for (let index = targets.length - 2; index >= 0; index -= 1) {
    const { workload } = targets[index] as Target;
    tree.addUsage(workload.clusterQueue, workload.usage);
    if (fits()) targets.splice(index, 1);
    else tree.removeUsage(workload.clusterQueue, workload.usage);
  }
  return targets.map(({ workload, reason }) => ({ workload, reason }));
}
