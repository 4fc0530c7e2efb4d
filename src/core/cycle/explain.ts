import type { Workload } from '../../api/index.ts';
import type { Assignment } from '../flavors/index.ts';
import type { Head } from '../queues/index.ts';
import {
  findCondition,
  hasQuotaReservation,
  isAdmitted,
  isFinished,
  resolveUnadmitted,
} from '../workload/index.ts';
import type { EpochMs, PendingWorkload, UnadmittedContext } from '../workload/index.ts';
import { assignWithTargets } from './assign-with-targets.ts';
import { explainPodSets } from './explain-shortages.ts';
import type { Awaited, Explanation, PodSetExplanation, QueuePlace, Verdict } from './explanation.ts';
import { judgeEligibility } from './judge-eligibility.ts';
import type { RoundWorld } from './round-world.ts';

type Finding = Pick<Explanation, 'verdict' | 'wakesOn'>;

interface Explaining {
  readonly world: RoundWorld;
  /** What is known of the workload's queues; its options are those of the scheduler. */
  readonly unadmitted: UnadmittedContext;
  readonly now: EpochMs;
}

/**
 * Why a workload waits, judged by the world as it is now, all flavors from the first on: which were tried, what is
 * missing in whose quota and who holds it, whom preemption would have to take and why it may not, and what will make
 * the scheduler look again. Changes nothing.
 */
export function explain(workload: Workload, explaining: Explaining): Explanation {
  const key = `${workload.metadata.namespace}/${workload.metadata.name}`;
  const { queues } = explaining.world;
  const pending = queues.pendingOf(key);
  const place = queues.placeOf(key);
  if (isFinished(workload)) return { workload: key, verdict: { kind: 'finished' } };
  if (hasQuotaReservation(workload)) {
    const clusterQueue = workload.status.admission?.clusterQueue ?? '';
    const verdict: Verdict = { kind: 'holdsQuota', clusterQueue, isAdmitted: isAdmitted(workload) };
    return { workload: key, verdict };
  }
  if (pending === undefined || place === undefined) {
    return { workload: key, ...explainAbsence(workload, explaining) };
  }
  const queue = describePlace(pending, place, explaining.world);
  const finding = explainPending(
    { clusterQueue: place.clusterQueue, pending, isPreemptor: false },
    explaining,
  );
  // What stands in the heap is looked at in one of the next rounds, whatever came out of this one.
  const isUpNext = place.place !== 'parked' && finding.verdict.kind !== 'refused';
  return { workload: key, queue, ...finding, ...(isUpNext && { wakesOn: { kind: 'nextRound' } }) };
}

/** Its queues do not take it, or it may not be queued (L-11.2). */
function explainAbsence(workload: Workload, { unadmitted }: Explaining): Finding {
  const present = findCondition(workload, 'QuotaReserved');
  const { reason = '', message = '' } = resolveUnadmitted(workload, unadmitted) ?? present ?? {};
  return { verdict: { kind: 'notQueued', reason, message }, wakesOn: { kind: 'workload' } };
}

function describePlace(
  { key }: PendingWorkload,
  { clusterQueue, place }: Pick<QueuePlace, 'clusterQueue' | 'place'>,
  { queues, tree }: RoundWorld,
): QueuePlace {
  const order = queues.order(clusterQueue);
  const position = order.findIndex((pending) => pending.key === key) + 1;
  const path = tree.hasClusterQueue(clusterQueue) ? tree.pathOf(clusterQueue) : `/${clusterQueue}`;
  return { clusterQueue, path, place, position, count: order.length };
}

function explainPending(head: Head, explaining: Explaining): Finding {
  const { world, unadmitted, now } = explaining;
  const eligibility = judgeEligibility(head, world);
  if (eligibility.kind === 'refused') {
    const { reason, message, wakesOn } = eligibility;
    return { verdict: { kind: 'refused', reason, message }, wakesOn };
  }
  const heldBack = explainBackoff(head.pending, now);
  if (heldBack !== undefined) return heldBack;
  const { view } = eligibility;
  const options = { scheduling: unadmitted.options, round: 0 };
  const { assignment, targets } = assignWithTargets({ head, view, world, options });
  if (assignment.mode === 'Fit') return { verdict: describeFit(assignment), wakesOn: { kind: 'nextRound' } };
  if (targets.length > 0) return { verdict: { kind: 'preempts', targets }, wakesOn: { kind: 'nextRound' } };
  const podSets = explainPodSets({ head, view, assignment, options: unadmitted.options }, world);
  return { verdict: { kind: 'doesNotFit', podSets }, wakesOn: awaitedFor(podSets, head.clusterQueue) };
}

/** S-3.8. */
function explainBackoff({ isLocked, requeueAtMs }: PendingWorkload, now: EpochMs): Finding | undefined {
  if (isLocked) return { verdict: { kind: 'heldBack' }, wakesOn: { kind: 'workload' } };
  if (requeueAtMs === undefined || requeueAtMs <= now) return undefined;
  const wakesOn: Awaited = { kind: 'time', atMs: requeueAtMs };
  return { verdict: { kind: 'heldBack', untilMs: requeueAtMs }, wakesOn };
}

function describeFit({ podSets, level }: Assignment): Verdict {
  const counts = new Map(podSets.map(({ name, count }) => [name, count]));
  return { kind: 'fits', counts, isBorrowing: level > 0 };
}

/** A release helps only where there could ever be enough; a mismatch only ends with a change of queue or flavors. */
function awaitedFor(podSets: readonly PodSetExplanation[], clusterQueue: string): Awaited {
  const shortages = podSets.flatMap(({ flavors }) => flavors.flatMap((flavor) => flavor.shortages));
  const unused = shortages.filter(({ exceedsMaximum }) => !exceedsMaximum);
  if (unused.length > 0) {
    const pairs = [...new Set(unused.map(({ flavor, resource }) => `${flavor}/${resource}`))].toSorted();
    return { kind: 'quota', clusterQueue, pairs };
  }
  return shortages.length > 0 ? { kind: 'moreQuota', clusterQueue } : { kind: 'clusterQueue', clusterQueue };
}
