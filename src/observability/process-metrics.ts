import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

export interface BuildFacts {
  readonly version: string;
  readonly commit: string;
  readonly date: string;
}

/** Numbers of ended writes by outcome, as the writer counts them. */
export type WriteCounts = () => Readonly<Record<string, number>>;

const RESOLUTION_MS = 10;
const NANO_PER_SECOND = 1e9;
const quantiles = [
  { quantile: '0.5', percentile: 50 },
  { quantile: '0.9', percentile: 90 },
  { quantile: '0.99', percentile: 99 },
  { quantile: '1', percentile: 100 },
];

/**
 * What concerns the process and not the role it has; none of these has the label `replica_role`.
 * - `kueue_build_info`: which program this is (O-10.8).
 * - `leader_election_master_status{name}`: one while this replica holds the Lease (O-9.4).
 * - `quaymaster_event_loop_delay_seconds{quantile}`: how late timers ran since the last scrape.
 * - `quaymaster_writes_total{outcome}`: writes to the API server that ended, by outcome.
 */
export class ProcessMetrics {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #delayGauge: Gauge<'quantile'>;
  readonly #writes: Counter<'outcome'>;
  readonly #leading: Gauge<'name'>;
  #writeCounts: WriteCounts = () => ({});

  constructor(registry: Registry, build: BuildFacts) {
    defineBuildInfo(registry, build);
    const registers = [registry];
    this.#leading = new Gauge({
      name: 'leader_election_master_status',
      help: 'One while this replica leads, zero while it follows',
      labelNames: ['name'],
      registers,
    });
    this.#delayGauge = new Gauge({
      name: 'quaymaster_event_loop_delay_seconds',
      help: 'How late timers ran since the last scrape',
      labelNames: ['quantile'],
      registers,
    });
    this.#writes = new Counter({
      name: 'quaymaster_writes_total',
      help: 'Writes to the API server that ended, by outcome',
      labelNames: ['outcome'],
      registers,
    });
    this.#delay.enable();
  }

  setLeading(lease: string, isLeader: boolean): void {
    this.#leading.set({ name: lease }, isLeader ? 1 : 0);
  }

  attachWrites(counts: WriteCounts): void {
    this.#writeCounts = counts;
  }

  refresh(): void {
    this.#writes.reset();
    for (const [outcome, count] of Object.entries(this.#writeCounts())) this.#writes.inc({ outcome }, count);
    for (const { quantile, percentile } of quantiles) {
      this.#delayGauge.set({ quantile }, this.#delaySeconds(percentile));
    }
    this.#delay.reset();
  }

  stop(): void {
    this.#delay.disable();
  }

  /** The monitor measures from one of its timers to the next, so a loop without delay shows its resolution. */
  #delaySeconds(percentile: number): number {
    if (this.#delay.count === 0) return 0;
    const delayS = this.#delay.percentile(percentile) / NANO_PER_SECOND;
    return Math.max(0, delayS - RESOLUTION_MS / 1000);
  }
}

function defineBuildInfo(registry: Registry, build: BuildFacts): void {
  const labels = {
    git_version: build.version,
    git_commit: build.commit,
    build_date: build.date,
    go_version: `node ${process.versions.node}`,
    compiler: 'v8',
    platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
  };
  const info = new Gauge({
    name: 'kueue_build_info',
    help: 'Always one; names the version, its sources and what it runs on',
    labelNames: Object.keys(labels),
    registers: [registry],
  });
  info.set(labels, 1);
}
