/** Which of the metrics that can be switched off exist. */
export interface MetricChoice {
  /** `metrics.enableClusterQueueResources` of the settings. */
  readonly clusterQueueResources: boolean;
  /** Gate LocalQueueMetrics and `metrics.localQueueMetrics.enable` together. */
  readonly localQueues: boolean;
  /** Section `fairSharing` of the settings. */
  readonly shares: boolean;
  /** Goes away with gate MetricsForCohorts. */
  readonly cohortInfo: boolean;
  /** Goes away with gate SchedulingEquivalenceHashing. */
  readonly schedulingHashes: boolean;
  /** Goes away with gate UnadmittedWorkloadsObservability. */
  readonly unadmitted: boolean;
  /** Goes away with gate MetricForWorkloadCreationLatency. */
  readonly creationLatency: boolean;
}
