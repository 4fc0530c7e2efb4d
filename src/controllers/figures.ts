import type { ClusterQueue, LabelSelector, LocalQueue, QuantityText } from '../api/index.ts';
import { flavorOf, flavorResource, quotaAmount, resourceOf, UNLIMITED } from '../core/amounts/index.ts';
import type { Amount, Usage } from '../core/amounts/index.ts';
import { weightedShare } from '../core/quota/index.ts';
import { matchesSelector } from '../core/workload/index.ts';
import type {
  ClusterQueueFigures,
  CohortFigures,
  Figures,
  FigureSource,
  LocalQueueFigures,
  PendingFigures,
  QuotaFigures,
  UsageFigures,
} from '../observability/index.ts';
import { keyOf } from '../state/index.ts';
import type { ClusterState } from '../state/index.ts';
import { tallyPending, tallyWorkloads } from './figure-tallies.ts';
import type { PendingTally, WorkloadTally } from './figure-tallies.ts';
import { judgeLocalQueue } from './queue-status.ts';

export interface FigureOptions {
  /** Which LocalQueues are reported, by their labels; absent: all (O-10.3). */
  readonly localQueueSelector?: LabelSelector;
}

/** What the gauges show of the state at the moment they are read (O-10). */
export function figureSource(state: ClusterState, { localQueueSelector }: FigureOptions = {}): FigureSource {
  const isReported = (localQueue: LocalQueue | undefined): localQueue is LocalQueue =>
    localQueue !== undefined &&
    (localQueueSelector === undefined ||
      matchesSelector(localQueueSelector, localQueue.metadata.labels ?? {}));
  return {
    read: () => readFigures(state, isReported),
    cohortsAbove: (clusterQueue) => cohortsAbove(state, clusterQueue),
    isLocalQueueReported: (namespace, name) => isReported(state.get('LocalQueue', `${namespace}/${name}`)),
  };
}

type IsReported = (localQueue: LocalQueue | undefined) => localQueue is LocalQueue;

function readFigures(state: ClusterState, isReported: IsReported): Figures {
  const workloads = tallyWorkloads(state, (key) => isReported(state.get('LocalQueue', key)));
  const pending = once(() => tallyPending(state));
  const tallies = { workloads, pending };
  const clusterQueues = Array.from(state.list('ClusterQueue'), (object) =>
    clusterQueueFigures(state, object, tallies),
  );
  return {
    clusterQueues,
    localQueues: once(() =>
      [...state.list('LocalQueue')]
        .filter(isReported)
        .map((object) => localQueueFigures(state, object, tallies)),
    ),
    cohorts: once(() => cohortFigures(state, clusterQueues)),
    unadmitted: () => workloads.unadmitted,
  };
}

interface Tallies {
  readonly workloads: WorkloadTally;
  readonly pending: () => PendingTally;
}

function clusterQueueFigures(
  state: ClusterState,
  { metadata: { name, deletionTimestamp }, spec }: ClusterQueue,
  { workloads, pending }: Tallies,
): ClusterQueueFigures {
  const { pendingActive, pendingInadmissible, reserving, admitted } = state.counts(name);
  const isActive = state.clusterQueue(name)?.isActive ?? false;
  const serving = isActive ? 'active' : 'pending';
  return {
    name,
    cohort: spec.cohortName ?? '',
    rootCohort: cohortsAbove(state, name)[0] ?? '',
    status: deletionTimestamp === undefined ? serving : 'terminating',
    pending: whileServed(isActive, { active: pendingActive, inadmissible: pendingInadmissible }),
    reserving,
    admitted,
    finished: workloads.finishedOfClusterQueue.get(name) ?? 0,
    weightedShare: () => weightedShare(state.tree.shareOfClusterQueue(name)),
    quotas: () => quotaFigures(state, name, spec),
    pendingRequests: () =>
      Array.from(pending().requests.get(name) ?? [], ([resource, amount]) => ({
        resource,
        amount: toNumber(resource, amount),
      })),
    schedulingHashes: () => hashFigures(pending(), name, isActive),
  };
}

function quotaFigures(state: ClusterState, name: string, spec: ClusterQueue['spec']): QuotaFigures[] {
  const reserved = state.reservedUsage(name);
  const admitted = state.admittedUsage(name);
  const limitOf = (resource: string, limit: QuantityText | undefined): number =>
    limit === undefined ? Number.POSITIVE_INFINITY : toNumber(resource, quotaAmount(resource, limit));
  return (spec.resourceGroups ?? []).flatMap(({ flavors }) =>
    flavors.flatMap((flavor) =>
      flavor.resources.map(({ name: resource, nominalQuota, borrowingLimit, lendingLimit }) => ({
        ...usageFigures({ flavor: flavor.name, resource }, reserved, admitted),
        nominal: limitOf(resource, nominalQuota),
        borrowingLimit: limitOf(resource, borrowingLimit),
        lendingLimit: limitOf(resource, lendingLimit),
      })),
    ),
  );
}

function usageFigures(
  { flavor, resource }: { readonly flavor: string; readonly resource: string },
  reserved: Usage,
  admitted: Usage,
): UsageFigures {
  const pair = flavorResource(flavor, resource);
  return {
    flavor,
    resource,
    reserved: toNumber(resource, reserved.get(pair) ?? 0n),
    admitted: toNumber(resource, admitted.get(pair) ?? 0n),
  };
}

