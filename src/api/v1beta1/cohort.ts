import { z } from 'zod';
import { cohortSpec } from '../cohort.ts';
import { rootSchema } from '../kinds.ts';
import { atomicList } from '../lists.ts';
import { admissionFairSharingStatus, fairSharingStatus, resourceGroupV1beta1 } from '../quota.ts';

/** The v1beta1 side of 4.2; the differences are those of. */
const spec = cohortSpec.extend({ resourceGroups: atomicList(resourceGroupV1beta1).max(16).optional() });

const status = z.object({
  fairSharing: fairSharingStatus
    .extend({ admissionFairSharingStatus: admissionFairSharingStatus.optional() })
    .optional(),
});

export const cohortV1beta1 = rootSchema({ spec: spec.optional(), status: status.optional() });
