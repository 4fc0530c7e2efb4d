import { AncestorSearch, integrationOfKind } from '../jobs/index.ts';
import type { JobIntegration, JobObject } from '../jobs/index.ts';
import type { OwnerReference } from '../api/index.ts';
import { ApiError, resources } from '../kube/index.ts';
import type { KubeClient, ResourceType } from '../kube/index.ts';
import type { ClusterState } from '../state/index.ts';

/** Where owners are looked up, and which of them manage their children. */
export interface AncestorLookups {
  readonly state: Pick<ClusterState, 'get'>;
  readonly client: Pick<KubeClient, 'get'>;
  readonly integrations: readonly JobIntegration[];
  readonly manageJobsWithoutQueueName: boolean;
}

/**
 * Finds the topmost managed ancestor of a job, reading owners from the state where it holds their kind and from
 * the API server otherwise (L-3.2).
 *
 * @throws AncestorError when the search cannot end.
 */
export async function findAncestor(job: JobObject, lookups: AncestorLookups): Promise<JobObject | undefined> {
  const { integrations, manageJobsWithoutQueueName } = lookups;
  const isEnabled = (apiVersion: string, kind: string): boolean => {
    const integration = integrationOfKind(apiVersion, kind);
    return integration !== undefined && integrations.includes(integration);
  };
  const search = new AncestorSearch(job, { manageJobsWithoutQueueName, isEnabled });
  const { namespace = '' } = job.metadata;
  for (let reference = search.next(); reference !== undefined; reference = search.next()) {
    if (!search.visit(reference, await readOwner(reference, namespace, lookups))) break;
  }
  return search.result;
}

async function readOwner(
  reference: OwnerReference,
  namespace: string,
  { state, client, integrations }: AncestorLookups,
): Promise<JobObject | undefined> {
  const integration = integrationOfKind(reference.apiVersion, reference.kind);
  const known =
    integration && integrations.includes(integration)
      ? state.get(integration.framework, `${namespace}/${reference.name}`)
      : undefined;
  if (known) return known;
  const type: ResourceType = integration?.type ?? resources.replicaSets;
  try {
    return (await client.get(type, { namespace, name: reference.name })) as JobObject;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
