import { addAmounts, resourceOf, subtractAmounts } from '../amounts/index.ts';
import type { Amount } from '../amounts/index.ts';
import { potentialOf } from './available.ts';
import { parentOf, rootCohortOf, subtreeOf, usageOf } from './quota-node.ts';
import type { CohortNode, QuotaNode } from './quota-node.ts';

/** How much of what others lend a ClusterQueue or Cohort borrows (S-7.2). */
export interface Share {
  /** Borrowed thousandths of what its parent could lend, of the resource where that is most; 0 for a root. */
  readonly ratio: number;
  readonly weight: number;
  /** Uses more than its subtree quota of some flavor and resource, even if that weighs nothing. */
  readonly isBorrowing: boolean;
  /** The resource that the ratio is of; empty where nothing is borrowed (S-7.4). */
  readonly dominantResource: string;
}

/** The share of a node in what its parent could lend (S-7.2, S-7.4). Numbers are doubles, as the rule has them. */
export function shareOf(node: QuotaNode): Share {
  const borrowed = borrowedOf(node);
  const { weight } = node;
  const parent = parentOf(node);
  if (parent === undefined || borrowed.size === 0) {
    return { ratio: 0, weight, isBorrowing: borrowed.size > 0, dominantResource: '' };
  }
  const lendable = lendableOf(parent);
  let ratio = 0;
  let dominantResource = '';
  for (const [resource, amount] of borrowed) {
    const lent = lendable.get(resource) ?? 0n;
    if (lent <= 0n) continue;
    const candidate = (Number(amount) * 1000) / Number(lent);
    if (candidate < ratio || (candidate === ratio && resource > dominantResource && ratio > 0)) continue;
    ratio = candidate;
    dominantResource = resource;
  }
  return { ratio, weight, isBorrowing: true, dominantResource };
}

/** The ratio divided by the weight; a node of weight 0 that borrows has an infinite one (S-7.2). */
export function weightedShare({ ratio, weight }: Share): number {
  if (ratio === 0) return 0;
  return weight === 0 ? Number.POSITIVE_INFINITY : ratio / weight;
}

/** Order of shares, the lowest first: infinite ones are above all others, and among themselves by ratio (S-7.3). */
export function compareShares(a: Share, b: Share): number {
  const [first, second] = [weightedShare(a), weightedShare(b)];
  if (first === second) return first === Number.POSITIVE_INFINITY ? a.ratio - b.ratio : 0;
  return first < second ? -1 : 1;
}

/** By resource, what the node uses above its subtree quota; pairs that it does not list do not count (S-7.2). */
function borrowedOf(node: QuotaNode): ReadonlyMap<string, Amount> {
  const listed = node.kind === 'cohort' ? node.subtree : node.quotas;
  const borrowed = new Map<string, Amount>();
  for (const pair of node.usage.keys()) {
    if (!listed.has(pair)) continue;
    const over = subtractAmounts(usageOf(node, pair), subtreeOf(node, pair));
    if (over <= 0n) continue;
    const resource = resourceOf(pair);
    borrowed.set(resource, addAmounts(borrowed.get(resource) ?? 0n, over));
  }
  return borrowed;
}

/** By resource, the most that the children of a cohort could ever get; kept until the tree changes (S-7.2). */
function lendableOf(cohort: CohortNode): ReadonlyMap<string, Amount> {
  if (cohort.lendable !== undefined) return cohort.lendable;
  const lendable = new Map<string, Amount>();
  for (const pair of rootCohortOf(cohort)?.subtree.keys() ?? []) {
    const resource = resourceOf(pair);
    lendable.set(resource, addAmounts(lendable.get(resource) ?? 0n, potentialOf(cohort, pair)));
  }
  cohort.lendable = lendable;
  return lendable;
}
