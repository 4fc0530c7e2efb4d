import { setImmediate as nextTurn } from 'node:timers/promises';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type ReplicaRole = 'leader' | 'follower' | 'standalone';

/** Name without its prefix, help text and labels of a metric; the label `replica_role` is added to all. */
export interface MetricDefinition<Label extends string> {
  readonly name: string;
  /** `kueue_` where nothing else is said (O-9.4). */
  readonly prefix?: string;
  readonly help: string;
  readonly labels: readonly Label[];
}

export type Labels<Label extends string> = Readonly<Record<Label, string>>;
/** Adds one, or `by`, to the series with these labels. */
export type Increase<Label extends string> = (labels: Labels<Label>, by?: number) => void;
/** Puts a value into the series with these labels. */
export type Observe<Label extends string> = (labels: Labels<Label>, value: number) => void;

const ROLE = 'replica_role';

/** Makes the metrics of O-10 and labels what they record with the role of this replica (O-9.5). */
export class Instruments {
  readonly registry = new Registry();
  role: ReplicaRole;
  readonly #gauges: Gauge[] = [];
  readonly #accumulating: (Counter | Histogram)[] = [];

  constructor(role: ReplicaRole) {
    this.role = role;
  }

  counter<Label extends string>(definition: MetricDefinition<Label>): Increase<Label> {
    const counter = new Counter(this.#configure(definition));
    this.#accumulating.push(counter);
    return (labels, by = 1) => counter.inc({ ...labels, [ROLE]: this.role }, by);
  }

  histogram<Label extends string>(
    definition: MetricDefinition<Label> & { readonly buckets: readonly number[] },
  ): Observe<Label> {
    const histogram = new Histogram({
      ...this.#configure(definition),
      buckets: [...definition.buckets],
    });
    this.#accumulating.push(histogram);
    return (labels, value) => histogram.observe({ ...labels, [ROLE]: this.role }, value);
  }

  /** A gauge is emptied before each scrape; what is put into one series between two of them adds up. */
  gauge<Label extends string>(definition: MetricDefinition<Label>): Observe<Label> {
    const gauge = new Gauge(this.#configure(definition));
    this.#gauges.push(gauge);
    return (labels, value) => gauge.inc({ ...labels, [ROLE]: this.role }, value);
  }

  /** Empties every gauge; whoever calls this sets them anew from the state. */
  resetGauges(): void {
    for (const gauge of this.#gauges) gauge.reset();
  }

  /** The exposition text. The program gets its turn after each metric, as there may be thousands of series. */
  async print(): Promise<string> {
    const sections: string[] = [];
    for (const { name } of this.registry.getMetricsAsArray()) {
      sections.push(await this.registry.getSingleMetricAsString(name));
      await nextTurn();
    }
    return `${sections.join('\n\n')}\n`;
  }

  /** Drops the series of counters and histograms whose labels match (O-11.2). */
  async forget(isGone: (labels: Partial<Record<string, string | number>>) => boolean): Promise<void> {
    for (const metric of this.#accumulating) {
      const { values } = await metric.get();
      const gone = new Map<string, Partial<Record<string, string | number>>>();
      for (const { labels } of values) {
        const { le: _bound, ...series } = labels;
        if (isGone(series)) gone.set(JSON.stringify(series), series);
      }
      for (const series of gone.values()) metric.remove(series);
    }
  }

  #configure<Label extends string>({ prefix = 'kueue_', name, help, labels }: MetricDefinition<Label>) {
    return { name: `${prefix}${name}`, help, labelNames: [...labels, ROLE], registers: [this.registry] };
  }
}
