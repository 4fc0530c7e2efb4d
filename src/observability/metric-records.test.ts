import { afterEach, expect, test } from 'vitest';
import { aCondition, anAdmission, aReservingWorkload, aWorkload } from '../../test/builders/index.ts';
import { Metrics } from './metrics.ts';
import { valuesIn } from './testing/exposition.ts';
import { sampleFigures, sourceOf } from './testing/sample-figures.ts';

const build = { version: 'v1.2.3', commit: 'abcdef0', date: '2026-01-01' };
const nowMs = Date.parse('2026-01-01T00:01:40Z');
const running: Metrics[] = [];

afterEach(() => {
  for (const metrics of running.splice(0)) metrics.stop();
});

function createMetrics(): Metrics {
  const metrics = new Metrics({
    role: 'leader',
    enableClusterQueueResources: true,
    localQueues: true,
    build,
  });
  running.push(metrics);
  return metrics;
}

const valuesOf = async (metrics: Metrics, name: string) => valuesIn(await metrics.text(), name);

function withReadiness(reason: string) {
  return aReservingWorkload({ conditions: [aCondition({ type: 'PodsReady', reason })] });
}

function evictedOnce() {
  const evictions = [{ reason: 'Preempted', underlyingCause: '', count: 1 }];
  return aReservingWorkload({ status: { schedulingStats: { evictions } } });
}

test('waits are in seconds and carry the priority class (O-9.8, O-9.9)', async () => {
  const metrics = createMetrics();
  const priorityClassRef = { group: 'kueue.x-k8s.io', kind: 'WorkloadPriorityClass', name: 'high' } as const;
  const workload = aReservingWorkload({ spec: { priorityClassRef } });
  metrics.recordQuotaReserved({ workload, clusterQueue: 'main', waitedMs: 2500 });
  expect(await valuesOf(metrics, 'kueue_quota_reserved_wait_time_seconds')).toEqual({
    'cluster_queue=main,priority_class=high_sum': 2.5,
    'cluster_queue=main,priority_class=high_count': 1,
  });
});

test.each([
  { name: 'no checks, no wait', checks: 0, checksWaitedMs: 0, want: undefined },
  { name: 'a check, no wait', checks: 1, checksWaitedMs: 0, want: 1 },
  { name: 'checks that were dropped meanwhile, a wait', checks: 0, checksWaitedMs: 10, want: 1 },
])('an admission with $name (O-10.13)', async ({ checks, checksWaitedMs, want }) => {
  const metrics = createMetrics();
  metrics.attach(sourceOf(sampleFigures));
  const check = { name: 'check', state: 'Ready', lastTransitionTime: '', message: '' } as const;
  const workload = aReservingWorkload({
    status: { admissionChecks: Array.from({ length: checks }, () => check) },
  });
  metrics.recordAdmitted({ workload, clusterQueue: 'main', waitedMs: 1000, checksWaitedMs });
  const waits = await valuesOf(metrics, 'kueue_admission_checks_wait_time_seconds');
  expect(waits['cluster_queue=main,priority_class=_count']).toBe(want);
  expect(await valuesOf(metrics, 'kueue_cohort_subtree_admitted_workloads_total')).toEqual({
    'cohort=all,priority_class=': 1,
    'cohort=team,priority_class=': 1,
  });
});

test.each([
  { name: 'the first readiness', before: 'none', after: 'Started', want: 1 },
  { name: 'a recovery', before: 'none', after: 'Recovered', want: undefined },
  { name: 'a second write of the same readiness', before: 'Started', after: 'Started', want: undefined },
])('$name is counted as it should be (O-10.13)', async ({ before, after, want }) => {
  const metrics = createMetrics();
  metrics.recordReady(
    before === 'none' ? aReservingWorkload() : withReadiness(before),
    withReadiness(after),
    nowMs,
  );
  const waits = await valuesOf(metrics, 'kueue_ready_wait_time_seconds');
  expect(waits['cluster_queue=main,priority_class=_count']).toBe(want);
});

test('readiness is measured from the last requeue and from the admission (O-10.13)', async () => {
  const metrics = createMetrics();
  const after = aReservingWorkload({
    conditions: [
      aCondition({ type: 'Requeued', lastTransitionTime: '2026-01-01T00:01:00Z' }),
      aCondition({ type: 'PodsReady', reason: 'Started' }),
    ],
  });
  metrics.recordReady(aReservingWorkload(), after, nowMs);
  const ready = await valuesOf(metrics, 'kueue_ready_wait_time_seconds');
  const started = await valuesOf(metrics, 'kueue_admitted_until_ready_wait_time_seconds');
  expect(ready['cluster_queue=main,priority_class=_sum']).toBe(40);
  expect(started['cluster_queue=main,priority_class=_sum']).toBe(100);
});

