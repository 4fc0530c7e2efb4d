import { compareShares, parentOf, shareOf } from '../quota/index.ts';
import type { ClusterQueueNode, CohortNode, QuotaNode, Share } from '../quota/index.ts';
import { compareReserving } from './reserving-workload.ts';
import type { ReservingWorkload } from './reserving-workload.ts';

/** The candidates of one ClusterQueue that are left, the first to be taken in front. */
export interface VictimQueue {
  readonly node: ClusterQueueNode;
  readonly candidates: ReservingWorkload[];
}

/** A cohort with what below it has candidates. */
interface Section {
  readonly node: CohortNode;
  readonly queues: Set<VictimQueue>;
  readonly sections: Set<Section>;
}

/**
 * Tells from which ClusterQueue the next victim comes: that of the side with the highest share, from the root down
 * (S-7.13). Shares are kept until usage on their way changes, so one step costs the comparison of those at the way.
 */
export class FairContest {
  readonly #home: ClusterQueueNode;
  readonly #root: Section | undefined;
  readonly #own: VictimQueue | undefined;
  readonly #homeCohorts = new Set<CohortNode>();
  readonly #shares = new Map<QuotaNode, Share>();

  constructor(home: ClusterQueueNode, queues: readonly VictimQueue[]) {
    this.#home = home;
    this.#own = queues.find(({ node }) => node === home);
    for (let node = parentOf(home); node !== undefined; node = parentOf(node)) this.#homeCohorts.add(node);
    this.#root = sectionsOf(queues);
  }

  /** The share of a node as it is now (S-7.2). */
  shareOf(node: QuotaNode): Share {
    let share = this.#shares.get(node);
    if (share === undefined) this.#shares.set(node, (share = shareOf(node)));
    return share;
  }

  /** To be called after usage of a ClusterQueue changed for good. */
  noteChange(clusterQueue: ClusterQueueNode): void {
    let node: QuotaNode | undefined = clusterQueue;
    for (; node !== undefined; node = parentOf(node)) this.#shares.delete(node);
  }

  /** The queue whose candidates are up next; undefined when nobody is left. */
  next(): VictimQueue | undefined {
    if (parentOf(this.#home) === undefined) return this.#own?.candidates.length ? this.#own : undefined;
    const root = this.#root;
    while (root !== undefined) {
      const found = this.#descend(root);
      if (found !== 'exhausted') return found;
      if (root.queues.size === 0 && root.sections.size === 0) return undefined;
    }
    return undefined;
  }

  /** Takes a queue out of the contest. */
  drop(queue: VictimQueue): void {
    queue.candidates.length = 0;
  }

  /** Goes down from the root; a cohort without anybody left is pruned, and the way starts anew from the root. */
  #descend(root: Section): VictimQueue | 'exhausted' {
    let above: Section | undefined;
    let section = root;
    for (;;) {
      const queue = this.#highestQueue(section);
      const lower = this.#highestSection(section);
      if (lower === undefined) {
        if (queue !== undefined) return queue;
        above?.sections.delete(section);
        return 'exhausted';
      }
      if (queue !== undefined && compareShares(this.shareOf(lower.node), this.shareOf(queue.node)) < 0)
        return queue;
      above = section;
      section = lower;
    }
  }

  #highestQueue({ queues }: Section): VictimQueue | undefined {
    let highest: VictimQueue | undefined;
    for (const queue of queues) {
      const mayStay = queue.node === this.#home || this.shareOf(queue.node).isBorrowing;
      if (queue.candidates.length === 0 || !mayStay) queues.delete(queue);
      else if (highest === undefined || this.#compareQueues(queue, highest) < 0) highest = queue;
    }
    return highest;
  }

  #highestSection({ sections }: Section): Section | undefined {
    let highest: Section | undefined;
    for (const section of sections) {
      const mayStay = this.#homeCohorts.has(section.node) || this.shareOf(section.node).isBorrowing;
      if (!mayStay) sections.delete(section);
      else if (highest === undefined || this.#compareSections(section, highest) < 0) highest = section;
    }
    return highest;
  }

  /** The higher share first; of equals, who has the candidate that comes first. */
  #compareQueues(a: VictimQueue, b: VictimQueue): number {
    const [first, second] = [a.candidates[0], b.candidates[0]];
    const byShare = compareShares(this.shareOf(b.node), this.shareOf(a.node));
    if (byShare !== 0 || first === undefined || second === undefined) return byShare;
    return (
      Number(second.isEvicted) - Number(first.isEvicted) ||
      Number(a.node === this.#home) - Number(b.node === this.#home) ||
      compareReserving(first, second)
    );
  }

  #compareSections(a: Section, b: Section): number {
    return compareShares(this.shareOf(b.node), this.shareOf(a.node)) || (a.node.name < b.node.name ? -1 : 1);
  }
}

/** The tree above the queues, down from its root. */
function sectionsOf(queues: readonly VictimQueue[]): Section | undefined {
  const sections = new Map<CohortNode, Section>();
  let root: Section | undefined;
  const sectionOf = (node: CohortNode): Section => {
    const known = sections.get(node);
    if (known !== undefined) return known;
    const section: Section = { node, queues: new Set(), sections: new Set() };
    sections.set(node, section);
    const parent = parentOf(node);
    if (parent === undefined) root = section;
    else sectionOf(parent).sections.add(section);
    return section;
  };
  for (const queue of queues) {
    const parent = parentOf(queue.node);
    if (parent !== undefined) sectionOf(parent).queues.add(queue);
  }
  return root;
}
