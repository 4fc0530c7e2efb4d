import { isDeepStrictEqual } from 'node:util';
import type { ClusterQueue, Cohort, Workload } from '../api/index.ts';
import type { ClusterState, StateChange } from '../state/index.ts';
import type { Enqueue } from './routing.ts';

/** How long shares may lag behind usage, so that many changes make one write. */
const SHARE_LAG_MS = 1000;

/**
 * Tells whose share must be computed again after a change: usage concerns the cohorts above, and what is lent the
 * whole tree (L-13.8, L-13.11).
 */
export class ShareRouter {
  readonly #state: ClusterState;
  readonly #enqueue: Enqueue;
  /** Without fair sharing only a share from before is taken out of the status. */
  readonly #isOn: boolean;

  constructor(state: ClusterState, enqueue: Enqueue) {
    this.#state = state;
    this.#enqueue = enqueue;
    this.#isOn = state.options.scheduling.fairSharing !== undefined;
  }

  route({ kind, key, before, after }: StateChange): void {
    if (kind === 'Cohort') this.#routeCohort(key, before as Cohort | undefined, after as Cohort | undefined);
    if (!this.#isOn) return;
    if (kind === 'Workload') {
      this.#routeUsage(before as Workload | undefined, after as Workload | undefined);
    } else if (kind === 'ClusterQueue') {
      this.#routeClusterQueue(before as ClusterQueue | undefined, after as ClusterQueue | undefined);
    }
  }

  /** Looks at every Cohort, as a new leader must. */
  routeAll(): void {
    for (const { metadata } of this.#state.list('Cohort')) this.#enqueue('Cohort', metadata.name);
  }

  #routeUsage(before: Workload | undefined, after: Workload | undefined): void {
    const names = [before, after].map((workload) => workload?.status.admission?.clusterQueue);
    for (const name of new Set(names)) {
      const cohort = name && this.#state.get('ClusterQueue', name)?.spec.cohortName;
      if (cohort)
        for (const above of this.#cohortsUpFrom(cohort)) this.#enqueue('Cohort', above, SHARE_LAG_MS);
    }
  }

  #routeClusterQueue(before: ClusterQueue | undefined, after: ClusterQueue | undefined): void {
    if (before && after && isDeepStrictEqual(before.spec, after.spec)) return;
    for (const name of new Set([before?.spec.cohortName, after?.spec.cohortName])) {
      if (name) this.#enqueueTree(name);
    }
  }

  #routeCohort(name: string, before: Cohort | undefined, after: Cohort | undefined): void {
    if (before && after && isDeepStrictEqual(before.spec, after.spec)) return;
    this.#enqueue('Cohort', name);
    if (!this.#isOn) return;
    for (const root of new Set([name, before?.spec.parentName])) if (root) this.#enqueueTree(root);
  }

  #enqueueTree(cohort: string): void {
    const { tree } = this.#state;
    for (const name of tree.clusterQueuesOfCohortTree(cohort)) {
      this.#enqueue('ClusterQueue', name, SHARE_LAG_MS);
    }
    for (const name of tree.cohortsOfCohortTree(cohort)) this.#enqueue('Cohort', name, SHARE_LAG_MS);
  }

  /** Only Cohorts with an object have a status, and a parent. */
  #cohortsUpFrom(cohort: string): ReadonlySet<string> {
    const names = new Set<string>();
    let name: string | undefined = cohort;
    while (name !== undefined && !names.has(name)) {
      names.add(name);
      name = this.#state.get('Cohort', name)?.spec.parentName;
    }
    return names;
  }
}
