import {
  parseAdmissionCheck,
  parseClusterQueue,
  parseCohort,
  parseLocalQueue,
  parseResourceFlavor,
  parseTopology,
  parseWorkload,
  parseWorkloadPriorityClass,
} from '../api/index.ts';
import type { JobIntegration } from '../jobs/index.ts';
import { resources } from '../kube/index.ts';
import type { ResourceType } from '../kube/index.ts';
import type { KubeObject, StateKind } from '../state/index.ts';

/** A kind that is listed and watched into the state, and how its objects are read. */
export interface WatchedKind {
  readonly kind: StateKind;
  readonly type: ResourceType;
  readonly decode: (raw: unknown) => KubeObject;
}

/** The kinds behind every decision; the first round waits until each of them has been listed (L-15.4). */
export const decisionKinds: readonly WatchedKind[] = [
  { kind: 'ResourceFlavor', type: resources.resourceFlavors, decode: parseResourceFlavor },
  { kind: 'AdmissionCheck', type: resources.admissionChecks, decode: parseAdmissionCheck },
  { kind: 'Topology', type: resources.topologies, decode: parseTopology },
  { kind: 'Cohort', type: resources.cohorts, decode: parseCohort },
  { kind: 'ClusterQueue', type: resources.clusterQueues, decode: parseClusterQueue },
  { kind: 'LocalQueue', type: resources.localQueues, decode: parseLocalQueue },
  {
    kind: 'WorkloadPriorityClass',
    type: resources.workloadPriorityClasses,
    decode: parseWorkloadPriorityClass,
  },
  { kind: 'PriorityClass', type: resources.priorityClasses, decode: asDecoded },
  { kind: 'Namespace', type: resources.namespaces, decode: asDecoded },
  { kind: 'LimitRange', type: resources.limitRanges, decode: asDecoded },
  { kind: 'RuntimeClass', type: resources.runtimeClasses, decode: asDecoded },
  { kind: 'Workload', type: resources.workloads, decode: parseWorkload },
];

/** The kind of an integration's jobs, kept in the state under the framework's name. */
export function jobKindOf(integration: JobIntegration): WatchedKind {
  return { kind: integration.framework, type: integration.type, decode: integration.parse };
}

/** Kinds of Kubernetes itself have been validated by the API server; the metadata is all that must be there. */
function asDecoded(raw: unknown): KubeObject {
  const object = raw as KubeObject;
  if (typeof object?.metadata?.name !== 'string') throw new TypeError('metadata.name: Required value');
  return object;
}
