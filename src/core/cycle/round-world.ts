import type { ClusterQueueSpec, ResourceFlavor } from '../../api/index.ts';
import type { FlavorProgressRecords } from '../flavors/index.ts';
import type { ReservingWorkload } from '../preemption/index.ts';
import type { PendingQueues } from '../queues/index.ts';
import type { QuotaTree } from '../quota/index.ts';
import type { LimitRange, PendingWorkload, SchedulingOptions } from '../workload/index.ts';

/** A ClusterQueue as the round sees it. */
export interface ClusterQueueView {
  readonly name: string;
  /** Parsed, defaults filled in. */
  readonly spec: ClusterQueueSpec;
  /** S-2.15. */
  readonly isActive: boolean;
  /** The admission checks that apply to an assignment of these flavors. */
  readonly checks: (flavors: readonly string[]) => readonly string[];
}

/** Everything a round looks at (S-4.2). It changes only the queues and the flavor progress; the tree is as before afterwards. */
export interface RoundWorld {
  readonly tree: QuotaTree;
  readonly queues: PendingQueues;
  /** Starts empty; rounds keep it, and sweep out what left the queues by other ways. */
  readonly flavorProgress: FlavorProgressRecords;
  clusterQueue(name: string): ClusterQueueView | undefined;
  flavor(name: string): ResourceFlavor | undefined;
  /** Undefined when the namespace does not exist. */
  namespaceLabels(namespace: string): Readonly<Record<string, string>> | undefined;
  limitRanges(namespace: string): readonly LimitRange[];
  /** Workloads that hold quota of a ClusterQueue, sorted by `compareReserving`. */
  reservingWorkloads(clusterQueue: string): readonly ReservingWorkload[];
  /** What the LocalQueue of a workload has used lately; undefined where that does not count (S-8.12). */
  pastUsage?(workload: ReservingWorkload): number | undefined;
  /** Whether the workload is counted as usage already, because its admission is being written (S-4.3). */
  isAccounted(key: string): boolean;
  /** The workload as it is now; undefined if it may not be queued any more (S-3.12). */
  newest(key: string): PendingWorkload | undefined;
}

export interface RoundOptions {
  readonly scheduling: SchedulingOptions;
  /** Rounds are numbered by one each (S-4.2). */
  readonly round: number;
  /** Some workload that holds quota is not ready yet; with `blockAdmission` nothing is admitted meanwhile (S-4.19). */
  readonly isWaitingForPodsReady?: boolean;
}
