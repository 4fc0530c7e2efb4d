import type { ReservingWorkload } from './reserving-workload.ts';
import type { PreemptionField } from './target-search.ts';

/**
 * Lets candidates of one ClusterQueue change places among themselves, so that those of LocalQueues that have used more
 * go first, where usage counts (S-8.12). How they stand to others is not compared, so the places themselves stay.
 */
export function inUsageOrder<Item>(
  items: readonly Item[],
  workloadOf: (item: Item) => ReservingWorkload,
  { pastUsage }: Pick<PreemptionField, 'pastUsage'>,
): readonly Item[] {
  if (pastUsage === undefined) return items;
  const queues = new Map<
    string,
    { readonly item: Item; readonly isEvicted: boolean; readonly usage: number }[]
  >();
  for (const item of items) {
    const workload = workloadOf(item);
    const usage = pastUsage(workload);
    if (usage === undefined) continue;
    const ranked = queues.get(workload.clusterQueue) ?? [];
    ranked.push({ item, isEvicted: workload.isEvicted, usage });
    queues.set(workload.clusterQueue, ranked);
  }
  for (const ranked of queues.values()) {
    ranked.sort(
      (a, b) => Number(b.isEvicted) - Number(a.isEvicted) || (a.usage === b.usage ? 0 : b.usage - a.usage),
    );
  }
  return items.map((item) => queues.get(workloadOf(item).clusterQueue)?.shift()?.item ?? item);
}
