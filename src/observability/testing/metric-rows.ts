const E14 = [1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10240];
const E16 = [...E14, 20480, 40960];
const DEF = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const C11 = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24];
/** The bucket bounds of O-9.10, written out. */
export const bounds: Readonly<Record<string, readonly number[]>> = { E14, E16, DEF, C11 };

/** A row of the tables of O-10: name, type, labels beside the role, buckets. */
export type Row = readonly [name: string, type: 'C' | 'G' | 'H', labels: string, buckets?: string];

/** O-10.1. */
export const flowRows: readonly Row[] = [
  ['kueue_admission_attempts_total', 'C', 'result'],
  ['kueue_admission_attempt_duration_seconds', 'H', 'result', 'DEF'],
  ['kueue_admission_cycle_preemption_skips', 'G', 'cluster_queue'],
  ['kueue_preemption_target_recomputations_total', 'C', 'cluster_queue result'],
  ['kueue_pending_workloads', 'G', 'cluster_queue status'],
  ['kueue_pending_scheduling_hashes', 'G', 'cluster_queue status'],
  ['kueue_quota_reserved_workloads_total', 'C', 'cluster_queue priority_class'],
  ['kueue_quota_reserved_wait_time_seconds', 'H', 'cluster_queue priority_class', 'E14'],
  ['kueue_admitted_workloads_total', 'C', 'cluster_queue priority_class'],
  ['kueue_admission_wait_time_seconds', 'H', 'cluster_queue priority_class', 'E16'],
  ['kueue_admission_checks_wait_time_seconds', 'H', 'cluster_queue priority_class', 'E14'],
  ['kueue_ready_wait_time_seconds', 'H', 'cluster_queue priority_class', 'E14'],
  ['kueue_admitted_until_ready_wait_time_seconds', 'H', 'cluster_queue priority_class', 'E14'],
  ['kueue_finished_workloads_total', 'C', 'cluster_queue priority_class'],
  ['kueue_finished_workloads', 'G', 'cluster_queue'],
  ['kueue_execution_time_seconds', 'H', 'cluster_queue priority_class', 'E16'],
  ['kueue_evicted_workloads_total', 'C', 'cluster_queue priority_class reason underlying_cause'],
  ['kueue_evicted_workloads_once_total', 'C', 'cluster_queue priority_class reason underlying_cause'],
  ['kueue_preempted_workloads_total', 'C', 'preempting_cluster_queue reason'],
  ['kueue_pods_ready_to_evicted_time_seconds', 'H', 'cluster_queue reason underlying_cause', 'E14'],
  ['kueue_workload_eviction_latency_seconds', 'H', 'cluster_queue reason', 'E14'],
  ['kueue_workload_creation_latency_seconds', 'H', 'job_kind', 'C11'],
  ['kueue_pod_scheduling_gate_removal_seconds', 'H', 'cluster_queue is_group name', 'DEF'],
  ['kueue_reserving_active_workloads', 'G', 'cluster_queue'],
  ['kueue_admitted_active_workloads', 'G', 'cluster_queue'],
  ['kueue_cluster_queue_status', 'G', 'cluster_queue status'],
  ['kueue_unadmitted_workloads', 'G', 'cluster_queue reason underlying_cause'],
  ['multikueue_workloads_dispatched_total', 'C', 'cluster cluster_queue'],
  ['multikueue_workloads_admitted_total', 'C', 'cluster cluster_queue'],
];

/** The rows marked R of O-10.2. */
export const resourceRows: readonly Row[] = [
  ['kueue_cluster_queue_resource_reservation', 'G', 'cluster_queue cohort flavor resource'],
  ['kueue_cluster_queue_resource_usage', 'G', 'cluster_queue cohort flavor resource'],
  ['kueue_cluster_queue_resource_pending', 'G', 'cluster_queue resource'],
  ['kueue_cluster_queue_nominal_quota', 'G', 'cluster_queue cohort flavor resource'],
  ['kueue_cluster_queue_borrowing_limit', 'G', 'cluster_queue cohort flavor resource'],
  ['kueue_cluster_queue_lending_limit', 'G', 'cluster_queue cohort flavor resource'],
  ['kueue_cluster_queue_weighted_share', 'G', 'cluster_queue cohort'],
];

/** The other rows of O-10.2. */
export const cohortRows: readonly Row[] = [
  ['kueue_cluster_queue_info', 'G', 'cluster_queue parent_cohort root_cohort'],
  ['kueue_cohort_info', 'G', 'cohort parent_cohort root_cohort'],
  ['kueue_cohort_subtree_quota', 'G', 'cohort flavor resource'],
  ['kueue_cohort_subtree_resource_reservations', 'G', 'cohort flavor resource'],
  ['kueue_cohort_subtree_admitted_workloads_total', 'C', 'cohort priority_class'],
  ['kueue_cohort_subtree_admitted_active_workloads', 'G', 'cohort'],
  ['kueue_cohort_weighted_share', 'G', 'cohort'],
];

/** O-10.3. */
export const localQueueRows: readonly Row[] = [
  ['kueue_local_queue_pending_workloads', 'G', 'name namespace status'],
  ['kueue_local_queue_finished_workloads', 'G', 'name namespace'],
  ['kueue_local_queue_reserving_active_workloads', 'G', 'name namespace'],
  ['kueue_local_queue_admitted_active_workloads', 'G', 'name namespace'],
  ['kueue_local_queue_quota_reserved_workloads_total', 'C', 'name namespace priority_class'],
  ['kueue_local_queue_finished_workloads_total', 'C', 'name namespace priority_class'],
  ['kueue_local_queue_admitted_workloads_total', 'C', 'name namespace priority_class'],
  ['kueue_local_queue_quota_reserved_wait_time_seconds', 'H', 'name namespace priority_class', 'E14'],
  ['kueue_local_queue_admission_checks_wait_time_seconds', 'H', 'name namespace priority_class', 'E14'],
  ['kueue_local_queue_admission_wait_time_seconds', 'H', 'name namespace priority_class', 'E14'],
  ['kueue_local_queue_ready_wait_time_seconds', 'H', 'name namespace priority_class', 'E14'],
  ['kueue_local_queue_admitted_until_ready_wait_time_seconds', 'H', 'name namespace priority_class', 'E14'],
  ['kueue_local_queue_execution_time_seconds', 'H', 'name namespace priority_class', 'E16'],
  ['kueue_local_queue_evicted_workloads_total', 'C', 'name namespace priority_class reason underlying_cause'],
  ['kueue_local_queue_status', 'G', 'active name namespace'],
  ['kueue_local_queue_admission_fair_sharing_usage', 'G', 'cluster_queue name namespace'],
  ['kueue_local_queue_resource_reservation', 'G', 'flavor name namespace resource'],
  ['kueue_local_queue_resource_usage', 'G', 'flavor name namespace resource'],
  ['kueue_local_queue_unadmitted_workloads', 'G', 'cluster_queue name namespace reason underlying_cause'],
];
