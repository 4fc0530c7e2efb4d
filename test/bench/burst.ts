// What happens when many Jobs come at once: how fast they are admitted, and what that costs.
import { resources } from '../../src/kube/index.ts';
import { withBenchCluster } from './bench-cluster.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { aGpuJob, benchNamespace, queueObjects } from './bench-load.ts';
import { readBenchOptions } from './command-line.ts';
import { describeMachine, figuresTable } from './figures-table.ts';
import { JobObserver } from './job-observer.ts';
import type { Stage } from './job-observer.ts';
import { readProcessFigures } from './process-figures.ts';
import { progress } from './progress.ts';
import { readCounter } from './write-counts.ts';

const options = readBenchOptions(
  'Submits many Jobs at once and measures how fast they are admitted, first with quota for all, then for a few at a time.',
  {
    jobs: { initially: 2000, what: 'Jobs in each run' },
    creators: { initially: 32, what: 'creations under way at once' },
    quota: { initially: 100, what: 'Jobs that may run at a time in the contended runs; 0 leaves these out' },
    'run-for': { initially: 1, what: 'seconds that a Job runs for in the contended runs' },
    repeat: { initially: 1, what: 'runs, each on a control plane of its own' },
  },
);
const { jobs, creators, quota, 'run-for': runForS, repeat } = options.numbers;
const progressEveryMs = 5000;
const deadlineMs = 900_000;

interface Variant {
  readonly title: string;
  readonly quota: number;
  /** Absent: the Jobs run for ever. */
  readonly runFor?: string;
  /** When the run is over. */
  readonly end: Stage;
}

const ample: Variant = { title: `${jobs} Jobs at once, quota for all`, quota: jobs, end: 'unsuspended' };
const contended: Variant = {
  title: `${jobs} Jobs of ${runForS} s at once, quota for ${quota}`,
  quota,
  runFor: `${runForS}s`,
  end: 'finished',
};

const figures = {
  creationsPerSecond: { what: 'creations', unit: '1/s', digits: 0 },
  admissionsPerSecond: { what: 'admissions, first to last', unit: '1/s', digits: 0 },
  allUnsuspendedS: { what: 'first creation → all unsuspended', unit: 's', digits: 1 },
  allFinishedS: { what: 'first creation → all finished', unit: 's', digits: 1 },
  peakRssMib: { what: 'controller, peak RSS', unit: 'MiB', digits: 0 },
  controllerCpuS: { what: 'controller, CPU', unit: 's', digits: 1 },
  apiServerCpuS: { what: 'API server, CPU', unit: 's', digits: 1 },
  writesPerJob: { what: 'controller, writes carried out a Job', unit: '', digits: 2 },
  conflictsPerJob: { what: 'controller, conflicts a Job', unit: '', digits: 3 },
} as const;

type RunFigures = Partial<Record<keyof typeof figures, number>>;

const machine = describeMachine();
process.stdout.write(machine);
for (const variant of quota === 0 ? [ample] : [ample, contended]) {
  const runs: RunFigures[] = [];
  for (let run = 1; run <= repeat; run += 1) {
    progress(`${variant.title}: run ${run} of ${repeat}`);
    const { profileFolder } = options;
    const cluster = { objects: queueObjects(variant.quota), creators, profileFolder };
    runs.push(await withBenchCluster(cluster, (started) => measureBurst(started, variant)));
  }
  process.stdout.write(`\n${tableOf(variant, runs)}`);
}

async function measureBurst(cluster: BenchCluster, variant: Variant): Promise<RunFigures> {
  const { client } = cluster;
  const observer = new JobObserver(client);
  await observer.start();
  const before = await readCosts(cluster);
  const timer = setInterval(() => tellProgress(observer), progressEveryMs);
  try {
    await createJobs(cluster, observer, variant);
    await observer.until(
      () => observer.count(variant.end) === jobs,
      `${variant.end} of all Jobs`,
      deadlineMs,
    );
  } finally {
    clearInterval(timer);
  }
  const after = await readCosts(cluster);
  await observer.stop();
  return { ...ratesOf(observer), ...costsBetween(before, after) };
}

async function createJobs(
  { client }: BenchCluster,
  observer: JobObserver,
  { runFor }: Variant,
): Promise<void> {
  let next = 0;
  const create = async (): Promise<void> => {
    while (next < jobs) {
      const name = `training-${next}`;
      next += 1;
      observer.note(name, 'sent');
      await client.create(resources.jobs, { namespace: benchNamespace, body: aGpuJob(name, runFor) });
      observer.note(name, 'answered');
    }
  };
  await Promise.all(Array.from({ length: creators }, create));
}

function tellProgress(observer: JobObserver): void {
  const [created, admitted, started, finished] = (
    ['answered', 'reserved', 'unsuspended', 'finished'] as const
  ).map((stage) => observer.count(stage));
  progress(`${created} created, ${admitted} admitted, ${started} unsuspended, ${finished} finished`);
}

interface Costs {
  readonly controller: Awaited<ReturnType<typeof readProcessFigures>>;
  readonly apiServer: Awaited<ReturnType<typeof readProcessFigures>>;
  readonly writes: ReadonlyMap<string, number>;
}

async function readCosts({ quaymaster, controlPlane }: BenchCluster): Promise<Costs> {
  return {
    controller: await readProcessFigures(quaymaster.pid()),
    apiServer: await readProcessFigures(controlPlane.pids().get('kube-apiserver')),
    writes: await readCounter(quaymaster.metricsUrl, 'quaymaster_writes_total', 'outcome'),
  };
}

function costsBetween(before: Costs, after: Costs): RunFigures {
  const writes = (outcome: string): number =>
    (after.writes.get(outcome) ?? 0) - (before.writes.get(outcome) ?? 0);
  return {
    peakRssMib: after.controller.peakRssMib,
    controllerCpuS: after.controller.cpuSeconds - before.controller.cpuSeconds,
    apiServerCpuS: after.apiServer.cpuSeconds - before.apiServer.cpuSeconds,
    writesPerJob: writes('ok') / jobs,
    conflictsPerJob: writes('conflict') / jobs,
  };
}

function ratesOf(observer: JobObserver): RunFigures {
  const startMs = observer.timesOf('sent')[0] ?? Number.NaN;
  const secondsUntil = (stage: Stage): number =>
    ((observer.timesOf(stage).at(-1) ?? Number.NaN) - startMs) / 1000;
  const admitted = observer.timesOf('reserved');
  const admittingS = ((admitted.at(-1) ?? Number.NaN) - (admitted[0] ?? Number.NaN)) / 1000;
  return {
    creationsPerSecond: jobs / secondsUntil('answered'),
    admissionsPerSecond: jobs / admittingS,
    allUnsuspendedS: secondsUntil('unsuspended'),
    allFinishedS: secondsUntil('finished'),
  };
}

function tableOf({ title, end }: Variant, runs: readonly RunFigures[]): string {
  const rows = Object.entries(figures)
    .filter(([name]) => name !== 'allFinishedS' || end === 'finished')
    .map(([name, figure]) => ({
      ...figure,
      runs: runs.map((run) => run[name as keyof RunFigures] ?? Number.NaN),
    }));
  return figuresTable(title, rows);
}
