import {
  apiVersion,
  parseClusterQueue,
  parseCohort,
  parseLocalQueue,
  parseResourceFlavor,
} from '../../src/api/index.ts';
import type {
  ClusterQueue,
  ClusterQueueSpec,
  ClusterQueueStatus,
  Cohort,
  CohortSpec,
  LocalQueue,
  LocalQueueSpec,
  LocalQueueStatus,
  ResourceFlavor,
  ResourceFlavorSpec,
  ResourceGroup,
  ResourceQuota,
} from '../../src/api/index.ts';
import { clusterMetadata, namespacedMetadata } from './metadata.ts';
import type { MetadataShape, NamespacedShape } from './metadata.ts';

/** Quotas by flavor, in order, and resource: a nominal quota, or that with limits. */
export type QuotaShape = Readonly<
  Record<string, Readonly<Record<string, string | number | Omit<ResourceQuota, 'name'>>>>
>;

export interface ClusterQueueShape extends MetadataShape {
  readonly cohort?: string;
  /** One resource group; all its flavors name the same resources. */
  readonly quotas?: QuotaShape;
  readonly spec?: Partial<ClusterQueueSpec>;
  readonly status?: Partial<ClusterQueueStatus>;
}

export interface CohortShape extends MetadataShape {
  readonly parent?: string;
  readonly quotas?: QuotaShape;
  readonly spec?: Partial<CohortSpec>;
}

export interface LocalQueueShape extends NamespacedShape {
  readonly clusterQueue?: string;
  readonly spec?: Partial<LocalQueueSpec>;
  readonly status?: Partial<LocalQueueStatus>;
}

/** A ClusterQueue open to all namespaces, with ten cpus of the flavor `default`. */
export function aClusterQueue(shape: ClusterQueueShape = {}): ClusterQueue {
  const { cohort, quotas = { default: { cpu: '10' } }, spec, status } = shape;
  return parseClusterQueue({
    apiVersion,
    kind: 'ClusterQueue',
    metadata: clusterMetadata(shape, 'main'),
    spec: {
      ...(cohort !== undefined && { cohortName: cohort }),
      resourceGroups: resourceGroupsOf(quotas),
      namespaceSelector: {},
      ...spec,
    },
    status: { ...status },
  });
}

/** A Cohort without quota of its own. */
export function aCohort(shape: CohortShape = {}): Cohort {
  const { parent, quotas, spec } = shape;
  return parseCohort({
    apiVersion,
    kind: 'Cohort',
    metadata: clusterMetadata(shape, 'cohort'),
    spec: {
      ...(parent !== undefined && { parentName: parent }),
      ...(quotas && { resourceGroups: resourceGroupsOf(quotas) }),
      ...spec,
    },
    status: {},
  });
}

/** A LocalQueue in front of the ClusterQueue `main`. */
export function aLocalQueue(shape: LocalQueueShape = {}): LocalQueue {
  const { clusterQueue = 'main', spec, status } = shape;
  return parseLocalQueue({
    apiVersion,
    kind: 'LocalQueue',
    metadata: namespacedMetadata(shape, 'main'),
    spec: { clusterQueue, ...spec },
    status: { ...status },
  });
}

/** The flavor `default`, of any node. */
export function aResourceFlavor(
  shape: MetadataShape & { readonly spec?: Partial<ResourceFlavorSpec> } = {},
): ResourceFlavor {
  return parseResourceFlavor({
    apiVersion,
    kind: 'ResourceFlavor',
    metadata: clusterMetadata(shape, 'default'),
    spec: { ...shape.spec },
  });
}

function resourceGroupsOf(quotas: QuotaShape): ResourceGroup[] {
  const flavors = Object.entries(quotas).map(([name, resources]) => ({
    name,
    resources: Object.entries(resources).map(([resource, quota]) => ({
      name: resource,
      ...(typeof quota === 'object' ? quota : { nominalQuota: quota }),
    })),
  }));
  const [first] = flavors;
  return first ? [{ coveredResources: first.resources.map(({ name }) => name), flavors }] : [];
}
