import { z } from 'zod';
import { celRules } from './cel.ts';
import { conditions } from './conditions.ts';
import { atomicList, mapList } from './lists.ts';
import { int32 } from './numbers.ts';
import { quantityMap } from './quantity.ts';
import { dateTime, label, stringMap, subdomain } from './strings.ts';
import { tolerations } from './tolerations.ts';
import { topologyAssignment } from './topology-assignment.ts';
import { statusRules } from './workload-rules.ts';

/** What one pod set was given. */
export const podSetAssignmentShape = {
  name: label.default('main'),
  flavors: z
    .record(z.string(), subdomain)
    .describe('The flavor of each resource; resources without a flavor are left out.')
    .optional(),
  resourceUsage: quantityMap
    .describe('Total for all pods at the time of admission; not lowered by reclaimed pods.')
    .optional(),
  count: int32.min(0).describe('Pods admitted; absent means the count of the spec.').optional(),
};

const podSetAssignment = z.object({
  ...podSetAssignmentShape,
  delayedTopologyRequest: z.enum(['Pending', 'Ready']).meta({ maxLength: 7 }).optional(),
  topologyAssignment: topologyAssignment.optional(),
});
export type PodSetAssignment = z.infer<typeof podSetAssignment>;

const admission = z.object({
  clusterQueue: subdomain.optional(),
  podSetAssignments: mapList(podSetAssignment, 'name').max(18).optional(),
});
/** An admission; Kueue always writes both fields, so the type counts on them. */
export type Admission = Required<z.infer<typeof admission>>;

const requeueState = z.object({
  count: int32.min(0).optional(),
  requeueAt: dateTime.optional(),
});
export type RequeueState = z.infer<typeof requeueState>;

const reclaimablePod = z.object({ name: label, count: int32.min(0) });
export type ReclaimablePod = z.infer<typeof reclaimablePod>;

export const podSetUpdateShape = {
  name: label,
  labels: stringMap.optional(),
  annotations: stringMap.optional(),
  nodeSelector: stringMap.optional(),
  tolerations: tolerations.optional(),
};
const podSetUpdate = z.object(podSetUpdateShape);
export type PodSetUpdate = z.infer<typeof podSetUpdate>;

export const admissionCheckStateShape = {
  name: z.string().min(1).max(316),
  state: z.enum(['Pending', 'Ready', 'Retry', 'Rejected']),
  lastTransitionTime: dateTime,
  message: z.string().max(32768),
  requeueAfterSeconds: int32.min(0).describe('Wait before the next try; for the state Retry.').optional(),
  retryCount: int32.min(0).optional(),
  podSetUpdates: atomicList(podSetUpdate).max(18).optional(),
};
const admissionCheckState = z.object(admissionCheckStateShape);
export type AdmissionCheckState = z.infer<typeof admissionCheckState>;

const podSetRequest = z.object({ name: label, resources: quantityMap.optional() });
export type PodSetRequest = z.infer<typeof podSetRequest>;

export const evictionCount = z.object({
  reason: z.string().max(316).describe('The plain reason, without a cause glued to it.'),
  underlyingCause: z.string().max(316),
  count: int32.min(0),
});
export type EvictionCount = z.infer<typeof evictionCount>;

const preemptionGateState = z.object({
  name: z.string().min(1).max(63),
  position: z.enum(['Closed', 'Open']),
  lastTransitionTime: dateTime,
});
export type PreemptionGateState = z.infer<typeof preemptionGateState>;

export const workloadStatus = z
  .object({
    conditions: conditions.optional(),
    admission: admission.optional(),
    requeueState: requeueState.optional(),
    reclaimablePods: mapList(reclaimablePod, 'name')
      .max(18)
      .describe('Pods that have ended and whose quota is free again.')
      .optional(),
    admissionChecks: mapList(admissionCheckState, 'name').max(8).optional(),
    resourceRequests: mapList(podSetRequest, 'name')
      .max(18)
      .describe('What the last attempt asked for; only while not admitted.')
      .optional(),
    accumulatedPastExecutionTimeSeconds: int32.describe('Time spent admitted in earlier rounds.').optional(),
    schedulingStats: z
      .object({ evictions: mapList(evictionCount, 'reason', 'underlyingCause').max(256).optional() })
      .optional(),
    nominatedClusterNames: atomicList(z.string().max(256)).max(20).optional(),
    clusterName: z.string().max(256).optional(),
    unhealthyNodes: mapList(z.object({ name: z.string().max(63) }), 'name')
      .max(8)
      .optional(),
    preemptionGates: mapList(preemptionGateState, 'name').max(8).optional(),
  })
  .meta(celRules(...statusRules));
/** The status as read; an admission is there whole or not at all. */
export type WorkloadStatus = Omit<z.infer<typeof workloadStatus>, 'admission'> & { admission?: Admission };
