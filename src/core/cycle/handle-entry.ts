import type { QuotaReservedReason } from '../../api/index.ts';
import { flavorResource } from '../amounts/index.ts';
import type { FlavorResource } from '../amounts/index.ts';
import { assignmentMessage } from '../flavors/index.ts';
import type { Assignment } from '../flavors/index.ts';
import type { Target } from '../preemption/index.ts';
import type { RequeueReason } from '../queues/index.ts';
import type { QuotaTree } from '../quota/index.ts';
import { messages } from '../workload/index.ts';
import type { Recomputation, WakesOn } from './decision.ts';
import type { Entry } from './nominate.ts';
import { reservationOf, shouldReserve } from './reservation.ts';
import type { RoundCourse } from './round-course.ts';
import type { RoundOptions } from './round-world.ts';

/** How a head waits. */
export interface Waiting {
  readonly requeueReason: RequeueReason;
  readonly condition?: { readonly reason: QuotaReservedReason; readonly message: string };
  readonly wakesOn: WakesOn;
  readonly isProgressKept: boolean;
}

export type Outcome =
  | { readonly kind: 'admit' }
  | ({ readonly kind: 'wait'; readonly isPreemptionSkipped?: true } & Waiting)
  | ({ readonly kind: 'preempt'; readonly targets: readonly Target[] } & Required<Waiting>);

export interface Handled {
  /** As it was handled: a second look replaces what was found at nomination (S-4.10). */
  readonly entry: Entry;
  readonly outcome: Outcome;
  readonly recomputation?: Recomputation;
}

/** What an entry is handled with. */
export interface Handling {
  readonly tree: QuotaTree;
  readonly course: RoundCourse;
  readonly options: RoundOptions;
  /** Looks again with the victims of others gone and no candidates any more (S-4.10). */
  readonly recompute: (entry: Entry, taken: ReadonlyMap<string, Target>) => Entry;
}

const nextRound: WakesOn = { kind: 'nextRound' };

/** Handles one entry after those before it; takes what it uses or reserves from the tree (S-4.9 to S-4.20). */
export function handleEntry(nominated: Entry, handling: Handling): Handled {
  const { course, options } = handling;
  const taken = course.takenBeside(nominated.head.clusterQueue);
  const hasOverlap = nominated.targets.some(({ workload }) => taken.has(workload.key));
  if (!hasOverlap || !options.scheduling.recomputeOverlappingTargets) {
    return { entry: nominated, outcome: settle(nominated, handling) };
  }
  const entry = handling.recompute(nominated, taken);
  const outcome = settle(entry, handling);
  return { entry, outcome, recomputation: recomputationOf(entry) };
}

/** O-10.9. */
function recomputationOf({ assignment, targets }: Entry): Recomputation {
  if (assignment.mode === 'DeferredFit') return 'deferredFit';
  return targets.length > 0 ? 'newTargets' : 'skipped';
}

function settle(entry: Entry, handling: Handling): Outcome {
  switch (entry.assignment.mode) {
    case 'NoFit':
      return waitForQuota(entry, {
        requeueReason: 'NoFit',
        reason: entry.assignment.noFitCause ?? 'NoMatchingFlavor',
      });
    case 'Preempt':
      return entry.targets.length > 0
        ? settleWithRoom(entry, handling)
        : settleWithoutTargets(entry, handling);
    case 'DeferredFit':
      return deferFit(entry, handling);
    case 'Fit':
      return settleWithRoom(entry, handling);
  }
}

function waitForQuota(
  entry: Entry,
  why: { requeueReason: RequeueReason; reason: QuotaReservedReason },
): Outcome {
  return {
    kind: 'wait',
    requeueReason: why.requeueReason,
    condition: { reason: why.reason, message: assignmentMessage(entry.assignment) },
    wakesOn: wakesOnQuota(entry),
    isProgressKept: true,
  };
}

/** Without targets the entry holds its place for the rest of the round (S-4.13). */
function settleWithoutTargets(entry: Entry, { tree, course, options }: Handling): Outcome {
  if (shouldReserve(entry, options)) course.claim(entry.head.clusterQueue, reservationOf(entry, tree));
  return waitForQuota(entry, { requeueReason: 'PreemptionNoCandidates', reason: 'WaitingForQuota' });
}

