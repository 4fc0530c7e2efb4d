import { describeConsideredFlavors, hasFlavorsLeft } from '../flavors/index.ts';
import type { FlavorProgress } from '../flavors/index.ts';
import type { Target } from '../preemption/index.ts';
import type { Head, RequeueReason } from '../queues/index.ts';
import { preemptionMessage, resourceRequestsOf, schedulerReason } from '../workload/index.ts';
import type { EpochMs } from '../workload/index.ts';
import { buildAdmission } from './build-admission.ts';
import type { AdmitDecision, Decision, Preemption, Returned, RoundResult, WakesOn } from './decision.ts';
import { inHandlingOrder } from './entry-order.ts';
import { handleEntry } from './handle-entry.ts';
import type { Handled, Handling, Waiting } from './handle-entry.ts';
import { nominate, renominate } from './nominate.ts';
import type { Entry, Nomination } from './nominate.ts';
import { RoundCourse } from './round-course.ts';
import type { RoundOptions, RoundWorld } from './round-world.ts';

/** Sweeping costs as much as there are searches that go on; few are. */
const ROUNDS_BETWEEN_SWEEPS = 1024;

interface Round {
  readonly world: RoundWorld;
  readonly options: RoundOptions;
  readonly now: EpochMs;
}

/** How a head goes back to its queue. */
interface Return {
  readonly head: Head;
  readonly requeueReason: RequeueReason;
  readonly wakesOn: WakesOn;
  readonly condition?: Returned['condition'];
  readonly progress?: FlavorProgress | undefined;
}

/**
 * One round: a head of each queue, what each would get, then one after the other in order, each seeing what those
 * before it took (S-4.1). Heads that wait are back in their queues afterwards; admitted ones stay in flight until the
 * caller accounts for them.
 */
export function runRound(world: RoundWorld, options: RoundOptions, now: EpochMs): RoundResult {
  const round: Round = { world, options, now };
  const nominations = world.queues.popHeads().map((head) => nominate(head, world, options));
  const handled = handleAll(nominations, round);
  const decisions = [
    ...handled.map((one) => decide(one, round)),
    ...inUidOrder(nominations).flatMap((nomination) => conclude(nomination, round)),
  ];
  sweepProgress(world, options.round);
  return { round: options.round, decisions, isSettled: isSettled(decisions, handled, world) };
}

/** Handles all entries in order on the live tree and undoes what they took there (S-4.7). */
function handleAll(nominations: readonly Nomination[], { world, options }: Round): readonly Handled[] {
  const entries = nominations.flatMap((nomination) =>
    nomination.kind === 'entry' ? [nomination.entry] : [],
  );
  const isBlocked = options.scheduling.blockAdmission && options.isWaitingForPodsReady === true;
  const { tree } = world;
  const course = new RoundCourse(tree, isBlocked ? 'untold' : 'none');
  const recompute: Handling['recompute'] = (entry, taken) => renominate(entry, taken, { world, options });
  const mark = tree.mark();
  try {
    const handled: Handled[] = [];
    for (const entry of inHandlingOrder(entries, tree, options.scheduling)) {
      handled.push(handleEntry(entry, { tree, course, options, recompute }));
    }
    return handled;
  } finally {
    tree.undoTo(mark);
  }
}

function decide({ entry, outcome, recomputation }: Handled, round: Round): Decision {
  switch (outcome.kind) {
    case 'admit':
      return admit(entry, round);
    case 'wait': {
      const { isPreemptionSkipped } = outcome;
      return {
        kind: 'wait',
        ...giveBackEntry(entry, outcome, round),
        ...(isPreemptionSkipped && { isPreemptionSkipped }),
        ...(recomputation && { recomputation }),
      };
    }
    case 'preempt':
      return {
        kind: 'preempt',
        ...giveBackEntry(entry, outcome, round),
        condition: outcome.condition,
        targets: outcome.targets.map((target) => describePreemption(target, entry, round)),
        ...(recomputation && { recomputation }),
      };
  }
}

