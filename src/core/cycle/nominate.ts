import { isOutOfDate, progressOf } from '../flavors/index.ts';
import type { Assignment, FlavorProgress, PinnedFlavors, ProgressStamp } from '../flavors/index.ts';
import type { Target } from '../preemption/index.ts';
import { withoutTargets } from '../preemption/index.ts';
import type { Head } from '../queues/index.ts';
import { assignWithTargets } from './assign-with-targets.ts';
import { judgeEligibility } from './judge-eligibility.ts';
import type { Refusal } from './judge-eligibility.ts';
import type { ClusterQueueView, RoundOptions, RoundWorld } from './round-world.ts';

/** A head with what it would get, before others of the round took theirs (S-4.5). */
export interface Entry {
  readonly head: Head;
  readonly view: ClusterQueueView;
  readonly assignment: Assignment;
  readonly progress: FlavorProgress;
  /** Who has to leave before it fits (S-4.6). */
  readonly targets: readonly Target[];
  /** The search went on where an earlier round left it, so that the next one may start elsewhere. */
  readonly isResumed: boolean;
}

export type Nomination =
  | { readonly kind: 'drop'; readonly head: Head }
  | { readonly kind: 'refused'; readonly head: Head; readonly refusal: Refusal }
  | { readonly kind: 'fault'; readonly head: Head; readonly fault: unknown }
  | { readonly kind: 'entry'; readonly head: Head; readonly entry: Entry };

/** Whether a head takes part in the round, and what it would get (S-4.3 to S-4.6). */
export function nominate(head: Head, world: RoundWorld, options: RoundOptions): Nomination {
  if (world.isAccounted(head.pending.key)) return { kind: 'drop', head };
  try {
    const eligibility = judgeEligibility(head, world);
    if (eligibility.kind === 'refused') return { kind: 'refused', head, refusal: eligibility };
    return { kind: 'entry', head, entry: makeEntry({ head, view: eligibility.view }, world, options) };
  } catch (fault) {
    // One workload that cannot be judged must not keep the others from their turn.
    return { kind: 'fault', head, fault };
  }
}

function makeEntry(
  { head, view }: Pick<Entry, 'head' | 'view'>,
  world: RoundWorld,
  options: RoundOptions,
): Entry {
  const stamp = stampOf(head, world, options);
  const progress = currentProgress(world.flavorProgress.get(head.pending.key), stamp, options);
  const { assignment, targets } = assignWithTargets({ head, view, world, options, progress });
  const isResumed = progress !== undefined;
  return { head, view, assignment, progress: progressOf(assignment, stamp), targets, isResumed };
}

/**
 * Looks again at an entry whose victims others of the round have taken: they count as gone and are no candidates, the
 * flavors stay those of the nomination, and what simply fits then has to wait until they are gone (S-4.10 a).
 */
export function renominate(
  nominated: Entry,
  taken: ReadonlyMap<string, Target>,
  { world, options }: { readonly world: RoundWorld; readonly options: RoundOptions },
): Entry {
  const { head, view } = nominated;
  const keys = new Set(taken.keys());
  const pinned = flavorsOf(nominated.assignment);
  const { assignment, targets } = withoutTargets(taken.values(), world, () =>
    assignWithTargets({ head, view, world, options, pinned, taken: keys }),
  );
  const progress = progressOf(assignment, stampOf(head, world, options));
  const mode = assignment.mode === 'Fit' ? 'DeferredFit' : assignment.mode;
  return { ...nominated, assignment: { ...assignment, mode }, progress, targets };
}

function flavorsOf({ podSets }: Assignment): PinnedFlavors {
  return new Map(
    podSets.map(({ name, flavors }) => [
      name,
      new Map([...flavors].map(([resource, { flavor }]) => [resource, flavor])),
    ]),
  );
}

function stampOf(
  { clusterQueue, pending }: Head,
  { tree }: RoundWorld,
  { round }: RoundOptions,
): ProgressStamp {
  return {
    uid: pending.uid,
    clusterQueue,
    generation: tree.generation(clusterQueue),
    round,
    schedulingHash: pending.schedulingHash,
    resourceVersion: pending.resourceVersion,
  };
}

function currentProgress(
  progress: FlavorProgress | undefined,
  stamp: ProgressStamp,
  options: RoundOptions,
): FlavorProgress | undefined {
  if (progress === undefined) return undefined;
  const isPreserved = options.scheduling.flavorFungibilityPreserveScanProgress;
  return isOutOfDate(progress, stamp, isPreserved) ? undefined : progress;
}
