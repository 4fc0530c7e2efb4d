import { scaleRequests } from '../amounts/index.ts';
import type { PodSetRequest } from '../workload/index.ts';

/**
 * The accepted choice of smaller counts that keeps most pods, by a binary search that takes for granted that with
 * fewer pods what was accepted stays accepted (S-5.28); undefined when there is none, or no pod set may shrink.
 */
export function searchSmallerCounts<Accepted>(
  podSets: readonly PodSetRequest[],
  accept: (smaller: readonly PodSetRequest[]) => Accepted | undefined,
): Accepted | undefined {
  const spans = podSets.map(spanOf);
  const total = spans.reduce((sum, span) => sum + span, 0);
  if (total === 0) return undefined;
  let found: Accepted | undefined;
  for (let low = 0, high = total + 1; low < high;) {
    const probe = Math.floor((low + high) / 2);
    // Products beyond 2^53 would round; counts are 32-bit, so that they stay below 2^62.
    const shrunk = podSets.map((podSet, index) => {
      const step = Number((BigInt(spans[index] ?? 0) * BigInt(probe)) / BigInt(total));
      return withCount(podSet, podSet.count - step);
    });
    const accepted = accept(shrunk);
    if (accepted === undefined) low = probe + 1;
    else {
      found = accepted;
      high = probe;
    }
  }
  return found;
}

/** How many pods a pod set can do without; reclaimed pods may have brought it below its minimum already (S-5.27). */
function spanOf({ count, minCount = count }: PodSetRequest): number {
  return Math.max(0, count - minCount);
}

function withCount(podSet: PodSetRequest, count: number): PodSetRequest {
  if (count === podSet.count) return podSet;
  return { ...podSet, count, requests: scaleRequests(podSet.requests, podSet.count, count) };
}
