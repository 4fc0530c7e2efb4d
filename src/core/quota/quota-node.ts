import { addAmounts, clampAmount, subtractAmounts } from '../amounts/index.ts';
import type { Amount, FlavorResource } from '../amounts/index.ts';

/** What one ClusterQueue or Cohort owns of one flavor and resource; an absent limit is not a limit of zero (S-2.1). */
export interface QuotaLimits {
  readonly nominal: Amount;
  readonly borrowingLimit?: Amount;
  readonly lendingLimit?: Amount;
}

export type Quotas = ReadonlyMap<FlavorResource, QuotaLimits>;

export interface ClusterQueueNode {
  readonly kind: 'clusterQueue';
  readonly name: string;
  parent: CohortNode | undefined;
  quotas: Quotas;
  /** The exact sum of what was added and not removed, beyond 64 bits too, so that removal always restores. */
  readonly usage: Map<FlavorResource, bigint>;
  /** Present in the round: an inactive one keeps quota and usage but gives its cohort no height (S-2.11). */
  isActive: boolean;
  /** Fair sharing weight (S-7.1). */
  weight: number;
  stamp: number;
}

export interface CohortNode {
  readonly kind: 'cohort';
  readonly name: string;
  parent: CohortNode | undefined;
  quotas: Quotas;
  readonly cohorts: Map<string, CohortNode>;
  readonly clusterQueues: Map<string, ClusterQueueNode>;
  /** False for a cohort that is only named by its children (S-2.2). */
  isExplicit: boolean;
  isCyclic: boolean;
  subtree: Map<FlavorResource, Amount>;
  /** The exact sum of the burdens of the children. */
  usage: Map<FlavorResource, bigint>;
  height: number;
  /** Fair sharing weight (S-7.1). */
  weight: number;
  /** By resource, the most that children could get; computed when asked for, forgotten with the sums (S-7.2). */
  lendable: ReadonlyMap<string, Amount> | undefined;
  stamp: number;
}

export type QuotaNode = ClusterQueueNode | CohortNode;

/** A ClusterQueue without quota or usage. */
export function newClusterQueueNode(name: string): ClusterQueueNode {
  return {
    kind: 'clusterQueue',
    name,
    parent: undefined,
    quotas: new Map(),
    usage: new Map(),
    isActive: true,
    weight: 1,
    stamp: 0,
  };
}

/** A Cohort that is only named so far (S-2.2). */
export function newCohortNode(name: string): CohortNode {
  return {
    kind: 'cohort',
    name,
    parent: undefined,
    quotas: new Map(),
    cohorts: new Map(),
    clusterQueues: new Map(),
    isExplicit: false,
    isCyclic: false,
    subtree: new Map(),
    usage: new Map(),
    height: 0,
    weight: 1,
    lendable: undefined,
    stamp: 0,
  };
}

/** The parent that takes part in sums: what hangs on a cycle stands alone until the cycle is broken (S-2.4). */
export function parentOf(node: QuotaNode): CohortNode | undefined {
  return node.parent === undefined || node.parent.isCyclic ? undefined : node.parent;
}

/** The topmost cohort, if there is one. */
export function rootCohortOf(node: QuotaNode): CohortNode | undefined {
  let root = node.kind === 'cohort' ? node : undefined;
  for (let parent = parentOf(node); parent !== undefined; parent = parentOf(parent)) root = parent;
  return root;
}

/** subtree(N) of 2.2. */
export function subtreeOf(node: QuotaNode, pair: FlavorResource): Amount {
  if (node.kind === 'clusterQueue') return node.quotas.get(pair)?.nominal ?? 0n;
  return node.subtree.get(pair) ?? 0n;
}

/** usage(N) of 2.2. */
export function usageOf(node: QuotaNode, pair: FlavorResource): Amount {
  return clampAmount(node.usage.get(pair) ?? 0n);
}

/** local(N) of 2.2: the quota that the parent never sees (S-2.5). */
export function localOf(node: QuotaNode, pair: FlavorResource): Amount {
  const lendingLimit = node.quotas.get(pair)?.lendingLimit;
  if (lendingLimit === undefined || parentOf(node) === undefined) return 0n;
  return atLeastZero(subtractAmounts(subtreeOf(node, pair), lendingLimit));
}

/** localAvail(N) of 2.2. */
export function localAvailableOf(node: QuotaNode, pair: FlavorResource): Amount {
  return atLeastZero(subtractAmounts(localOf(node, pair), usageOf(node, pair)));
}

/** What a usage of the node lays upon its parent: the part above local (S-2.5). */
function burdenOf(node: QuotaNode, pair: FlavorResource, exactUsage: bigint): Amount {
  return atLeastZero(subtractAmounts(clampAmount(exactUsage), localOf(node, pair)));
}

/** The greater of zero and the amount. */
export function atLeastZero(amount: Amount): Amount {
  return amount > 0n ? amount : 0n;
}

/** Recomputes subtree, usage and height of a cohort and all cohorts below it from the formulas of 2.2 and S-2.14. */
export function recompute(cohort: CohortNode): void {
  const subtree = new Map<FlavorResource, Amount>();
  for (const [pair, limits] of cohort.quotas) subtree.set(pair, limits.nominal);
  const usage = new Map<FlavorResource, bigint>();
  let height = 0;
  for (const child of cohort.cohorts.values()) {
    recompute(child);
    height = Math.max(height, 1 + child.height);
    for (const pair of child.subtree.keys()) addLent(subtree, child, pair);
    addBurdens(usage, child);
  }
  for (const child of cohort.clusterQueues.values()) {
    if (child.isActive) height = Math.max(height, 1);
    for (const pair of child.quotas.keys()) addLent(subtree, child, pair);
    addBurdens(usage, child);
  }
  cohort.subtree = subtree;
  cohort.usage = usage;
  cohort.height = height;
  cohort.lendable = undefined;
}

function addLent(subtree: Map<FlavorResource, Amount>, child: QuotaNode, pair: FlavorResource): void {
  const lent = subtractAmounts(subtreeOf(child, pair), localOf(child, pair));
  subtree.set(pair, addAmounts(subtree.get(pair) ?? 0n, lent));
}

function addBurdens(usage: Map<FlavorResource, bigint>, child: QuotaNode): void {
  for (const [pair, exactUsage] of child.usage) {
    const burden = burdenOf(child, pair, exactUsage);
    if (burden !== 0n) usage.set(pair, (usage.get(pair) ?? 0n) + burden);
  }
}

/** Changes the usage of a ClusterQueue and, as far as it is felt there, of its ancestors (S-2.8); O(depth). */
export function changeUsage(node: ClusterQueueNode, pair: FlavorResource, delta: bigint): void {
  let current: QuotaNode = node;
  let before = current.usage.get(pair) ?? 0n;
  let after = before + delta;
  setUsage(current, pair, after);
  for (let parent = parentOf(current); parent !== undefined; parent = parentOf(parent)) {
    const change = burdenOf(current, pair, after) - burdenOf(current, pair, before);
    if (change === 0n) return;
    before = parent.usage.get(pair) ?? 0n;
    after = before + change;
    setUsage(parent, pair, after);
    current = parent;
  }
}

/** Stores an exact usage; zeros are left out, so that equal states have equal maps. */
export function setUsage(node: QuotaNode, pair: FlavorResource, exactUsage: bigint): void {
  if (exactUsage === 0n) node.usage.delete(pair);
  else node.usage.set(pair, exactUsage);
}
