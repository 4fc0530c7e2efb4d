import type { Usage } from '../amounts/index.ts';
import type { Target } from '../preemption/index.ts';
import type { QuotaTree } from '../quota/index.ts';

interface Claim {
  readonly clusterQueue: string;
  readonly usage: Usage;
}

/** What earlier entries did in one tree of ClusterQueues; other trees do not feel it. */
interface TreeCourse {
  readonly taken: Map<string, Target>;
  readonly claims: Claim[];
}

/** What earlier entries of the round did, as far as it concerns later ones. */
export class RoundCourse {
  /** Why nothing more is admitted in this round; the first entry that meets it tells it (S-4.19, D-15). */
  admissionBlock: 'none' | 'untold' | 'told';
  readonly #tree: QuotaTree;
  readonly #courses = new Map<string, TreeCourse>();

  constructor(tree: QuotaTree, admissionBlock: 'none' | 'untold') {
    this.#tree = tree;
    this.admissionBlock = admissionBlock;
  }

  /** The victims so far in the tree of a ClusterQueue, by key. */
  takenBeside(clusterQueue: string): ReadonlyMap<string, Target> {
    return this.#of(clusterQueue).taken;
  }

  take(clusterQueue: string, targets: readonly Target[]): void {
    const { taken } = this.#of(clusterQueue);
    for (const target of targets) taken.set(target.workload.key, target);
  }

  /** Adds usage that nobody holds yet: of who waits for victims, or reserves. */
  claim(clusterQueue: string, usage: Usage): void {
    this.#tree.addUsage(clusterQueue, usage);
    this.#of(clusterQueue).claims.push({ clusterQueue, usage });
  }

  /** Adds usage that is held from now on. */
  admit(clusterQueue: string, usage: Usage): void {
    this.#tree.addUsage(clusterQueue, usage);
  }

  /** Whether the usage fits once all victims of the tree are gone, and these too (S-4.9). */
  fitsAfterPreemptions(clusterQueue: string, usage: Usage, targets: readonly Target[]): boolean {
    const leaving = new Map(this.takenBeside(clusterQueue));
    for (const target of targets) leaving.set(target.workload.key, target);
    return this.#try(() => {
      for (const { workload } of leaving.values())
        this.#tree.removeUsage(workload.clusterQueue, workload.usage);
      return this.#tree.fits(clusterQueue, usage);
    });
  }

  /** Whether the usage fits beside what is held now and was admitted in this round, no victim gone (D-4). */
  fitsNow(clusterQueue: string, usage: Usage): boolean {
    const { taken, claims } = this.#of(clusterQueue);
    if (taken.size === 0) return this.#tree.fits(clusterQueue, usage);
    return this.#try(() => {
      for (const claim of claims) this.#tree.removeUsage(claim.clusterQueue, claim.usage);
      return this.#tree.fits(clusterQueue, usage);
    });
  }

  #try<T>(look: () => T): T {
    const mark = this.#tree.mark();
    try {
      return look();
    } finally {
      this.#tree.undoTo(mark);
    }
  }

  #of(clusterQueue: string): TreeCourse {
    const root = this.#tree.rootOf(clusterQueue);
    let course = this.#courses.get(root);
    if (course === undefined) this.#courses.set(root, (course = { taken: new Map(), claims: [] }));
    return course;
  }
}
