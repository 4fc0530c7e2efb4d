import type { SchedulingOptions } from '../../../src/core/workload/index.ts';
import { CoreCluster } from './core-cluster.ts';

/** How large, and what counts. */
export interface GrowthCase {
  readonly clusterQueues: number;
  readonly pending: number;
  readonly depth: number;
  readonly contest: 'plain' | 'preemption' | 'fairSharing';
}

export interface GrowthFigures {
  readonly rounds: number;
  readonly headsPerRound: number;
  readonly roundsPerSecond: number;
  readonly admissionsPerSecond: number;
  /** With the state's part: reserve on a copy, assume, wake. */
  readonly admissionsPerSecondWithState: number;
  readonly microsecondsPerHead: number;
}

const QUEUES_PER_TREE = 10;
const HEADS_MAX = 20_000;
const WARM_UP_HEADS = 3_000;

const preemption = {
  withinClusterQueue: 'LowerPriority',
  reclaimWithinCohort: 'LowerPriority',
  borrowWithinCohort: { policy: 'Never' },
} as const;

const fairSharing: Partial<SchedulingOptions> = {
  fairSharing: { preemptionStrategies: ['LessThanOrEqualToFinalShare', 'LessThanInitialShare'] },
};

/** Rounds in which every ClusterQueue has a head; with preemption each one needs a victim, and gets its place next. */
export function measureGrowth(one: GrowthCase): GrowthFigures {
  const { clusterQueues, pending, depth, contest } = one;
  const each = Math.max(1, Math.floor(pending / clusterQueues));
  const isPlain = contest === 'plain';
  const cluster = new CoreCluster({
    clusterQueues,
    queuesPerTree: QUEUES_PER_TREE,
    depth,
    // Contested queues are full of work of low priority, as much as may wait.
    cores: each,
    ...(!isPlain && { preemption }),
    ...(contest === 'fairSharing' && { options: fairSharing }),
  });
  for (let index = 0; index < each; index += 1) {
    for (let clusterQueue = 0; clusterQueue < clusterQueues; clusterQueue += 1) {
      if (!isPlain && index < heldPerQueue(one)) cluster.hold({ clusterQueue, cores: 1 });
      cluster.ask({ clusterQueue, cores: 1, priority: isPlain ? 0 : 1 });
    }
  }
  return run(cluster, HEADS_MAX);
}

/** As much as rounds get to, so that the setup stays small. */
function heldPerQueue({ clusterQueues, pending }: GrowthCase): number {
  return Math.floor(pending / clusterQueues);
}

function run(cluster: CoreCluster, headsMax: number): GrowthFigures {
  let admitted = 0;
  while (cluster.headCount < headsMax && cluster.state.queues.hasHeads()) {
    admitted += cluster.round().decisions.filter(({ kind }) => kind === 'admit').length;
  }
  const { rounds, bookkeeping, roundCount, headCount } = cluster;
  return {
    rounds: roundCount,
    headsPerRound: headCount / roundCount,
    roundsPerSecond: (roundCount * 1000) / rounds.ms,
    admissionsPerSecond: (admitted * 1000) / rounds.ms,
    admissionsPerSecondWithState: (admitted * 1000) / (rounds.ms + bookkeeping.ms),
    microsecondsPerHead: (rounds.ms * 1000) / headCount,
  };
}

/** Lets the compiler see the code before anything counts. */
export function warmUp(): void {
  for (const contest of ['plain', 'preemption', 'fairSharing'] as const) {
    measureGrowth({ clusterQueues: 100, pending: WARM_UP_HEADS, depth: 2, contest });
  }
}

/**
 * Microseconds of a round with the ten heads of one tree, while all other ClusterQueues are full and what waits there
 * is parked: what is large must not be felt.
 */
export function measureQuietRound(clusterQueues: number, pending: number, roundsMax: number): number {
  const cluster = new CoreCluster({
    clusterQueues,
    queuesPerTree: QUEUES_PER_TREE,
    depth: 2,
    cores: roundsMax,
  });
  const each = Math.ceil(pending / clusterQueues);
  for (let clusterQueue = QUEUES_PER_TREE; clusterQueue < clusterQueues; clusterQueue += 1) {
    cluster.hold({ clusterQueue, cores: roundsMax });
    for (let index = 0; index < each; index += 1) cluster.ask({ clusterQueue, cores: 1 });
  }
  while (cluster.state.queues.hasHeads()) cluster.round();
  for (let clusterQueue = 0; clusterQueue < QUEUES_PER_TREE; clusterQueue += 1) {
    for (let index = 0; index < roundsMax; index += 1) cluster.ask({ clusterQueue, cores: 1 });
  }
  const [before, parkingMs] = [cluster.roundCount, cluster.rounds.ms];
  while (cluster.state.queues.hasHeads()) cluster.round();
  return ((cluster.rounds.ms - parkingMs) * 1000) / (cluster.roundCount - before);
}
