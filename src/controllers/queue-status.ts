import { conditionTypes, localQueueActiveReasons } from '../api/index.ts';
import type { ClusterQueueSpec, Condition, FlavorUsage, LocalQueueFlavorUsage } from '../api/index.ts';
import { flavorResource, formatAmount, quotaAmount, subtractAmounts } from '../core/amounts/index.ts';
import type { Usage } from '../core/amounts/index.ts';
import { withCondition } from '../core/workload/index.ts';
import type { EpochMs } from '../core/workload/index.ts';

/** The verdict on a queue, as its condition `Active` shows it. */
export interface ActiveVerdict {
  readonly isActive: boolean;
  readonly reason: string;
  readonly message: string;
}

interface Conditioned {
  readonly metadata: { readonly generation: number };
  readonly status: { readonly conditions?: readonly Condition[] | undefined };
}

/** The condition list of a queue with `Active` written. */
export function withActive(
  { metadata, status }: Conditioned,
  verdict: ActiveVerdict,
  now: EpochMs,
): Condition[] {
  const written = {
    type: conditionTypes.active,
    status: verdict.isActive ? ('True' as const) : ('False' as const),
    reason: verdict.reason,
    message: verdict.message,
    observedGeneration: metadata.generation,
  };
  return [...withCondition(status.conditions ?? [], written, now)];
}

/** Whether jobs may be submitted to a LocalQueue, from its own stop policy and its ClusterQueue (L-13.3). */
export function judgeLocalQueue(
  stopPolicy: string,
  clusterQueue: { readonly exists: boolean; readonly isActive: boolean },
): ActiveVerdict {
  const message = "Can't submit new workloads to clusterQueue";
  const { stopped, clusterQueueDoesNotExist, clusterQueueIsInactive, ready } = localQueueActiveReasons;
  if (stopPolicy !== 'None') return { isActive: false, reason: stopped, message: 'LocalQueue is stopped' };
  if (!clusterQueue.exists) return { isActive: false, reason: clusterQueueDoesNotExist, message };
  if (!clusterQueue.isActive) return { isActive: false, reason: clusterQueueIsInactive, message };
  return { isActive: true, reason: ready, message: 'Can submit new workloads to localQueue' };
}

/** A ClusterQueue's usage: flavors in spec order, resources by name, zeros included (L-13.8). */
export function clusterQueueUsage(spec: ClusterQueueSpec, usage: Usage): FlavorUsage[] {
  const isInCohort = spec.cohortName !== undefined;
  return flavorsOf(spec).map((flavor) => ({
    name: flavor.name,
    resources: byName(flavor.resources).map(({ name, nominalQuota }) => {
      const total = usage.get(flavorResource(flavor.name, name)) ?? 0n;
      const over = isInCohort ? subtractAmounts(total, quotaAmount(name, nominalQuota)) : 0n;
      const borrowed = formatAmount(name, over > 0n ? over : 0n);
      return { name, total: formatAmount(name, total), borrowed };
    }),
  }));
}

/** A LocalQueue's share of the usage, in the order of its ClusterQueue (L-13.4). */
export function localQueueUsage(spec: ClusterQueueSpec, usage: Usage): LocalQueueFlavorUsage[] {
  return flavorsOf(spec).map((flavor) => ({
    name: flavor.name,
    resources: byName(flavor.resources).map(({ name }) => {
      const total = usage.get(flavorResource(flavor.name, name)) ?? 0n;
      return { name, total: formatAmount(name, total) };
    }),
  }));
}

function flavorsOf(
  spec: ClusterQueueSpec,
): NonNullable<ClusterQueueSpec['resourceGroups']>[number]['flavors'] {
  return (spec.resourceGroups ?? []).flatMap(({ flavors }) => flavors);
}

function byName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
