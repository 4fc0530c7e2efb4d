import { z } from 'zod';
import { celRules } from './cel.ts';
import { atomicList, mapList } from './lists.ts';
import { int64OrInfinite } from './numbers.ts';
import { quantity, quantityMap } from './quantity.ts';
import { dateTime, subdomain } from './strings.ts';

/** What ClusterQueue, Cohort and LocalQueue have in common: quotas, usage and fair sharing (4.1 to 4.3). */
const resourceQuota = z.object({
  name: z.string().describe('A resource, such as cpu or nvidia.com/gpu.'),
  nominalQuota: quantity.describe('The amount that is always available to this queue.'),
  borrowingLimit: quantity
    .describe('The most that may be used above nominalQuota; absent means no limit.')
    .optional(),
  lendingLimit: quantity
    .describe('The most of nominalQuota that others may borrow; absent means all of it.')
    .optional(),
});
export type ResourceQuota = z.infer<typeof resourceQuota>;

const flavorQuotas = z.object({
  name: subdomain.describe('A ResourceFlavor, which need not exist yet.'),
  resources: mapList(resourceQuota, 'name')
    .min(1)
    .max(64)
    .describe('One quota for each covered resource, in the order of coveredResources.'),
});
export type FlavorQuotas = z.infer<typeof flavorQuotas>;

const coveredResources = z.array(z.string()).min(1).max(64);

const resourceGroupFields = {
  flavors: mapList(flavorQuotas, 'name').min(1).max(64).describe('Flavors in order of preference.'),
};

const resourceGroupRules = celRules({
  message: 'flavors must have the same number of resources as the coveredResources',
  rule: 'self.flavors.all(x, size(x.resources) == size(self.coveredResources))',
});

const resourceGroup = z
  .object({
    coveredResources: atomicList(z.string())
      .min(1)
      .max(64)
      .describe('Resources for which the flavors of this group have quota.'),
    ...resourceGroupFields,
  })
  .meta(resourceGroupRules);
export type ResourceGroup = z.infer<typeof resourceGroup>;

/** In v1beta1 the covered resources have no list type. */
export const resourceGroupV1beta1 = z
  .object({ coveredResources, ...resourceGroupFields })
  .meta(resourceGroupRules);

export const resourceGroups = atomicList(resourceGroup)
  .max(16)
  .describe('Quotas; a resource or a flavor may stand in one group only.');

export const fairSharing = z.object({
  weight: quantity.default(1).describe('The share of idle quota relative to others; 0 means last of all.'),
});
export type FairSharing = z.infer<typeof fairSharing>;

export const fairSharingStatus = z.object({
  weightedShare: int64OrInfinite.describe(
    'Highest ratio of borrowed to lendable quota, divided by the weight.',
  ),
});
export type FairSharingStatus = z.infer<typeof fairSharingStatus>;

export const admissionFairSharingStatus = z.object({
  consumedResources: quantityMap.describe('Decayed usage by resource.'),
  lastUpdate: dateTime,
});
export type AdmissionFairSharingStatus = z.infer<typeof admissionFairSharingStatus>;

export const stopPolicy = z
  .enum(['None', 'Hold', 'HoldAndDrain'])
  .describe('Hold admits nothing more; HoldAndDrain also evicts what runs.');
export type StopPolicy = z.infer<typeof stopPolicy>;

const resourceUsage = z.object({
  name: z.string(),
  total: quantity.optional(),
  borrowed: quantity.describe('The part of total above nominalQuota, taken from the cohort.').optional(),
});
export type ResourceUsage = z.infer<typeof resourceUsage>;

export const flavorUsage = z.object({
  name: subdomain,
  resources: mapList(resourceUsage, 'name').max(64),
});
export type FlavorUsage = z.infer<typeof flavorUsage>;
