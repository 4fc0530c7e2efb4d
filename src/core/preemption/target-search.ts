import type { ClusterQueuePreemption, PreemptedReason } from '../../api/index.ts';
import type { FlavorResource, Usage } from '../amounts/index.ts';
import type { QuotaTree } from '../quota/index.ts';
import type { PendingWorkload } from '../workload/index.ts';
import type { ReservingWorkload } from './reserving-workload.ts';

/** For whom room is to be made, and where it is missing (S-6.1). */
export interface TargetQuestion {
  readonly clusterQueue: string;
  /** The policies of the ClusterQueue. */
  readonly preemption: ClusterQueuePreemption;
  readonly preemptor: Pick<PendingWorkload, 'priority' | 'queueTimestampMs'>;
  /** Where unused quota does not suffice; only workloads that use one of these are candidates. */
  readonly contested: readonly FlavorResource[];
  /** Everything that has to fit at once, contested or not, without zeros. */
  readonly requests: Usage;
}

/** Where victims are looked for. A search tries on the live tree and leaves it as it was. */
export interface PreemptionField {
  readonly tree: QuotaTree;
  /** Workloads that hold quota of a ClusterQueue, sorted by `compareReserving`. */
  reservingWorkloads(clusterQueue: string): readonly ReservingWorkload[];
  /** Keys of workloads that others of the round have taken: no candidates any more (S-4.10). */
  readonly taken?: ReadonlySet<string>;
  /** What the LocalQueue of a workload has used lately; undefined where that does not count (S-8.12). */
  pastUsage?(workload: ReservingWorkload): number | undefined;
}

/** A workload to be evicted, and what is told as the reason (S-6.6). */
export interface Target {
  readonly workload: ReservingWorkload;
  readonly reason: PreemptedReason;
}

/** Finds workloads without which the requests fit, in the order of their taking; none when there is no such set. */
export type TargetSearch = (question: TargetQuestion, field: PreemptionField) => readonly Target[];
