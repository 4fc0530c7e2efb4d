import type { OwnerReference } from './api/index.ts';
import { integrationOfKind } from './jobs/index.ts';
import { ApiError, resources } from './kube/index.ts';
import type { KubeClient, ResourceType } from './kube/index.ts';
import type { ClusterState, KubeObject } from './state/index.ts';
import type { AdmissionLookups } from '../webhooks/index.ts';

/** Answers the webhooks' questions from the state, and from the API server where the state cannot know yet. */
export function admissionLookups(state: ClusterState, client: KubeClient): AdmissionLookups {
  return {
    hasLocalQueue: (namespace, name) =>
      state.get('LocalQueue', `${namespace}/${name}`)?.spec.stopPolicy === 'None',
    hasPriorityClass: (name) => state.has('WorkloadPriorityClass', name),
    // A job may come right behind its namespace, before the watch has told of it.
    namespaceLabels: async (namespace) =>
      state.namespaceLabels(namespace) ??
      (await find(client, resources.namespaces, { name: namespace }))?.metadata.labels,
    owner: (reference, namespace) => findOwner(state, client, { reference, namespace }),
  };
}

async function findOwner(
  state: ClusterState,
  client: KubeClient,
  { reference, namespace }: { readonly reference: OwnerReference; readonly namespace: string },
): Promise<object | undefined> {
  const { apiVersion, kind, name } = reference;
  const integration = integrationOfKind(apiVersion, kind);
  const known = integration && state.get(integration.framework, `${namespace}/${name}`);
  if (known) return known;
  return find(client, integration?.type ?? resources.replicaSets, { namespace, name });
}

async function find(
  client: KubeClient,
  type: ResourceType,
  place: { readonly namespace?: string; readonly name: string },
): Promise<KubeObject | undefined> {
  try {
    return await client.get(type, place);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
