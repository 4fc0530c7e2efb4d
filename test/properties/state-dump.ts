import { clampAmount } from '../../src/core/amounts/index.ts';
import type { Workload } from '../../src/api/index.ts';
import type { Usage } from '../../src/core/amounts/index.ts';
import { countsInQuota, isAdmissible, usageOfAdmission } from '../../src/core/workload/index.ts';
import { keyOf } from '../../src/state/index.ts';
import type { ClusterState } from '../../src/state/index.ts';
import { kindNames } from './cluster-history.ts';

/** All that can be seen of a state, in a form that compares. */
export function dump(state: ClusterState): object {
  return {
    objects: kindNames.map((kind) => [
      kind,
      [...state.list(kind)].map((object) => `${keyOf(object)} ${object.metadata.resourceVersion}`).toSorted(),
    ]),
    clusterQueues: Object.fromEntries(
      [...state.list('ClusterQueue')].map(({ metadata: { name } }) => [name, dumpClusterQueue(state, name)]),
    ),
    localQueues: Object.fromEntries(
      [...state.list('LocalQueue')].map(keyOf).map((key) => [
        key,
        {
          counts: state.localQueueCounts(key),
          reserved: sorted(state.localQueueReserved(key)),
          admitted: sorted(state.localQueueAdmitted(key)),
          workloads: state.workloadsOfLocalQueue(key).map(keyOf).toSorted(),
        },
      ]),
    ),
    places: [...state.queues.keys()].map((key) => [key, state.queues.placeOf(key)]).toSorted(byFirst),
    flavors: ['default', 'spot'].map((name) => [...state.clusterQueuesOfFlavor(name)].toSorted()),
    checks: [...state.clusterQueuesOfCheck('check')].toSorted(),
  };
}

function dumpClusterQueue(state: ClusterState, name: string): object {
  return {
    used: sorted(state.tree.usageOf(name)),
    path: state.tree.isCyclic(name) ? 'cyclic' : state.tree.pathOf(name),
    available: state.tree.isCyclic(name) ? undefined : state.tree.available(name, 'default/cpu'),
    activity: state.activity(name),
    isActive: state.clusterQueue(name)?.isActive,
    counts: state.counts(name),
    admitted: sorted(state.admittedUsage(name)),
    order: state.queues
      .order(name)
      .map(({ key, podSets }) => [key, sorted(podSets[0]?.requests ?? new Map())]),
    localQueues: [...state.localQueuesOfClusterQueue(name)].toSorted(),
    reserving: state.workloadsOfClusterQueue(name).map(keyOf).toSorted(),
  };
}

/** What must hold of a state at any time; gives the faults found. */
export function findFaults(state: ClusterState): readonly string[] {
  return [...usageFaults(state), ...placeFaults(state)];
}

/** The usage of a ClusterQueue is the sum over the workloads that hold its quota (I-12, invariant 21). */
function usageFaults(state: ClusterState): readonly string[] {
  return [...state.list('ClusterQueue')].flatMap(({ metadata: { name } }) => {
    const sums = new Map<string, bigint>();
    for (const workload of state.list('Workload')) {
      if (!countsInQuota(workload) || workload.status.admission?.clusterQueue !== name) continue;
      for (const [pair, amount] of usageOfAdmission(workload, state.options.scheduling)) {
        sums.set(pair, (sums.get(pair) ?? 0n) + amount);
      }
    }
    const want = sorted(new Map([...sums].map(([pair, sum]) => [pair, clampAmount(sum)])));
    const faults = [
      ['the tree', sorted(state.tree.usageOf(name))],
      ['the reserved usage', sorted(state.reservedUsage(name))],
    ].filter(([, got]) => JSON.stringify(got) !== JSON.stringify(want));
    return faults.map(([what]) => `${String(what)} of ${name} is not the sum of its parts`);
  });
}

/**
 * A workload is in one place: queued, or accounted, or neither because it may not be queued (I-10, invariants 22
 * and 23).
 */
function placeFaults(state: ClusterState): readonly string[] {
  return [...state.list('Workload')].flatMap((workload) => {
    const key = keyOf(workload);
    const holder = holderOf(state, workload);
    const waitsAt = waitingPlaceOf(state, workload);
    const faults: string[] = [];
    if (state.queues.placeOf(key)?.clusterQueue !== waitsAt)
      faults.push(`${key} should be queued in ${waitsAt}`);
    if (state.isAccounted(key) !== (holder !== undefined))
      faults.push(`${key} should be accounted in ${holder}`);
    return faults;
  });
}

/** The ClusterQueue, if it exists, of which a workload holds quota. */
function holderOf(state: ClusterState, workload: Workload): string | undefined {
  const clusterQueue = workload.status.admission?.clusterQueue ?? '';
  return countsInQuota(workload) && state.has('ClusterQueue', clusterQueue) ? clusterQueue : undefined;
}

/** The ClusterQueue in which a workload has to wait (S-3.2). */
function waitingPlaceOf(state: ClusterState, workload: Workload): string | undefined {
  const queue = state.get('LocalQueue', `${workload.metadata.namespace}/${workload.spec.queueName}`);
  const isOpen = queue?.spec.stopPolicy === 'None' && queue.metadata.deletionTimestamp === undefined;
  const clusterQueue = isOpen ? (queue.spec.clusterQueue ?? '') : '';
  const mayWait = isAdmissible(workload, state.options.scheduling) && state.has('ClusterQueue', clusterQueue);
  return mayWait ? clusterQueue : undefined;
}

function sorted(usage: Usage | ReadonlyMap<string, bigint>): readonly (readonly [string, string])[] {
  return [...usage].map(([pair, amount]) => [pair, String(amount)] as const).toSorted(byFirst);
}

function byFirst(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}