test.each([
  {
    name: 'a workload that ran adds its past runs to the last one',
    workload: aReservingWorkload({
      conditions: [aCondition({ type: 'Finished', lastTransitionTime: '2026-01-01T00:00:30Z' })],
      status: { accumulatedPastExecutionTimeSeconds: 12 },
    }),
    want: { 'cluster_queue=main,priority_class=_sum': 42, 'cluster_queue=main,priority_class=_count': 1 },
  },
  {
    name: 'a clock that went back never shows',
    workload: aReservingWorkload({
      conditions: [aCondition({ type: 'Finished', lastTransitionTime: '2025-12-31T23:59:00Z' })],
    }),
    want: { 'cluster_queue=main,priority_class=_sum': 0, 'cluster_queue=main,priority_class=_count': 1 },
  },
  {
    name: 'a workload that was never admitted has no time',
    workload: aWorkload({ conditions: [aCondition({ type: 'Finished' })] }),
    want: {},
  },
])('$name (O-10.14)', async ({ workload, want }) => {
  const metrics = createMetrics();
  metrics.recordFinished(workload);
  expect(await valuesOf(metrics, 'kueue_execution_time_seconds')).toEqual(want);
  const clusterQueue = workload.status.admission?.clusterQueue ?? '';
  expect(await valuesOf(metrics, 'kueue_finished_workloads_total')).toEqual({
    [`cluster_queue=${clusterQueue},priority_class=`]: 1,
  });
});

const timeout = { reason: 'Deactivated', underlyingCause: 'RequeuingLimitExceeded' };

test.each([
  { name: 'a first eviction', earlier: 0, admission: anAdmission(), counted: 1, once: 1 },
  {
    name: 'a second one for the same cause',
    earlier: 1,
    admission: anAdmission(),
    counted: 1,
    once: undefined,
  },
  { name: 'one without an admission', earlier: 0, admission: undefined, counted: undefined, once: undefined },
])('$name is counted as it should be (O-10.18)', async ({ earlier, admission, counted, once }) => {
  const metrics = createMetrics();
  const evictions = [{ ...timeout, count: earlier }].filter(({ count }) => count > 0);
  const before = aWorkload({ status: { ...(admission && { admission }), schedulingStats: { evictions } } });
  const after = aWorkload({
    status: { schedulingStats: { evictions: [{ ...timeout, count: earlier + 1 }] } },
  });
  metrics.recordEvicted(before, after, nowMs);
  const series =
    'cluster_queue=main,reason=Deactivated,underlying_cause=RequeuingLimitExceeded,priority_class=';
  expect((await valuesOf(metrics, 'kueue_evicted_workloads_total'))[series]).toBe(counted);
  expect((await valuesOf(metrics, 'kueue_evicted_workloads_once_total'))[series]).toBe(once);
  expect(await valuesOf(metrics, 'kueue_pods_ready_to_evicted_time_seconds')).toEqual({});
});

test('an eviction of ready pods tells how long they were ready (O-10.18)', async () => {
  const metrics = createMetrics();
  metrics.recordEvicted(withReadiness('Started'), evictedOnce(), nowMs);
  const times = await valuesOf(metrics, 'kueue_pods_ready_to_evicted_time_seconds');
  expect(times['cluster_queue=main,reason=Preempted,underlying_cause=_sum']).toBe(100);
});

test.each([
  {
    name: 'a release after an eviction',
    before: aReservingWorkload({ conditions: [aCondition({ type: 'Evicted', reason: 'Preempted' })] }),
    want: 100,
  },
  { name: 'a release without eviction', before: aReservingWorkload(), want: undefined },
  {
    name: 'a release of what no ClusterQueue held',
    before: aWorkload({ conditions: [aCondition({ type: 'Evicted', reason: 'Preempted' })] }),
    want: undefined,
  },
])('$name is measured as it should be (O-10.19)', async ({ before, want }) => {
  const metrics = createMetrics();
  metrics.recordReleased(before, nowMs);
  const times = await valuesOf(metrics, 'kueue_workload_eviction_latency_seconds');
  expect(times['cluster_queue=main,reason=Preempted_sum']).toBe(want);
});

test('counters of a LocalQueue that is not reported stay away (O-10.3)', async () => {
  const metrics = createMetrics();
  metrics.attach({ ...sourceOf(sampleFigures), isLocalQueueReported: () => false });
  const workload = aReservingWorkload();
  metrics.recordAdmitted({ workload, clusterQueue: 'main', waitedMs: 0, checksWaitedMs: 0 });
  expect(await valuesOf(metrics, 'kueue_local_queue_admitted_workloads_total')).toEqual({});
  expect(await valuesOf(metrics, 'kueue_admitted_workloads_total')).toEqual({
    'cluster_queue=main,priority_class=': 1,
  });
});
