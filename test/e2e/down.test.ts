import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { names } from '../../src/api/index.ts';
import { showLogsOnFailure, startEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { aGpuJob, gpuNodes, queueObjects } from './gpu-load.ts';
import type { GpuJob } from './gpu-load.ts';

let environment: Environment;

beforeAll(async () => {
  environment = await startEnvironment({ nodes: gpuNodes, launch: { leaderElection: false } });
  await environment.apply(queueObjects());
  await create(queued('before'));
  await waitForJob('research-a', 'before', 'complete');
});
afterAll(() => environment?.stop());

const queued = (name: string, namespace = 'research-a') => aGpuJob({ name, namespace });

/** The same Job without anything that is ours. */
function unlabelled(name: string, namespace = 'research-a'): GpuJob {
  return { ...queued(name, namespace), metadata: { name, namespace } };
}

function create(job: GpuJob): Promise<string> {
  return environment.controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(job) });
}

async function waitForJob(namespace: string, name: string, condition: string): Promise<void> {
  const { kubectl } = environment.controlPlane;
  await kubectl(['wait', `job/${name}`, '-n', namespace, `--for=condition=${condition}`, '--timeout=30s']);
}

async function fetchJob(namespace: string, name: string): Promise<{ spec: object; metadata: object }> {
  const text = await environment.controlPlane.kubectl(['get', 'job', name, '-n', namespace, '-o', 'json']);
  return JSON.parse(text) as { spec: object; metadata: object };
}

function fetchWorkloadNames(namespace: string): Promise<string> {
  return environment.controlPlane.kubectl(['get', 'workloads', '-n', namespace, '-o', 'name']);
}

describe('with Quaymaster down', () => {
  beforeAll(() => environment.quaymaster.kill('SIGKILL'));

  test('creating a labelled Job fails, and the error names the webhook', async () => {
    await expect(create(queued('refused'))).rejects.toThrow('failed calling webhook "mjob.kb.io"');
    await expect(fetchJob('research-a', 'refused')).rejects.toThrow('not found');
  });

  test.each(['research-a', 'default', 'kube-system'])('an unlabelled Job runs in %s', async (namespace) => {
    await create(unlabelled('free', namespace));
    await waitForJob(namespace, 'free', 'complete');
    const { metadata, spec } = await fetchJob(namespace, 'free');
    expect(spec).toMatchObject({ suspend: false });
    expect(JSON.stringify(metadata)).not.toContain('kueue.x-k8s.io');
  });

  test('even a labelled Job runs in kube-system and in our own namespace, which are not ours to queue', async () => {
    for (const namespace of ['kube-system', names.namespace]) {
      await create(queued('labelled', namespace));
      await waitForJob(namespace, 'labelled', 'complete');
      expect(await fetchWorkloadNames(namespace)).toBe('');
    }
  });

  test('an unlabelled Job can be changed and deleted', async () => {
    const { kubectl } = environment.controlPlane;
    const place = ['job/free', '-n', 'research-a'];
    await kubectl(['annotate', ...place, 'example.org/note=kept']);
    await kubectl(['delete', ...place, '--wait=true', '--timeout=20s']);
    await expect(fetchJob('research-a', 'free')).rejects.toThrow('not found');
  });

  test('a Job that was admitted before can be deleted', async () => {
    const { kubectl } = environment.controlPlane;
    await kubectl(['delete', 'job/before', '-n', 'research-a', '--wait=true', '--timeout=20s']);
    await expect(fetchJob('research-a', 'before')).rejects.toThrow('not found');
  });
});

describe('after a restart', () => {
  beforeAll(async () => {
    await environment.quaymaster.restart();
    await environment.quaymaster.waitReady();
  });

  test('labelled Jobs are queued and run again', async () => {
    showLogsOnFailure(() => [environment.quaymaster]);
    await create(queued('again'));
    await waitForJob('research-a', 'again', 'complete');
    expect(await fetchWorkloadNames('research-a')).toContain('job-again');
  });

  test('what ran unlabelled meanwhile got no Workload', async () => {
    for (const namespace of ['research-a', 'default', 'kube-system', names.namespace])
      expect(await fetchWorkloadNames(namespace)).not.toMatch(/job-(free|labelled)/);
  });

  test('the Workload of the Job that was deleted meanwhile goes', async () => {
    await expect
      .poll(() => fetchWorkloadNames('research-a'), { timeout: 30_000 })
      .not.toContain('job-before');
  });
});
