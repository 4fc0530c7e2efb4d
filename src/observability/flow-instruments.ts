import { buckets } from './buckets.ts';
import type { Instruments } from './instruments.ts';

const perClass = ['cluster_queue', 'priority_class'] as const;
const perEviction = ['cluster_queue', 'reason', 'underlying_cause'] as const;
const localQueue = ['name', 'namespace'] as const;
const localQueueClass = [...localQueue, 'priority_class'] as const;

/** Counters and histograms of the scheduler and of the workloads' way through it (O-10.1). */
export function defineFlowInstruments(instruments: Instruments) {
  return {
    ...defineScheduling(instruments),
    ...defineWaits(instruments),
    ...defineEndings(instruments),
    ...defineRemote(instruments),
  };
}

function defineScheduling(instruments: Instruments) {
  return {
    admissionAttempts: instruments.counter({
      name: 'admission_attempts_total',
      help: 'Scheduling cycles that had a workload to consider, by result: success or inadmissible',
      labels: ['result'],
    }),
    admissionAttemptDuration: instruments.histogram({
      name: 'admission_attempt_duration_seconds',
      help: 'Length of the scheduling cycles that had a workload to consider',
      labels: ['result'],
      buckets: buckets.short,
    }),
    targetRecomputations: instruments.counter({
      name: 'preemption_target_recomputations_total',
      help: 'Times that preemption targets were chosen anew in a cycle: new_targets, deferred_fit or skipped',
      labels: ['cluster_queue', 'result'],
    }),
    preempted: instruments.counter({
      name: 'preempted_workloads_total',
      help: 'Preempted workloads, by the ClusterQueue they made room for',
      labels: ['preempting_cluster_queue', 'reason'],
    }),
    gateRemoval: instruments.histogram({
      name: 'pod_scheduling_gate_removal_seconds',
      help: 'Time from admission to the removal of a scheduling gate from a pod',
      labels: ['name', 'cluster_queue', 'is_group'],
      buckets: buckets.short,
    }),
  };
}

function defineWaits(instruments: Instruments) {
  const wait = (name: string, help: string, bounds: readonly number[] = buckets.e14) =>
    instruments.histogram({ name, help, labels: perClass, buckets: bounds });
  return {
    quotaReserved: instruments.counter({
      name: 'quota_reserved_workloads_total',
      help: 'Workloads that quota was reserved for',
      labels: perClass,
    }),
    quotaReservedWait: wait(
      'quota_reserved_wait_time_seconds',
      'Time from creation or requeue of a workload to its quota reservation',
    ),
    admitted: instruments.counter({
      name: 'admitted_workloads_total',
      help: 'Admitted workloads',
      labels: perClass,
    }),
    admissionWait: wait(
      'admission_wait_time_seconds',
      'Time from creation or requeue of a workload to its admission',
      buckets.e16,
    ),
    checksWait: wait(
      'admission_checks_wait_time_seconds',
      'Time from quota reservation to admission, spent on admission checks',
    ),
    readyWait: wait(
      'ready_wait_time_seconds',
      'Time from creation or requeue of a workload until all its pods are ready',
    ),
    admittedUntilReady: wait(
      'admitted_until_ready_wait_time_seconds',
      'Time from admission until all pods of a workload are ready',
    ),
    cohortAdmitted: instruments.counter({
      name: 'cohort_subtree_admitted_workloads_total',
      help: 'Workloads admitted by the ClusterQueues below a cohort',
      labels: ['cohort', 'priority_class'],
    }),
  };
}

