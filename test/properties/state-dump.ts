import { clampAmount } from '../../src/core/amounts/index.ts';
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
    const queue = state.get('LocalQueue', `${workload.metadata.namespace}/${workload.spec.queueName}`);
    const isOpen = queue?.spec.stopPolicy === 'None' && queue.metadata.deletionTimestamp === undefined;
    const clusterQueue = isOpen ? (queue.spec.clusterQueue ?? '') : '';
    const mayWait =
      isAdmissible(workload, state.options.scheduling) && state.has('ClusterQueue', clusterQueue);
    const place = state.queues.placeOf(key);
    const holds =
      countsInQuota(workload) && state.has('ClusterQueue', workload.status.admission?.clusterQueue ?? '');
    const faults: string[] = [];
    if (mayWait !== (place !== undefined)) faults.push(`${key} should ${mayWait ? '' : 'not '}be queued`);
    if (place && place.clusterQueue !== clusterQueue) faults.push(`${key} is queued in the wrong place`);
    if (holds !== state.isAccounted(key)) faults.push(`${key} should ${holds ? '' : 'not '}be accounted`);
    return faults;
  });
}

function sorted(usage: Usage | ReadonlyMap<string, bigint>): readonly (readonly [string, string])[] {
  return [...usage].map(([pair, amount]) => [pair, String(amount)] as const).toSorted(byFirst);
}

function byFirst(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}
