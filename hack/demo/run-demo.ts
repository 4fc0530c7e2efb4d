import { setTimeout as sleep } from 'node:timers/promises';

import { installQuaymaster, launchQuaymaster } from '../install/index.ts';
import type { Quaymaster } from '../install/index.ts';
import type { DemoOptions } from './command-line.ts';
import { openCluster } from './demo-cluster.ts';
import type { DemoCluster } from './demo-cluster.ts';
import { describeStep } from './describe-step.ts';
import { renderBoard } from './render-board.ts';
import { applyPatiently, quotasIn, readJobs, readQueues, teams } from './samples.ts';
import type { Screen } from './screen.ts';
import { summarize } from './summary.ts';
import type { Summary } from './summary.ts';
import { TeamObserver } from './team-observer.ts';

/** What is open and has to be closed, last things first. */
interface Opened {
  cluster?: DemoCluster;
  quaymaster?: Quaymaster;
  observer?: TeamObserver;
}

/** One run of the demo. */
export interface DemoRun {
  /** Resolves when the Jobs have come to their end, or rejects when a step has failed. */
  readonly finished: Promise<Summary>;
  /** Closes everything, at whatever point it is. */
  readonly close: () => Promise<void>;
  /** The administrator's kubeconfig, once the cluster is there. */
  readonly kubeconfig: () => string | undefined;
}

/** The second team comes this much later, so that the first one can borrow what is idle until then. */
const headStartMs = 3000;
/** Without any step of any Job for this long, it has got stuck. */
const stuckAfterMs = 90_000;
const settleMs = 20_000;
const pollMs = 200;

/** Brings everything up, submits the Jobs, shows how they fare, and sums up. */
export function startDemo(options: DemoOptions, screen: Screen): DemoRun {
  const opened: Opened = {};
  return {
    finished: run(options, screen, opened),
    close: () => closeAll(opened),
    kubeconfig: () => opened.cluster?.kubeconfig,
  };
}

async function run(options: DemoOptions, screen: Screen, opened: Opened): Promise<Summary> {
  const { say } = screen;
  say(
    options.kubeconfig === undefined ? 'Starting the embedded control plane …' : 'Looking at the cluster …',
  );
  const cluster = await openCluster(options, say);
  opened.cluster = cluster;
  say('Installing CRDs, RBAC and webhooks …');
  const place = await installQuaymaster(cluster, { webhookHost: options.webhookHost });
  if (options.kubeconfig !== undefined) {
    const { webhookHost, webhookPort } = place;
    say(
      `Its API server has to reach this machine at https://${webhookHost}:${webhookPort} (--webhook-host).`,
    );
  }
  say('Starting Quaymaster with the rights of its own service account …');
  const quaymaster = await launchQuaymaster(cluster, place);
  opened.quaymaster = quaymaster;
  await quaymaster.waitReady();
  try {
    return await submitAndWatch({ cluster, quaymaster, screen, opened });
  } catch (error) {
    const log = `Last lines of ${quaymaster.logFile}:\n${await quaymaster.lastLogLines()}`;
    throw new Error(`${(error as Error).message}\n${log}`, { cause: error });
  }
}

interface Stage {
  readonly cluster: DemoCluster;
  readonly quaymaster: Quaymaster;
  readonly screen: Screen;
  readonly opened: Opened;
}

async function submitAndWatch({ cluster, quaymaster, screen, opened }: Stage): Promise<Summary> {
  screen.say('Creating the queues of two teams in a cohort …');
  const queues = await readQueues();
  await applyPatiently(cluster, queues);
  const jobs = await readJobs();
  const startedMs = performance.now();
  const news: string[] = [];
  let lastStepMs = startedMs;
  const observer = new TeamObserver({
    kubeconfig: cluster.kubeconfig,
    quotas: quotasIn(queues),
    expectedJobs: jobs.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    onStep: (step, holding) => {
      lastStepMs = step.atMs;
      const line = describeStep({ step, startedMs }, holding, observer.ledger);
      if (step.phase !== 'waiting') news.push(line);
      screen.tell(line);
    },
  });
  opened.observer = observer;
  await observer.start();
  const { roll, ledger } = observer;
  const elapsedMs = () => performance.now() - startedMs;
  screen.say(`Submitting ${jobs.length} Jobs …\n`);
  screen.show(() => renderBoard({ elapsedMs: elapsedMs(), teams, roll, ledger, news }));
  const watching = { quaymaster, observer, lastStepMs: () => lastStepMs };
  await Promise.all([submit(cluster, jobs), untilDone(watching)]);
  const tookMs = lastStepMs - startedMs;
  const faults = [...(await settle(cluster, observer)), ...(await faultsInLog(quaymaster))];
  screen.finish();
  return summarize({ elapsedMs: tookMs, roll, ledger, faults });
}

async function submit(cluster: DemoCluster, jobs: Awaited<ReturnType<typeof readJobs>>): Promise<void> {
  for (const [index, team] of teams.entries()) {
    if (index > 0) await sleep(headStartMs);
    await applyPatiently(
      cluster,
      jobs.filter(({ metadata }) => metadata.namespace === team),
    );
  }
}

interface Watching {
  readonly quaymaster: Quaymaster;
  readonly observer: TeamObserver;
  readonly lastStepMs: () => number;
}

/** Waits for the end of every Job; gives up when nothing moves any more, and at once when Quaymaster has ended. */
async function untilDone({ quaymaster, observer, lastStepMs }: Watching): Promise<void> {
  while (!observer.roll.isDone()) {
    const how = quaymaster.exit();
    if (how !== undefined) throw new Error(`Quaymaster ended (${how}).`);
    if (performance.now() - lastStepMs() > stuckAfterMs) return;
    await sleep(pollMs);
  }
}

interface QueueStatus {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly reservingWorkloads?: number;
    readonly pendingWorkloads?: number;
  };
}

/** Waits until nothing is held any more, by our own count and by what the ClusterQueues say; the answer is what stays wrong. */
async function settle(cluster: DemoCluster, { ledger, roll }: TeamObserver): Promise<string[]> {
  if (!roll.isDone()) return [];
  const endsAt = performance.now() + settleMs;
  for (;;) {
    const { items } = JSON.parse(await cluster.kubectl(['get', 'clusterqueues', ...teams, '-o', 'json'])) as {
      items: QueueStatus[];
    };
    const busy = items.filter(
      ({ status }) => status?.reservingWorkloads !== 0 || status.pendingWorkloads !== 0,
    );
    if (busy.length === 0 && ledger.isEmpty()) return [];
    if (performance.now() > endsAt)
      return busy.map(({ metadata }) => `ClusterQueue ${metadata.name} says that it has workloads still`);
    await sleep(pollMs);
  }
}

/** Refusals for want of rights would show that the shipped RBAC is too narrow. */
async function faultsInLog(quaymaster: Quaymaster): Promise<string[]> {
  const lines = (await quaymaster.readLog()).split('\n');
  const refusal = lines.find((line) => line.includes(' is forbidden: '));
  return refusal === undefined ? [] : [`Quaymaster was refused something: ${refusal}`];
}

/** Objects of ours can be deleted only while Quaymaster runs, which takes its finalizers off them. */
async function closeAll({ observer, quaymaster, cluster }: Opened): Promise<void> {
  await observer?.stop();
  const canClean = quaymaster === undefined || quaymaster.exit() === undefined;
  if (canClean) await cluster?.clean();
  await quaymaster?.stop();
  await cluster?.leave({ isClean: canClean });
}
