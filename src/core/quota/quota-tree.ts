import { addAmounts, clampAmount } from '../amounts/index.ts';
import type { Amount, FlavorResource, Usage } from '../amounts/index.ts';
import { availableOf, borrowingLevelOf, potentialOf } from './available.ts';
import type { BorrowingLevel } from './available.ts';
import { CohortForest } from './cohort-forest.ts';
import type { ClusterQueueShape, CohortShape } from './cohort-forest.ts';
import { atLeastZero, parentOf, rootCohortOf, subtreeOf, usageOf } from './quota-node.ts';
import type { ClusterQueueNode, CohortNode } from './quota-node.ts';
import { shareOf } from './shares.ts';
import type { Share } from './shares.ts';

/** A place in the journal; given back to `undoTo`. */
export interface Mark {
  readonly position: number;
  readonly openMarks: number;
}

interface UsageChange {
  readonly node: ClusterQueueNode;
  readonly pair: FlavorResource;
  readonly delta: bigint;
}

/**
 * The quota of all ClusterQueues and Cohorts and what is used of it (S-2). It works in place: what a round tries is
 * written into a journal and undone in reverse order. Reading a number costs the depth of the tree, changing a usage too.
 */
export class QuotaTree {
  private readonly forest = new CohortForest();
  private readonly journal: UsageChange[] = [];
  private openMarks = 0;

  /** Creates or changes a ClusterQueue; its usage stays (S-2.1, S-2.10). */
  setClusterQueue(name: string, input: ClusterQueueShape): void {
    this.assertNotTrying();
    this.forest.setClusterQueue(name, input);
  }

  /** Removes a ClusterQueue with its usage (S-2.10). */
  removeClusterQueue(name: string): void {
    this.assertNotTrying();
    this.forest.removeClusterQueue(name);
  }

  /** Creates or changes a Cohort object; one that was only named becomes explicit in place (S-2.2). */
  setCohort(name: string, input: CohortShape): void {
    this.assertNotTrying();
    this.forest.setCohort(name, input);
  }

  /** Removes a Cohort object; with children left it turns into a cohort that is only named, its link upwards gone (S-2.2). */
  removeCohort(name: string): void {
    this.assertNotTrying();
    this.forest.removeCohort(name);
  }

  /** Says whether a ClusterQueue takes part in rounds; only active ones give their cohort height (S-2.11, S-2.14). */
  setActive(clusterQueue: string, isActive: boolean): void {
    this.assertNotTrying();
    this.forest.setActive(clusterQueue, isActive);
  }

  hasClusterQueue(name: string): boolean {
    return this.forest.clusterQueues.has(name);
  }

  /** Adds usage to a ClusterQueue and, beyond its local quota, to its ancestors (S-2.8). */
  addUsage(clusterQueue: string, usage: Usage): void {
    const node = this.unsettledNode(clusterQueue);
    for (const [pair, amount] of usage) this.change({ node, pair, delta: amount });
  }

  /** Takes usage back (S-2.8); outside of a trial the ClusterQueue's generation grows (S-2.17). */
  removeUsage(clusterQueue: string, usage: Usage): void {
    const node = this.unsettledNode(clusterQueue);
    for (const [pair, amount] of usage) this.change({ node, pair, delta: -amount });
    if (this.openMarks === 0) this.forest.stamp(node);
  }

  /** The usage of a ClusterQueue, without zeros. */
  usageOf(clusterQueue: string): Usage {
    const usage = new Map<FlavorResource, Amount>();
    for (const [pair, exact] of this.node(clusterQueue).usage) usage.set(pair, clampAmount(exact));
    return usage;
  }

  usedOf(clusterQueue: string, pair: FlavorResource): Amount {
    return usageOf(this.node(clusterQueue), pair);
  }

  nominalOf(clusterQueue: string, pair: FlavorResource): Amount {
    return subtreeOf(this.node(clusterQueue), pair);
  }

  borrowingLimitOf(clusterQueue: string, pair: FlavorResource): Amount | undefined {
    return this.node(clusterQueue).quotas.get(pair)?.borrowingLimit;
  }

  /** What the ClusterQueue could take now, never below zero (S-2.6). */
  available(clusterQueue: string, pair: FlavorResource): Amount {
    return atLeastZero(availableOf(this.node(clusterQueue), pair));
  }

  /** The largest request that could ever fit: the maximum capacity (S-2.7). */
  potential(clusterQueue: string, pair: FlavorResource): Amount {
    return potentialOf(this.node(clusterQueue), pair);
  }

  /** Whether all of the usage could be taken now (S-4.9). */
  fits(clusterQueue: string, usage: Usage): boolean {
    const node = this.node(clusterQueue);
    for (const [pair, amount] of usage) {
      if (amount > atLeastZero(availableOf(node, pair))) return false;
    }
    return true;
  }

  /** How far up the tree the quota for `value` more has to come from (S-2.12). */
  borrowingLevel(clusterQueue: string, pair: FlavorResource, value: Amount): BorrowingLevel {
    return borrowingLevelOf(this.node(clusterQueue), pair, value);
  }

  /** Whether usage, with `extra` more, exceeds nominal quota (S-2.9). */
  isBorrowing(clusterQueue: string, pair: FlavorResource, extra: Amount = 0n): boolean {
    const node = this.node(clusterQueue);
    return addAmounts(usageOf(node, pair), extra) > subtreeOf(node, pair);
  }

  hasCohort(clusterQueue: string): boolean {
    return parentOf(this.node(clusterQueue)) !== undefined;
  }

