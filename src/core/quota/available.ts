import { addAmounts, subtractAmounts, UNLIMITED } from '../amounts/index.ts';
import type { Amount, FlavorResource } from '../amounts/index.ts';
import {
  atLeastZero,
  localAvailableOf,
  localOf,
  parentOf,
  rootCohortOf,
  subtreeOf,
  usageOf,
} from './quota-node.ts';
import type { ClusterQueueNode, QuotaNode } from './quota-node.ts';

/** available(N) of 2.2, negative where more is used than there is (S-2.6). */
export function availableOf(node: QuotaNode, pair: FlavorResource): Amount {
  const parent = parentOf(node);
  if (parent === undefined) return subtractAmounts(subtreeOf(node, pair), usageOf(node, pair));
  const fromAbove = lesser(availableOf(parent, pair), capOf(node, pair));
  return addAmounts(localAvailableOf(node, pair), fromAbove);
}

/** cap(N) of 2.2: how much may come down from the parent. */
export function capOf(node: QuotaNode, pair: FlavorResource): Amount {
  const borrowingLimit = node.quotas.get(pair)?.borrowingLimit;
  if (borrowingLimit === undefined) return UNLIMITED;
  const local = localOf(node, pair);
  const lent = subtractAmounts(subtreeOf(node, pair), local);
  const burden = atLeastZero(subtractAmounts(usageOf(node, pair), local));
  return addAmounts(subtractAmounts(lent, burden), borrowingLimit);
}

/** potential(N) of 2.2: the largest request that could ever fit; it ignores all usage (S-2.7). */
export function potentialOf(node: QuotaNode, pair: FlavorResource): Amount {
  const subtree = subtreeOf(node, pair);
  const parent = parentOf(node);
  if (parent === undefined) return subtree;
  const reach = addAmounts(localOf(node, pair), potentialOf(parent, pair));
  const borrowingLimit = node.quotas.get(pair)?.borrowingLimit;
  return borrowingLimit === undefined ? reach : lesser(reach, addAmounts(subtree, borrowingLimit));
}

export interface BorrowingLevel {
  /** How far up the tree quota has to come from; 0 is the ClusterQueue itself. */
  readonly level: number;
  /** Others beyond the subtree that covers the request owe it what it needs (S-2.13). */
  readonly mayReclaim: boolean;
}

/** How far up the tree the quota for `value` more has to come from (S-2.12). */
export function borrowingLevelOf(
  node: ClusterQueueNode,
  pair: FlavorResource,
  value: Amount,
): BorrowingLevel {
  const root = rootCohortOf(node);
  if (root === undefined) return { level: 0, mayReclaim: false };
  if (addAmounts(usageOf(node, pair), value) <= subtreeOf(node, pair)) return { level: 0, mayReclaim: true };
  let rest = subtractAmounts(value, localAvailableOf(node, pair));
  for (let ancestor = parentOf(node); ancestor !== undefined; ancestor = parentOf(ancestor)) {
    if (addAmounts(usageOf(ancestor, pair), rest) <= subtreeOf(ancestor, pair)) {
      return { level: ancestor.height, mayReclaim: parentOf(ancestor) !== undefined };
    }
    rest = subtractAmounts(rest, localAvailableOf(ancestor, pair));
  }
  return { level: root.height, mayReclaim: false };
}

function lesser(a: Amount, b: Amount): Amount {
  return a < b ? a : b;
}
