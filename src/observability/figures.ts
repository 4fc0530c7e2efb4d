/** Where the gauges read the state at the moment of a scrape, so that they cannot drift from it. */
export interface FigureSource {
  read(): Figures;
  /** The cohorts above a ClusterQueue, the nearest last; none when it is unknown or hangs on a cycle. */
  cohortsAbove(clusterQueue: string): readonly string[];
  /** Whether a LocalQueue exists and its labels match the selector of the settings (O-10.3). */
  isLocalQueueReported(namespace: string, name: string): boolean;
}

/** What the gauges show. Functions compute on demand, since their metrics may be switched off. */
export interface Figures {
  readonly clusterQueues: readonly ClusterQueueFigures[];
  readonly localQueues: () => Iterable<LocalQueueFigures>;
  readonly cohorts: () => Iterable<CohortFigures>;
  /** Workloads that are neither admitted nor finished, counted by cause (O-10.15). */
  readonly unadmitted: () => Iterable<UnadmittedFigures>;
}

export interface ClusterQueueFigures {
  readonly name: string;
  /** Empty without a cohort. */
  readonly cohort: string;
  readonly rootCohort: string;
  readonly status: 'pending' | 'active' | 'terminating';
  readonly pending: PendingFigures;
  readonly reserving: number;
  readonly admitted: number;
  readonly finished: number;
  /** Infinite where a weight of zero borrows (S-7.4). */
  readonly weightedShare: () => number;
  readonly quotas: () => Iterable<QuotaFigures>;
  /** Sums of what pending workloads request. */
  readonly pendingRequests: () => Iterable<{ readonly resource: string; readonly amount: number }>;
  /** Distinct scheduling hashes among the pending workloads. */
  readonly schedulingHashes: () => PendingFigures;
}

/** Pending workloads of an inactive ClusterQueue are all inadmissible (O-10.20). */
export interface PendingFigures {
  readonly active: number;
  readonly inadmissible: number;
}

/** Amounts in cores for `cpu` and in the quantity's base unit otherwise; no limit is +Infinity (O-9.8). */
export interface QuotaFigures {
  readonly flavor: string;
  readonly resource: string;
  readonly reserved: number;
  readonly admitted: number;
  readonly nominal: number;
  readonly borrowingLimit: number;
  readonly lendingLimit: number;
}

export interface LocalQueueFigures {
  readonly name: string;
  readonly namespace: string;
  readonly active: 'True' | 'False' | 'Unknown';
  readonly pending: PendingFigures;
  readonly reserving: number;
  readonly admitted: number;
  readonly finished: number;
  /** What was used lately; undefined where the order of the ClusterQueue does not go by that (S-8.4). */
  readonly pastUsage: number | undefined;
  readonly clusterQueue: string;
  readonly resources: () => Iterable<UsageFigures>;
}

export interface UsageFigures {
  readonly flavor: string;
  readonly resource: string;
  readonly reserved: number;
  readonly admitted: number;
}

/** A cohort with the sums over everything below it. */
export interface CohortFigures {
  readonly name: string;
  readonly parent: string;
  readonly root: string;
  readonly admitted: number;
  /** Undefined on a cycle. */
  readonly weightedShare: number | undefined;
  readonly resources: readonly CohortResourceFigures[];
}

export interface CohortResourceFigures {
  readonly flavor: string;
  readonly resource: string;
  readonly quota: number;
  readonly reserved: number;
}

export interface UnadmittedFigures {
  /** Empty when the workload's LocalQueue does not exist. */
  readonly clusterQueue: string;
  /** Absent for one that is not reported. */
  readonly localQueue?: { readonly name: string; readonly namespace: string };
  readonly reason: string;
  readonly underlyingCause: string;
  readonly count: number;
}
