import { fileURLToPath } from 'node:url';

import { parseClusterQueue } from '../../src/api/index.ts';
import type { Cluster, Manifest } from '../install/index.ts';
import { applyObjects, readManifests } from '../install/index.ts';
import { quotasOf } from './read-objects.ts';
import type { Quota } from './usage-ledger.ts';

const samples = 'samples/two-teams';

/** The path of the teams' flavors, priorities, namespaces and queues. */
export const sampleFolder = fileURLToPath(new URL(`../../config/${samples}/`, import.meta.url));

/** Namespaces, and their ClusterQueues, which are named alike. The first one submits first. */
export const teams = ['team-red', 'team-blue'] as const;

/** Everything in the folder of the samples but the Jobs. */
export function readQueues(): Promise<Manifest[]> {
  return readManifests(samples);
}

/** The Jobs of the samples; those of each team are in the files that begin with its colour. */
export function readJobs(): Promise<Manifest[]> {
  return readManifests(`${samples}/jobs`);
}

/** The quotas that the manifests of ClusterQueues say. */
export function quotasIn(manifests: readonly Manifest[]): Quota[] {
  return manifests.filter(({ kind }) => kind === 'ClusterQueue').flatMap((each) => quotasOf(asStored(each)));
}

/** The reader wants what the API server would have added. */
function asStored(manifest: Manifest): ReturnType<typeof parseClusterQueue> {
  const metadata = { uid: '', resourceVersion: '', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' };
  return parseClusterQueue({ ...manifest, metadata: { ...metadata, ...manifest.metadata } });
}

const passing =
  /failed calling webhook|conversion webhook|storage is|connection refused|no matches for kind|timed? ?out/i;
const patienceMs = 30_000;
const againAfterMs = 500;

/**
 * Applies objects, again for a while where the API server says that it cannot reach the webhooks or does not know the kinds
 * yet: it takes up a new certificate and new kinds a moment after they were written.
 */
export async function applyPatiently(cluster: Cluster, objects: readonly Manifest[]): Promise<void> {
  const endsAt = performance.now() + patienceMs;
  for (;;) {
    try {
      await applyObjects(cluster, objects);
      return;
    } catch (error) {
      if (performance.now() > endsAt || !passing.test(String(error))) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, againAfterMs));
  }
}
