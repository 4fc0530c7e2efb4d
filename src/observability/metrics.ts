import type { Workload } from '../api/index.ts';
import type { FigureSource } from './figures.ts';
import { defineCreationLatency, defineFlowInstruments, defineLocalQueueFlow } from './flow-instruments.ts';
import { Instruments } from './instruments.ts';
import type { Observe, ReplicaRole } from './instruments.ts';
import type { MetricChoice } from './metric-choice.ts';
import { ProcessMetrics } from './process-metrics.ts';
import type { BuildFacts, WriteCounts } from './process-metrics.ts';
import { SeriesLifetime } from './series-lifetime.ts';
import { StateGauges } from './state-gauges.ts';
import {
  executionSeconds,
  findEviction,
  priorityClassLabel,
  queueStartMs,
  trueCondition,
} from './workload-facts.ts';

export interface MetricsOptions {
  readonly role: ReplicaRole;
  readonly enableClusterQueueResources: boolean;
  /** Gate LocalQueueMetrics and `metrics.localQueueMetrics.enable` together. */
  readonly localQueues: boolean;
  readonly build: BuildFacts;
  /** The Lease of the leader election; without one there is no `leader_election_master_status`. */
  readonly leaseName?: string;
  /** Fair sharing is on, so that there are shares; off unless it is said. */
  readonly fairSharing?: boolean;
  /** Metrics that exist only with their feature gates; all of them unless it is said otherwise. */
  readonly gated?: Partial<
    Pick<MetricChoice, 'cohortInfo' | 'schedulingHashes' | 'unadmitted' | 'creationLatency'>
  >;
}

/** A workload that was given something, and how long it waited for that. */
export interface WaitedWorkload {
  readonly workload: Workload;
  readonly clusterQueue: string;
  readonly waitedMs: number;
}

/** The metrics of O-10: what happened is recorded, what is true now is read from the state at each scrape. */
export class Metrics {
  readonly #instruments: Instruments;
  readonly #process: ProcessMetrics;
  readonly #gauges: StateGauges;
  readonly #lifetime: SeriesLifetime;
  readonly #flow: ReturnType<typeof defineFlowInstruments>;
  readonly #localQueueFlow: ReturnType<typeof defineLocalQueueFlow> | undefined;
  readonly #creationLatency: Observe<'job_kind'> | undefined;
  readonly #showSkips: Observe<'cluster_queue'>;
  readonly #skips = new Map<string, number>();
  readonly #leaseName: string | undefined;
  #source: FigureSource | undefined;
  #scrape: Promise<string> | undefined;

