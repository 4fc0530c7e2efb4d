import { z } from 'zod';
import { celRules } from './cel.ts';
import { conditions } from './conditions.ts';
import { rootSchema } from './kinds.ts';
import { labelSelector } from './label-selector.ts';
import { mapList, setList } from './lists.ts';
import type { ObjectMeta } from './metadata.ts';
import { int32 } from './numbers.ts';
import { fairSharing, fairSharingStatus, flavorUsage, resourceGroups, stopPolicy } from './quota.ts';
import { subdomain } from './strings.ts';

/** Rules on the object that hold in both versions (4.1). */
export const flavorFungibilityRules = celRules({
  message: 'preference can only be set when both whenCanBorrow and whenCanPreempt are TryNextFlavor',
  rule: "!has(self.preference) || (self.whenCanBorrow == 'TryNextFlavor' && self.whenCanPreempt == 'TryNextFlavor')",
});

export const flavorPreference = z
  .enum(['BorrowingOverPreemption', 'PreemptionOverBorrowing'])
  .describe('Which of two costly flavors is taken when none fits for free.');

const flavorFungibility = z
  .object({
    whenCanBorrow: z.enum(['MayStopSearch', 'TryNextFlavor']).default('MayStopSearch'),
    whenCanPreempt: z.enum(['MayStopSearch', 'TryNextFlavor']).default('TryNextFlavor'),
    preference: flavorPreference.optional(),
  })
  .meta(flavorFungibilityRules);
export type FlavorFungibility = z.infer<typeof flavorFungibility>;

const borrowWithinCohort = z.object({
  policy: z.enum(['Never', 'LowerPriority']).default('Never'),
  maxPriorityThreshold: int32
    .describe('Only workloads of this priority or lower may be preempted while borrowing.')
    .optional(),
});
export type BorrowWithinCohort = z.infer<typeof borrowWithinCohort>;

const clusterQueuePreemption = z
  .object({
    reclaimWithinCohort: z.enum(['Never', 'LowerPriority', 'Any']).default('Never'),
    borrowWithinCohort: borrowWithinCohort.prefault({}),
    withinClusterQueue: z.enum(['Never', 'LowerPriority', 'LowerOrNewerEqualPriority']).default('Never'),
  })
  .meta(
    celRules({
      message: 'reclaimWithinCohort=Never and borrowWithinCohort.Policy!=Never',
      rule: "!(self.reclaimWithinCohort == 'Never' && has(self.borrowWithinCohort) &&  self.borrowWithinCohort.policy != 'Never')",
    }),
  );
export type ClusterQueuePreemption = z.infer<typeof clusterQueuePreemption>;

const admissionCheckStrategyRule = z.object({
  name: z.string().min(1).max(316).describe('An AdmissionCheck.'),
  onFlavors: setList(subdomain)
    .max(64)
    .describe('Flavors for which the check runs; empty means all.')
    .optional(),
});
export type AdmissionCheckStrategyRule = z.infer<typeof admissionCheckStrategyRule>;

const admissionChecksStrategy = z.object({
  admissionChecks: mapList(admissionCheckStrategyRule, 'name').min(1).max(64),
});
export type AdmissionChecksStrategy = z.infer<typeof admissionChecksStrategy>;

const concurrentAdmissionPolicy = z.object({
  migration: z.object({
    mode: z.enum(['TryPreferredFlavors', 'RetainFirstAdmission']).meta({ maxLength: 253 }),
    constraints: z.object({ lastAcceptableFlavorName: subdomain.optional() }).optional(),
  }),
});

const queueingStrategy = z
  .enum(['StrictFIFO', 'BestEffortFIFO'])
  .describe('With StrictFIFO a workload that does not fit holds up those behind it.');
export type QueueingStrategy = z.infer<typeof queueingStrategy>;

export const clusterQueueSpec = z
  .object({
    resourceGroups: resourceGroups.optional(),
    cohortName: subdomain.describe('The cohort to borrow in; the Cohort need not exist.').optional(),
    queueingStrategy: queueingStrategy.default('BestEffortFIFO'),
    namespaceSelector: labelSelector
      .describe('Namespaces that may use this queue; absent selects none, empty selects all.')
      .optional(),
    flavorFungibility: flavorFungibility.prefault({}),
    preemption: clusterQueuePreemption.prefault({}),
    admissionChecksStrategy: admissionChecksStrategy.optional(),
    stopPolicy: stopPolicy.default('None'),
    fairSharing: fairSharing.optional(),
    admissionScope: z
      .object({ admissionMode: z.enum(['UsageBasedAdmissionFairSharing', 'NoAdmissionFairSharing']) })
      .optional(),
    concurrentAdmissionPolicy: concurrentAdmissionPolicy.optional(),
  })
  .meta(
    celRules({
      message: 'borrowingLimit must be nil when cohort is empty',
      rule: '!has(self.cohortName) && has(self.resourceGroups) ? self.resourceGroups.all(rg, rg.flavors.all(f, f.resources.all(r, !has(r.borrowingLimit)))) : true',
    }),
  );
export type ClusterQueueSpec = z.infer<typeof clusterQueueSpec>;

export const clusterQueueStatus = z.object({
  conditions: conditions.optional(),
  flavorsReservation: mapList(flavorUsage, 'name')
    .max(64)
    .describe('Quota held by workloads with reserved quota.')
    .optional(),
  flavorsUsage: mapList(flavorUsage, 'name').max(64).describe('Quota held by admitted workloads.').optional(),
  pendingWorkloads: int32.optional(),
  reservingWorkloads: int32.optional(),
  admittedWorkloads: int32.optional(),
  fairSharing: fairSharingStatus.optional(),
});
export type ClusterQueueStatus = z.infer<typeof clusterQueueStatus>;

export const clusterQueue = rootSchema({
  spec: clusterQueueSpec.optional(),
  status: clusterQueueStatus.optional(),
});

/** A ClusterQueue as read: defaults filled in, `spec` and `status` always there. */
export interface ClusterQueue {
  apiVersion: string;
  kind: 'ClusterQueue';
  metadata: ObjectMeta;
  spec: ClusterQueueSpec;
  status: ClusterQueueStatus;
}
