import type { QuotaTree } from '../quota/index.ts';
import type { Target } from './target-search.ts';

/**
 * Puts taken workloads back, from the last but one to the first, and keeps as targets only those without whom the
 * requests do not fit; the last one is what made them fit (S-6.12). No target can be spared, yet there may be a
 * smaller set.
 */
export function fillBack(taken: readonly Target[], tree: QuotaTree, fits: () => boolean): readonly Target[] {
  return withoutSpare(taken, tree, fits).map(({ workload, reason }) => ({ workload, reason }));
}

/** The same for whatever goes with a taken workload. */
export function withoutSpare<Taken extends Pick<Target, 'workload'>>(
  taken: readonly Taken[],
  tree: QuotaTree,
  fits: () => boolean,
): readonly Taken[] {
  const needed = [...taken];
  for (let index = needed.length - 2; index >= 0; index -= 1) {
    const { workload } = needed[index] as Taken;
    tree.addUsage(workload.clusterQueue, workload.usage);
    if (fits()) needed.splice(index, 1);
    else tree.removeUsage(workload.clusterQueue, workload.usage);
  }
  return needed;
}
