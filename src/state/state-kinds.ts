import type {
  AdmissionCheck,
  ClusterQueue,
  Cohort,
  LocalQueue,
  ObjectMeta,
  ResourceFlavor,
  Topology,
  Workload,
  WorkloadPriorityClass,
} from '../api/index.ts';
import type { LimitRange, RuntimeClass } from '../core/workload/index.ts';

/** Any object of the API server, as plain JSON. */
export interface KubeObject {
  readonly metadata: ObjectMeta;
}

/** The PriorityClass of Kubernetes itself. */
export interface PriorityClass extends KubeObject {
  readonly value: number;
  readonly globalDefault?: boolean;
}

/** The kinds whose objects take part in decisions. */
export interface KnownKinds {
  Workload: Workload;
  LocalQueue: LocalQueue;
  ClusterQueue: ClusterQueue;
  Cohort: Cohort;
  ResourceFlavor: ResourceFlavor;
  AdmissionCheck: AdmissionCheck;
  Topology: Topology;
  WorkloadPriorityClass: WorkloadPriorityClass;
  PriorityClass: PriorityClass;
  Namespace: KubeObject;
  LimitRange: LimitRange & KubeObject;
  RuntimeClass: RuntimeClass & KubeObject;
}

/** A kind in the state: one of those above, or a job kind by the name of its framework. */
export type StateKind = keyof KnownKinds | (string & {});

export type ObjectOf<Kind extends StateKind> = Kind extends keyof KnownKinds ? KnownKinds[Kind] : KubeObject;

/** What happened to one object; `before` is absent for a new one, `after` for one that is gone. */
export interface StateChange {
  readonly kind: StateKind;
  readonly key: string;
  readonly before?: KubeObject;
  readonly after?: KubeObject;
  /** The object is the same, but a ClusterQueue became active or inactive, or is so for another reason (S-2.15). */
  readonly isActivityChange?: true;
}

/** The kinds that must be loaded before the first round (L-15.4). */
export const decisiveKinds: readonly StateKind[] = [
  'Workload',
  'LocalQueue',
  'ClusterQueue',
  'Cohort',
  'ResourceFlavor',
  'AdmissionCheck',
  'Topology',
  'Namespace',
  'LimitRange',
  'RuntimeClass',
];

/** The key of an object: `namespace/name`, or the bare name of a cluster-wide one. */
export function keyOf({ metadata }: { readonly metadata: { name: string; namespace?: string } }): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

/** A resourceVersion as a number; an object that has none yet counts as the oldest. */
export function versionOf({ metadata }: { readonly metadata: { resourceVersion?: string } }): number {
  return Number(metadata.resourceVersion || 0);
}

/** The key of the LocalQueue that a Workload names; without a queue name it ends in a slash and names none. */
export function localQueueKeyOf(workload: Workload): string {
  return `${workload.metadata.namespace}/${workload.spec.queueName ?? ''}`;
}
