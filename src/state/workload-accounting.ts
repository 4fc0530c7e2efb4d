import type { Workload } from '../api/index.ts';
import type { QuotaTree } from '../core/quota/index.ts';
import { countsInQuota, isAdmitted, usageOfAdmission } from '../core/workload/index.ts';
import type { SchedulingOptions } from '../core/workload/index.ts';
import type { Account } from './account.ts';
import { ReservingWorkloads } from './reserving-workloads.ts';
import { localQueueKeyOf } from './state-kinds.ts';
import { UsageTotals } from './usage-totals.ts';

/** Numbers of a ClusterQueue or LocalQueue: workloads that hold quota, and the admitted ones among them. */
class QueueTotals {
  reserving = 0;
  admitted = 0;
  readonly reserved = new UsageTotals();
  readonly used = new UsageTotals();

  add(account: Account): void {
    this.reserving += 1;
    this.reserved.add(account.usage);
    if (!account.isAdmitted) return;
    this.admitted += 1;
    this.used.add(account.usage);
  }

  remove(account: Account): void {
    this.reserving -= 1;
    this.reserved.remove(account.usage);
    if (!account.isAdmitted) return;
    this.admitted -= 1;
    this.used.remove(account.usage);
  }
}

const empty = new QueueTotals();

/** The usage of all workloads that hold quota, assumed ones included (S-2.18 to S-2.20). */
export class WorkloadAccounting {
  readonly reserving: ReservingWorkloads;
  readonly #tree: QuotaTree;
  readonly #options: SchedulingOptions;
  readonly #accounts = new Map<string, Account>();
  readonly #clusterQueues = new Map<string, QueueTotals>();
  readonly #localQueues = new Map<string, QueueTotals>();

  constructor(tree: QuotaTree, options: SchedulingOptions) {
    this.#tree = tree;
    this.#options = options;
    this.reserving = new ReservingWorkloads(options);
  }

  /** Accounts a workload as it is now, once, in place of what was accounted for it before (S-2.18). */
  sync(key: string, workload: Workload | undefined): void {
    this.#take(key);
    const account = workload && this.#accountOf(workload);
    if (workload && account) {
      this.#put(key, account);
      this.reserving.put(workload, account);
    } else {
      this.reserving.forget(key);
    }
  }

  get(key: string): Account | undefined {
    return this.#accounts.get(key);
  }

  keys(): IterableIterator<string> {
    return this.#accounts.keys();
  }

  ofClusterQueue(name: string): QueueTotals {
    return this.#clusterQueues.get(name) ?? empty;
  }

  ofLocalQueue(key: string): QueueTotals {
    return this.#localQueues.get(key) ?? empty;
  }

  /** A workload whose ClusterQueue does not exist is accounted nowhere until it appears (S-2.10). */
  #accountOf(workload: Workload): Account | undefined {
    const clusterQueue = workload.status.admission?.clusterQueue;
    if (clusterQueue === undefined || !countsInQuota(workload)) return undefined;
    if (!this.#tree.hasClusterQueue(clusterQueue)) return undefined;
    return {
      clusterQueue,
      localQueue: localQueueKeyOf(workload),
      usage: usageOfAdmission(workload, this.#options),
      isAdmitted: isAdmitted(workload),
    };
  }

  #put(key: string, account: Account): void {
    this.#accounts.set(key, account);
    this.#tree.addUsage(account.clusterQueue, account.usage);
    totalsOf(this.#clusterQueues, account.clusterQueue).add(account);
    totalsOf(this.#localQueues, account.localQueue).add(account);
  }

  #take(key: string): void {
    const account = this.#accounts.get(key);
    if (account === undefined) return;
    this.#accounts.delete(key);
    this.reserving.take(key);
    this.#tree.removeUsage(account.clusterQueue, account.usage);
    this.#takeFrom(this.#clusterQueues, account.clusterQueue, account);
    this.#takeFrom(this.#localQueues, account.localQueue, account);
  }

  #takeFrom(queues: Map<string, QueueTotals>, name: string, account: Account): void {
    const totals = totalsOf(queues, name);
    totals.remove(account);
    if (totals.reserving === 0) queues.delete(name);
  }
}

function totalsOf(queues: Map<string, QueueTotals>, name: string): QueueTotals {
  let totals = queues.get(name);
  if (totals === undefined) queues.set(name, (totals = new QueueTotals()));
  return totals;
}
