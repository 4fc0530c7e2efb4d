import type { QuotaReservedReason } from '../../api/index.ts';
import type { Amount, FlavorResource } from '../amounts/index.ts';
import { flavorResource } from '../amounts/index.ts';
import { assignmentMessage } from '../flavors/index.ts';
import type { Assignment } from '../flavors/index.ts';
import type { RequeueReason } from '../queues/index.ts';
import type { QuotaTree } from '../quota/index.ts';
import { messages } from '../workload/index.ts';
import type { WakesOn } from './decision.ts';
import type { Entry } from './nominate.ts';
import type { RoundOptions } from './round-world.ts';

export type Outcome =
  | { readonly kind: 'admit' }
  | {
      readonly kind: 'wait';
      readonly requeueReason: RequeueReason;
      readonly condition?: { readonly reason: QuotaReservedReason; readonly message: string };
      readonly wakesOn: WakesOn;
      readonly isProgressKept: boolean;
    };

/** What earlier entries of the round did, as far as it concerns later ones; usage is in the tree. */
export interface RoundCourse {
  /** Why nothing more is admitted in this round; the first entry that meets it tells it (S-4.19, D-15). */
  admissionBlock: 'none' | 'untold' | 'told';
}

const nextRound: WakesOn = { kind: 'nextRound' };

/** Handles one entry after those before it; takes what it uses or reserves from the tree (S-4.12 to S-4.20). */
export function handleEntry(
  entry: Entry,
  round: { readonly tree: QuotaTree; readonly course: RoundCourse; readonly options: RoundOptions },
): Outcome {
  const { assignment } = entry;
  switch (assignment.mode) {
    case 'NoFit':
      return waiting(entry, { requeueReason: 'NoFit', reason: assignment.noFitCause ?? 'NoMatchingFlavor' });
    case 'Preempt':
    case 'DeferredFit':
      return handlePreempting(entry, round);
    case 'Fit':
      return handleFitting(entry, round);
  }
}

function waiting(entry: Entry, why: { requeueReason: RequeueReason; reason: QuotaReservedReason }): Outcome {
  const message = assignmentMessage(entry.assignment);
  return {
    kind: 'wait',
    requeueReason: why.requeueReason,
    condition: { reason: why.reason, message },
    wakesOn: wakesOnQuota(entry),
    isProgressKept: true,
  };
}

/** Without targets the entry holds its place for the rest of the round (S-4.13). */
function handlePreempting(
  entry: Entry,
  { tree, options }: { readonly tree: QuotaTree; readonly options: RoundOptions },
): Outcome {
  switch (entry.search.kind) {
    case 'noTargets':
      if (shouldReserve(entry, options)) reserve(entry, tree);
      return waiting(entry, { requeueReason: 'PreemptionNoCandidates', reason: 'WaitingForQuota' });
  }
}

/** Who may reclaim at will later needs no reservation now (S-4.13). */
function shouldReserve({ head, view }: Entry, options: RoundOptions): boolean {
  if (view.spec.preemption.reclaimWithinCohort !== 'Any') return true;
  return options.scheduling.prioritizePreemptorWorkloads && head.isPreemptor;
}

/** Takes what the entry is waiting for, so that other queues do not slip past (S-4.20, D-5). */
function reserve({ head: { clusterQueue }, assignment }: Entry, tree: QuotaTree): void {
  const reserved = new Map<FlavorResource, Amount>();
  for (const [pair, amount] of assignment.usage) {
    const room = roomFor({ clusterQueue, pair, isBorrowing: assignment.level > 0 }, tree);
    const part = room === undefined || amount < room ? amount : room;
    if (part > 0n) reserved.set(pair, part);
  }
  tree.addUsage(clusterQueue, reserved);
}

/** Up to nominal quota, or with borrowing up to its limit; undefined where there is none. */
function roomFor(
  place: { readonly clusterQueue: string; readonly pair: FlavorResource; readonly isBorrowing: boolean },
  tree: QuotaTree,
): Amount | undefined {
  const { clusterQueue, pair, isBorrowing } = place;
  const own = tree.nominalOf(clusterQueue, pair) - tree.usedOf(clusterQueue, pair);
  if (!isBorrowing) return own;
  const borrowingLimit = tree.borrowingLimitOf(clusterQueue, pair);
  return borrowingLimit === undefined ? undefined : own + borrowingLimit;
}

function handleFitting(
  entry: Entry,
  round: { readonly tree: QuotaTree; readonly course: RoundCourse; readonly options: RoundOptions },
): Outcome {
  const { tree, course, options } = round;
  const { clusterQueue } = entry.head;
  if (!tree.fits(clusterQueue, entry.assignment.usage)) return skipped(options);
  if (course.admissionBlock !== 'none') return blocked(course);
  tree.addUsage(clusterQueue, entry.assignment.usage);
  // What was just admitted has no ready pods either.
  if (options.scheduling.blockAdmission) course.admissionBlock = 'untold';
  return { kind: 'admit' };
}

/** An earlier entry took what this one would have got (S-4.17, S-4.21). */
function skipped(options: RoundOptions): Outcome {
  return {
    kind: 'wait',
    requeueReason: 'FailedAfterNomination',
    condition: {
      reason: 'WaitingForQuota',
      message: messages.noLongerFits,
    },
    wakesOn: nextRound,
    isProgressKept: options.scheduling.flavorFungibilityPreserveScanProgress,
  };
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
