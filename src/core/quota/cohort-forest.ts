import type { FlavorResource } from '../amounts/index.ts';
import { markCycles } from './cohort-cycles.ts';
import {
  changeUsage,
  newClusterQueueNode,
  newCohortNode,
  recompute,
  rootCohortOf,
  setUsage,
} from './quota-node.ts';
import type { ClusterQueueNode, CohortNode, QuotaLimits, QuotaNode, Quotas } from './quota-node.ts';

/** What is said of a ClusterQueue; the weight is 1 unless given (S-7.1). */
export interface ClusterQueueShape {
  readonly cohort?: string | undefined;
  readonly quotas: Quotas;
  readonly weight?: number | undefined;
}

/** What is said of a Cohort. */
export interface CohortShape {
  readonly parent?: string | undefined;
  readonly quotas: Quotas;
  readonly weight?: number | undefined;
}

/**
 * The shape of the quota tree. Changes only note which trees they touch; the sums of those trees are recomputed once,
 * at the next look, so that loading many objects costs one pass.
 */
export class CohortForest {
  readonly clusterQueues = new Map<string, ClusterQueueNode>();
  readonly cohorts = new Map<string, CohortNode>();
  /** Cohorts whose tree changed its quota or shape, and those where only usage or activity below changed meanwhile. */
  private readonly reshaped = new Set<CohortNode>();
  private readonly unsummed = new Set<CohortNode>();
  private areCyclesKnown = true;
  private clock = 0;

  setClusterQueue(name: string, input: ClusterQueueShape): void {
    const known = this.clusterQueues.get(name);
    const node = known ?? newClusterQueueNode(name);
    this.clusterQueues.set(name, node);
    node.weight = input.weight ?? 1;
    const isMoved = node.parent?.name !== input.cohort;
    if (known !== undefined && !isMoved && areQuotasEqual(node.quotas, input.quotas)) return;
    node.quotas = input.quotas;
    if (isMoved) {
      this.detachClusterQueue(node);
      if (input.cohort !== undefined) {
        node.parent = this.ensureCohort(input.cohort);
        node.parent.clusterQueues.set(name, node);
      }
    }
    this.stamp(node);
    this.touch(node.parent);
  }

  removeClusterQueue(name: string): void {
    const node = this.clusterQueues.get(name);
    if (node === undefined) return;
    this.clusterQueues.delete(name);
    this.detachClusterQueue(node);
  }

  setCohort(name: string, input: CohortShape): void {
    const node = this.ensureCohort(name);
    node.weight = input.weight ?? 1;
    const isMoved = node.parent?.name !== input.parent;
    if (node.isExplicit && !isMoved && areQuotasEqual(node.quotas, input.quotas)) return;
    node.isExplicit = true;
    node.quotas = input.quotas;
    if (isMoved) {
      this.detachCohort(node);
      if (input.parent !== undefined) this.attachCohort(node, this.ensureCohort(input.parent));
    }
    this.touch(node);
  }

  removeCohort(name: string): void {
    const node = this.cohorts.get(name);
    if (node === undefined || !node.isExplicit) return;
    node.isExplicit = false;
    node.quotas = new Map();
    node.weight = 1;
    this.detachCohort(node);
    this.touch(node);
    this.dropIfUnused(node);
  }

  setActive(name: string, isActive: boolean): void {
    const node = this.clusterQueues.get(name);
    if (node === undefined || node.isActive === isActive) return;
    node.isActive = isActive;
    if (node.parent !== undefined) this.unsummed.add(node.parent);
  }

  /** Gives the node a newer stamp than anything had before (S-2.17). */
  stamp(node: QuotaNode): void {
    this.clock += 1;
    node.stamp = this.clock;
  }

  /** Changes usage; between a change of shape and the next look only at the ClusterQueue itself, the rest follows. */
  changeUsage(node: ClusterQueueNode, pair: FlavorResource, delta: bigint): void {
    if (this.isSettled()) {
      changeUsage(node, pair, delta);
      return;
    }
    setUsage(node, pair, (node.usage.get(pair) ?? 0n) + delta);
    if (node.parent !== undefined) this.unsummed.add(node.parent);
  }

  private isSettled(): boolean {
    return this.reshaped.size === 0 && this.unsummed.size === 0;
  }

  /** Brings the sums up to date with the shape; cheap when nothing changed. */
  settle(): void {
    if (this.isSettled()) return;
    if (!this.areCyclesKnown) {
      for (const cohort of markCycles(this.cohorts.values())) this.reshaped.add(cohort);
      this.areCyclesKnown = true;
    }
    const reshapedRoots = this.rootsOf(this.reshaped);
    for (const root of reshapedRoots) this.stamp(root);
    for (const root of new Set([...reshapedRoots, ...this.rootsOf(this.unsummed)])) recompute(root);
    this.reshaped.clear();
    this.unsummed.clear();
  }

  private rootsOf(nodes: Iterable<CohortNode>): Set<CohortNode> {
    const roots = new Set<CohortNode>();
    for (const node of nodes) {
      if (node.isCyclic || this.cohorts.get(node.name) !== node) continue;
      const root = rootCohortOf(node);
      if (root !== undefined) roots.add(root);
    }
    return roots;
  }

  private touch(node: CohortNode | undefined): void {
    if (node !== undefined) this.reshaped.add(node);
  }

  private ensureCohort(name: string): CohortNode {
    const node = this.cohorts.get(name) ?? newCohortNode(name);
    this.cohorts.set(name, node);
    return node;
  }

  private attachCohort(node: CohortNode, parent: CohortNode): void {
    node.parent = parent;
    parent.cohorts.set(node.name, node);
    this.areCyclesKnown = false;
  }

  private detachCohort(node: CohortNode): void {
    const parent = node.parent;
    if (parent === undefined) return;
    parent.cohorts.delete(node.name);
    node.parent = undefined;
    this.areCyclesKnown = false;
    this.touch(parent);
    this.dropIfUnused(parent);
  }

  private detachClusterQueue(node: ClusterQueueNode): void {
    const parent = node.parent;
    if (parent === undefined) return;
    parent.clusterQueues.delete(node.name);
    node.parent = undefined;
    this.touch(parent);
    this.dropIfUnused(parent);
  }

  /** A cohort that is only named disappears with its last child (S-2.2). */
  private dropIfUnused(node: CohortNode): void {
    if (node.isExplicit || node.cohorts.size > 0 || node.clusterQueues.size > 0) return;
    this.cohorts.delete(node.name);
  }
}

/** Equal in content and in order: the order of flavors is part of what a generation stands for (S-2.17). */
function areQuotasEqual(a: Quotas, b: Quotas): boolean {
  if (a.size !== b.size) return false;
  const others = b.entries();
  for (const [pair, limits] of a) {
    const [otherPair, otherLimits] = others.next().value as [string, QuotaLimits];
    if (pair !== otherPair || !areLimitsEqual(limits, otherLimits)) return false;
  }
  return true;
}

function areLimitsEqual(a: QuotaLimits, b: QuotaLimits): boolean {
  return (
    a.nominal === b.nominal && a.borrowingLimit === b.borrowingLimit && a.lendingLimit === b.lendingLimit
  );
}
