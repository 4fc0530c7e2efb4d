/** Amounts by `flavor/resource`, in thousandths. */
export type Amounts = ReadonlyMap<string, number>;

/** As much of a ClusterQueue as says what may be used; a Cohort has no quota of its own here. */
export interface QuotaSource {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly cohortName?: string;
    readonly resourceGroups: readonly {
      readonly flavors: readonly { readonly name: string; readonly resources: readonly Quota[] }[];
    }[];
  };
}

interface Quota {
  readonly name: string;
  readonly nominalQuota: string | number;
  readonly borrowingLimit?: string | number;
  readonly lendingLimit?: string | number;
}

interface Limit {
  readonly nominal: number;
  readonly borrowing: number;
  /** What of the nominal quota others may take. */
  readonly lendable: number;
}

interface Queue {
  readonly name: string;
  readonly limits: ReadonlyMap<string, Limit>;
}

const none: Limit = { nominal: 0, borrowing: 0, lendable: 0 };

/** Thousandths of a quantity that is written as a whole number or in thousandths; our loads use no others. */
export function thousandths(quantity: string | number): number {
  const match = /^(\d+)(m?)$/.exec(String(quantity));
  if (match === null) throw new Error(`The observer cannot read the quantity ${quantity}.`);
  return Number(match[1]) * (match[2] === 'm' ? 1 : 1000);
}

/** Adds up amounts into a new map. */
export function sumOf(parts: Iterable<Amounts>): Map<string, number> {
  const sum = new Map<string, number>();
  for (const part of parts) for (const [key, amount] of part) sum.set(key, (sum.get(key) ?? 0) + amount);
  return sum;
}

/** What the ClusterQueues may use, by themselves and together, reckoned anew from their specs alone. */
export class QuotaLimits {
  readonly #cohorts: readonly (readonly Queue[])[];

  constructor(sources: readonly QuotaSource[]) {
    const byCohort = Map.groupBy(
      sources,
      ({ spec, metadata }) => spec.cohortName ?? `alone:${metadata.name}`,
    );
    this.#cohorts = [...byCohort.values()].map((members) => members.map(queueOf));
  }

  /** A sentence for each limit that a usage, by ClusterQueue, exceeds. */
  overruns(usage: ReadonlyMap<string, Amounts>): string[] {
    return this.#cohorts.flatMap((queues) => {
      const keys = new Set(queues.flatMap(({ name }) => [...(usage.get(name)?.keys() ?? [])]));
      return [...keys].flatMap((key) => overrunsOf(queues, key, (name) => usage.get(name)?.get(key) ?? 0));
    });
  }

  /** Whether a ClusterQueue could use so much more on one of its flavors and still be within all limits. */
  fits(usage: ReadonlyMap<string, Amounts>, queueName: string, perFlavor: readonly Amounts[]): boolean {
    return perFlavor.some((more) => {
      const together = new Map(usage);
      together.set(queueName, sumOf([usage.get(queueName) ?? new Map<string, number>(), more]));
      return this.overruns(together).length === 0;
    });
  }

  /** The flavors of a ClusterQueue. */
  flavorsOf(queueName: string): readonly string[] {
    const queue = this.#cohorts.flat().find(({ name }) => name === queueName);
    return [...new Set([...(queue?.limits.keys() ?? [])].map((key) => key.split('/', 1)[0] ?? ''))];
  }
}

function queueOf({ metadata, spec }: QuotaSource): Queue {
  const limits = new Map<string, Limit>();
  for (const { flavors } of spec.resourceGroups) {
    for (const flavor of flavors) {
      for (const quota of flavor.resources) limits.set(`${flavor.name}/${quota.name}`, limitOf(quota));
    }
  }
  return { name: metadata.name, limits };
}

function limitOf({ nominalQuota, borrowingLimit, lendingLimit }: Quota): Limit {
  const nominal = thousandths(nominalQuota);
  return {
    nominal,
    borrowing: borrowingLimit === undefined ? Infinity : thousandths(borrowingLimit),
    lendable: lendingLimit === undefined ? nominal : Math.min(nominal, thousandths(lendingLimit)),
  };
}

function overrunsOf(queues: readonly Queue[], key: string, usedBy: (name: string) => number): string[] {
  const limitOfQueue = (queue: Queue) => queue.limits.get(key) ?? none;
  const total = (amountOf: (queue: Queue) => number) =>
    queues.reduce((sum, queue) => sum + amountOf(queue), 0);
  const faults: string[] = [];
  const exceeds = (who: string, amount: number, limit: number) =>
    `${who}: ${amount / 1000} of ${key} in use, of at most ${limit / 1000}`;
  for (const queue of queues) {
    const { nominal, borrowing } = limitOfQueue(queue);
    const used = usedBy(queue.name);
    if (used > nominal + borrowing)
      faults.push(exceeds(`ClusterQueue ${queue.name}`, used, nominal + borrowing));
  }
  const used = total(({ name }) => usedBy(name));
  const nominal = total((queue) => limitOfQueue(queue).nominal);
  if (used > nominal) faults.push(exceeds('the cohort', used, nominal));
  const shared = total((queue) => {
    const { nominal: own, lendable } = limitOfQueue(queue);
    return Math.max(0, usedBy(queue.name) - (own - lendable));
  });
  const lent = total((queue) => limitOfQueue(queue).lendable);
  if (shared > lent) faults.push(exceeds('what the cohort shares', shared, lent));
  return faults;
}
