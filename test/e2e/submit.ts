import { setTimeout as sleep } from 'node:timers/promises';

import { ApiError, resources } from '../../src/kube/index.ts';
import type { KubeClient } from '../../src/kube/index.ts';
import type { GpuJob } from './gpu-load.ts';

export interface SubmitOptions {
  /** How many at a time. */
  readonly concurrency?: number;
  /** Waits between two of the same lane, so that the load lasts. */
  readonly pauseMs?: number;
  /** How long one Job is tried again while the webhook or the API server is down. */
  readonly patienceMs?: number;
}

const retryMs = 200;

/**
 * Creates Jobs the way a patient user does: while the webhook or the server cannot be reached, again and again, and a
 * Job that turns out to exist already was created by an attempt whose answer was lost.
 */
export async function submitJobs(
  client: KubeClient,
  jobs: readonly GpuJob[],
  options: SubmitOptions = {},
): Promise<void> {
  const { concurrency = 8, pauseMs = 0, patienceMs = 60_000 } = options;
  const waiting = [...jobs];
  const lane = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      await submitOne(client, job, Date.now() + patienceMs);
      if (pauseMs > 0) await sleep(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

async function submitOne(client: KubeClient, job: GpuJob, endsAt: number): Promise<void> {
  for (;;) {
    try {
      await client.create(resources.jobs, { namespace: job.metadata.namespace, body: job });
      return;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason === 'AlreadyExists') return;
      if (!isPassing(error) || Date.now() > endsAt) throw error;
      await sleep(retryMs);
    }
  }
}

/** The webhook is down, or the server is, or is starting. */
function isPassing({ status, message }: ApiError): boolean {
  return status === 0 || status === 429 || status >= 503 || message.includes('failed calling webhook');
}
