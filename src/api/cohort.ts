import { z } from 'zod';
import { rootSchema } from './kinds.ts';
import type { ObjectMeta } from './metadata.ts';
import { fairSharing, fairSharingStatus, resourceGroups } from './quota.ts';
import { subdomain } from './strings.ts';

/** A node in the tree of quotas (4.2). */
export const cohortSpec = z.object({
  parentName: subdomain.describe('The cohort above; absent makes this one a root.').optional(),
  resourceGroups: resourceGroups.optional(),
  fairSharing: fairSharing.optional(),
});
export type CohortSpec = z.infer<typeof cohortSpec>;

export const cohortStatus = z.object({ fairSharing: fairSharingStatus.optional() });
export type CohortStatus = z.infer<typeof cohortStatus>;

export const cohort = rootSchema({ spec: cohortSpec.optional(), status: cohortStatus.optional() });

/** A Cohort as read: `spec` and `status` always there. */
export interface Cohort {
  apiVersion: string;
  kind: 'Cohort';
  metadata: ObjectMeta;
  spec: CohortSpec;
  status: CohortStatus;
}
