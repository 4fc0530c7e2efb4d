import type { z } from 'zod';
import type { AdmissionCheck } from './admission-check.ts';
import { admissionCheckSpec } from './admission-check.ts';
import type { ClusterQueue } from './cluster-queue.ts';
import { clusterQueueSpec, clusterQueueStatus } from './cluster-queue.ts';
import type { Cohort } from './cohort.ts';
import { cohortSpec } from './cohort.ts';
import { apiVersion } from './kinds.ts';
import type { LocalQueue } from './local-queue.ts';
import { localQueueSpec } from './local-queue.ts';
import type { MultiKueueCluster, MultiKueueConfig } from './multi-kueue.ts';
import { multiKueueClusterSpec, multiKueueConfigSpec } from './multi-kueue.ts';
import type { ProvisioningRequestConfig } from './provisioning-request-config.ts';
import { provisioningRequestConfigSpec } from './provisioning-request-config.ts';
import type { ResourceFlavor } from './resource-flavor.ts';
import { resourceFlavorSpec } from './resource-flavor.ts';
import { fillDefaults, findDefaults } from './structural-defaults.ts';
import type { DefaultTree } from './structural-defaults.ts';
import type { Topology } from './topology.ts';
import { topologySpec } from './topology.ts';
import type { WorkloadPriorityClass } from './workload-priority-class.ts';
import type { Workload } from './workload.ts';
import { workloadSpec } from './workload.ts';
import type { Admission } from './workload-status.ts';
import { workloadStatus } from './workload-status.ts';

type JsonObject = Record<string, unknown>;

interface KindDefaults {
  readonly kind: string;
  readonly spec?: DefaultTree;
  readonly status?: DefaultTree;
  readonly hasStatus: boolean;
  /** Lists a reader may count on although the schema does not require them. */
  readonly specLists?: readonly string[];
}

/**
 * Each `parse` function reads an object from the API server: it fills in the structural defaults, also of a
 * missing spec, gives `spec` and `status` at least as empty objects, and throws only on what is no
 * object at all. It does not validate (the API server has, and old objects may break newer rules) and keeps
 * unknown fields. The argument is not changed, and what needs no default is shared with the result.
 */
export const parseClusterQueue = reader<ClusterQueue>({
  kind: 'ClusterQueue',
  spec: clusterQueueSpec,
  status: clusterQueueStatus,
});
export const parseCohort = reader<Cohort>({ kind: 'Cohort', spec: cohortSpec, status: true });
export const parseLocalQueue = reader<LocalQueue>({ kind: 'LocalQueue', spec: localQueueSpec, status: true });
const readWorkload = reader<Workload>({
  kind: 'Workload',
  spec: workloadSpec,
  status: workloadStatus,
  specLists: ['podSets'],
});
export const parseResourceFlavor = reader<ResourceFlavor>({
  kind: 'ResourceFlavor',
  spec: resourceFlavorSpec,
});
export const parseWorkloadPriorityClass = reader<WorkloadPriorityClass>({ kind: 'WorkloadPriorityClass' });
export const parseAdmissionCheck = reader<AdmissionCheck>({
  kind: 'AdmissionCheck',
  spec: admissionCheckSpec,
  status: true,
});
export const parseTopology = reader<Topology>({
  kind: 'Topology',
  spec: topologySpec,
  specLists: ['levels'],
});
export const parseMultiKueueCluster = reader<MultiKueueCluster>({
  kind: 'MultiKueueCluster',
  spec: multiKueueClusterSpec,
  status: true,
});
export const parseMultiKueueConfig = reader<MultiKueueConfig>({
  kind: 'MultiKueueConfig',
  spec: multiKueueConfigSpec,
  specLists: ['clusters'],
});
export const parseProvisioningRequestConfig = reader<ProvisioningRequestConfig>({
  kind: 'ProvisioningRequestConfig',
  spec: provisioningRequestConfigSpec,
});

export function parseWorkload(raw: unknown): Workload {
  const workload = readWorkload(raw);
  const admission: Partial<Admission> | undefined = workload.status.admission;
  if (admission && (admission.clusterQueue === undefined || admission.podSetAssignments === undefined)) {
    workload.status = {
      ...workload.status,
      admission: { clusterQueue: '', podSetAssignments: [], ...admission },
    };
  }
  return workload;
}

interface Reading {
  readonly kind: string;
  readonly spec?: z.ZodType;
  /** The status schema, or true where it is known to have no default. */
  readonly status?: z.ZodType | true;
  readonly specLists?: readonly string[];
}

function reader<Kind>(reading: Reading): (raw: unknown) => Kind {
  const defaults: KindDefaults = {
    kind: reading.kind,
    spec: reading.spec && (findDefaults(reading.spec) ?? {}),
    status: reading.status && reading.status !== true ? findDefaults(reading.status) : undefined,
    hasStatus: reading.status !== undefined,
    specLists: reading.specLists,
  };
  return (raw) => read(defaults, raw) as Kind;
}

function read(defaults: KindDefaults, raw: unknown): JsonObject {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new TypeError(`${defaults.kind} is not a JSON object`);
  }
  const object: JsonObject = { apiVersion, kind: defaults.kind, ...raw };
  object['metadata'] = readMetadata(object['metadata']);
  if (defaults.spec) object['spec'] = readSpec(defaults, object['spec']);
  if (defaults.hasStatus) object['status'] = fillDefaults(defaults.status, object['status'] ?? {});
  return object;
}

function readSpec(defaults: KindDefaults, raw: unknown): unknown {
  const spec = fillDefaults(defaults.spec, raw ?? {}) as JsonObject;
  const missing = (defaults.specLists ?? []).filter((name) => spec[name] === undefined);
  return missing.length === 0 ? spec : { ...spec, ...Object.fromEntries(missing.map((name) => [name, []])) };
}

function readMetadata(raw: unknown): unknown {
  const metadata = (raw ?? {}) as JsonObject;
  // An object that is just being created has no version yet; readers get an empty one instead of undefined.
  if (metadata['resourceVersion'] !== undefined && metadata['uid'] !== undefined) return metadata;
  return { name: '', uid: '', resourceVersion: '', generation: 0, creationTimestamp: '', ...metadata };
}
