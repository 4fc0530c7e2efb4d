import type {
  ClusterQueueFigures,
  CohortFigures,
  Figures,
  LocalQueueFigures,
  PendingFigures,
  UnadmittedFigures,
} from './figures.ts';
import type { Instruments, Labels, Observe } from './instruments.ts';
import type { MetricChoice } from './metric-choice.ts';

type ShowClusterQueue = (queue: ClusterQueueFigures) => void;
type ShowLocalQueue = (queue: LocalQueueFigures) => void;

/** The gauges that show the state; they are emptied and set anew at each scrape (O-9.6, O-10). */
export class StateGauges {
  readonly #showClusterQueue: readonly ShowClusterQueue[];
  readonly #showLocalQueue: ShowLocalQueue | undefined;
  readonly #showCohort: (cohort: CohortFigures) => void;
  readonly #showUnadmitted: ((figures: UnadmittedFigures) => void) | undefined;

  constructor(instruments: Instruments, choice: MetricChoice) {
    this.#showClusterQueue = [
      defineClusterQueueGauges(instruments),
      ...(choice.schedulingHashes ? [defineHashGauge(instruments)] : []),
      ...(choice.clusterQueueResources ? [defineResourceGauges(instruments)] : []),
      ...(choice.clusterQueueResources && choice.shares ? [defineClusterQueueShare(instruments)] : []),
      ...(choice.cohortInfo ? [defineClusterQueueInfo(instruments)] : []),
    ];
    this.#showLocalQueue = choice.localQueues ? defineLocalQueueGauges(instruments) : undefined;
    this.#showCohort = defineCohortGauges(instruments, choice);
    this.#showUnadmitted = choice.unadmitted
      ? defineUnadmittedGauges(instruments, choice.localQueues)
      : undefined;
  }

  set(figures: Figures): void {
    for (const show of this.#showClusterQueue) figures.clusterQueues.forEach(show);
    if (this.#showLocalQueue) for (const queue of figures.localQueues()) this.#showLocalQueue(queue);
    for (const cohort of figures.cohorts()) this.#showCohort(cohort);
    if (this.#showUnadmitted) for (const group of figures.unadmitted()) this.#showUnadmitted(group);
  }
}

function defineClusterQueueGauges(instruments: Instruments): ShowClusterQueue {
  const labels = ['cluster_queue'] as const;
  const perStatus = ['cluster_queue', 'status'] as const;
  const pending = instruments.gauge({
    name: 'pending_workloads',
    help: 'Waiting workloads: active ones are due for a try, inadmissible ones wait for a change',
    labels: perStatus,
  });
  const reserving = instruments.gauge({
    name: 'reserving_active_workloads',
    help: 'Workloads that hold quota now',
    labels,
  });
  const admitted = instruments.gauge({
    name: 'admitted_active_workloads',
    help: 'Workloads that are admitted and have not finished',
    labels,
  });
  const finished = instruments.gauge({
    name: 'finished_workloads',
    help: 'Finished workloads that still exist',
    labels,
  });
  const status = instruments.gauge({
    name: 'cluster_queue_status',
    help: 'One for the status of the ClusterQueue, zero for the others: pending, active, terminating',
    labels: perStatus,
  });
  return (queue) => {
    const own = { cluster_queue: queue.name };
    showPending(pending, own, queue.pending);
    reserving(own, queue.reserving);
    admitted(own, queue.admitted);
    finished(own, queue.finished);
    for (const name of ['pending', 'active', 'terminating']) {
      status({ ...own, status: name }, name === queue.status ? 1 : 0);
    }
  };
}

function defineHashGauge(instruments: Instruments): ShowClusterQueue {
  const hashes = instruments.gauge({
    name: 'pending_scheduling_hashes',
    help: 'Kinds of waiting workloads that differ in what a try depends on',
    labels: ['cluster_queue', 'status'],
  });
  return (queue) => showPending(hashes, { cluster_queue: queue.name }, queue.schedulingHashes());
}

/** The metrics marked R (O-10.2). */
function defineResourceGauges(instruments: Instruments): ShowClusterQueue {
  const labels = ['cohort', 'cluster_queue', 'flavor', 'resource'] as const;
  const define = (name: string, help: string) => instruments.gauge({ name, help, labels });
  const reserved = define('cluster_queue_resource_reservation', 'Quota reserved in a ClusterQueue');
  const used = define('cluster_queue_resource_usage', 'Quota used by admitted workloads of a ClusterQueue');
  const nominal = define('cluster_queue_nominal_quota', 'Nominal quota of a ClusterQueue');
  const borrowing = define('cluster_queue_borrowing_limit', 'What a ClusterQueue may borrow at most');
  const lending = define('cluster_queue_lending_limit', 'What a ClusterQueue may lend at most');
  const pending = instruments.gauge({
    name: 'cluster_queue_resource_pending',
    help: 'What the waiting workloads of a ClusterQueue request',
    labels: ['cluster_queue', 'resource'],
  });
  return (queue) => {
    for (const { flavor, resource, ...figures } of queue.quotas()) {
      const own = { cohort: queue.cohort, cluster_queue: queue.name, flavor, resource };
      reserved(own, figures.reserved);
      used(own, figures.admitted);
      nominal(own, figures.nominal);
      borrowing(own, figures.borrowingLimit);
      lending(own, figures.lendingLimit);
    }
    for (const { resource, amount } of queue.pendingRequests()) {
      pending({ cluster_queue: queue.name, resource }, amount);
    }
  };
}

/** An infinite share is no number here, though it is one for a cohort (S-7.4). */
function defineClusterQueueShare(instruments: Instruments): ShowClusterQueue {
  const share = instruments.gauge({
    name: 'cluster_queue_weighted_share',
    help: 'What a ClusterQueue borrows in thousandths of what could be lent, divided by its weight',
    labels: ['cluster_queue', 'cohort'],
  });
  return ({ name, cohort, weightedShare }) => {
    const value = weightedShare();
    share({ cluster_queue: name, cohort }, Number.isFinite(value) ? value : Number.NaN);
  };
}

function defineClusterQueueInfo(instruments: Instruments): ShowClusterQueue {
  const info = instruments.gauge({
    name: 'cluster_queue_info',
    help: 'Always one; names the cohort of a ClusterQueue and the root above it',
    labels: ['cluster_queue', 'parent_cohort', 'root_cohort'],
  });
  return ({ name, cohort, rootCohort }) =>
    info({ cluster_queue: name, parent_cohort: cohort, root_cohort: rootCohort }, 1);
}

function defineCohortGauges(
  instruments: Instruments,
  { cohortInfo, shares }: Pick<MetricChoice, 'cohortInfo' | 'shares'>,
) {
  const labels = ['cohort', 'flavor', 'resource'] as const;
  const share = shares
    ? instruments.gauge({
        name: 'cohort_weighted_share',
        help: 'What a cohort borrows in thousandths of what could be lent, divided by its weight',
        labels: ['cohort'],
      })
    : undefined;
  const info = cohortInfo
    ? instruments.gauge({
        name: 'cohort_info',
        help: 'Always one; names the parent of a cohort and the root above it',
        labels: ['cohort', 'parent_cohort', 'root_cohort'],
      })
    : undefined;
  const quota = instruments.gauge({
    name: 'cohort_subtree_quota',
    help: 'Quota of a cohort together with what is lent to it from below',
    labels,
  });
  const reserved = instruments.gauge({
    name: 'cohort_subtree_resource_reservations',
    help: 'Quota of a cohort that is reserved below it',
    labels,
  });
  const admitted = instruments.gauge({
    name: 'cohort_subtree_admitted_active_workloads',
    help: 'Workloads below a cohort that are admitted and have not finished',
    labels: ['cohort'],
  });
  return (cohort: CohortFigures) => {
    info?.({ cohort: cohort.name, parent_cohort: cohort.parent, root_cohort: cohort.root }, 1);
    if (cohort.weightedShare !== undefined) share?.({ cohort: cohort.name }, cohort.weightedShare);
    setIfPositive(admitted, { cohort: cohort.name }, cohort.admitted);
    for (const { flavor, resource, ...amounts } of cohort.resources) {
      const own = { cohort: cohort.name, flavor, resource };
      setIfPositive(quota, own, amounts.quota);
      setIfPositive(reserved, own, amounts.reserved);
    }
  };
}

function defineLocalQueueGauges(instruments: Instruments): ShowLocalQueue {
  const show = defineLocalQueueCounts(instruments);
  const labels = ['name', 'namespace', 'flavor', 'resource'] as const;
  const reserved = instruments.gauge({
    name: 'local_queue_resource_reservation',
    help: 'Quota reserved for workloads of a LocalQueue',
    labels,
  });
  const used = instruments.gauge({
    name: 'local_queue_resource_usage',
    help: 'Quota used by admitted workloads of a LocalQueue',
    labels,
  });
  const pastUsage = instruments.gauge({
    name: 'local_queue_admission_fair_sharing_usage',
    help: 'What a LocalQueue used lately, by which admission fair sharing orders',
    labels: ['name', 'namespace', 'cluster_queue'],
  });
  return (queue) => {
    show(queue);
    if (queue.pastUsage !== undefined) {
      const { name, namespace, clusterQueue } = queue;
      pastUsage({ name, namespace, cluster_queue: clusterQueue }, queue.pastUsage);
    }
    for (const { flavor, resource, ...figures } of queue.resources()) {
      const own = { name: queue.name, namespace: queue.namespace, flavor, resource };
      reserved(own, figures.reserved);
      used(own, figures.admitted);
    }
  };
}

function defineLocalQueueCounts(instruments: Instruments): ShowLocalQueue {
  const labels = ['name', 'namespace'] as const;
  const count = (name: string, help: string) => instruments.gauge({ name, help, labels });
  const pending = instruments.gauge({
    name: 'local_queue_pending_workloads',
    help: 'Waiting workloads of a LocalQueue: active or inadmissible',
    labels: [...labels, 'status'],
  });
  const reserving = count('local_queue_reserving_active_workloads', 'Workloads that hold quota now');
  const admitted = count(
    'local_queue_admitted_active_workloads',
    'Workloads of a LocalQueue that are admitted and have not finished',
  );
  const finished = count('local_queue_finished_workloads', 'Finished workloads that still exist');
  const status = instruments.gauge({
    name: 'local_queue_status',
    help: 'One for the state of the condition Active of a LocalQueue, zero for the others',
    labels: [...labels, 'active'],
  });
  return (queue) => {
    const own = { name: queue.name, namespace: queue.namespace };
    showPending(pending, own, queue.pending);
    reserving(own, queue.reserving);
    admitted(own, queue.admitted);
    finished(own, queue.finished);
    for (const active of ['True', 'False', 'Unknown']) {
      status({ ...own, active }, active === queue.active ? 1 : 0);
    }
  };
}

function defineUnadmittedGauges(instruments: Instruments, hasLocalQueues: boolean) {
  const causes = ['reason', 'underlying_cause'] as const;
  const ofClusterQueue = instruments.gauge({
    name: 'unadmitted_workloads',
    help: 'Workloads that are neither admitted nor finished, by what keeps them',
    labels: ['cluster_queue', ...causes],
  });
  const ofLocalQueue = hasLocalQueues
    ? instruments.gauge({
        name: 'local_queue_unadmitted_workloads',
        help: 'Workloads of a LocalQueue that are neither admitted nor finished, by what keeps them',
        labels: ['name', 'namespace', 'cluster_queue', ...causes],
      })
    : undefined;
  return ({ clusterQueue, localQueue, reason, underlyingCause, count }: UnadmittedFigures) => {
    const own = { cluster_queue: clusterQueue, reason, underlying_cause: underlyingCause };
    ofClusterQueue(own, count);
    if (localQueue) ofLocalQueue?.({ ...own, ...localQueue }, count);
  };
}

function showPending<Own extends Record<string, string>>(
  gauge: Observe<(keyof Own & string) | 'status'>,
  own: Own,
  { active, inadmissible }: PendingFigures,
): void {
  const labels = (status: string) => ({ ...own, status }) as Labels<(keyof Own & string) | 'status'>;
  gauge(labels('active'), active);
  gauge(labels('inadmissible'), inadmissible);
}

/** A sum that is not positive has no series (O-11.5). */
function setIfPositive<Label extends string>(
  gauge: Observe<Label>,
  labels: Labels<Label>,
  value: number,
): void {
  if (value > 0) gauge(labels, value);
}
