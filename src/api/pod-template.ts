import { z } from 'zod';
import type { LabelSelector } from './label-selector.ts';
import type { QuantityText } from './quantity.ts';
import type { Toleration } from './tolerations.ts';

/** Known fields of a core type, open for all others: what we do not read is passed on untouched. */
type Open<Known> = Known & { [field: string]: unknown };

export type ResourceMap = Record<string, QuantityText>;

export type ResourceRequirements = Open<{
  requests?: ResourceMap;
  limits?: ResourceMap;
  claims?: { name: string; request?: string }[];
}>;

export type ContainerPort = Open<{
  containerPort: number;
  hostPort?: number;
  name?: string;
  protocol?: string;
}>;

export type EnvVar = Open<{ name: string; value?: string }>;

export type Container = Open<{
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  env?: EnvVar[];
  ports?: ContainerPort[];
  resources?: ResourceRequirements;
  /** `Always` on an init container makes it a sidecar. */
  restartPolicy?: string;
}>;

export interface NodeSelectorRequirement {
  key: string;
  operator: string;
  values?: string[];
}

export interface NodeSelectorTerm {
  matchExpressions?: NodeSelectorRequirement[];
  matchFields?: NodeSelectorRequirement[];
}

export interface NodeAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: NodeSelectorTerm[] };
  preferredDuringSchedulingIgnoredDuringExecution?: { weight: number; preference: NodeSelectorTerm }[];
}

export type Affinity = Open<{ nodeAffinity?: NodeAffinity }>;

export type TopologySpreadConstraint = Open<{
  maxSkew: number;
  topologyKey: string;
  whenUnsatisfiable: string;
  labelSelector?: LabelSelector;
}>;

export interface PodResourceClaim {
  name: string;
  resourceClaimName?: string;
  resourceClaimTemplateName?: string;
}

export type PodSpec = Open<{
  containers: Container[];
  initContainers?: Container[];
  resources?: ResourceRequirements;
  overhead?: ResourceMap;
  runtimeClassName?: string;
  priorityClassName?: string;
  priority?: number;
  preemptionPolicy?: string;
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  tolerations?: Toleration[];
  affinity?: Affinity;
  topologySpreadConstraints?: TopologySpreadConstraint[];
  schedulingGates?: { name: string }[];
  schedulerName?: string;
  serviceAccountName?: string;
  restartPolicy?: string;
  terminationGracePeriodSeconds?: number;
  activeDeadlineSeconds?: number;
  resourceClaims?: PodResourceClaim[];
}>;

export type PodTemplateMeta = Open<{
  name?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
}>;

export type PodTemplateSpec = Open<{
  metadata?: PodTemplateMeta;
  spec?: PodSpec;
}>;

/** The metadata key by which the CRD generator recognises a pod template. */
export const podTemplateMarker = 'podTemplate';

/**
 * A pod template is opaque to parsing: it may be large, and the API server has checked it.
 * The CRD generator puts the schema of in its place.
 */
export const podTemplateSpec = z
  .custom<PodTemplateSpec>((value) => typeof value === 'object' && value !== null)
  .meta({ [podTemplateMarker]: true });
