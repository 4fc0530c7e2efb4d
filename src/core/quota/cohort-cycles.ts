import type { CohortNode } from './quota-node.ts';

/** Marks every cohort on or below a cycle (S-2.4); returns those whose mark changed. Linear in the cohorts. */
export function markCycles(cohorts: Iterable<CohortNode>): readonly CohortNode[] {
  const verdicts = new Map<CohortNode, boolean>();
  const changed: CohortNode[] = [];
  for (const cohort of cohorts) judgeChain(cohort, verdicts);
  for (const [cohort, isCyclic] of verdicts) {
    if (cohort.isCyclic === isCyclic) continue;
    cohort.isCyclic = isCyclic;
    changed.push(cohort);
  }
  return changed;
}

/** Follows the parents until the root, a known cohort, or one of this very chain, which closes a cycle. */
function judgeChain(start: CohortNode, verdicts: Map<CohortNode, boolean>): void {
  const chain = new Set<CohortNode>();
  let current: CohortNode | undefined = start;
  while (current !== undefined && !verdicts.has(current) && !chain.has(current)) {
    chain.add(current);
    current = current.parent;
  }
  const isCyclic = current !== undefined && (verdicts.get(current) ?? true);
  for (const cohort of chain) verdicts.set(cohort, isCyclic);
}
