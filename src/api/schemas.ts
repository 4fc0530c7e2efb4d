import type { z } from 'zod';
import { admissionCheck } from './admission-check.ts';
import { clusterQueue } from './cluster-queue.ts';
import { cohort } from './cohort.ts';
import type { Kind } from './kinds.ts';
import { localQueue } from './local-queue.ts';
import { multiKueueCluster, multiKueueConfig } from './multi-kueue.ts';
import { provisioningRequestConfig } from './provisioning-request-config.ts';
import { resourceFlavor } from './resource-flavor.ts';
import { topology } from './topology.ts';
import { clusterQueueV1beta1 } from './v1beta1/cluster-queue.ts';
import { cohortV1beta1 } from './v1beta1/cohort.ts';
import { localQueueV1beta1 } from './v1beta1/local-queue.ts';
import {
  admissionCheckV1beta1,
  multiKueueClusterV1beta1,
  multiKueueConfigV1beta1,
  provisioningRequestConfigV1beta1,
  topologyV1beta1,
  workloadPriorityClassV1beta1,
} from './v1beta1/other-kinds.ts';
import { workloadV1beta1 } from './v1beta1/workload.ts';
import { workload } from './workload.ts';
import { workloadPriorityClass } from './workload-priority-class.ts';

/** The schema of each kind in each served version, from the root of the object. */
export const schemas: Readonly<Record<Kind, { readonly v1beta1: z.ZodType; readonly v1beta2: z.ZodType }>> = {
  ClusterQueue: { v1beta1: clusterQueueV1beta1, v1beta2: clusterQueue },
  Cohort: { v1beta1: cohortV1beta1, v1beta2: cohort },
  LocalQueue: { v1beta1: localQueueV1beta1, v1beta2: localQueue },
  Workload: { v1beta1: workloadV1beta1, v1beta2: workload },
  MultiKueueCluster: { v1beta1: multiKueueClusterV1beta1, v1beta2: multiKueueCluster },
  ResourceFlavor: { v1beta1: resourceFlavor, v1beta2: resourceFlavor },
  WorkloadPriorityClass: { v1beta1: workloadPriorityClassV1beta1, v1beta2: workloadPriorityClass },
  AdmissionCheck: { v1beta1: admissionCheckV1beta1, v1beta2: admissionCheck },
  Topology: { v1beta1: topologyV1beta1, v1beta2: topology },
  MultiKueueConfig: { v1beta1: multiKueueConfigV1beta1, v1beta2: multiKueueConfig },
  ProvisioningRequestConfig: {
    v1beta1: provisioningRequestConfigV1beta1,
    v1beta2: provisioningRequestConfig,
  },
};
