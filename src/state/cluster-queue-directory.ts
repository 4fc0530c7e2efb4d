import type { AdmissionCheck, ClusterQueue, ClusterQueueSpec } from '../api/index.ts';
import { controllerNames } from '../api/index.ts';
import type { PendingQueues } from '../core/queues/index.ts';
import { judgeActivity } from '../core/quota/index.ts';
import type { Activity, ActivityInput, QuotaTree } from '../core/quota/index.ts';
import { Multimap } from './multimap.ts';
import type { ObjectStores } from './object-stores.ts';
import { readQuotas, readWeight } from './read-quotas.ts';

interface Known {
  readonly object: ClusterQueue;
  readonly activity: Activity;
}

interface Surroundings {
  readonly stores: ObjectStores;
  readonly tree: QuotaTree;
  readonly queues: PendingQueues;
}

/** All ClusterQueues that exist, with what their activity depends on; keeps tree and queues in step (S-2.15). */
export class ClusterQueueDirectory {
  readonly byFlavor = new Multimap();
  readonly byCheck = new Multimap();
  readonly #known = new Map<string, Known>();
  readonly #stores: ObjectStores;
  readonly #tree: QuotaTree;
  readonly #queues: PendingQueues;

  constructor({ stores, tree, queues }: Surroundings) {
    this.#stores = stores;
    this.#tree = tree;
    this.#queues = queues;
  }

  has(name: string): boolean {
    return this.#known.has(name);
  }

  object(name: string): ClusterQueue | undefined {
    return this.#known.get(name)?.object;
  }

  activity(name: string): Activity | undefined {
    return this.#known.get(name)?.activity;
  }

  /** Enters a ClusterQueue or its newer version; its quota goes into the tree. */
  set(clusterQueue: ClusterQueue): void {
    const { name } = clusterQueue.metadata;
    const { spec } = clusterQueue;
    this.#reindex(name, clusterQueue);
    const activity = this.#judge(clusterQueue);
    this.#known.set(name, { object: clusterQueue, activity });
    const { cohortName: cohort, resourceGroups, fairSharing } = spec;
    const quotas = readQuotas(resourceGroups);
    this.#tree.setClusterQueue(name, { cohort, quotas, weight: readWeight(fairSharing) });
    this.#apply(name, spec, activity);
  }

  remove(name: string): void {
    this.#reindex(name, undefined);
    this.#known.delete(name);
    this.#queues.removeClusterQueue(name);
    this.#tree.removeClusterQueue(name);
  }

  /** Judges the activity again after a flavor or check changed. */
  rejudge(name: string): 'same' | 'changed' | 'activated' {
    const known = this.#known.get(name);
    if (known === undefined) return 'same';
    const activity = this.#judge(known.object);
    if (activity.message === known.activity.message && activity.reason === known.activity.reason)
      return 'same';
    this.#known.set(name, { object: known.object, activity });
    this.#apply(name, known.object.spec, activity);
    return activity.isActive ? 'activated' : 'changed';
  }

  #apply(name: string, spec: ClusterQueueSpec, { isActive }: Activity): void {
    this.#tree.setActive(name, isActive);
    this.#queues.upsertClusterQueue(name, { strategy: spec.queueingStrategy, isActive });
  }

  #reindex(name: string, after: ClusterQueue | undefined): void {
    const before = this.#known.get(name)?.object;
    if (before?.spec === after?.spec) return;
    for (const flavor of flavorsOf(before)) this.byFlavor.delete(flavor, name);
    for (const check of checksOf(before)) this.byCheck.delete(check.name, name);
    for (const flavor of flavorsOf(after)) this.byFlavor.add(flavor, name);
    for (const check of checksOf(after)) this.byCheck.add(check.name, name);
  }

  #judge(clusterQueue: ClusterQueue): Activity {
    const rules = checksOf(clusterQueue).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const checks = rules.map(({ name }) => ({ name, check: this.#stores.get('AdmissionCheck', name) }));
    const namesWhere = (holds: (check: AdmissionCheck | undefined) => boolean): string[] =>
      checks.filter(({ check }) => holds(check)).map(({ name }) => name);
    const multiKueueChecks = namesWhere((check) => check?.spec.controllerName === controllerNames.multiKueue);
    const perFlavor = new Set(
      rules.filter(({ onFlavors = [] }) => onFlavors.length > 0).map(({ name }) => name),
    );
    const input: ActivityInput = {
      isTerminating: clusterQueue.metadata.deletionTimestamp !== undefined,
      isStopped: clusterQueue.spec.stopPolicy !== 'None',
      missingFlavors: flavorsOf(clusterQueue).filter((name) => !this.#stores.of('ResourceFlavor').has(name)),
      missingChecks: namesWhere((check) => check === undefined),
      inactiveChecks: namesWhere((check) => check !== undefined && !isCheckActive(check)),
      multiKueueChecks,
      multiKueueChecksPerFlavor: multiKueueChecks.filter((name) => perFlavor.has(name)),
      provisioningChecks: namesWhere(
        (check) => check?.spec.controllerName === controllerNames.provisioningRequest,
      ),
      isOtherwiseInactive: false,
    };
    return judgeActivity(input);
  }
}

/** The flavors that a ClusterQueue lists, in spec order. */
function flavorsOf(clusterQueue: ClusterQueue | undefined): readonly string[] {
  return (clusterQueue?.spec.resourceGroups ?? []).flatMap(({ flavors }) => flavors.map(({ name }) => name));
}

/**
 * The checks that an admission with these flavors has to pass, sorted: those for all flavors, and those for one of
 * these (L-9.2).
 */
export function checksFor(clusterQueue: ClusterQueue, flavors: Iterable<string>): string[] {
  const assigned = new Set(flavors);
  const applies = (onFlavors: readonly string[]): boolean =>
    onFlavors.length === 0 || onFlavors.some((flavor) => assigned.has(flavor));
  return checksOf(clusterQueue)
    .filter(({ onFlavors = [] }) => applies(onFlavors))
    .map(({ name }) => name)
    .toSorted();
}

function checksOf(clusterQueue: ClusterQueue | undefined) {
  return clusterQueue?.spec.admissionChecksStrategy?.admissionChecks ?? [];
}

function isCheckActive(check: AdmissionCheck): boolean {
  return check.status.conditions?.some(({ type, status }) => type === 'Active' && status === 'True') ?? false;
}
