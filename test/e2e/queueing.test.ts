import { afterAll, beforeAll, expect, test } from 'vitest';

import { showLogsOnFailure, startEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { gpu, gpuNodes, mixedJobs, modelLabel, namespaces, queueObjects } from './gpu-load.ts';
import { holdQueues, releaseQueues } from './hold.ts';
import { Observer } from './observer.ts';
import type { Verdict } from './judge.ts';
import { nonZeroStatuses } from './queue-statuses.ts';
import { chooseSeed, seededRandom } from './seeded-random.ts';
import { submitJobs } from './submit.ts';

const jobCount = 200;
const heldCount = 150;
/** In thousandths. */
const nominalA100 = { research: 12_000, product: 10_000 };
const seed = chooseSeed();

let environment: Environment;
let observer: Observer;
let verdict: Verdict;

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

test('200 Jobs of four namespaces run to the end through two ClusterQueues', async () => {
  process.stderr.write(`The load has the seed ${seed}; QUAYMASTER_SEED asks for it again.\n`);
  showLogsOnFailure(() => [environment.quaymaster]);
  const { client } = environment;
  const jobs = mixedJobs(seededRandom(seed), jobCount);
  await holdQueues(client);
  await submitJobs(client, jobs.slice(0, heldCount));
  await observer.waitFor('all Workloads to wait', ({ workloads }) => workloads === heldCount);
  observer.startCompetition(await releaseQueues(client, heldCount));
  await submitJobs(client, jobs.slice(heldCount), { concurrency: 2, pauseMs: 50 });
  await observer.waitUntilDone(jobCount);
  verdict = observer.judge();
  expect(verdict.jobs).toHaveLength(jobCount);
});

test('at no moment was more admitted or running than quota and borrowing allow, nor anything overtaken', () => {
  observer.assertNoFaults();
});

test('each Job was started once, with one Workload and its own pods', () => {
  const expected = verdict.jobs.map((job) => ({
    ...job,
    starts: 1,
    podCount: job.completions,
    workloadCount: 1,
    isComplete: true,
  }));
  expect(verdict.jobs).toEqual(expected);
});

test('the load was such that ClusterQueues borrowed', () => {
  const borrowed = Object.entries(nominalA100).filter(
    ([queue, nominal]) => (verdict.peaks.get(`${queue} a100/${gpu}`) ?? 0) > nominal,
  );
  expect(borrowed).not.toEqual([]);
});

test('in the end every count and every usage is zero', async () => {
  await expect.poll(() => nonZeroStatuses(environment.client), { timeout: 60_000 }).toEqual([]);
});