  constructor({ role, build, leaseName, ...options }: MetricsOptions) {
    const choice = choose(options);
    const instruments = new Instruments(role);
    this.#instruments = instruments;
    this.#process = new ProcessMetrics(instruments.registry, build);
    this.#flow = defineFlowInstruments(instruments);
    this.#localQueueFlow = choice.localQueues ? defineLocalQueueFlow(instruments) : undefined;
    this.#creationLatency = choice.creationLatency ? defineCreationLatency(instruments) : undefined;
    this.#showSkips = instruments.gauge({
      name: 'admission_cycle_preemption_skips',
      help: 'Workloads with preemption targets that were passed over in the last cycle',
      labels: ['cluster_queue'],
    });
    this.#gauges = new StateGauges(instruments, choice);
    this.#lifetime = new SeriesLifetime(instruments);
    this.#leaseName = leaseName;
    this.setRole(role);
  }

  get role(): ReplicaRole {
    return this.#instruments.role;
  }

  get contentType(): string {
    return this.#instruments.registry.contentType;
  }

  /** The role from now on. Gauges of the former role are gone with the next scrape; counters of it stay (O-9.6). */
  setRole(role: ReplicaRole): void {
    this.#instruments.role = role;
    if (this.#leaseName === undefined || role === 'standalone') return;
    this.#process.setLeading(this.#leaseName, role === 'leader');
  }

  /** Where gauges are read from; without it they have no series. */
  attach(source: FigureSource): void {
    this.#source = source;
  }

  /** Where the numbers of ended writes are read from, by outcome. */
  attachWrites(counts: WriteCounts): void {
    this.#process.attachWrites(counts);
  }

  /** The exposition text, with gauges as the state is at this moment; who asks meanwhile gets the same text. */
  text(): Promise<string> {
    this.#scrape ??= this.#expose().finally(() => {
      this.#scrape = undefined;
    });
    return this.#scrape;
  }

  /** Stops what runs by itself. */
  stop(): void {
    this.#process.stop();
  }

  /** A scheduling cycle that had heads (O-10.12). */
  recordRound({ result, durationS }: { result: 'success' | 'inadmissible'; durationS: number }): void {
    this.#flow.admissionAttempts({ result });
    this.#flow.admissionAttemptDuration({ result }, durationS);
  }

  /** Heads of a ClusterQueue with targets that the last cycle skipped. */
  recordPreemptionSkips(clusterQueue: string, count: number): void {
    this.#skips.set(clusterQueue, count);
  }

  recordTargetRecomputation(clusterQueue: string, result: 'new_targets' | 'deferred_fit' | 'skipped'): void {
    this.#flow.targetRecomputations({ cluster_queue: clusterQueue, result });
  }

  /** One evicted target, by the ClusterQueue of its preemptor (O-10.10). */
  recordPreempted(preemptingClusterQueue: string, reason: string): void {
    this.#flow.preempted({ preempting_cluster_queue: preemptingClusterQueue, reason });
  }

  /** A first reservation (O-10.13). */
  recordQuotaReserved({ workload, clusterQueue, waitedMs }: WaitedWorkload): void {
    const labels = { cluster_queue: clusterQueue, priority_class: priorityClassLabel(workload) };
    this.#flow.quotaReserved(labels);
    this.#flow.quotaReservedWait(labels, waitedMs / 1000);
    this.#ofLocalQueue(workload, (flow, own) => {
      flow.quotaReserved(own);
      flow.quotaReservedWait(own, waitedMs / 1000);
    });
  }

  /** An admission; a wait of no time for checks counts only where there are checks (O-10.13). */
  recordAdmitted(admitted: WaitedWorkload & { readonly checksWaitedMs: number }): void {
    const { workload, clusterQueue, waitedMs, checksWaitedMs } = admitted;
    const priorityClass = priorityClassLabel(workload);
    const labels = { cluster_queue: clusterQueue, priority_class: priorityClass };
    const hasChecks = checksWaitedMs > 0 || (workload.status.admissionChecks ?? []).length > 0;
    this.#flow.admitted(labels);
    this.#flow.admissionWait(labels, waitedMs / 1000);
    if (hasChecks) this.#flow.checksWait(labels, checksWaitedMs / 1000);
    for (const cohort of this.#source?.cohortsAbove(clusterQueue) ?? []) {
      this.#flow.cohortAdmitted({ cohort, priority_class: priorityClass });
    }
    this.#ofLocalQueue(workload, (flow, own) => {
      flow.admitted(own);
      flow.admissionWait(own, waitedMs / 1000);
      if (hasChecks) flow.checksWait(own, checksWaitedMs / 1000);
    });
  }

  /** A written PodsReady condition; only the first readiness after an admission counts (O-10.13). */
  recordReady(before: Workload, after: Workload, nowMs: number): void {
    const ready = trueCondition(after, 'PodsReady');
    if (ready?.reason !== 'Started' || trueCondition(before, 'PodsReady')) return;
    const labels = { cluster_queue: clusterQueueOf(after), priority_class: priorityClassLabel(after) };
    const admittedAt = trueCondition(after, 'Admitted')?.lastTransitionTime;
    const readyS = secondsSince(queueStartMs(after), nowMs);
    const startS = admittedAt === undefined ? undefined : secondsSince(Date.parse(admittedAt), nowMs);
    this.#flow.readyWait(labels, readyS);
    if (startS !== undefined) this.#flow.admittedUntilReady(labels, startS);
    this.#ofLocalQueue(after, (flow, own) => {
      flow.readyWait(own, readyS);
      if (startS !== undefined) flow.admittedUntilReady(own, startS);
    });
  }

  /** A workload that was written as finished (O-10.14). */
  recordFinished(workload: Workload): void {
    const labels = { cluster_queue: clusterQueueOf(workload), priority_class: priorityClassLabel(workload) };
    const seconds = executionSeconds(workload);
    this.#flow.finished(labels);
    if (seconds !== undefined) this.#flow.executionTime(labels, seconds);
    this.#ofLocalQueue(workload, (flow, own) => {
      flow.finished(own);
      if (seconds !== undefined) flow.executionTime(own, seconds);
    });
  }

  /** A written eviction; it counts only if the workload held an admission (O-10.18). */
  recordEvicted(before: Workload, after: Workload, nowMs: number): void {
    const eviction = findEviction(before, after);
    if (!before.status.admission || !eviction) return;
    const cause = { reason: eviction.reason, underlying_cause: eviction.underlyingCause };
    const series = { cluster_queue: clusterQueueOf(before), ...cause };
    const labels = { ...series, priority_class: priorityClassLabel(before) };
    this.#flow.evicted(labels);
    if (eviction.isFirst) this.#flow.evictedOnce(labels);
    const ready = trueCondition(before, 'PodsReady');
    if (ready) this.#flow.readyToEvicted(series, secondsSince(Date.parse(ready.lastTransitionTime), nowMs));
    this.#ofLocalQueue(before, (flow, own) => flow.evicted({ ...own, ...cause }));
  }

  /** The quota of an evicted workload, as it was before, was released (O-10.19). */
  recordReleased(before: Workload, nowMs: number): void {
    const evicted = trueCondition(before, 'Evicted');
    const clusterQueue = clusterQueueOf(before);
    if (!evicted || clusterQueue === '') return;
    const labels = { cluster_queue: clusterQueue, reason: evicted.reason };
    this.#flow.evictionLatency(labels, secondsSince(Date.parse(evicted.lastTransitionTime), nowMs));
  }

  /** The caller leaves out jobs whose spec was changed since their creation (O-10.16). */
  recordWorkloadCreated({ jobKind, latencyMs }: { jobKind: string; latencyMs: number }): void {
    this.#creationLatency?.({ job_kind: jobKind }, Math.max(0, latencyMs / 1000));
  }

  /** A scheduling gate was taken off a pod (O-10.17). */
  recordGateRemoved(removal: {
    readonly gate: string;
    readonly clusterQueue: string;
    readonly isGroup: boolean;
    readonly waitedMs: number;
  }): void {
    const { gate, clusterQueue, isGroup, waitedMs } = removal;
    const labels = { name: gate, cluster_queue: clusterQueue, is_group: String(isGroup) };
    this.#flow.gateRemoval(labels, Math.max(0, waitedMs / 1000));
  }

  recordRemote(kind: 'dispatched' | 'admitted', clusterQueue: string, cluster: string): void {
    const labels = { cluster_queue: clusterQueue, cluster };
    if (kind === 'dispatched') this.#flow.remoteDispatched(labels);
    else this.#flow.remoteAdmitted(labels);
  }

  async #expose(): Promise<string> {
    const figures = this.#source?.read();
    this.#instruments.resetGauges();
    if (figures) {
      const known = new Set(figures.clusterQueues.map(({ name }) => name));
      for (const name of this.#skips.keys()) if (!known.has(name)) this.#skips.delete(name);
      this.#gauges.set(figures);
    }
    for (const [clusterQueue, count] of this.#skips) this.#showSkips({ cluster_queue: clusterQueue }, count);
    this.#process.refresh();
    if (figures) await this.#lifetime.dropVanished(figures);
    return this.#instruments.print();
  }

  #ofLocalQueue(
    workload: Workload,
    record: (
      flow: ReturnType<typeof defineLocalQueueFlow>,
      own: { name: string; namespace: string; priority_class: string },
    ) => void,
  ): void {
    const { namespace } = workload.metadata;
    const name = workload.spec.queueName ?? '';
    if (!this.#localQueueFlow || this.#source?.isLocalQueueReported(namespace, name) === false) return;
    record(this.#localQueueFlow, { name, namespace, priority_class: priorityClassLabel(workload) });
  }
}

function choose({
  enableClusterQueueResources,
  localQueues,
  fairSharing: shares = false,
  gated,
}: Pick<
  MetricsOptions,
  'enableClusterQueueResources' | 'localQueues' | 'fairSharing' | 'gated'
>): MetricChoice {
  return {
    clusterQueueResources: enableClusterQueueResources,
    localQueues,
    shares,
    cohortInfo: true,
    schedulingHashes: true,
    unadmitted: true,
    creationLatency: true,
    ...gated,
  };
}

function clusterQueueOf({ status }: Workload): string {
  return status.admission?.clusterQueue ?? '';
}

/** Clocks of writers differ; a wait is never negative. */
function secondsSince(startMs: number, nowMs: number): number {
  return Math.max(0, (nowMs - startMs) / 1000);
}
