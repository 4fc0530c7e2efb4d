import type { LocalQueue, Workload } from '../api/index.ts';
import { addAmounts, addUsage, parseQuantity, resourceOf } from '../core/amounts/index.ts';
import type { Amount, Requests, Usage } from '../core/amounts/index.ts';
import { UsageLedger } from '../core/queues/index.ts';
import type { NanoAmounts, PendingQueues, UsageSample } from '../core/queues/index.ts';
import { hasQuotaReservation, isActive, isAdmitted, isFinished } from '../core/workload/index.ts';
import type { ClusterQueueDirectory } from './cluster-queue-directory.ts';
import type { ClusterStateOptions } from './cluster-state-options.ts';
import type { ObjectStores } from './object-stores.ts';
import { readWeight } from './read-quotas.ts';
import { localQueueKeyOf } from './state-kinds.ts';
import type { WorkloadAccounting } from './workload-accounting.ts';

interface Surroundings {
  readonly options: ClusterStateOptions;
  readonly stores: ObjectStores;
  readonly queues: PendingQueues;
  readonly clusterQueues: ClusterQueueDirectory;
  readonly accounting: WorkloadAccounting;
  version: number;
}

/**
 * Keeps what LocalQueues have consumed lately, and the order of ClusterQueues that ask for usage-based admission in
 * step with it (section 8). Without the setting nothing is kept.
 */
export class PastUsage {
  readonly #picture: Surroundings;
  readonly #ledger: UsageLedger | undefined;

  constructor(picture: Surroundings) {
    this.#picture = picture;
    const options = picture.options.scheduling.admissionFairSharing;
    this.#ledger = options && new UsageLedger(options);
  }