/** Without a ClusterQueue in service nothing can be admitted, so all of it counts as inadmissible (O-10.20). */
function whileServed(isActive: boolean, { active, inadmissible }: PendingFigures): PendingFigures {
  return isActive ? { active, inadmissible } : { active: 0, inadmissible: active + inadmissible };
}

function hashFigures({ hashes }: PendingTally, name: string, isActive: boolean): PendingFigures {
  const { active, inadmissible } = hashes.get(name) ?? { active: new Set(), inadmissible: new Set() };
  if (isActive) return { active: active.size, inadmissible: inadmissible.size };
  return { active: 0, inadmissible: new Set([...active, ...inadmissible]).size };
}

function localQueueFigures(
  state: ClusterState,
  localQueue: LocalQueue,
  { workloads, pending }: Tallies,
): LocalQueueFigures {
  const key = keyOf(localQueue);
  const clusterQueueName = localQueue.spec.clusterQueue ?? '';
  const clusterQueue = state.get('ClusterQueue', clusterQueueName);
  const isServed = state.clusterQueue(clusterQueueName)?.isActive ?? false;
  const verdict = judgeLocalQueue(localQueue.spec.stopPolicy, {
    exists: clusterQueue !== undefined,
    isActive: state.activity(clusterQueueName)?.isActive ?? false,
  });
  const { reserving, admitted } = state.localQueueCounts(key);
  return {
    name: localQueue.metadata.name,
    namespace: localQueue.metadata.namespace,
    active: verdict.isActive ? 'True' : 'False',
    pending: whileServed(isServed, pending().ofLocalQueue.get(key) ?? { active: 0, inadmissible: 0 }),
    reserving,
    admitted,
    finished: workloads.finishedOfLocalQueue.get(key) ?? 0,
    pastUsage: state.localQueueUsage(key),
    clusterQueue: clusterQueueName,
    resources: () => {
      const reservedUsage = state.localQueueReserved(key);
      const admittedUsage = state.localQueueAdmitted(key);
      return (clusterQueue?.spec.resourceGroups ?? []).flatMap(({ flavors }) =>
        flavors.flatMap((flavor) =>
          flavor.resources.map(({ name: resource }) =>
            usageFigures({ flavor: flavor.name, resource }, reservedUsage, admittedUsage),
          ),
        ),
      );
    },
  };
}

/** Every cohort that exists or is only named, in the order of names (S-2.2). */
function cohortFigures(state: ClusterState, clusterQueues: readonly ClusterQueueFigures[]): CohortFigures[] {
  const parents = new Map<string, string>();
  for (const { metadata, spec } of state.list('Cohort')) parents.set(metadata.name, spec.parentName ?? '');
  const names = new Set([
    ...parents.keys(),
    ...parents.values(),
    ...clusterQueues.map(({ cohort }) => cohort),
  ]);
  names.delete('');
  const admitted = new Map<string, number>();
  for (const clusterQueue of clusterQueues) {
    for (const cohort of cohortsAbove(state, clusterQueue.name)) {
      admitted.set(cohort, (admitted.get(cohort) ?? 0) + clusterQueue.admitted);
    }
  }
  return [...names].toSorted().map((name) => ({
    name,
    parent: parents.get(name) ?? '',
    root: state.tree.isCohortCyclic(name) ? '' : rootOf(name, parents),
    admitted: admitted.get(name) ?? 0,
    weightedShare: shareOfCohort(state, name),
    resources: cohortResources(state, name),
  }));
}

/** A cohort without a parent is its own root; the caller has ruled out cycles. */
function rootOf(name: string, parents: ReadonlyMap<string, string>): string {
  const parent = parents.get(name) ?? '';
  return parent === '' ? name : rootOf(parent, parents);
}

function shareOfCohort({ tree }: ClusterState, name: string): number | undefined {
  const share = tree.shareOfCohort(name);
  return share && weightedShare(share);
}

function cohortResources(state: ClusterState, name: string): CohortFigures['resources'] {
  const sums = state.tree.sumsOfCohort(name);
  if (!sums) return [];
  const pairs = new Set([...sums.subtree.keys(), ...sums.usage.keys()]);
  return [...pairs].map((pair) => {
    const resource = resourceOf(pair);
    const quota = toNumber(resource, sums.subtree.get(pair) ?? 0n);
    return {
      flavor: flavorOf(pair),
      resource,
      quota,
      reserved: toNumber(resource, sums.usage.get(pair) ?? 0n),
    };
  });
}

/** From the root down, read off the path `/root/…/name`; no name holds a slash. */
function cohortsAbove({ tree }: ClusterState, clusterQueue: string): readonly string[] {
  if (!tree.hasClusterQueue(clusterQueue)) return [];
  return tree.pathOf(clusterQueue).split('/').slice(1, -1);
}

/** Cores for cpu, the base unit otherwise; without limit it is infinite (O-9.8). */
function toNumber(resource: string, amount: Amount): number {
  if (amount === UNLIMITED) return Number.POSITIVE_INFINITY;
  return resource === 'cpu' ? Number(amount) / 1000 : Number(amount);
}

function once<Value>(compute: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => (known ??= { value: compute() }).value;
}
