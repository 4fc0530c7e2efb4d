import type { Workload } from '../api/index.ts';
import { matchesSelector } from '../core/workload/index.ts';
import { PendingQueues } from '../core/queues/index.ts';
import { QuotaTree } from '../core/quota/index.ts';
import { Assumptions } from './assumptions.ts';
import { ClusterQueueDirectory } from './cluster-queue-directory.ts';
import type { ClusterStateOptions } from './cluster-state-options.ts';
import { LimitRangeLists } from './limit-range-lists.ts';
import { LocalQueueIndexes } from './local-queue-doors.ts';
import { ObjectStores } from './object-stores.ts';
import { PastUsage } from './past-usage.ts';
import { QueueMembership } from './queue-membership.ts';
import { WakeUps } from './wake-ups.ts';
import { WorkloadAccounting } from './workload-accounting.ts';
import { WorkloadIndexes } from './workload-indexes.ts';

/** The parts of the state that reactions to events work on. */
export class Picture {
  readonly options: ClusterStateOptions;
  readonly stores = new ObjectStores();
  readonly assumptions = new Assumptions();
  readonly tree = new QuotaTree();
  readonly queues = new PendingQueues();
  readonly workloads = new WorkloadIndexes();
  readonly localQueues = new LocalQueueIndexes();
  readonly limitRanges = new LimitRangeLists();
  readonly wakeUps = new WakeUps(this.queues, this.tree);
  readonly clusterQueues = new ClusterQueueDirectory(this);
  readonly accounting: WorkloadAccounting;
  readonly membership: QueueMembership;
  readonly pastUsage: PastUsage;
  /** ClusterQueues whose activity changed in the present reaction. */
  readonly activityChanges = new Set<string>();
  /** Grows with every change that could alter a decision. */
  version = 0;

  constructor(options: ClusterStateOptions) {
    this.options = options;
    this.accounting = new WorkloadAccounting(this.tree, options.scheduling);
    this.membership = new QueueMembership(this);
    this.pastUsage = new PastUsage(this);
  }

  /** The workload as decisions see it: with its assumed admission, if there is one. */
  workload(key: string): Workload | undefined {
    return this.assumptions.get(key) ?? this.stores.get('Workload', key);
  }

  namespaceLabels(namespace: string): Readonly<Record<string, string>> | undefined {
    const object = this.stores.get('Namespace', namespace);
    return object && (object.metadata.labels ?? {});
  }

  /** Whether workloads of a namespace may use a ClusterQueue; one that does not exist may not (S-3.17). */
  matchesNamespace(clusterQueue: string, namespace: string): boolean {
    const labels = this.namespaceLabels(namespace);
    if (labels === undefined) return false;
    return matchesSelector(this.clusterQueues.object(clusterQueue)?.spec.namespaceSelector, labels);
  }
}
