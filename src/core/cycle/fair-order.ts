import type { Usage } from '../amounts/index.ts';
import { IndexedHeap } from '../queues/index.ts';
import type { Head, HeapItem } from '../queues/index.ts';
import { compareShares, parentOf, shareOf, subtreeOf, usageOf } from '../quota/index.ts';
import type { CohortNode, QuotaNode, QuotaTree, Share } from '../quota/index.ts';
import type { SchedulingOptions } from '../workload/index.ts';

/** An entry of the round, as far as it matters for the order. */
export interface Competitor {
  readonly head: Head;
  readonly assignment: { readonly usage: Usage };
}

/** What an entry is worth at one cohort: the child on its way there, with the usage of the entry added (S-7.5). */
interface Worth<Entry> {
  readonly entry: Entry;
  readonly share: Share;
  readonly isBorrowing: boolean;
}

/** Who competes at a cohort: the entry of a child ClusterQueue, or the winner of a child cohort. */
interface Contender<Entry> extends HeapItem {
  readonly place: QuotaNode;
  readonly worth: Worth<Entry>;
}

/** The competition at one cohort. */
interface Arena<Entry> {
  readonly place: CohortNode;
  readonly contenders: IndexedHeap<Contender<Entry>>;
  /** Where its winner competes; undefined for a root. */
  readonly above: Arena<Entry> | undefined;
  /** Its winner as it competes above. */
  delegate: Contender<Entry> | undefined;
}

/**
 * The entries of a round in the order of fair sharing (S-7.6). The tournament goes on, after each entry, on what
 * handling it left in the tree; so an entry must have been handled before the next is asked for. A round has one entry
 * of a ClusterQueue (I-9) and handling it changes usage there and above alone, so only what competes on that way is
 * looked at again.
 */
export function* inFairOrder<Entry extends Competitor>(
  entries: readonly Entry[],
  tree: QuotaTree,
  options: SchedulingOptions,
): Generator<Entry, void, undefined> {
  const tournament = new Tournament<Entry>(tree, options);
  // Between trees the order does not matter; that of the names is the same each time.
  const sorted = entries.toSorted((a, b) => (a.head.clusterQueue < b.head.clusterQueue ? -1 : 1));
  for (const entry of sorted) {
    if (tree.hasCohort(entry.head.clusterQueue)) tournament.enter(entry);
    else yield entry;
  }
  yield* tournament.play();
}

class Tournament<Entry extends Competitor> {
  readonly #tree: QuotaTree;
  readonly #options: SchedulingOptions;
  readonly #arenas = new Map<CohortNode, Arena<Entry>>();

  constructor(tree: QuotaTree, options: SchedulingOptions) {
    this.#tree = tree;
    this.#options = options;
  }

  enter(entry: Entry): void {
    const place = this.#tree.nodeOf(entry.head.clusterQueue);
    const arena = this.#arenaOf(parentOf(place));
    if (arena === undefined) throw new Error('a tournament needs a cohort');
    arena.contenders.add({ place, worth: this.#judge(place, entry), position: -1 });
    this.#promote(arena);
  }

  *play(): Generator<Entry, void, undefined> {
    const roots = [...this.#arenas.values()].filter(({ above }) => above === undefined);
    for (const { contenders } of roots) {
      for (let top = contenders.top; top !== undefined; top = contenders.top) {
        const { entry } = top.worth;
        yield entry;
        this.#leave(entry);
      }
    }
  }

  /** The arena at a cohort, made with those above it. */
  #arenaOf(place: CohortNode | undefined): Arena<Entry> | undefined {
    if (place === undefined) return undefined;
    let arena = this.#arenas.get(place);
    if (arena === undefined) {
      const contenders = new IndexedHeap<Contender<Entry>>((a, b) => this.#compare(a.worth, b.worth));
      arena = { place, contenders, above: this.#arenaOf(parentOf(place)), delegate: undefined };
      this.#arenas.set(place, arena);
    }
    return arena;
  }

  #leave(entry: Entry): void {
    const arena = this.#arenaOf(parentOf(this.#tree.nodeOf(entry.head.clusterQueue)));
    const top = arena?.contenders.top;
    if (arena === undefined || top?.worth.entry !== entry) throw new Error('only a winner may leave');
    arena.contenders.remove(top);
    this.#promote(arena);
  }

  /** Lets the winner of an arena compete in the one above, on the tree as it is now, and so on up to the root. */
  #promote(arena: Arena<Entry>): void {
    const { above, contenders, place, delegate } = arena;
    if (above === undefined) return;
    if (delegate !== undefined) above.contenders.remove(delegate);
    const winner = contenders.top?.worth.entry;
    arena.delegate = winner && { place, worth: this.#judge(place, winner), position: -1 };
    if (arena.delegate !== undefined) above.contenders.add(arena.delegate);
    this.#promote(above);
  }

  #judge(place: QuotaNode, entry: Entry): Worth<Entry> {
    const { usage } = entry.assignment;
    const mark = this.#tree.mark();
    try {
      this.#tree.addUsage(entry.head.clusterQueue, usage);
      const share = shareOf(place);
      const isBorrowing = [...usage].some(
        ([pair, amount]) => amount > 0n && usageOf(place, pair) > subtreeOf(place, pair),
      );
      return { entry, share, isBorrowing };
    } finally {
      this.#tree.undoTo(mark);
    }
  }

  /** The first difference wins (S-7.7). */
  #compare(a: Worth<Entry>, b: Worth<Entry>): number {
    const options = this.#options;
    const [first, second] = [a.entry.head, b.entry.head];
    return (
      (options.prioritizePreemptorWorkloads ? Number(second.isPreemptor) - Number(first.isPreemptor) : 0) ||
      (options.fairSharingPrioritizeNonBorrowing ? Number(a.isBorrowing) - Number(b.isBorrowing) : 0) ||
      compareShares(a.share, b.share) ||
      comparePending(first, second, options)
    );
  }
}

function comparePending({ pending: a }: Head, { pending: b }: Head, options: SchedulingOptions): number {
  return (
    (options.prioritySortingWithinCohort ? b.priority - a.priority : 0) ||
    a.queueTimestampMs - b.queueTimestampMs ||
    (a.uid < b.uid ? -1 : Number(a.uid > b.uid))
  );
}
