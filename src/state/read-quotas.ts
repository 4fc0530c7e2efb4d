import type { FairSharing, ResourceGroup } from '../api/index.ts';
import { flavorResource, parseQuantity, quotaAmount } from '../core/amounts/index.ts';
import type { FlavorResource } from '../core/amounts/index.ts';
import type { QuotaLimits } from '../core/quota/index.ts';

/** The weight of a ClusterQueue, Cohort or LocalQueue in fair sharing, as a double (S-7.1, S-8.4). */
export function readWeight(fairSharing: FairSharing | undefined): number {
  return fairSharing === undefined ? 1 : Number(parseQuantity(fairSharing.weight).nano) / 1e9;
}

/** The quotas of a ClusterQueue or Cohort by flavor and resource (S-2.1). */
export function readQuotas(
  resourceGroups: readonly ResourceGroup[] = [],
): ReadonlyMap<FlavorResource, QuotaLimits> {
  const quotas = new Map<FlavorResource, QuotaLimits>();
  for (const flavor of resourceGroups.flatMap((group) => group.flavors)) {
    for (const { name, nominalQuota, borrowingLimit, lendingLimit } of flavor.resources) {
      quotas.set(flavorResource(flavor.name, name), {
        nominal: quotaAmount(name, nominalQuota),
        ...(borrowingLimit !== undefined && { borrowingLimit: quotaAmount(name, borrowingLimit) }),
        ...(lendingLimit !== undefined && { lendingLimit: quotaAmount(name, lendingLimit) }),
      });
    }
  }
  return quotas;
}
