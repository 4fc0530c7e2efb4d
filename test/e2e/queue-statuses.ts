import type { ClusterQueueStatus, LocalQueueStatus } from '../../src/api/index.ts';
import { resources } from '../../src/kube/index.ts';
import type { KubeClient } from '../../src/kube/index.ts';

/**
 * A line for each count and each usage in the statuses of all ClusterQueues and LocalQueues that is not zero. A queue
 * that reports nothing is told too.
 */
export async function nonZeroStatuses(client: KubeClient): Promise<string[]> {
  const lists = await Promise.all(
    [resources.clusterQueues, resources.localQueues].map(async (type) => (await client.list(type)).items),
  );
  return lists.flat().flatMap(({ metadata, status }) => {
    const key = [metadata.namespace, metadata.name].filter(Boolean).join('/');
    return nonZeroOf((status ?? {}) as QueueStatus).map((line) => `${key}: ${line}`);
  });
}

type QueueStatus = Partial<ClusterQueueStatus> & Partial<LocalQueueStatus>;

function nonZeroOf(status: QueueStatus): string[] {
  const { pendingWorkloads, reservingWorkloads, admittedWorkloads } = status;
  const counts = Object.entries({ pendingWorkloads, reservingWorkloads, admittedWorkloads });
  const { flavorsReservation, flavorsUsage } = status;
  const usages = Object.entries({ flavorsReservation, flavorsUsage });
  return [
    ...counts.filter(([, count]) => count !== 0).map(([name, count]) => `${name} ${count}`),
    ...usages.flatMap(([name, flavors = []]) => {
      if (flavors.length === 0) return [`${name} is empty`];
      return flavors.flatMap((flavor) =>
        flavor.resources
          .filter(({ total }) => String(total) !== '0')
          .map((resource) => `${name} ${flavor.name}/${resource.name} ${resource.total}`),
      );
    }),
  ];
}
