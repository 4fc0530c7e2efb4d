import { addAmounts } from '../amounts/index.ts';
import type { Amount, FlavorResource } from '../amounts/index.ts';
import { availableOf, capOf, potentialOf } from './available.ts';
import { localOf, parentOf, subtreeOf, usageOf } from './quota-node.ts';
import type { ClusterQueueNode, QuotaNode } from './quota-node.ts';
import { shareOf, weightedShare } from './shares.ts';

/** The place in the tree that keeps a ClusterQueue from more: the quota of a whole tree, or somebody's limit. */
export interface Bottleneck {
  readonly node: QuotaNode;
  readonly limit: 'quota' | 'borrowingLimit';
}

/** Who uses a flavor and resource below some place in the tree. */
export interface Holder {
  readonly clusterQueue: string;
  readonly used: Amount;
  readonly nominal: Amount;
  /** Used above nominal quota. */
  readonly borrowed: Amount;
  /** Weighted, in thousandths of what others could lend (S-7.2). */
  readonly share: number;
}

/** Where unused quota runs out on the way from the ClusterQueue to the root (S-2.6). */
export function bottleneckOfUnused(start: ClusterQueueNode, pair: FlavorResource): Bottleneck {
  return climb(start, (node, parent) => capOf(node, pair) < availableOf(parent, pair));
}

/** Where the maximum capacity of the ClusterQueue ends (S-2.7). */
export function bottleneckOfMaximum(start: ClusterQueueNode, pair: FlavorResource): Bottleneck {
  return climb(start, (node, parent) => {
    const borrowingLimit = node.quotas.get(pair)?.borrowingLimit;
    if (borrowingLimit === undefined) return false;
    const reach = addAmounts(localOf(node, pair), potentialOf(parent, pair));
    return addAmounts(subtreeOf(node, pair), borrowingLimit) < reach;
  });
}

function climb(start: QuotaNode, isLimited: (node: QuotaNode, parent: QuotaNode) => boolean): Bottleneck {
  const parent = parentOf(start);
  if (parent === undefined) return { node: start, limit: 'quota' };
  return isLimited(start, parent) ? { node: start, limit: 'borrowingLimit' } : climb(parent, isLimited);
}

/** Who holds what is short below a node: borrowers first, by share, the largest first; then the others by amount. */
export function holdersBelow(node: QuotaNode, pair: FlavorResource): readonly Holder[] {
  const holders = [...clusterQueuesBelow(node)].map((clusterQueue) => describeHolder(clusterQueue, pair));
  return holders.filter(({ used }) => used > 0n).toSorted(compareHolders);
}

function* clusterQueuesBelow(node: QuotaNode): Generator<ClusterQueueNode> {
  if (node.kind === 'clusterQueue') {
    yield node;
    return;
  }
  yield* node.clusterQueues.values();
  for (const child of node.cohorts.values()) yield* clusterQueuesBelow(child);
}

function describeHolder(node: ClusterQueueNode, pair: FlavorResource): Holder {
  const [used, nominal] = [usageOf(node, pair), subtreeOf(node, pair)];
  const borrowed = used > nominal ? used - nominal : 0n;
  return { clusterQueue: node.name, used, nominal, borrowed, share: weightedShare(shareOf(node)) };
}

function compareHolders(a: Holder, b: Holder): number {
  return (
    Number(b.borrowed > 0n) - Number(a.borrowed > 0n) ||
    (a.borrowed > 0n ? compareNumbers(b.share, a.share) : 0) ||
    compareNumbers(b.borrowed, a.borrowed) ||
    compareNumbers(b.used, a.used) ||
    (a.clusterQueue < b.clusterQueue ? -1 : 1)
  );
}

/** Infinite shares are equal, and their difference is no number. */
function compareNumbers<T extends number | bigint>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
