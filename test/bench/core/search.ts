import type { ClusterQueuePreemption } from '../../../src/api/index.ts';
import { chooseTargetSearch } from '../../../src/core/preemption/index.ts';
import type { SchedulingOptions } from '../../../src/core/workload/index.ts';
import { CoreCluster } from './core-cluster.ts';
import { CpuTimer } from './cpu-time.ts';
import { seededRandom } from './random.ts';

export interface SearchCase {
  readonly what: string;
  readonly preemption: ClusterQueuePreemption;
  readonly options?: Partial<SchedulingOptions>;
  /** The preemptor's ClusterQueue owns as much as the others and uses nothing of it. */
  readonly isOwnerIdle?: boolean;
  /** Above all, below all, or as it comes. */
  readonly priority?: number;
  readonly coresMax: number;
}

const HELD = 5_000;
const QUEUES = 10;
const PRIORITIES = 10;
const CORES_MAX = 4;
const WARM_UP = 200;

/** Milliseconds that searches for victims take, each from the same 5,000 admitted workloads of ten ClusterQueues in a cohort. */
export function measureSearches(one: SearchCase, samples: number): readonly number[] {
  const { preemption, options, isOwnerIdle = false, coresMax } = one;
  const random = seededRandom(7);
  const held = Array.from({ length: HELD }, (_, index) => ({
    clusterQueue: isOwnerIdle ? 1 + (index % (QUEUES - 1)) : index % QUEUES,
    cores: 1 + random(CORES_MAX),
    priority: random(PRIORITIES),
  }));
  const total = held.reduce((sum, { cores }) => sum + cores, 0);
  const cluster = new CoreCluster({
    clusterQueues: QUEUES,
    queuesPerTree: QUEUES,
    depth: 2,
    cores: Math.floor(total / QUEUES),
    preemption,
    ...(options && { options }),
  });
  for (const shape of held) cluster.hold(shape);
  const search = chooseTargetSearch(cluster.options);
  const { state } = cluster;
  const field = { tree: state.tree, reservingWorkloads: (name: string) => state.reservingWorkloads(name) };
  const pair = 'default/cpu';
  const times: number[] = [];
  for (let sample = 0; sample < samples + WARM_UP; sample += 1) {
    const requests = new Map([[pair, BigInt(1 + random(coresMax)) * 1000n]]);
    const preemptor = { priority: one.priority ?? 1 + random(PRIORITIES), queueTimestampMs: 0 };
    const clusterQueue = isOwnerIdle ? 'q0' : `q${random(QUEUES)}`;
    const question = { clusterQueue, preemption, preemptor, contested: [pair], requests };
    const timer = new CpuTimer();
    timer.measure(() => search(question, field));
    if (sample >= WARM_UP) times.push(timer.ms);
  }
  return times;
}
