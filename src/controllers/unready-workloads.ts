import type { Workload } from '../api/index.ts';
import { countsInQuota, findCondition } from '../core/workload/index.ts';
import { keyOf } from '../state/index.ts';
import type { ClusterState, StateChange } from '../state/index.ts';

/** The workloads that hold quota and whose pods are not all ready: while there is one, `blockAdmission` admits nothing (S-4.19). */
export class UnreadyWorkloads {
  readonly #keys = new Set<string>();

  /** Counts what the state holds now; the caller hands in each change from then on. */
  load(state: Pick<ClusterState, 'list'>): void {
    for (const workload of state.list('Workload')) this.#take(keyOf(workload), workload);
  }

  /** Takes one change in; other kinds change nothing. */
  observe({ kind, key, after }: StateChange): void {
    if (kind === 'Workload') this.#take(key, after as Workload | undefined);
  }

  get areAny(): boolean {
    return this.#keys.size > 0;
  }

  #take(key: string, workload: Workload | undefined): void {
    if (workload && countsInQuota(workload) && !isReady(workload)) this.#keys.add(key);
    else this.#keys.delete(key);
  }
}

function isReady(workload: Workload): boolean {
  return findCondition(workload, 'PodsReady')?.status === 'True';
}
