import { flavorOf, formatAmount, formatLimit, resourceOf } from '../amounts/index.ts';
import type { FlavorResource } from '../amounts/index.ts';
import { describeReason } from '../flavors/index.ts';
import type { Barrier, Obstacle } from '../preemption/index.ts';
import type { Holder } from '../quota/index.ts';
import { formatTime } from '../workload/index.ts';
import type {
  Awaited,
  Explanation,
  FlavorExplanation,
  PodSetExplanation,
  QueuePlace,
  Shortage,
  Verdict,
} from './explanation.ts';

/** Longer lists are cut, as the first few tell enough; the value has all. */
const LISTED_MAX = 5;
const STEP = '  ';

/** An explanation in words, a line a finding, details indented below. */
export function describeExplanation({ workload, queue, verdict, wakesOn }: Explanation): string {
  const lines = [
    `Workload ${workload} ${queue === undefined ? 'is in no queue' : describePlace(queue)}.`,
    ...describeVerdict(verdict),
    ...(wakesOn === undefined ? [] : [describeAwaited(wakesOn)]),
  ];
  return `${lines.join('\n')}\n`;
}

function describePlace({ clusterQueue, path, position, count }: QueuePlace): string {
  return `waits in ClusterQueue ${clusterQueue} (${path}), number ${position} of ${count}`;
}

function describeVerdict(verdict: Verdict): readonly string[] {
  switch (verdict.kind) {
    case 'finished':
      return ['It is finished.'];
    case 'holdsQuota':
      return [describeHolding(verdict)];
    case 'notQueued':
      return [describeAbsence(verdict)];
    case 'refused':
      return [`It is not considered: ${verdict.message}.`];
    case 'heldBack':
      return [describeBackoff(verdict.untilMs)];
    case 'fits':
      return [describeFit(verdict)];
    case 'preempts':
      return [
        'It fits when these have left:',
        ...cut(verdict.targets.map((target) => `${STEP}${describeVictim(target)} (${target.reason})`)),
      ];
    case 'doesNotFit':
      return verdict.podSets.flatMap(describePodSet);
  }
}

type VerdictOf<Kind extends Verdict['kind']> = Extract<Verdict, { readonly kind: Kind }>;

function describeHolding({ isAdmitted, clusterQueue }: VerdictOf<'holdsQuota'>): string {
  return `It ${isAdmitted ? 'is admitted' : 'holds quota'} in ClusterQueue ${clusterQueue}.`;
}

function describeAbsence({ message }: VerdictOf<'notQueued'>): string {
  return `It may not be queued: ${message || 'nobody has looked at it yet'}.`;
}

function describeFit({ counts, isBorrowing }: VerdictOf<'fits'>): string {
  const parts = [...counts].map(([name, count]) => `${count} of pod set ${name}`);
  return `It fits${isBorrowing ? ', with borrowed quota' : ''}: ${parts.join(', ')}.`;
}

function describeBackoff(untilMs: number | undefined): string {
  if (untilMs === undefined) return 'It is held back since its eviction.';
  return `It backs off until ${formatTime(untilMs)}.`;
}

function describePodSet({ name, count, error, unavailable, flavors }: PodSetExplanation): readonly string[] {
  return [
    `Pod set ${name} (${count} ${count === 1 ? 'pod' : 'pods'}) does not fit:`,
    ...(error === undefined ? [] : [`${STEP}${error}`]),
    ...unavailable.map((resource) => `${STEP}${resource}: no quota in the ClusterQueue`),
    ...flavors.flatMap(describeFlavor),
  ];
}

function describeFlavor({ flavor, isFitting, mismatch, shortages }: FlavorExplanation): readonly string[] {
  if (isFitting) return [`${STEP}flavor ${flavor}: has room`];
  if (mismatch !== undefined) return [`${STEP}flavor ${flavor}: ${describeReason(mismatch)}`];
  return shortages.flatMap((shortage) => [
    `${STEP}flavor ${flavor}: ${describeLack(shortage)}`,
    ...describeHolders(shortage).map((line) => `${STEP}${STEP}${line}`),
    ...describeObstacles(shortage).map((line) => `${STEP}${STEP}${line}`),
  ]);
}

