import { assignFlavors, isOutOfDate, progressOf } from '../flavors/index.ts';
import type { Assignment, FlavorProgress, ProgressStamp } from '../flavors/index.ts';
import { findTargets, oracleWithoutCandidates } from '../preemption/index.ts';
import type { TargetSearchResult } from '../preemption/index.ts';
import type { Head } from '../queues/index.ts';
import { judgeEligibility } from './judge-eligibility.ts';
import type { Refusal } from './judge-eligibility.ts';
import type { ClusterQueueView, RoundOptions, RoundWorld } from './round-world.ts';

/** A head with what it would get, before others of the round took theirs (S-4.5). */
export interface Entry {
  readonly head: Head;
  readonly view: ClusterQueueView;
  readonly assignment: Assignment;
  readonly progress: FlavorProgress;
  readonly search: TargetSearchResult;
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
  const { tree } = world;
  const { clusterQueue, pending } = head;
  const stamp: ProgressStamp = {
    uid: pending.uid,
    clusterQueue,
    generation: tree.generation(clusterQueue),
    round: options.round,
    schedulingHash: pending.schedulingHash,
    resourceVersion: pending.resourceVersion,
  };
  const resumed = currentProgress(world.flavorProgress.get(pending.key), stamp, options);
  const assignment = assignFlavors({
    podSets: pending.podSets,
    clusterQueue,
    spec: view.spec,
    tree,
    flavor: (name) => world.flavor(name),
    oracle: oracleWithoutCandidates(tree),
    progress: resumed,
    options: options.scheduling,
  });
  const search = findTargets({ clusterQueue, pending, assignment });
  const progress = progressOf(assignment, stamp);
  return { head, view, assignment, progress, search, isResumed: resumed !== undefined };
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
