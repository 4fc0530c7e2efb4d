import { afterEach, expect, test } from 'vitest';
import { aCondition, aReservingWorkload, aWorkload } from '../../test/builders/index.ts';
import { Metrics } from './metrics.ts';
import type { MetricsOptions } from './metrics.ts';
import { parseExposition, valuesIn } from './testing/exposition.ts';
import type { Family } from './testing/exposition.ts';
import { bounds, cohortRows, flowRows, localQueueRows, resourceRows } from './testing/metric-rows.ts';
import type { Row } from './testing/metric-rows.ts';
import { sampleFigures, sourceOf } from './testing/sample-figures.ts';

const build = { version: 'v1.2.3', commit: 'abcdef0', date: '2026-01-01' };
const nowMs = Date.parse('2026-01-01T00:01:40Z');
const running: Metrics[] = [];

afterEach(() => {
  for (const metrics of running.splice(0)) metrics.stop();
});

function createMetrics(options: Partial<MetricsOptions> = {}): Metrics {
  const metrics = new Metrics({
    role: 'leader',
    enableClusterQueueResources: true,
    localQueues: true,
    fairSharing: true,
    build,
    ...options,
  });
  running.push(metrics);
  return metrics;
}

async function scrape(metrics: Metrics): Promise<ReadonlyMap<string, Family>> {
  return parseExposition(await metrics.text());
}

const valuesOf = async (metrics: Metrics, name: string) => valuesIn(await metrics.text(), name);

/** Everything that can happen happens once, so that every metric has a series. */
function recordEverything(metrics: Metrics): void {
  const reserving = aReservingWorkload({ conditions: [aCondition({ type: 'Evicted' })] });
  const withChecks = aReservingWorkload({
    status: { admissionChecks: [{ name: 'check', state: 'Ready', lastTransitionTime: '', message: '' }] },
  });
  metrics.recordRound({ result: 'success', durationS: 0.02 });
  metrics.recordPreemptionSkips('main', 1);
  metrics.recordTargetRecomputation('main', 'skipped');
  metrics.recordPreempted('main', 'InClusterQueue');
  metrics.recordQuotaReserved({ workload: reserving, clusterQueue: 'main', waitedMs: 1500 });
  metrics.recordAdmitted({ workload: withChecks, clusterQueue: 'main', waitedMs: 1500, checksWaitedMs: 0 });
  metrics.recordReady(reserving, withReadiness('Started'), nowMs);
  metrics.recordFinished(aReservingWorkload({ conditions: [aCondition({ type: 'Finished' })] }));
  metrics.recordEvicted(withReadiness('Started'), evictedOnce(), nowMs);
  metrics.recordReleased(reserving, nowMs);
  metrics.recordWorkloadCreated({ jobKind: 'Job', latencyMs: 30 });
  metrics.recordGateRemoved({
    gate: 'kueue.x-k8s.io/topology',
    clusterQueue: 'main',
    isGroup: false,
    waitedMs: 10,
  });
  metrics.recordRemote('dispatched', 'main', 'worker');
  metrics.recordRemote('admitted', 'main', 'worker');
}

function withReadiness(reason: string) {
  return aReservingWorkload({ conditions: [aCondition({ type: 'PodsReady', reason })] });
}

function evictedOnce() {
  const evictions = [{ reason: 'Preempted', underlyingCause: '', count: 1 }];
  return aReservingWorkload({ status: { schedulingStats: { evictions } } });
}

const rows = [...flowRows, ...resourceRows, ...cohortRows, ...localQueueRows].map(
  ([name, type, labels, buckets]) => ({
    name,
    want: {
      type: { C: 'counter', G: 'gauge', H: 'histogram' }[type],
      labels: `${labels} replica_role`.split(' ').toSorted(),
      buckets: buckets === undefined ? [] : [...(bounds[buckets] ?? []), Infinity],
    },
  }),
);

test.each(rows)('$name is exposed with its type, labels and buckets (O-10)', async ({ name, want }) => {
  const metrics = createMetrics();
  metrics.attach(sourceOf(sampleFigures));
  recordEverything(metrics);
  const family = (await scrape(metrics)).get(name);
  const samples = family?.samples ?? [];
  const labelNames = samples.flatMap(({ labels }) => Object.keys(labels)).filter((label) => label !== 'le');
  const [first] = samples;
  const buckets = samples
    .filter((sample) => sample.name.endsWith('_bucket'))
    .map(({ labels }) => (labels['le'] === '+Inf' ? Infinity : Number(labels['le'])));
  expect(first?.labels['replica_role']).toBe('leader');
  expect({ type: family?.type, labels: [...new Set(labelNames)].toSorted(), buckets }).toEqual(want);
});

