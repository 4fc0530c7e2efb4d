import { z } from 'zod';
import { celRules } from '../cel.ts';
import {
  clusterQueueSpec,
  clusterQueueStatus,
  flavorFungibilityRules,
  flavorPreference,
} from '../cluster-queue.ts';
import { unboundedConditions } from '../conditions.ts';
import { rootSchema } from '../kinds.ts';
import { atomicList } from '../lists.ts';
import { int32 } from '../numbers.ts';
import { admissionFairSharingStatus, fairSharingStatus, resourceGroupV1beta1 } from '../quota.ts';
import { dateTime, subdomain } from '../strings.ts';

/** The v1beta1 side of 4.1; the differences are those of. */
const flavorFungibility = z
  .object({
    whenCanBorrow: z.enum(['Borrow', 'MayStopSearch', 'TryNextFlavor']).default('MayStopSearch'),
    whenCanPreempt: z.enum(['Preempt', 'MayStopSearch', 'TryNextFlavor']).default('TryNextFlavor'),
    preference: flavorPreference.optional(),
  })
  .meta(flavorFungibilityRules);

const admissionChecksStrategy = z.object({
  admissionChecks: z
    .array(z.object({ name: z.string().max(316), onFlavors: z.array(subdomain).optional() }))
    .optional(),
});

const { cohortName: _cohortName, concurrentAdmissionPolicy: _policy, ...sharedSpec } = clusterQueueSpec.shape;

const spec = z
  .object({
    ...sharedSpec,
    resourceGroups: atomicList(resourceGroupV1beta1).max(16).optional(),
    cohort: subdomain.optional(),
    flavorFungibility: flavorFungibility.prefault({}),
    admissionChecks: z.array(z.string().max(316)).optional(),
    admissionChecksStrategy: admissionChecksStrategy.optional(),
    admissionScope: z.object({ admissionMode: z.string() }).optional(),
  })
  .meta(
    celRules({
      message: 'borrowingLimit must be nil when cohort is empty',
      rule: '!has(self.cohort) && has(self.resourceGroups) ? self.resourceGroups.all(rg, rg.flavors.all(f, f.resources.all(r, !has(r.borrowingLimit)))) : true',
    }),
  );

const pendingWorkloadsStatus = z
  .object({
    clusterQueuePendingWorkload: atomicList(z.object({ name: z.string(), namespace: z.string() })).optional(),
    lastChangeTime: dateTime,
  })
  .describe('No longer written.');

const status = z.object({
  ...clusterQueueStatus.shape,
  conditions: unboundedConditions.optional(),
  pendingWorkloads: int32.optional(),
  pendingWorkloadsStatus: pendingWorkloadsStatus.optional(),
  fairSharing: fairSharingStatus
    .extend({ admissionFairSharingStatus: admissionFairSharingStatus.optional() })
    .optional(),
});

export const clusterQueueV1beta1 = rootSchema({ spec: spec.optional(), status: status.optional() });
