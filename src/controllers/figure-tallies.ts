import type { Workload } from '../api/index.ts';
import { addAmounts } from '../core/amounts/index.ts';
import type { Amount } from '../core/amounts/index.ts';
import { findCondition, isAdmitted, isFinished } from '../core/workload/index.ts';
import type { PendingWorkload } from '../core/workload/index.ts';
import type { PendingFigures, UnadmittedFigures } from '../observability/index.ts';
import type { ClusterState } from '../state/index.ts';

/** Numbers that the state does not keep, counted in one pass over all Workloads. */
export interface WorkloadTally {
  readonly finishedOfClusterQueue: ReadonlyMap<string, number>;
  readonly finishedOfLocalQueue: ReadonlyMap<string, number>;
  readonly unadmitted: readonly UnadmittedFigures[];
}

/** Counted in one pass over the queues; a head that is being decided on is neither active nor inadmissible (L-13.8). */
export interface PendingTally {
  readonly ofLocalQueue: ReadonlyMap<string, PendingFigures>;
  readonly requests: ReadonlyMap<string, ReadonlyMap<string, Amount>>;
  readonly hashes: ReadonlyMap<string, PendingHashes>;
}

export interface PendingHashes {
  readonly active: Set<string>;
  readonly inadmissible: Set<string>;
}

/** Counts finished Workloads by queue, and those that are neither admitted nor finished by cause (O-10.15). */
export function tallyWorkloads(
  state: ClusterState,
  isReported: (localQueue: string) => boolean,
): WorkloadTally {
  const finishedOfClusterQueue = new Map<string, number>();
  const finishedOfLocalQueue = new Map<string, number>();
  const groups = new Map<string, UnadmittedFigures & { count: number }>();
  for (const workload of state.list('Workload')) {
    const localQueue = `${workload.metadata.namespace}/${workload.spec.queueName ?? ''}`;
    if (isFinished(workload)) {
      increase(finishedOfClusterQueue, clusterQueueOf(state, workload, localQueue));
      increase(finishedOfLocalQueue, localQueue);
    } else if (!isAdmitted(workload) && workload.metadata.deletionTimestamp === undefined) {
      const { reason, underlyingCause } = causeOf(workload);
      const id = `${localQueue}/${reason}/${underlyingCause}/${workload.status.admission?.clusterQueue ?? ''}`;
      const group = groups.get(id);
      if (group) group.count += 1;
      else
        groups.set(
          id,
          firstOf(workload, clusterQueueOf(state, workload, localQueue), isReported(localQueue)),
        );
    }
  }
  return { finishedOfClusterQueue, finishedOfLocalQueue, unadmitted: [...groups.values()] };
}

/** The ClusterQueue that holds or would hold the Workload. */
function clusterQueueOf(state: ClusterState, workload: Workload, localQueue: string): string {
  const holder = workload.status.admission?.clusterQueue;
  return holder ?? state.get('LocalQueue', localQueue)?.spec.clusterQueue ?? '';
}

function causeOf(workload: Workload): Pick<UnadmittedFigures, 'reason' | 'underlyingCause'> {
  const reserved = findCondition(workload, 'QuotaReserved');
  const isReserved = reserved?.status === 'True';
  return {
    reason: findCondition(workload, 'Admitted')?.reason ?? 'NoReservation',
    underlyingCause: isReserved ? '' : (reserved?.reason ?? 'PendingEvaluation'),
  };
}

function firstOf(
  workload: Workload,
  clusterQueue: string,
  isReported: boolean,
): UnadmittedFigures & { count: number } {
  const { namespace } = workload.metadata;
  const localQueue = { name: workload.spec.queueName ?? '', namespace };
  return { clusterQueue, ...causeOf(workload), count: 1, ...(isReported && { localQueue }) };
}

/** Sums up the queued workloads by LocalQueue and ClusterQueue. */
export function tallyPending({ queues }: ClusterState): PendingTally {
  const ofLocalQueue = new Map<string, { active: number; inadmissible: number }>();
  const requests = new Map<string, Map<string, Amount>>();
  const hashes = new Map<string, PendingHashes>();
  for (const key of queues.keys()) {
    const pending = queues.pendingOf(key);
    const standing = queues.placeOf(key);
    if (!pending || !standing || standing.place === 'inFlight') continue;
    const status = standing.place === 'heap' ? 'active' : 'inadmissible';
    entryOf(ofLocalQueue, pending.localQueue, () => ({ active: 0, inadmissible: 0 }))[status] += 1;
    addRequests(
      entryOf(requests, standing.clusterQueue, () => new Map<string, Amount>()),
      pending,
    );
    if (pending.schedulingHash === undefined) continue;
    const seen = entryOf(hashes, standing.clusterQueue, () => ({
      active: new Set(),
      inadmissible: new Set(),
    }));
    seen[status].add(pending.schedulingHash);
  }
  return { ofLocalQueue, requests, hashes };
}

function addRequests(sums: Map<string, Amount>, { podSets }: PendingWorkload): void {
  for (const { requests } of podSets) {
    for (const [resource, amount] of requests) {
      sums.set(resource, addAmounts(sums.get(resource) ?? 0n, amount));
    }
  }
}

function entryOf<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
