import { z } from 'zod';
import { celRules, immutable } from '../cel.ts';
import { unboundedConditions } from '../conditions.ts';
import { rootSchema } from '../kinds.ts';
import { alwaysRequired, setList } from '../lists.ts';
import { clusterProfileRef, kubeConfigLocationType } from '../multi-kueue.ts';
import { int64 } from '../numbers.ts';
import {
  provisioningNodeSelectorUpdate,
  provisioningRequestConfigSpec,
} from '../provisioning-request-config.ts';
import { kindName, label, subdomain } from '../strings.ts';
import { topologyLevels } from '../topology.ts';
import { workloadPriorityClassValue } from '../workload-priority-class.ts';

/** The v1beta1 side of the kinds that differ in a few bounds only. */
const statusWithConditions = z.object({ conditions: unboundedConditions.optional() });

export const workloadPriorityClassV1beta1 = rootSchema({
  value: workloadPriorityClassValue,
  description: z.string().optional(),
});

export const admissionCheckV1beta1 = rootSchema({
  spec: z
    .object({
      controllerName: z.string().meta(celRules(immutable)),
      parameters: z.object({ apiGroup: subdomain, kind: kindName, name: label }).optional(),
      retryDelayMinutes: int64.default(15).describe('Accepted and ignored.'),
    })
    .optional(),
  status: statusWithConditions.optional(),
});

export const topologyV1beta1 = rootSchema({
  spec: z.object({ levels: topologyLevels(immutable) }).optional(),
});

export const multiKueueClusterV1beta1 = rootSchema({
  spec: z
    .object({
      kubeConfig: z.object({
        location: z.string().max(256),
        locationType: kubeConfigLocationType.default('Secret').meta(alwaysRequired),
      }),
      clusterProfileRef: clusterProfileRef.optional(),
    })
    .optional(),
  status: statusWithConditions.optional(),
});

export const multiKueueConfigV1beta1 = rootSchema({
  spec: z.object({ clusters: setList(z.string()).min(1).max(20) }).optional(),
});

export const provisioningRequestConfigV1beta1 = rootSchema({
  spec: provisioningRequestConfigSpec
    .extend({
      podSetUpdates: z
        .object({ nodeSelector: z.array(provisioningNodeSelectorUpdate).max(8).optional() })
        .optional(),
    })
    .optional(),
});
