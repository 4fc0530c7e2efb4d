import type { Amount, FlavorResource, Usage } from '../amounts/index.ts';
import { flavorResource } from '../amounts/index.ts';
import { assignFlavors } from '../flavors/index.ts';
import type { Assignment, FlavorProgress, PinnedFlavors } from '../flavors/index.ts';
import { chooseTargetSearch, makeOracle } from '../preemption/index.ts';
import type { PreemptionField, Target } from '../preemption/index.ts';
import type { Head } from '../queues/index.ts';
import type { PodSetRequest } from '../workload/index.ts';
import { searchSmallerCounts } from './partial-admission.ts';
import type { ClusterQueueView, RoundOptions, RoundWorld } from './round-world.ts';

/** One head, and how it is looked at: at first, or again after others of the round took its victims. */
export interface AssignmentRequest {
  readonly head: Head;
  readonly view: ClusterQueueView;
  readonly world: RoundWorld;
  readonly options: RoundOptions;
  /** Up to date, or absent (S-5.24). */
  readonly progress?: FlavorProgress | undefined;
  /** On a second look: the flavors of the first (S-5.11). */
  readonly pinned?: PinnedFlavors;
  /** On a second look: the victims of others (S-4.10). */
  readonly taken?: ReadonlySet<string>;
}

export interface AssignmentWithTargets {
  readonly assignment: Assignment;
  /** Who has to leave first; with mode Preempt, none means that nobody can be made to. */
  readonly targets: readonly Target[];
}

/** Flavors for a head, and the victims it needs for them (S-4.6 steps 2 to 6). */
export function assignWithTargets(request: AssignmentRequest): AssignmentWithTargets {
  const { podSets } = request.head.pending;
  const full = assignPodSets(podSets, request);
  if (isAccepted(full) || !request.options.scheduling.partialAdmission) return full;
  const smaller = searchSmallerCounts(podSets, (counts) => {
    const partial = assignPodSets(counts, request);
    return isAccepted(partial) ? partial : undefined;
  });
  return smaller ?? full;
}

function isAccepted({ assignment, targets }: AssignmentWithTargets): boolean {
  return assignment.mode === 'Fit' || targets.length > 0;
}

/** Steps 2 to 4 for one choice of counts. */
function assignPodSets(podSets: readonly PodSetRequest[], request: AssignmentRequest): AssignmentWithTargets {
  const { head, view, world, options, progress, pinned, taken } = request;
  const { clusterQueue, pending: preemptor } = head;
  const { preemption } = view.spec;
  const field: PreemptionField = {
    tree: world.tree,
    reservingWorkloads: (name) => world.reservingWorkloads(name),
    ...(options.scheduling.admissionFairSharing && { pastUsage: (workload) => world.pastUsage?.(workload) }),
    ...(taken && { taken }),
  };
  const search = chooseTargetSearch(options.scheduling);
  const assignment = assignFlavors({
    podSets,
    clusterQueue,
    spec: view.spec,
    tree: world.tree,
    flavor: (name) => world.flavor(name),
    oracle: makeOracle(search, { preemption, preemptor }, field),
    progress,
    pinned,
    options: options.scheduling,
  });
  if (assignment.mode !== 'Preempt') return { assignment, targets: [] };
  const contested = contestedPairs(assignment);
  const requests = withoutZeros(assignment.usage);
  return { assignment, targets: search({ clusterQueue, preemption, preemptor, contested, requests }, field) };
}

/** Where unused quota does not suffice (S-6.1). */
function contestedPairs(assignment: Assignment): readonly FlavorResource[] {
  const pairs = assignment.podSets.flatMap(({ flavors }) =>
    [...flavors]
      .filter(([, { mode }]) => mode === 'Preempt')
      .map(([resource, { flavor }]) => flavorResource(flavor, resource)),
  );
  return [...new Set(pairs)];
}

function withoutZeros(usage: Usage): Usage {
  return new Map<FlavorResource, Amount>([...usage].filter(([, amount]) => amount !== 0n));
}
