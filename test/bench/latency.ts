// How long one Job waits for its start when nothing stands in its way: from its creation to `suspend: false`.
import { setTimeout as sleep } from 'node:timers/promises';
import { resources } from '../../src/kube/index.ts';
import { withBenchCluster } from './bench-cluster.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { aGpuJob, benchNamespace, queueObjects } from './bench-load.ts';
import { readBenchOptions } from './command-line.ts';
import { describeMachine, markdownTable } from './figures-table.ts';
import { JobObserver } from './job-observer.ts';
import type { Stage } from './job-observer.ts';
import { progress } from './progress.ts';
import { median, percentile } from './statistics.ts';

const options = readBenchOptions(
  'Creates Jobs one at a time on an idle control plane and measures how long each waits until it is unsuspended.',
  {
    jobs: { initially: 200, what: 'Jobs that are measured in each run' },
    'warm-up': { initially: 20, what: 'Jobs before them that are not' },
    pause: { initially: 200, what: 'milliseconds between the start of a Job and the next creation' },
    repeat: { initially: 1, what: 'runs, each on a control plane of its own' },
  },
);
const { jobs, 'warm-up': warmUp, pause: pauseMs, repeat } = options.numbers;
const progressEvery = 50;

const stages: readonly (readonly [Stage, string])[] = [
  ['answered', 'create answered'],
  ['workload', 'Workload seen'],
  ['reserved', 'QuotaReserved seen'],
  ['unsuspended', 'unsuspended seen'],
];
const measures: readonly (readonly [string, (times: readonly number[]) => number])[] = [
  ['p50', (times) => percentile(times, 0.5)],
  ['p90', (times) => percentile(times, 0.9)],
  ['p99', (times) => percentile(times, 0.99)],
  ['max', (times) => Math.max(...times)],
];

/** Milliseconds since the creation was sent, a number for each Job. */
type RunTimes = ReadonlyMap<Stage, readonly number[]>;

const machine = describeMachine();
const runs: RunTimes[] = [];
for (let run = 1; run <= repeat; run += 1) {
  progress(`run ${run} of ${repeat}`);
  const { profileFolder } = options;
  const cluster = { objects: queueObjects(jobs + warmUp), creators: 1, profileFolder };
  runs.push(await withBenchCluster(cluster, measureJobs));
}
process.stdout.write(`${machine}\n${latencyTable()}`);

async function measureJobs({ client }: BenchCluster): Promise<RunTimes> {
  const observer = new JobObserver(client);
  await observer.start();
  for (let index = 0; index < warmUp + jobs; index += 1) {
    const name = nameOf(index);
    observer.note(name, 'sent');
    await client.create(resources.jobs, { namespace: benchNamespace, body: aGpuJob(name) });
    observer.note(name, 'answered');
    await observer.until(() => observer.timeOf(name, 'unsuspended') !== undefined, `start of Job ${name}`);
    if ((index + 1) % progressEvery === 0) progress(`${index + 1} of ${warmUp + jobs} Jobs started`);
    // The pod of this Job is made, bound and run meanwhile; that is not what the next Job waits for.
    await sleep(pauseMs);
  }
  await observer.stop();
  const measured = Array.from({ length: jobs }, (_, index) => nameOf(warmUp + index));
  return new Map(stages.map(([stage]) => [stage, measured.map((name) => since(observer, name, stage))]));
}

function nameOf(index: number): string {
  return `training-${index}`;
}

function since(observer: JobObserver, name: string, stage: Stage): number {
  return (observer.timeOf(name, stage) ?? Number.NaN) - (observer.timeOf(name, 'sent') ?? Number.NaN);
}

/** A row a stage, each figure the median of those of the runs; then the runs' own figures of the last stage. */
function latencyTable(): string {
  const title = `${jobs} Jobs, one at a time: ms since the creation was sent`;
  const head = [title, ...measures.map(([measure]) => measure)];
  const inAll = stages.map(([stage, label]) => [label, ...figuresOf(stage, runs)]);
  const inEach = runs.map((run, index) => [
    `unsuspended seen, run ${index + 1}`,
    ...figuresOf('unsuspended', [run]),
  ]);
  return markdownTable(head, runs.length > 1 ? [...inAll, ...inEach] : inAll, 1);
}

function figuresOf(stage: Stage, ofRuns: readonly RunTimes[]): string[] {
  return measures.map(([, compute]) =>
    median(ofRuns.map((times) => compute(times.get(stage) ?? []))).toFixed(1),
  );
}
