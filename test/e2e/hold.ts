import { waitUntil } from '../../hack/controlplane/wait-until.ts';
import type { ClusterQueueStatus } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import type { KubeClient } from '../../src/kube/index.ts';

/** Lets nothing through any ClusterQueue, so that a load can gather before them. */
export async function holdQueues(client: KubeClient): Promise<void> {
  await setStopPolicy(client, 'Hold');
}

/**
 * Opens all ClusterQueues at once when Quaymaster says of so many workloads that they wait. Answers with the cluster's
 * version just before.
 */
export async function releaseQueues(client: KubeClient, waitingCount: number): Promise<string> {
  await waitUntil(async () => (await countWaiting(client)) === waitingCount, {
    what: `${waitingCount} workloads to wait in the statuses of the ClusterQueues`,
    deadlineMs: 30_000,
  });
  const { resourceVersion } = await client.list(resources.clusterQueues);
  await setStopPolicy(client, 'None');
  return resourceVersion;
}

async function countWaiting(client: KubeClient): Promise<number> {
  const { items } = await client.list(resources.clusterQueues);
  return items.reduce((sum, { status }) => sum + ((status as ClusterQueueStatus).pendingWorkloads ?? 0), 0);
}

async function setStopPolicy(client: KubeClient, stopPolicy: string): Promise<void> {
  const { items } = await client.list(resources.clusterQueues);
  await Promise.all(
    items.map(({ metadata: { name } }) =>
      client.mergePatch(resources.clusterQueues, { name, body: { spec: { stopPolicy } } }),
    ),
  );
}