  /** The ClusterQueues of the whole tree that this one belongs to, sorted; of a cyclic tree only itself (S-3.17). */
  clusterQueuesOfTree(clusterQueue: string): readonly string[] {
    const root = rootCohortOf(this.node(clusterQueue));
    return root === undefined ? [clusterQueue] : namesBelow(root).toSorted();
  }

  /** The ClusterQueues of the whole tree that a Cohort belongs to, sorted; none for an unknown or cyclic one. */
  clusterQueuesOfCohortTree(cohort: string): readonly string[] {
    const node = this.cohort(cohort);
    if (node === undefined || node.isCyclic) return [];
    return namesBelow(rootCohortOf(node) ?? node).toSorted();
  }

  /** The Cohorts of the whole tree that a Cohort belongs to, sorted; none for an unknown or cyclic one. */
  cohortsOfCohortTree(cohort: string): readonly string[] {
    const node = this.cohort(cohort);
    if (node === undefined || node.isCyclic) return [];
    return cohortNamesBelow(rootCohortOf(node) ?? node).toSorted();
  }

  /** Identifies the tree of a ClusterQueue: the topmost cohort, or `/` and its own name when it stands alone. */
  rootOf(clusterQueue: string): string {
    return rootCohortOf(this.node(clusterQueue))?.name ?? `/${clusterQueue}`;
  }

  /** Whether the ClusterQueue hangs on a chain of cohorts without end (S-2.4). */
  isCyclic(clusterQueue: string): boolean {
    return this.node(clusterQueue).parent?.isCyclic ?? false;
  }

  isCohortCyclic(cohort: string): boolean {
    return this.cohort(cohort)?.isCyclic ?? false;
  }

  /** The ClusterQueue's place in the tree, to be read and climbed from, never to be changed. */
  nodeOf(clusterQueue: string): ClusterQueueNode {
    return this.node(clusterQueue);
  }

  /** The way from the root down to the ClusterQueue, `/root/…/name` (S-9.7). */
  pathOf(clusterQueue: string): string {
    const node = this.node(clusterQueue);
    let path = `/${node.name}`;
    for (let parent = parentOf(node); parent !== undefined; parent = parentOf(parent)) {
      path = `/${parent.name}${path}`;
    }
    return path;
  }

  /** Subtree quota and usage of a cohort, for status, metrics and checks. */
  sumsOfCohort(cohort: string): { readonly subtree: Usage; readonly usage: Usage } | undefined {
    const node = this.cohort(cohort);
    if (node === undefined) return undefined;
    const usage = new Map<FlavorResource, Amount>();
    for (const [pair, exact] of node.usage) usage.set(pair, clampAmount(exact));
    return { subtree: node.subtree, usage };
  }

  /** The share of a ClusterQueue (S-7.2). */
  shareOfClusterQueue(name: string): Share {
    return shareOf(this.node(name));
  }

  /** The share of a Cohort; undefined for an unknown or cyclic one (S-2.4). */
  shareOfCohort(name: string): Share | undefined {
    const node = this.cohort(name);
    return node === undefined || node.isCyclic ? undefined : shareOf(node);
  }

  /** The height of the whole tree, the greatest possible level (S-2.14). */
  heightOfTree(clusterQueue: string): number {
    return rootCohortOf(this.node(clusterQueue))?.height ?? 0;
  }

  /** Grows whenever usage of the ClusterQueue is released or the quota of its tree changes (S-2.17). */
  generation(clusterQueue: string): number {
    const node = this.node(clusterQueue);
    return Math.max(node.stamp, rootCohortOf(node)?.stamp ?? 0);
  }

  /** Opens a trial: usage changes from here on can be undone. Marks nest. */
  mark(): Mark {
    this.forest.settle();
    const mark = { position: this.journal.length, openMarks: this.openMarks };
    this.openMarks += 1;
    return mark;
  }

  /** Undoes every usage change since the mark, in reverse order, and closes it with all marks set after it. */
  undoTo(mark: Mark): void {
    if (mark.openMarks >= this.openMarks) throw new Error('quota: the mark is closed already');
    while (this.journal.length > mark.position) {
      const { node, pair, delta } = this.journal.pop() as UsageChange;
      this.forest.changeUsage(node, pair, -delta);
    }
    this.openMarks = mark.openMarks;
  }

  private change(change: UsageChange): void {
    if (change.delta === 0n) return;
    if (this.openMarks > 0) this.journal.push(change);
    this.forest.changeUsage(change.node, change.pair, change.delta);
  }

  private node(clusterQueue: string): ClusterQueueNode {
    this.forest.settle();
    return this.unsettledNode(clusterQueue);
  }

  /** A name that is not there is a bug of the caller. */
  private unsettledNode(clusterQueue: string): ClusterQueueNode {
    const node = this.forest.clusterQueues.get(clusterQueue);
    if (node === undefined) throw new Error(`quota: there is no ClusterQueue ${clusterQueue}`);
    return node;
  }

  private cohort(name: string): CohortNode | undefined {
    this.forest.settle();
    return this.forest.cohorts.get(name);
  }

  private assertNotTrying(): void {
    if (this.openMarks > 0) throw new Error('quota: the tree may not change shape while something is tried');
  }
}

function namesBelow(cohort: CohortNode): string[] {
  const names = [...cohort.clusterQueues.keys()];
  for (const child of cohort.cohorts.values()) names.push(...namesBelow(child));
  return names;
}

function cohortNamesBelow(cohort: CohortNode): string[] {
  return [cohort.name, ...[...cohort.cohorts.values()].flatMap(cohortNamesBelow)];
}
