import type { EpochMs, SchedulingOptions } from '../core/workload/index.ts';

export interface ClusterStateOptions {
  readonly scheduling: SchedulingOptions;
  /** Used where an event is judged by the time, as with a back-off that may be over. */
  readonly clock: () => EpochMs;
}
