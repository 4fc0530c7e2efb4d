import type { Workload } from '../api/index.ts';
import { countsInQuota } from '../core/workload/index.ts';
import { Multimap } from './multimap.ts';
import { keyOf, localQueueKeyOf } from './state-kinds.ts';

/** Keys of Workloads by what decisions and reconcilers look them up with; maintained, never searched. */
export class WorkloadIndexes {
  readonly byLocalQueue = new Multimap();
  readonly byOwner = new Multimap();
  /** Those that hold quota there, whether the ClusterQueue exists or not. */
  readonly byClusterQueue = new Multimap();
  /** By WorkloadPriorityClass; PriorityClasses of Kubernetes do not change. */
  readonly byPriorityClass = new Multimap();
  readonly byRuntimeClass = new Multimap();
  readonly #localQueuesByNamespace = new Multimap();

  update(before: Workload | undefined, after: Workload | undefined): void {
    move(this.byOwner, ownersOf, { before, after });
    move(this.byClusterQueue, reservedClusterQueueOf, { before, after });
    move(this.byPriorityClass, priorityClassOf, { before, after });
    move(this.byRuntimeClass, runtimeClassesOf, { before, after });
    const from = before && localQueueKeyOf(before);
    const to = after && localQueueKeyOf(after);
    if (from === to) return;
    if (before && from !== undefined) this.#leaveLocalQueue(before, from);
    if (after && to !== undefined) {
      this.byLocalQueue.add(to, keyOf(after));
      this.#localQueuesByNamespace.add(after.metadata.namespace, to);
    }
  }

  ofNamespace(namespace: string): readonly string[] {
    return this.#localQueuesByNamespace.get(namespace).flatMap((key) => this.byLocalQueue.get(key));
  }

  #leaveLocalQueue(workload: Workload, localQueue: string): void {
    this.byLocalQueue.delete(localQueue, keyOf(workload));
    if (this.byLocalQueue.has(localQueue)) return;
    this.#localQueuesByNamespace.delete(workload.metadata.namespace, localQueue);
  }
}

function move(
  index: Multimap,
  valuesOf: (workload: Workload) => readonly string[],
  { before, after }: { before: Workload | undefined; after: Workload | undefined },
): void {
  const old = before ? valuesOf(before) : [];
  const fresh = after ? valuesOf(after) : [];
  if (old.length === fresh.length && old.every((value, position) => value === fresh[position])) return;
  if (before) for (const value of old) index.delete(value, keyOf(before));
  if (after) for (const value of fresh) index.add(value, keyOf(after));
}

function ownersOf({ metadata }: Workload): readonly string[] {
  return metadata.ownerReferences?.map((owner) => owner.uid) ?? [];
}

function reservedClusterQueueOf(workload: Workload): readonly string[] {
  const { admission } = workload.status;
  return admission && countsInQuota(workload) ? [admission.clusterQueue] : [];
}

function priorityClassOf({ spec }: Workload): readonly string[] {
  const { priorityClassRef } = spec;
  return priorityClassRef?.kind === 'WorkloadPriorityClass' ? [priorityClassRef.name] : [];
}

function runtimeClassesOf({ spec }: Workload): readonly string[] {
  return spec.podSets.flatMap(({ template }) => template.spec?.runtimeClassName ?? []);
}