  /** What the LocalQueue has used, where the order of the ClusterQueue goes by that (S-8.4). */
  usageOf(clusterQueue: string, localQueue: string): number | undefined {
    if (this.#ledger === undefined || !this.#ordersByUsage(clusterQueue)) return undefined;
    const object = this.#picture.stores.get('LocalQueue', localQueue);
    return this.#ledger.usageOf(localQueue, object ? readWeight(object.spec.fairSharing) : 1);
  }

  /** A workload that still waits is assumed to be admitted (S-8.6). */
  charge(key: string, before: Workload, after: Workload): void {
    const clusterQueue = after.status.admission?.clusterQueue ?? '';
    const pending = this.#picture.queues.pendingOf(key);
    if (this.#ledger === undefined || pending === undefined) return;
    if (hasQuotaReservation(before) || !this.#ordersByUsage(clusterQueue)) return;
    const all = pending.podSets.map(({ requests }) => requests).reduce(addUsage, new Map<string, Amount>());
    const totals = this.#countedOf(all, clusterQueue);
    const localQueue = localQueueKeyOf(before);
    this.#ledger.charge(localQueue, { workload: key, totals }, this.#now());
    this.#rank(localQueue);
  }

  /** An observed workload may have become admitted; its usage is accounted already (S-8.7). */
  observe(key: string, before: Workload | undefined, after: Workload): void {
    const clusterQueue = after.status.admission?.clusterQueue ?? '';
    if (this.#ledger === undefined || before === undefined) return;
    if (isAdmitted(before) || !isAdmitted(after) || !isActive(after)) return;
    if (!this.#ordersByUsage(clusterQueue)) return;
    const localQueue = localQueueKeyOf(after);
    this.#ledger.settle(localQueue, { workload: key, admitted: this.#admittedBy(localQueue) }, this.#now());
    this.#rank(localQueue);
  }

  /** Forgets the penalty of a workload that will not be admitted with it (S-8.8). */
  react(key: string, before: Workload | undefined, after: Workload | undefined): void {
    const isDone =
      after === undefined || isFinished(after) || (!isActive(after) && !hasQuotaReservation(after));
    const hasMoved = before && after && localQueueKeyOf(before) !== localQueueKeyOf(after);
    if (isDone || hasMoved) this.drop(key);
  }

  /** Forgets the penalty of a workload (S-8.8). */
  drop(key: string): void {
    const localQueue = this.#ledger?.drop(key);
    if (localQueue !== undefined) this.#rank(localQueue);
  }

  /** A LocalQueue appears, changes or disappears (S-8.10, S-8.11). */
  reactToLocalQueue(key: string, before: LocalQueue | undefined, after: LocalQueue | undefined): void {
    if (this.#ledger === undefined) return;
    const [old = '', now = ''] = [before?.spec.clusterQueue, after?.spec.clusterQueue];
    if (old !== now) this.#picture.queues.setUsage(old, key, 0);
    if (after === undefined) this.#ledger.remove(key);
    else this.refresh(key);
  }

  /** Looks anew at a LocalQueue whose ClusterQueue appeared or changed (D-11). */
  refresh(localQueue: string): void {
    const object = this.#picture.stores.get('LocalQueue', localQueue);
    if (this.#ledger === undefined || object === undefined) return;
    if (this.#ordersByUsage(object.spec.clusterQueue)) {
      const status = object.status.fairSharing?.admissionFairSharingStatus;
      this.#ledger.seed(localQueue, status && readAmounts(status.consumedResources), this.#now());
    }
    this.#rank(localQueue);
  }

  /** Samples the usage of a LocalQueue if that is due; gives the time until the next time, if there is one (S-8.9). */
  sample(localQueue: string): number | undefined {
    const object = this.#picture.stores.get('LocalQueue', localQueue);
    if (this.#ledger === undefined || !this.#ordersByUsage(object?.spec.clusterQueue)) return undefined;
    const restMs = this.#ledger.sample(localQueue, this.#admittedBy(localQueue), this.#now());
    this.#rank(localQueue);
    return restMs;
  }

  sampleOf(localQueue: string): UsageSample | undefined {
    return this.#ledger?.sampleOf(localQueue);
  }

  #ordersByUsage(clusterQueue: string | undefined): boolean {
    const { admissionScope } = this.#picture.clusterQueues.object(clusterQueue ?? '')?.spec ?? {};
    return admissionScope?.admissionMode === 'UsageBasedAdmissionFairSharing';
  }

  /** Puts the waiting workloads of a LocalQueue where its usage wants them; decisions may be others then. */
  #rank(localQueue: string): void {
    const clusterQueue = this.#picture.stores.get('LocalQueue', localQueue)?.spec.clusterQueue;
    if (clusterQueue === undefined) return;
    const usage = this.usageOf(clusterQueue, localQueue) ?? 0;
    if (this.#picture.queues.setUsage(clusterQueue, localQueue, usage)) this.#picture.version += 1;
  }

  /** Resources that no group covers count only where they would block (S-8.6). */
  #countedOf(totals: Requests, clusterQueue: string): Requests {
    if (this.#picture.options.scheduling.quotaCheckStrategy !== 'IgnoreUndeclared') return totals;
    const groups = this.#picture.clusterQueues.object(clusterQueue)?.spec.resourceGroups ?? [];
    const covered = new Set(groups.flatMap(({ coveredResources }) => coveredResources));
    return new Map([...totals].filter(([resource]) => covered.has(resource)));
  }

  #admittedBy(localQueue: string): Requests {
    return byResource(this.#picture.accounting.ofLocalQueue(localQueue).used.read());
  }

  #now(): number {
    return this.#picture.options.clock();
  }
}

function byResource(usage: Usage): Requests {
  const totals = new Map<string, Amount>();
  for (const [pair, amount] of usage) {
    const resource = resourceOf(pair);
    totals.set(resource, addAmounts(totals.get(resource) ?? 0n, amount));
  }
  return totals;
}

function readAmounts(quantities: Readonly<Record<string, string | number>>): NanoAmounts {
  return new Map(Object.entries(quantities).map(([name, quantity]) => [name, parseQuantity(quantity).nano]));
}
