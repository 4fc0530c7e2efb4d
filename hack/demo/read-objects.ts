import type { ClusterQueue, Workload } from '../../src/api/index.ts';
import { quotaAmount, requestAmount } from '../../src/core/amounts/index.ts';
import type { Holding, Quota } from './usage-ledger.ts';

/** Every quota of a ClusterQueue. */
export function quotasOf({ metadata, spec }: ClusterQueue): Quota[] {
  return (spec.resourceGroups ?? []).flatMap(({ flavors }) =>
    flavors.flatMap(({ name: flavor, resources }) =>
      resources.map(({ name: resource, nominalQuota, borrowingLimit }) => ({
        clusterQueue: metadata.name,
        flavor,
        resource,
        nominal: quotaAmount(resource, nominalQuota),
        borrowingLimit: borrowingLimit === undefined ? undefined : quotaAmount(resource, borrowingLimit),
      })),
    ),
  );
}

/** What a Workload holds by its admission, less the share of pods that will not be needed again; nothing once finished. */
export function holdingOf({ status }: Workload): Holding | undefined {
  const isTrue = (name: string) =>
    (status?.conditions ?? []).some(({ type, status: value }) => type === name && value === 'True');
  const admission = status?.admission;
  if (admission === undefined || !isTrue('QuotaReserved') || isTrue('Finished')) return undefined;
  const reclaimed = new Map((status?.reclaimablePods ?? []).map(({ name, count }) => [name, count]));
  const amounts = admission.podSetAssignments.flatMap(({ name, count = 0, flavors, resourceUsage }) => {
    const left = BigInt(Math.max(0, count - (reclaimed.get(name) ?? 0)));
    return Object.entries(flavors ?? {}).map(([resource, flavor]) => ({
      flavor,
      resource,
      amount:
        count === 0 ? 0n : (requestAmount(resource, resourceUsage?.[resource] ?? 0) * left) / BigInt(count),
    }));
  });
  return { clusterQueue: admission.clusterQueue, amounts };
}
