import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { showLogsOnFailure, startEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { gpuNodes, mixedJobs, modelLabel, namespaces, queueObjects } from './gpu-load.ts';
import { holdQueues, releaseQueues } from './hold.ts';
import { Observer } from './observer.ts';
import { nonZeroStatuses } from './queue-statuses.ts';
import { chooseSeed, seededRandom } from './seeded-random.ts';
import { submitJobs } from './submit.ts';

const jobCount = 200;
const heldCount = 120;
const killCount = 5;
const seed = chooseSeed();

let environment: Environment;
let observer: Observer;

beforeAll(async () => {
  environment = await startEnvironment({ nodes: gpuNodes, launch: { leaderElection: false } });
  await environment.apply(queueObjects());
  const { client } = environment;
  observer = await Observer.start({ client, flavorLabel: modelLabel, namespaces });
});
afterAll(async () => {
  await observer?.stop();
  await environment?.stop();
});

/** Kills Quaymaster now and again, wherever it is in its work, and starts it at once. */
async function killAndRestart(random: () => number): Promise<void> {
  const { quaymaster } = environment;
  for (let kill = 0; kill < killCount; kill++) {
    await sleep(200 + random() * 2500);
    await quaymaster.kill('SIGKILL');
    await quaymaster.restart();
    await quaymaster.waitReady();
  }
}

test('200 Jobs run to the end while Quaymaster is killed five times', async () => {
  process.stderr.write(`Load and kills have the seed ${seed}; QUAYMASTER_SEED asks for them again.\n`);
  showLogsOnFailure(() => [environment.quaymaster]);
  const { client } = environment;
  const random = seededRandom(seed);
  const jobs = mixedJobs(random, jobCount);
  await holdQueues(client);
  await submitJobs(client, jobs.slice(0, heldCount));
  await observer.waitFor('all Workloads to wait', ({ workloads }) => workloads === heldCount);
  observer.startCompetition(await releaseQueues(client, heldCount));
  await Promise.all([
    killAndRestart(random),
    submitJobs(client, jobs.slice(heldCount), { concurrency: 4, pauseMs: 300 }),
  ]);
  await observer.waitUntilDone(jobCount);
  expect(observer.judge().jobs).toHaveLength(jobCount);
});

test('no Job was lost, stuck, started twice or given a second Workload', () => {
  const { jobs } = observer.judge();
  const want = { starts: 1, workloadCount: 1, isComplete: true };
  expect(jobs).toEqual(jobs.map((job) => ({ ...job, ...want, podCount: job.completions })));
});

test('at no moment was more admitted or running than allowed, nor anything overtaken', () => {
  observer.assertNoFaults();
});

test('in the end every count and every usage is zero', async () => {
  await expect.poll(() => nonZeroStatuses(environment.client), { timeout: 60_000 }).toEqual([]);
});
