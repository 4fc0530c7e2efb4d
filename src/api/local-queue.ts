import { z } from 'zod';
import { celRules, immutable } from './cel.ts';
import { conditions } from './conditions.ts';
import { rootSchema } from './kinds.ts';
import { mapList } from './lists.ts';
import type { NamespacedMeta } from './metadata.ts';
import { int32 } from './numbers.ts';
import { admissionFairSharingStatus, fairSharing, fairSharingStatus, stopPolicy } from './quota.ts';
import { quantity } from './quantity.ts';
import { subdomain } from './strings.ts';

/** The door through which a namespace's workloads enter a ClusterQueue (4.3). */
export const localQueueSpec = z.object({
  // A transition rule on an optional field runs only when old and new have it, so removal is allowed.
  clusterQueue: subdomain.describe('The queue behind this one.').meta(celRules(immutable)).optional(),
  stopPolicy: stopPolicy.default('None'),
  fairSharing: fairSharing.optional(),
});
export type LocalQueueSpec = z.infer<typeof localQueueSpec>;

const localQueueFlavorUsage = z.object({
  name: subdomain,
  resources: mapList(z.object({ name: z.string(), total: quantity.optional() }), 'name').max(64),
});
export type LocalQueueFlavorUsage = z.infer<typeof localQueueFlavorUsage>;

const localQueueFairSharingStatus = fairSharingStatus.extend({
  admissionFairSharingStatus: admissionFairSharingStatus.optional(),
});

export const localQueueStatus = z.object({
  conditions: conditions.optional(),
  pendingWorkloads: int32.optional(),
  reservingWorkloads: int32.optional(),
  admittedWorkloads: int32.optional(),
  flavorsReservation: mapList(localQueueFlavorUsage, 'name').max(64).optional(),
  flavorsUsage: mapList(localQueueFlavorUsage, 'name').max(64).optional(),
  fairSharing: localQueueFairSharingStatus.optional(),
});
export type LocalQueueStatus = z.infer<typeof localQueueStatus>;

export const localQueue = rootSchema({
  spec: localQueueSpec.optional(),
  status: localQueueStatus.optional(),
});

/** A LocalQueue as read: defaults filled in, `spec` and `status` always there. */
export interface LocalQueue {
  apiVersion: string;
  kind: 'LocalQueue';
  metadata: NamespacedMeta;
  spec: LocalQueueSpec;
  status: LocalQueueStatus;
}
