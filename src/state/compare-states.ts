import type { Amount, FlavorResource, Usage } from '../core/amounts/index.ts';
import { ClusterState } from './cluster-state.ts';
import { keyOf } from './state-kinds.ts';
import type { KubeObject, StateKind } from './state-kinds.ts';

/** A list of one kind, as the API server gives it now. */
export interface FreshList {
  readonly kind: StateKind;
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
}

/** One way in which a state is not what fresh lists make of it. */
export type Difference =
  | { readonly kind: 'missing' | 'surplus'; readonly stateKind: StateKind; readonly key: string }
  | {
      readonly kind: 'version';
      readonly stateKind: StateKind;
      readonly key: string;
      readonly observed: string;
      readonly fresh: string;
    }
  | {
      readonly kind: 'usage';
      readonly clusterQueue: string;
      readonly pair: FlavorResource;
      readonly observed: Amount;
      readonly fresh: Amount;
    }
  | { readonly kind: 'place'; readonly key: string; readonly observed: string; readonly fresh: string };

/**
 * Lists how a state differs from one rebuilt from fresh lists: objects, usage and places. Admissions that are still
 * being written are granted to both; parked counts as good as the heap, as a rebuilt state has tried nothing yet.
 */
export function compareStates(observed: ClusterState, lists: readonly FreshList[]): readonly Difference[] {
  const fresh = rebuild(observed, lists);
  return [
    ...lists.flatMap(({ kind }) => compareObjects(kind, observed, fresh)),
    ...compareUsage(observed, fresh),
    ...comparePlaces(observed, fresh),
  ];
}

function rebuild(observed: ClusterState, lists: readonly FreshList[]): ClusterState {
  const fresh = new ClusterState(observed.options);
  for (const { kind, objects, resourceVersion } of lists) fresh.replace(kind, objects, resourceVersion);
  for (const workload of observed.list('Workload')) {
    const key = keyOf(workload);
    if (observed.isAssumed(key) && !fresh.isAccounted(key)) fresh.assume(key, workload);
  }
  return fresh;
}

function compareObjects(kind: StateKind, observed: ClusterState, fresh: ClusterState): readonly Difference[] {
  const differences: Difference[] = [];
  for (const object of fresh.list(kind)) {
    const key = keyOf(object);
    const present = observed.get(kind, key);
    if (present === undefined) {
      differences.push({ kind: 'missing', stateKind: kind, key });
      continue;
    }
    const versions = { observed: identity(present), fresh: identity(object) };
    if (versions.observed !== versions.fresh) {
      differences.push({ kind: 'version', stateKind: kind, key, ...versions });
    }
  }
  for (const object of observed.list(kind)) {
    const key = keyOf(object);
    if (!fresh.has(kind, key)) differences.push({ kind: 'surplus', stateKind: kind, key });
  }
  return differences;
}

function compareUsage(observed: ClusterState, fresh: ClusterState): readonly Difference[] {
  const differences: Difference[] = [];
  for (const { metadata } of fresh.list('ClusterQueue')) {
    const clusterQueue = metadata.name;
    const usages = { observed: usageOf(observed, clusterQueue), fresh: usageOf(fresh, clusterQueue) };
    for (const pair of new Set([...usages.observed.keys(), ...usages.fresh.keys()])) {
      const amounts = { observed: usages.observed.get(pair) ?? 0n, fresh: usages.fresh.get(pair) ?? 0n };
      if (amounts.observed !== amounts.fresh)
        differences.push({ kind: 'usage', clusterQueue, pair, ...amounts });
    }
  }
  return differences;
}

function comparePlaces(observed: ClusterState, fresh: ClusterState): readonly Difference[] {
  const differences: Difference[] = [];
  for (const key of new Set([...observed.queues.keys(), ...fresh.queues.keys()])) {
    const places = { observed: placeOf(observed, key), fresh: placeOf(fresh, key) };
    const hasOnlyBeenTried = places.fresh.replace(/ heap$/, '') === places.observed.replace(/ \w+$/, '');
    if (places.observed !== places.fresh && !hasOnlyBeenTried)
      differences.push({ kind: 'place', key, ...places });
  }
  return differences;
}

function usageOf(state: ClusterState, clusterQueue: string): Usage {
  return state.tree.hasClusterQueue(clusterQueue) ? state.tree.usageOf(clusterQueue) : new Map();
}

function placeOf(state: ClusterState, key: string): string {
  const place = state.queues.placeOf(key);
  return place ? `${place.clusterQueue} ${place.place}` : 'nowhere';
}

function identity({ metadata }: KubeObject): string {
  return `${metadata.uid} ${metadata.resourceVersion}`;
}
