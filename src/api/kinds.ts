import { z } from 'zod';
import { objectMeta } from './metadata.ts';

export const group = 'kueue.x-k8s.io';
/** The version that is stored and the hub of conversion. */
export const version = 'v1beta2';
export const apiVersion = `${group}/${version}`;
/** Served for old clients, deprecated. */
export const deprecatedVersion = 'v1beta1';
export const deprecatedApiVersion = `${group}/${deprecatedVersion}`;

/** The root of a kind's schema; `spec` and `status` stay optional and carry no default. */
export function rootSchema<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object({
    apiVersion: z.string().optional(),
    kind: z.string().optional(),
    metadata: objectMeta.optional(),
    ...shape,
  });
}

export interface KindFacts {
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly hasStatus: boolean;
  /** Whether the two versions differ so much that a webhook converts between them. */
  readonly convertedByWebhook: boolean;
}

/** The kinds at a glance (section 2), in the order of that table. */
export const kinds = {
  ClusterQueue: facts('clusterqueues', { shortNames: ['cq'], hasStatus: true, convertedByWebhook: true }),
  Cohort: facts('cohorts', { shortNames: ['co'], hasStatus: true, convertedByWebhook: true }),
  LocalQueue: facts('localqueues', {
    namespaced: true,
    shortNames: ['queue', 'queues', 'lq'],
    hasStatus: true,
    convertedByWebhook: true,
  }),
  Workload: facts('workloads', {
    namespaced: true,
    shortNames: ['kwl', 'kueueworkload', 'kueueworkloads'],
    hasStatus: true,
    convertedByWebhook: true,
  }),
  MultiKueueCluster: facts('multikueueclusters', {
    shortNames: ['mkc'],
    hasStatus: true,
    convertedByWebhook: true,
  }),
  ResourceFlavor: facts('resourceflavors', { shortNames: ['flavor', 'flavors', 'rf'] }),
  WorkloadPriorityClass: facts('workloadpriorityclasses', { shortNames: ['wpc'] }),
  AdmissionCheck: facts('admissionchecks', { shortNames: ['ac'], hasStatus: true }),
  Topology: facts('topologies', { shortNames: ['topo'] }),
  MultiKueueConfig: facts('multikueueconfigs', { shortNames: ['mkconf'] }),
  ProvisioningRequestConfig: facts('provisioningrequestconfigs', { shortNames: ['prc'] }),
} as const satisfies Record<string, KindFacts>;
export type Kind = keyof typeof kinds;

function facts(plural: string, differing: Partial<KindFacts>): KindFacts {
  return {
    plural,
    namespaced: false,
    shortNames: [],
    hasStatus: false,
    convertedByWebhook: false,
    ...differing,
  };
}
