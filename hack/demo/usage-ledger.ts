/** What one ClusterQueue may use of one resource of one flavor. */
export interface Quota {
  readonly clusterQueue: string;
  readonly flavor: string;
  readonly resource: string;
  readonly nominal: bigint;
  /** How much more than nominal it may use; undefined where there is no limit. */
  readonly borrowingLimit: bigint | undefined;
}

/** What one workload uses. */
export interface Holding {
  readonly clusterQueue: string;
  readonly amounts: readonly {
    readonly flavor: string;
    readonly resource: string;
    readonly amount: bigint;
  }[];
}

/** The highest usage seen of a flavor's resource, and the sum of the quotas. */
export interface Peak {
  readonly flavor: string;
  readonly resource: string;
  readonly highest: bigint;
  readonly nominal: bigint;
}

interface Total {
  readonly flavor: string;
  readonly resource: string;
  readonly nominal: bigint;
  usage: bigint;
  highest: bigint;
}

/**
 * Adds up what the workloads of one cohort hold, and notes when it is too much: a ClusterQueue above its nominal quota and
 * its borrowing limit, or all of them together above the sum of their quotas.
 */
export class UsageLedger {
  readonly quotas: readonly Quota[];
  /** What was too much at some moment, each fault once. */
  readonly violations = new Set<string>();
  readonly #holdings = new Map<string, Holding>();
  readonly #usages = new Map<string, bigint>();
  readonly #totals = new Map<string, Total>();

  constructor(quotas: readonly Quota[]) {
    this.quotas = quotas;
    for (const { flavor, resource, nominal } of quotas) {
      const key = totalKey(flavor, resource);
      const known = this.#totals.get(key)?.nominal ?? 0n;
      this.#totals.set(key, { flavor, resource, nominal: known + nominal, usage: 0n, highest: 0n });
    }
  }

  /** Takes note of what a workload holds from now on: nothing when undefined. */
  record(workload: string, holding: Holding | undefined): void {
    this.#post(this.#holdings.get(workload), -1n);
    if (holding === undefined) this.#holdings.delete(workload);
    else this.#holdings.set(workload, holding);
    this.#post(holding, 1n);
    this.#judge();
  }

  /** Takes note of all workloads there are. */
  replace(holdings: ReadonlyMap<string, Holding>): void {
    this.#holdings.clear();
    this.#usages.clear();
    for (const total of this.#totals.values()) total.usage = 0n;
    for (const [workload, holding] of holdings) {
      this.#holdings.set(workload, holding);
      this.#post(holding, 1n);
    }
    this.#judge();
  }

  usageOf({ clusterQueue, flavor, resource }: Omit<Quota, 'nominal' | 'borrowingLimit'>): bigint {
    return this.#usages.get(usageKey(clusterQueue, flavor, resource)) ?? 0n;
  }

  holdingOf(workload: string): Holding | undefined {
    return this.#holdings.get(workload);
  }

  isEmpty(): boolean {
    return this.#holdings.size === 0;
  }

  peaks(): Peak[] {
    return [...this.#totals.values()];
  }

  #post(holding: Holding | undefined, sign: bigint): void {
    for (const { flavor, resource, amount } of holding?.amounts ?? []) {
      const key = usageKey(holding?.clusterQueue ?? '', flavor, resource);
      this.#usages.set(key, (this.#usages.get(key) ?? 0n) + sign * amount);
      const total = this.#totals.get(totalKey(flavor, resource));
      if (total !== undefined) total.usage += sign * amount;
      else this.violations.add(`${holding?.clusterQueue} uses ${resource} of ${flavor} without a quota`);
    }
  }

  #judge(): void {
    for (const quota of this.quotas) {
      const { clusterQueue, flavor, resource, nominal, borrowingLimit } = quota;
      if (borrowingLimit !== undefined && this.usageOf(quota) > nominal + borrowingLimit)
        this.violations.add(
          `${clusterQueue} used more ${resource} of ${flavor} than quota and borrowing limit`,
        );
    }
    for (const total of this.#totals.values()) {
      if (total.usage > total.highest) total.highest = total.usage;
      if (total.usage > total.nominal)
        this.violations.add(`more ${total.resource} of ${total.flavor} was used than all quotas together`);
    }
  }
}

function totalKey(flavor: string, resource: string): string {
  return `${flavor}/${resource}`;
}

function usageKey(clusterQueue: string, flavor: string, resource: string): string {
  return `${clusterQueue}/${flavor}/${resource}`;
}