function defineEndings(instruments: Instruments) {
  return {
    finished: instruments.counter({
      name: 'finished_workloads_total',
      help: 'Finished workloads; without a ClusterQueue if they were never admitted',
      labels: perClass,
    }),
    executionTime: instruments.histogram({
      name: 'execution_time_seconds',
      help: 'Time that finished workloads spent admitted, all their runs together',
      labels: perClass,
      buckets: buckets.e16,
    }),
    evicted: instruments.counter({
      name: 'evicted_workloads_total',
      help: 'Evictions of workloads that held quota',
      labels: [...perEviction, 'priority_class'],
    }),
    evictedOnce: instruments.counter({
      name: 'evicted_workloads_once_total',
      help: 'Workloads evicted for the first time for this reason',
      labels: [...perEviction, 'priority_class'],
    }),
    readyToEvicted: instruments.histogram({
      name: 'pods_ready_to_evicted_time_seconds',
      help: 'Time from all pods being ready to the eviction of a workload',
      labels: perEviction,
      buckets: buckets.e14,
    }),
    evictionLatency: instruments.histogram({
      name: 'workload_eviction_latency_seconds',
      help: 'Time from the eviction of a workload to the release of its quota',
      labels: ['cluster_queue', 'reason'],
      buckets: buckets.e14,
    }),
  };
}

function defineRemote(instruments: Instruments) {
  return {
    remoteDispatched: instruments.counter({
      prefix: '',
      name: 'multikueue_workloads_dispatched_total',
      help: 'Copies of workloads created in worker clusters',
      labels: ['cluster_queue', 'cluster'],
    }),
    remoteAdmitted: instruments.counter({
      prefix: '',
      name: 'multikueue_workloads_admitted_total',
      help: 'Workloads admitted in worker clusters',
      labels: ['cluster_queue', 'cluster'],
    }),
  };
}

/** The time from a job to its Workload; it exists only with its feature gate (O-10.16). */
export function defineCreationLatency(instruments: Instruments) {
  return instruments.histogram({
    name: 'workload_creation_latency_seconds',
    help: 'Time from the creation of a job to the creation of its Workload',
    labels: ['job_kind'],
    buckets: buckets.c11,
  });
}

/** The same figures by LocalQueue (O-10.3). */
export function defineLocalQueueFlow(instruments: Instruments) {
  const count = (name: string, help: string) => instruments.counter({ name, help, labels: localQueueClass });
  const time = (name: string, help: string, bounds: readonly number[] = buckets.e14) =>
    instruments.histogram({ name, help, labels: localQueueClass, buckets: bounds });
  return {
    quotaReserved: count(
      'local_queue_quota_reserved_workloads_total',
      'Workloads of a LocalQueue that quota was reserved for',
    ),
    quotaReservedWait: time(
      'local_queue_quota_reserved_wait_time_seconds',
      'Time from creation or requeue of a workload to its quota reservation, by LocalQueue',
    ),
    admitted: count('local_queue_admitted_workloads_total', 'Admitted workloads of a LocalQueue'),
    admissionWait: time(
      'local_queue_admission_wait_time_seconds',
      'Time from creation or requeue of a workload to its admission, by LocalQueue',
    ),
    checksWait: time(
      'local_queue_admission_checks_wait_time_seconds',
      'Time from quota reservation to admission, spent on admission checks, by LocalQueue',
    ),
    readyWait: time(
      'local_queue_ready_wait_time_seconds',
      'Time from creation or requeue of a workload until all its pods are ready, by LocalQueue',
    ),
    admittedUntilReady: time(
      'local_queue_admitted_until_ready_wait_time_seconds',
      'Time from admission until all pods of a workload are ready, by LocalQueue',
    ),
    finished: count('local_queue_finished_workloads_total', 'Finished workloads of a LocalQueue'),
    executionTime: time(
      'local_queue_execution_time_seconds',
      'Time that finished workloads spent admitted, all their runs together, by LocalQueue',
      buckets.e16,
    ),
    evicted: instruments.counter({
      name: 'local_queue_evicted_workloads_total',
      help: 'Evictions of workloads of a LocalQueue that held quota',
      labels: [...localQueue, 'reason', 'underlying_cause', 'priority_class'],
    }),
  };
}