function admit({ head, view, assignment }: Entry, { world }: Round): AdmitDecision {
  world.flavorProgress.delete(head.pending.key);
  const flavors = assignment.podSets.flatMap((podSet) =>
    [...podSet.flavors.values()].map(({ flavor }) => flavor),
  );
  return {
    kind: 'admit',
    head,
    admission: buildAdmission(head.clusterQueue, assignment),
    requiredChecks: view.checks([...new Set(flavors)].toSorted()),
    assignment,
    consideredFlavors: describeConsideredFlavors(assignment),
  };
}

/** Heads that never became entries; entries are concluded by `decide`. */
function conclude(nomination: Nomination, round: Round): readonly Decision[] {
  const { head } = nomination;
  switch (nomination.kind) {
    case 'entry':
      return [];
    case 'drop':
      round.world.queues.remove(head.pending.key);
      round.world.flavorProgress.delete(head.pending.key);
      return [{ kind: 'drop', head }];
    case 'fault': {
      const back = giveBack({ head, requeueReason: '', wakesOn: { kind: 'workload' } }, round);
      return [{ kind: 'wait', ...back, fault: nomination.fault }];
    }
    case 'refused': {
      const { reason, message, requeueReason, wakesOn } = nomination.refusal;
      const condition = { reason, message };
      return [{ kind: 'wait', ...giveBack({ head, requeueReason, wakesOn, condition }, round) }];
    }
  }
}

function giveBackEntry({ head, assignment, progress }: Entry, waiting: Waiting, round: Round) {
  const { requeueReason, wakesOn, condition, isProgressKept } = waiting;
  const kept = isProgressKept ? progress : undefined;
  return { ...giveBack({ head, requeueReason, wakesOn, condition, progress: kept }, round), assignment };
}

/** What the victim is told (S-9.7). */
function describePreemption({ workload, reason }: Target, { head }: Entry, { world }: Round): Preemption {
  const preemptorPath = world.tree.pathOf(head.clusterQueue);
  const preempteePath = world.tree.pathOf(workload.clusterQueue);
  const message = preemptionMessage(head.pending.workload, { reason, preemptorPath, preempteePath });
  return { workload, reason, message };
}

/** Requeues a head and tells what is to be written (S-4.27). */
function giveBack(back: Return, { world, options, now }: Round): Returned {
  const { head, requeueReason, condition, progress } = back;
  const { pending } = head;
  const request = {
    reason: requeueReason,
    hasFlavorsLeft: hasFlavorsLeft(progress),
    conditionReason: condition === undefined ? '' : schedulerReason(condition.reason, options.scheduling),
    newest: world.newest(pending.key),
  };
  const place = world.queues.requeue(head, request, now);
  if (progress !== undefined && request.hasFlavorsLeft) world.flavorProgress.set(pending.key, progress);
  else world.flavorProgress.delete(pending.key);
  return {
    head,
    requeueReason,
    place,
    ...(condition === undefined ? {} : { condition }),
    resourceRequests: resourceRequestsOf(pending.podSets),
    wakesOn: place === 'heap' ? { kind: 'nextRound' } : back.wakesOn,
  };
}

/** Now and then, workloads that left the queues without a round are forgotten here too. */
function sweepProgress({ flavorProgress, queues }: RoundWorld, round: number): void {
  if (round % ROUNDS_BETWEEN_SWEEPS !== 0) return;
  for (const key of flavorProgress.keys()) {
    if (queues.placeOf(key) === undefined) flavorProgress.delete(key);
  }
}

function inUidOrder(nominations: readonly Nomination[]): readonly Nomination[] {
  return nominations.toSorted((a, b) => (a.head.pending.uid < b.head.pending.uid ? -1 : 1));
}

/** Parked heads make room for others, and a search that went on or was not at its end moves; all else only repeats. */
function isSettled(decisions: readonly Decision[], handled: readonly Handled[], world: RoundWorld): boolean {
  const isMoving = handled.some(({ entry: { head, isResumed } }) => {
    return isResumed || hasFlavorsLeft(world.flavorProgress.get(head.pending.key));
  });
  const isWaiting = (decision: Decision) => decision.kind === 'wait' || decision.kind === 'preempt';
  return !isMoving && decisions.every((decision) => isWaiting(decision) && decision.place === 'heap');
}