function describeLack(shortage: Shortage): string {
  const { resource, asked, available, missing, exceedsMaximum, limitedBy } = shortage;
  const text = (amount: bigint) => formatLimit(resource, amount);
  const there = exceedsMaximum ? `${text(available)} at most` : `${text(available)} unused`;
  const owner = `${limitedBy.kind === 'cohort' ? 'Cohort' : 'ClusterQueue'} ${limitedBy.name}`;
  const limit = limitedBy.limit === 'quota' ? `the quota of ${owner}` : `the borrowing limit of ${owner}`;
  return `${resource}: ${text(asked)} asked for, ${there}, ${text(missing)} missing in ${limit}`;
}

function describeHolders({ resource, holders }: Shortage): readonly string[] {
  if (holders.length === 0) return [];
  return ['used by', ...cut(holders.map((holder) => `${STEP}${describeHolder(holder, resource)}`))];
}

function describeHolder({ clusterQueue, used, nominal, borrowed, share }: Holder, resource: string): string {
  const own = `ClusterQueue ${clusterQueue}: ${formatAmount(resource, used)} of ${formatLimit(resource, nominal)}`;
  if (borrowed === 0n) return own;
  const shown = share === Infinity ? 'infinite' : String(Math.ceil(share));
  return `${own}, ${formatAmount(resource, borrowed)} borrowed, share ${shown}`;
}

function describeObstacles({ exceedsMaximum, obstacles }: Shortage): readonly string[] {
  if (exceedsMaximum) return ['no preemption helps'];
  if (obstacles.length === 0) return ['no preemption makes enough room'];
  const listed = obstacles.map((obstacle) => `${STEP}${describeObstacle(obstacle)}`);
  return ['preemption would have to take', ...cut(listed)];
}

function describeObstacle(obstacle: Obstacle): string {
  const { barrier } = obstacle;
  if (barrier === undefined) return `${describeVictim(obstacle)}: allowed, but not enough`;
  return `${describeVictim(obstacle)}: not allowed, ${describeBarrier(barrier)}`;
}

function describeVictim({ workload }: Pick<Obstacle, 'workload'>): string {
  return `${workload.key} of ClusterQueue ${workload.clusterQueue} with priority ${workload.priority}`;
}

function describeBarrier(barrier: Barrier): string {
  switch (barrier.kind) {
    case 'policyNever':
      return `${barrier.policy} is Never`;
    case 'priority':
      return `${barrier.policy} is ${barrier.value} and its priority is too high`;
    case 'older':
      return `${barrier.policy} takes equals only if they queued later`;
    case 'ownQuota':
      return 'its ClusterQueue uses no more than its own quota';
    case 'inactive':
      return 'its ClusterQueue is inactive';
    case 'beyondNominal':
      return 'more is asked for than the quota of the ClusterQueue, and borrowWithinCohort is Never';
    case 'wouldBorrow':
      return 'borrowWithinCohort does not let the ClusterQueue take it and borrow';
    case 'share':
      return 'the shares do not allow it';
  }
}

function describeAwaited(awaited: Awaited): string {
  switch (awaited.kind) {
    case 'nextRound':
      return 'It is looked at again in one of the next rounds.';
    case 'quota':
      return `It is looked at again when ${describePairs(awaited.pairs)} is released near ClusterQueue ${awaited.clusterQueue}, or quota changes there.`;
    case 'moreQuota':
      return `It is looked at again when quota or limits change near ClusterQueue ${awaited.clusterQueue}.`;
    case 'clusterQueue':
      return `It is looked at again when ClusterQueue ${awaited.clusterQueue} or one of its flavors changes.`;
    case 'namespace':
      return `It is looked at again when the labels of namespace ${awaited.namespace} change.`;
    case 'workload':
      return 'It is looked at again when the workload or its queue changes.';
    case 'time':
      return `It is looked at again at ${formatTime(awaited.atMs)}.`;
  }
}

function describePairs(pairs: readonly FlavorResource[]): string {
  return pairs.map((pair) => `${resourceOf(pair)} of flavor ${flavorOf(pair)}`).join(' or ');
}

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= LISTED_MAX) return lines;
  return [...lines.slice(0, LISTED_MAX), `${STEP}and ${lines.length - LISTED_MAX} more`];
}