test('nothing else is exposed but what concerns the process', async () => {
  const metrics = createMetrics({ leaseName: 'lease' });
  const others = [...(await scrape(metrics)).keys()].filter((name) => !rows.some((row) => row.name === name));
  expect(others.toSorted()).toEqual([
    'kueue_build_info',
    'leader_election_master_status',
    'quaymaster_event_loop_delay_seconds',
    'quaymaster_writes_total',
  ]);
});

test('the build is named without a role (O-9.5, O-10.8)', async () => {
  const info = (await scrape(createMetrics())).get('kueue_build_info')?.samples[0];
  expect(info?.value).toBe(1);
  expect(info?.labels).toMatchObject({
    git_version: 'v1.2.3',
    git_commit: 'abcdef0',
    build_date: '2026-01-01',
  });
  const names = ['build_date', 'compiler', 'git_commit', 'git_version', 'go_version', 'platform'];
  expect(Object.keys(info?.labels ?? {}).toSorted()).toEqual(names);
});

test.each([
  { name: 'resources', rows: resourceRows, options: { enableClusterQueueResources: false } },
  { name: 'LocalQueues', rows: localQueueRows, options: { localQueues: false } },
  {
    name: 'shares',
    rows: [resourceRows[6] as Row, cohortRows[6] as Row],
    options: { fairSharing: false },
  },
  { name: 'cohort names', rows: cohortRows.slice(0, 2), options: { gated: { cohortInfo: false } } },
  { name: 'hashes', rows: [flowRows[5] as Row], options: { gated: { schedulingHashes: false } } },
  { name: 'causes', rows: [flowRows[26] as Row], options: { gated: { unadmitted: false } } },
  { name: 'creation latency', rows: [flowRows[21] as Row], options: { gated: { creationLatency: false } } },
])('metrics of $name are absent when they are switched off (O-10)', async ({ rows: gone, options }) => {
  const metrics = createMetrics(options);
  metrics.attach(sourceOf(sampleFigures));
  recordEverything(metrics);
  const families = await scrape(metrics);
  expect(gone.filter(([name]) => families.has(name))).toEqual([]);
});

test.each([
  [
    'kueue_pending_workloads',
    { 'cluster_queue=main,status=active': 4, 'cluster_queue=main,status=inadmissible': 3 },
  ],
  [
    'kueue_cluster_queue_status',
    {
      'cluster_queue=main,status=pending': 0,
      'cluster_queue=main,status=active': 1,
      'cluster_queue=main,status=terminating': 0,
    },
  ],
  [
    'kueue_cluster_queue_borrowing_limit',
    { 'cohort=team,cluster_queue=main,flavor=default,resource=cpu': Infinity },
  ],
  ['kueue_cluster_queue_lending_limit', { 'cohort=team,cluster_queue=main,flavor=default,resource=cpu': 0 }],
  ['kueue_cluster_queue_weighted_share', { 'cluster_queue=main,cohort=team': NaN }],
  ['kueue_cohort_weighted_share', { 'cohort=team': Infinity, 'cohort=all': 0 }],
  [
    'kueue_local_queue_admission_fair_sharing_usage',
    { 'name=main,namespace=team-a,cluster_queue=main': 1.25 },
  ],
  ['kueue_cohort_subtree_quota', { 'cohort=team,flavor=default,resource=cpu': 10 }],
  ['kueue_cohort_subtree_admitted_active_workloads', { 'cohort=team': 1 }],
  [
    'kueue_cohort_info',
    {
      'cohort=team,parent_cohort=all,root_cohort=all': 1,
      'cohort=all,parent_cohort=,root_cohort=all': 1,
    },
  ],
  [
    'kueue_unadmitted_workloads',
    { 'cluster_queue=main,reason=NoReservation,underlying_cause=WaitingForQuota': 3 },
  ],
  [
    'kueue_local_queue_unadmitted_workloads',
    {
      'cluster_queue=main,reason=NoReservation,underlying_cause=WaitingForQuota,name=main,namespace=team-a': 2,
    },
  ],
  [
    'kueue_local_queue_status',
    {
      'name=main,namespace=team-a,active=True': 1,
      'name=main,namespace=team-a,active=False': 0,
      'name=main,namespace=team-a,active=Unknown': 0,
    },
  ],
] as const)(
  '%s shows the figures of the state, twice the same (O-10.11, O-10.15, O-10.20)',
  async (name, want) => {
    const metrics = createMetrics();
    metrics.attach(sourceOf(sampleFigures));
    expect(await valuesOf(metrics, name)).toEqual(want);
    expect(await valuesOf(metrics, name)).toEqual(want);
  },
);

