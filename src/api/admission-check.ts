import { z } from 'zod';
import { celRules, immutable } from './cel.ts';
import { conditions } from './conditions.ts';
import { rootSchema } from './kinds.ts';
import type { ObjectMeta } from './metadata.ts';
import { kindName, label, subdomain } from './strings.ts';

/** Where a check's controller finds its settings; names are at most 63 long. */
const admissionCheckParameters = z.object({
  apiGroup: subdomain.min(1),
  kind: kindName.min(1),
  name: label.min(1),
});
export type AdmissionCheckParameters = z.infer<typeof admissionCheckParameters>;

export const admissionCheckSpec = z.object({
  controllerName: z
    .string()
    .min(1)
    .max(253)
    .meta(celRules(immutable))
    .describe('The controller that answers for this check.'),
  parameters: admissionCheckParameters.optional(),
});
export type AdmissionCheckSpec = z.infer<typeof admissionCheckSpec>;

export const admissionCheckStatus = z.object({ conditions: conditions.optional() });
export type AdmissionCheckStatus = z.infer<typeof admissionCheckStatus>;

export const admissionCheck = rootSchema({
  spec: admissionCheckSpec.optional(),
  status: admissionCheckStatus.optional(),
});

/** An AdmissionCheck as read; a check stored without spec has no controller name. */
export interface AdmissionCheck {
  apiVersion: string;
  kind: 'AdmissionCheck';
  metadata: ObjectMeta;
  spec: Partial<AdmissionCheckSpec>;
  status: AdmissionCheckStatus;
}
