import { z } from 'zod';
import { rootSchema } from './kinds.ts';
import { mapList, setList } from './lists.ts';
import type { ObjectMeta } from './metadata.ts';
import { int32 } from './numbers.ts';
import { key, subdomain } from './strings.ts';

const retryDefaults = { backoffLimitCount: 3, backoffBaseSeconds: 60, backoffMaxSeconds: 1800 };

const provisioningRetryStrategy = z.object({
  backoffLimitCount: int32.default(retryDefaults.backoffLimitCount),
  backoffBaseSeconds: int32.default(retryDefaults.backoffBaseSeconds),
  backoffMaxSeconds: int32.default(retryDefaults.backoffMaxSeconds),
});

export const provisioningNodeSelectorUpdate = z.object({
  key: key.min(1).max(317),
  valueFromProvisioningClassDetail: z.string().min(1).max(32768),
});

/** How ProvisioningRequests are made for a check. */
export const provisioningRequestConfigSpec = z.object({
  provisioningClassName: subdomain.min(1),
  parameters: z.record(z.string(), z.string().max(255)).meta({ maxProperties: 100 }).optional(),
  managedResources: setList(z.string()).max(100).optional(),
  retryStrategy: provisioningRetryStrategy.prefault(retryDefaults),
  podSetUpdates: z
    .object({ nodeSelector: mapList(provisioningNodeSelectorUpdate, 'key').max(8).optional() })
    .optional(),
  podSetMergePolicy: z.enum(['IdenticalPodTemplates', 'IdenticalWorkloadSchedulingRequirements']).optional(),
});
export type ProvisioningRequestConfigSpec = z.infer<typeof provisioningRequestConfigSpec>;

export const provisioningRequestConfig = rootSchema({ spec: provisioningRequestConfigSpec.optional() });

/** A ProvisioningRequestConfig as read; one stored without spec has no class name. */
export interface ProvisioningRequestConfig {
  apiVersion: string;
  kind: 'ProvisioningRequestConfig';
  metadata: ObjectMeta;
  spec: Omit<ProvisioningRequestConfigSpec, 'provisioningClassName'> & { provisioningClassName?: string };
}