test('scrapes at the same time show the same, and each figure once', async () => {
  const metrics = createMetrics();
  metrics.attach(sourceOf(sampleFigures));
  const [first, second] = await Promise.all([metrics.text(), metrics.text()]);
  expect(second).toBe(first);
  expect(valuesIn(first, 'kueue_reserving_active_workloads')).toEqual({ 'cluster_queue=main': 2 });
});

test('without a source the gauges of the state have no series', async () => {
  const metrics = createMetrics();
  expect(await valuesOf(metrics, 'kueue_pending_workloads')).toEqual({});
});

test('on election the gauges of the follower go and its counters stay (O-9.6)', async () => {
  const metrics = createMetrics({ role: 'follower', leaseName: 'lease' });
  metrics.attach(sourceOf(sampleFigures));
  recordEverything(metrics);
  const rolesOf = async (name: string) => {
    const samples = (await scrape(metrics)).get(name)?.samples ?? [];
    return [...new Set(samples.map(({ labels }) => labels['replica_role']))];
  };
  expect(await rolesOf('kueue_pending_workloads')).toEqual(['follower']);
  expect(await valuesOf(metrics, 'leader_election_master_status')).toEqual({ 'name=lease': 0 });
  metrics.setRole('leader');
  recordEverything(metrics);
  for (const [name, type] of [...flowRows, ...resourceRows, ...cohortRows, ...localQueueRows]) {
    const want = type === 'G' ? ['leader'] : ['follower', 'leader'];
    expect({ name, roles: await rolesOf(name) }).toEqual({ name, roles: want });
  }
  expect(await valuesOf(metrics, 'leader_election_master_status')).toEqual({ 'name=lease': 1 });
});

test('without leader election there is no election to report', async () => {
  const metrics = createMetrics({ role: 'standalone', leaseName: 'lease' });
  expect(await valuesOf(metrics, 'leader_election_master_status')).toEqual({});
});

test('the series of deleted queues and cohorts go, those of others stay (O-11.2 to O-11.4)', async () => {
  const metrics = createMetrics();
  let figures = sampleFigures;
  metrics.attach(sourceOf(() => figures));
  recordEverything(metrics);
  metrics.recordQuotaReserved({
    workload: aWorkload({ namespace: 'team-b' }),
    clusterQueue: 'other',
    waitedMs: 0,
  });
  await metrics.text();
  figures = { clusterQueues: [], localQueues: () => [], cohorts: () => [], unadmitted: () => [] };
  const reserved = await valuesOf(metrics, 'kueue_quota_reserved_workloads_total');
  expect(reserved).toEqual({ 'cluster_queue=other,priority_class=': 1 });
  const ofLocalQueues = await valuesOf(metrics, 'kueue_local_queue_quota_reserved_workloads_total');
  expect(ofLocalQueues).toEqual({ 'name=main,namespace=team-b,priority_class=': 1 });
  expect(await valuesOf(metrics, 'kueue_preempted_workloads_total')).toEqual({});
  expect(await valuesOf(metrics, 'kueue_admission_wait_time_seconds')).toEqual({});
  expect(await valuesOf(metrics, 'kueue_cohort_subtree_admitted_workloads_total')).toEqual({});
  expect(await valuesOf(metrics, 'kueue_admission_cycle_preemption_skips')).toEqual({});
  expect(await valuesOf(metrics, 'kueue_admission_attempts_total')).toEqual({ 'result=success': 1 });
});

test('writes show as the writer counted them', async () => {
  const metrics = createMetrics();
  const counts = { ok: 3, conflict: 1 };
  metrics.attachWrites(() => counts);
  await metrics.text();
  counts.ok = 5;
  expect(await valuesOf(metrics, 'quaymaster_writes_total')).toEqual({
    'outcome=ok': 5,
    'outcome=conflict': 1,
  });
});

test('the delay of the event loop is told by quantile', async () => {
  const delays = await valuesOf(createMetrics(), 'quaymaster_event_loop_delay_seconds');
  const names = ['quantile=0.5', 'quantile=0.9', 'quantile=0.99', 'quantile=1'];
  expect(Object.keys(delays)).toEqual(names);
  expect(Object.values(delays).every((delay) => delay >= 0)).toBe(true);
});
