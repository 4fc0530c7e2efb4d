import type { PreemptionOracle } from '../flavors/index.ts';
import type { PreemptionField, Target, TargetQuestion, TargetSearch } from './target-search.ts';

/** Answers the flavor search from a search for victims that asks for one flavor and resource alone (S-6.17, S-6.18). */
export function makeOracle(
  search: TargetSearch,
  asker: Pick<TargetQuestion, 'preemption' | 'preemptor'>,
  field: PreemptionField,
): PreemptionOracle {
  const { tree } = field;
  return ({ clusterQueue, pair, value }) => {
    const { preemption, preemptor } = asker;
    const requests = new Map([[pair, value]]);
    const targets = search({ clusterQueue, preemption, preemptor, contested: [pair], requests }, field);
    const levelNow = () => tree.borrowingLevel(clusterQueue, pair, value).level;
    if (targets.length === 0) return { mode: 'noCandidates', level: levelNow() };
    const hasOwn = targets.some(({ workload }) => workload.clusterQueue === clusterQueue);
    return { mode: hasOwn ? 'preempt' : 'reclaim', level: withoutTargets(targets, field, levelNow) };
  };
}

/** What holds in a tree in which the targets are gone; afterwards they are back. */
export function withoutTargets<T>(
  targets: Iterable<Target>,
  { tree }: Pick<PreemptionField, 'tree'>,
  look: () => T,
): T {
  const mark = tree.mark();
  try {
    for (const { workload } of targets) tree.removeUsage(workload.clusterQueue, workload.usage);
    return look();
  } finally {
    tree.undoTo(mark);
  }
}
