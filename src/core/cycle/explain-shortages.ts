import { addAmounts, flavorResource, subtractAmounts } from '../amounts/index.ts';
import type { Amount, FlavorResource } from '../amounts/index.ts';
import { mayAskForVictims } from '../flavors/index.ts';
import type { Assignment, FlavorAttempt, FlavorReason, PodSetFlavors } from '../flavors/index.ts';
import { findObstacles } from '../preemption/index.ts';
import type { Obstacle, PreemptionField } from '../preemption/index.ts';
import type { Head } from '../queues/index.ts';
import { bottleneckOfMaximum, bottleneckOfUnused, holdersBelow } from '../quota/index.ts';
import type { SchedulingOptions } from '../workload/index.ts';
import type { FlavorExplanation, PodSetExplanation, Shortage } from './explanation.ts';
import type { ClusterQueueView, RoundWorld } from './round-world.ts';

/** An assignment that does not fit, and whose it is. */
export interface Misfit {
  readonly head: Head;
  readonly view: ClusterQueueView;
  readonly assignment: Assignment;
  readonly options: SchedulingOptions;
}

/** The pod sets that do not fit, with the flavors that were tried and what each of them lacks. */
export function explainPodSets(misfit: Misfit, world: RoundWorld): readonly PodSetExplanation[] {
  return misfit.assignment.podSets
    .filter(({ mode }) => mode !== 'Fit')
    .map((podSet) => explainPodSet(podSet, misfit, world));
}

function explainPodSet(podSet: PodSetFlavors, misfit: Misfit, world: RoundWorld): PodSetExplanation {
  const { name, count, error, reasons, attempts } = podSet;
  return {
    name,
    count,
    ...(error !== undefined && { error }),
    unavailable: reasons.flatMap((reason) =>
      reason.kind === 'resourceUnavailable' ? [reason.resource] : [],
    ),
    flavors: attempts.map((attempt) => explainAttempt(attempt, misfit, world)),
  };
}

function explainAttempt(
  { flavor, mode, reasons }: FlavorAttempt,
  misfit: Misfit,
  world: RoundWorld,
): FlavorExplanation {
  const shortages: Shortage[] = [];
  let mismatch: FlavorReason | undefined;
  for (const reason of reasons) {
    if (reason.kind === 'exceedsMaximum') shortages.push(explainExcess(reason, misfit, world));
    else if (reason.kind === 'insufficientUnused') shortages.push(explainLack(reason, misfit, world));
    else mismatch = reason;
  }
  return { flavor, isFitting: mode === 'fit', ...(mismatch && { mismatch }), shortages };
}

/** No eviction helps against a maximum. */
function explainExcess(
  reason: Extract<FlavorReason, { kind: 'exceedsMaximum' }>,
  { head: { clusterQueue } }: Misfit,
  { tree }: RoundWorld,
): Shortage {
  const { flavor, resource, assumed, request, maximum } = reason;
  const asked = addAmounts(assumed, request);
  const { node, limit } = bottleneckOfMaximum(tree.nodeOf(clusterQueue), flavorResource(flavor, resource));
  return {
    flavor,
    resource,
    asked,
    available: maximum,
    missing: subtractAmounts(asked, maximum),
    exceedsMaximum: true,
    limitedBy: { kind: node.kind, name: node.name, limit },
    holders: [],
    obstacles: [],
  };
}

function explainLack(
  { flavor, resource, missing }: Extract<FlavorReason, { kind: 'insufficientUnused' }>,
  misfit: Misfit,
  world: RoundWorld,
): Shortage {
  const { tree } = world;
  const { clusterQueue } = misfit.head;
  const pair = flavorResource(flavor, resource);
  const available = tree.available(clusterQueue, pair);
  const asked = addAmounts(missing, available);
  const { node, limit } = bottleneckOfUnused(tree.nodeOf(clusterQueue), pair);
  return {
    flavor,
    resource,
    asked,
    available,
    missing,
    exceedsMaximum: false,
    limitedBy: { kind: node.kind, name: node.name, limit },
    holders: holdersBelow(node, pair),
    obstacles: obstaclesFor({ pair, value: asked }, misfit, world),
  };
}

function obstaclesFor(
  { pair, value }: { readonly pair: FlavorResource; readonly value: Amount },
  { head, view, options }: Misfit,
  world: RoundWorld,
): readonly Obstacle[] {
  const { tree } = world;
  const { clusterQueue, pending: preemptor } = head;
  const { preemption } = view.spec;
  const isFairSharing = options.fairSharing !== undefined;
  const { mayReclaim } = tree.borrowingLevel(clusterQueue, pair, value);
  const isAsked = mayAskForVictims(
    { pair, value, mayReclaim },
    { clusterQueue, preemption, tree, isFairSharing },
  );
  const field: PreemptionField = {
    tree,
    reservingWorkloads: (name) => world.reservingWorkloads(name),
  };
  return findObstacles({ clusterQueue, preemption, preemptor, pair, value, isAsked, isFairSharing }, field);
}
