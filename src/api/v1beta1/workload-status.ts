import { z } from 'zod';
import { celRules } from '../cel.ts';
import { unboundedConditions } from '../conditions.ts';
import { alwaysRequired, atomicList, mapList } from '../lists.ts';
import { int32 } from '../numbers.ts';
import { label, subdomain } from '../strings.ts';
import { toleration, tolerationRules } from '../tolerations.ts';
import { statusRules } from '../workload-rules.ts';
import {
  admissionCheckStateShape,
  evictionCount,
  podSetAssignmentShape,
  podSetUpdateShape,
  workloadStatus,
} from '../workload-status.ts';

/** The v1beta1 side of; the differences are those of. */
const topologyAssignment = z.object({
  levels: atomicList(z.string()).min(1).max(16),
  domains: z.array(z.object({ values: atomicList(z.string()).min(1).max(16), count: int32.min(1) })),
});

const podSetAssignment = z.object({
  ...podSetAssignmentShape,
  name: label.default('main').meta(alwaysRequired),
  topologyAssignment: topologyAssignment.optional(),
  delayedTopologyRequest: z.string().optional(),
});

const admission = z.object({
  clusterQueue: subdomain,
  podSetAssignments: mapList(podSetAssignment, 'name').max(18),
});

const podSetUpdate = z.object({
  ...podSetUpdateShape,
  tolerations: z.array(toleration).max(8).meta(tolerationRules).optional(),
});

const admissionCheckState = z.object({
  ...admissionCheckStateShape,
  name: z.string().max(316),
  podSetUpdates: atomicList(podSetUpdate).max(18).optional(),
});

const {
  accumulatedPastExecutionTimeSeconds,
  preemptionGates: _preemptionGates,
  ...sharedStatus
} = workloadStatus.shape;

export const workloadStatusV1beta1 = z
  .object({
    ...sharedStatus,
    conditions: unboundedConditions.optional(),
    admission: admission.optional(),
    admissionChecks: mapList(admissionCheckState, 'name').max(8).optional(),
    // The misspelling is on the wire (trap 8 of section 14).
    accumulatedPastExexcutionTimeSeconds: accumulatedPastExecutionTimeSeconds,
    schedulingStats: z
      .object({ evictions: mapList(evictionCount, 'reason', 'underlyingCause').optional() })
      .optional(),
    nominatedClusterNames: atomicList(z.string()).optional(),
    clusterName: z.string().optional(),
    unhealthyNodes: z.array(z.object({ name: z.string() })).optional(),
  })
  .meta(celRules(...statusRules));