/** Others preempt enough for this one too: it waits with them, and nobody slips in between (S-4.15). */
function deferFit({ head, assignment }: Entry, { course }: Handling): Outcome {
  course.claim(head.clusterQueue, assignment.usage);
  return {
    kind: 'wait',
    requeueReason: 'PendingPreemption',
    condition: { reason: 'WaitingForPreemptedWorkloads', message: messages.deferredFit },
    wakesOn: nextRound,
    isProgressKept: false,
  };
}

/** S-4.16 to S-4.19: the entry has its room, free or after preemptions, unless earlier entries took it. */
function settleWithRoom(entry: Entry, handling: Handling): Outcome {
  const { head, assignment, targets } = entry;
  const { course, options } = handling;
  const { clusterQueue } = head;
  const taken = course.takenBeside(clusterQueue);
  if (targets.some(({ workload }) => taken.has(workload.key))) {
    return skip(entry, messages.targetTaken, options);
  }
  if (!course.fitsAfterPreemptions(clusterQueue, assignment.usage, targets)) {
    return skip(entry, messages.noLongerFits, options);
  }
  return targets.length > 0 ? preempt(entry, handling) : admit(entry, handling);
}

/** An earlier entry took what this one would have got (S-4.17, S-4.21). */
function skip({ targets }: Entry, message: string, options: RoundOptions): Outcome {
  return {
    kind: 'wait',
    requeueReason: 'FailedAfterNomination',
    condition: { reason: 'WaitingForQuota', message },
    wakesOn: nextRound,
    isProgressKept: options.scheduling.flavorFungibilityPreserveScanProgress,
    ...(targets.length > 0 && { isPreemptionSkipped: true }),
  };
}

/** The entry takes its victims and holds the room that they leave, for later entries of the round (S-4.18, S-6.15). */
function preempt({ head, assignment, targets }: Entry, { course }: Handling): Outcome {
  course.take(head.clusterQueue, targets);
  course.claim(head.clusterQueue, assignment.usage);
  const message = `${assignmentMessage(assignment)}${messages.pendingPreemption(targets.length)}`;
  return {
    kind: 'preempt',
    targets,
    requeueReason: 'PendingPreemption',
    condition: { reason: 'WaitingForPreemptedWorkloads', message },
    wakesOn: nextRound,
    isProgressKept: false,
  };
}

/** Quota that victims still hold is not given away (D-4). */
function admit(entry: Entry, { course, options }: Handling): Outcome {
  const { head, assignment } = entry;
  if (!course.fitsNow(head.clusterQueue, assignment.usage)) {
    return skip(entry, messages.noLongerFits, options);
  }
  if (course.admissionBlock !== 'none') return blocked(course);
  course.admit(head.clusterQueue, assignment.usage);
  // What was just admitted has no ready pods either.
  if (options.scheduling.blockAdmission) course.admissionBlock = 'untold';
  return { kind: 'admit' };
}

/** Only the first blocked entry tells why; the others go back untouched (D-15). */
function blocked(course: RoundCourse): Outcome {
  const isFirst = course.admissionBlock === 'untold';
  course.admissionBlock = 'told';
  const message = messages.waitingForPodsReady;
  return {
    kind: 'wait',
    requeueReason: 'FailedAfterNomination',
    ...(isFirst ? { condition: { reason: 'WaitingForPodsReady', message } } : {}),
    wakesOn: nextRound,
    isProgressKept: false,
  };
}

/** The pairs that are short; where no quota is short only a change of the ClusterQueue or its flavors helps. */
function wakesOnQuota({ head: { clusterQueue }, assignment }: Entry): WakesOn {
  const pairs = pairsOfReasons(assignment);
  return pairs.length > 0 ? { kind: 'quota', clusterQueue, pairs } : { kind: 'clusterQueue', clusterQueue };
}

function pairsOfReasons(assignment: Assignment): readonly FlavorResource[] {
  const pairs = new Set<FlavorResource>();
  for (const reason of assignment.podSets.flatMap(({ reasons }) => reasons)) {
    if (reason.kind === 'exceedsMaximum' || reason.kind === 'insufficientUnused') {
      pairs.add(flavorResource(reason.flavor, reason.resource));
    }
  }
  return [...pairs].toSorted();
}
