import { nanoOfAmount, PODS_RESOURCE } from '../amounts/index.ts';
import type { Requests } from '../amounts/index.ts';
import type { AdmissionFairSharingOptions, EpochMs } from '../workload/index.ts';

/** Amounts by resource in exact billionths of the base unit: cores, bytes, devices. */
export type NanoAmounts = ReadonlyMap<string, bigint>;

/** What a sampling found, as the status of the LocalQueue shows it (S-8.9). */
export interface UsageSample {
  readonly consumed: NanoAmounts;
  readonly atMs: EpochMs;
}

interface Account {
  consumed: NanoAmounts;
  readonly penalties: Map<string, NanoAmounts>;
  updatedMs: EpochMs;
  /** The status from before the start has been taken over (S-8.10). */
  isStatusMerged: boolean;
  sample: UsageSample | undefined;
}

const nothing: NanoAmounts = new Map();

/**
 * What each LocalQueue has consumed lately (section 8): an average of its admitted usage that forgets by half-life,
 * and the penalties of admissions that are under way. It is a function of what is reported to it and when.
 */
export class UsageLedger {
  readonly #options: AdmissionFairSharingOptions;
  readonly #accounts = new Map<string, Account>();
  /** The LocalQueue in whose account each workload has a penalty. */
  readonly #penalized = new Map<string, string>();

  constructor(options: AdmissionFairSharingOptions) {
    this.#options = options;
  }

  /** Takes over what the status tells from before the start, once; later calls change nothing (S-8.10). */
  seed(localQueue: string, consumed: NanoAmounts | undefined, now: EpochMs): void {
    const account = this.#open(localQueue, now);
    if (account.isStatusMerged) return;
    account.isStatusMerged = true;
    if (consumed !== undefined) account.consumed = sum(account.consumed, consumed);
  }

  /** Charges a workload for being admitted, until its usage shows by itself; another charge replaces it (S-8.6). */
  charge(
    localQueue: string,
    charged: { readonly workload: string; readonly totals: Requests },
    now: EpochMs,
  ): void {
    this.drop(charged.workload);
    const factor = this.#weightOf(this.#options.usageSamplingIntervalMs);
    const penalty = scale(nanoOf(charged.totals), factor);
    this.#open(localQueue, now).penalties.set(charged.workload, penalty);
    this.#penalized.set(charged.workload, localQueue);
  }

  /** The workload is admitted: its penalty becomes consumption; `admitted` includes it already (S-8.7). */
  settle(
    localQueue: string,
    settled: { readonly workload: string; readonly admitted: Requests },
    now: EpochMs,
  ): void {
    const account = this.#open(localQueue, now);
    this.#decay(account, settled.admitted, now);
    const penalty = account.penalties.get(settled.workload);
    if (penalty === undefined) return;
    account.consumed = sum(account.consumed, penalty);
    this.drop(settled.workload);
  }

  /** Forgets the penalty of a workload; gives the LocalQueue that had it (S-8.8). */
  drop(workload: string): string | undefined {
    const localQueue = this.#penalized.get(workload);
    if (localQueue === undefined) return undefined;
    this.#penalized.delete(workload);
    this.#accounts.get(localQueue)?.penalties.delete(workload);
    return localQueue;
  }

  /** Samples the usage of a LocalQueue if that is due; gives the time until the next sampling (S-8.9). */
  sample(localQueue: string, admitted: Requests, now: EpochMs): number {
    const account = this.#open(localQueue, now);
    const restMs = account.updatedMs + this.#options.usageSamplingIntervalMs - now;
    if (account.sample !== undefined && restMs > 0 && account.penalties.size === 0) return restMs;
    this.#decay(account, admitted, now);
    account.sample = { consumed: account.consumed, atMs: account.updatedMs };
    return this.#options.usageSamplingIntervalMs;
  }

  /** The last sampling; undefined before the first. */
  sampleOf(localQueue: string): UsageSample | undefined {
    return this.#accounts.get(localQueue)?.sample;
  }

  /** The usage by which LocalQueues are compared; one without weight is above all others (S-8.4). */
  usageOf(localQueue: string, weight: number): number {
    if (weight <= 0) return Number.POSITIVE_INFINITY;
    const account = this.#accounts.get(localQueue);
    if (account === undefined) return 0;
    const all = [...account.penalties.values()].reduce(sum, account.consumed);
    const names = [...all.keys()].toSorted();
    let usage = 0;
    for (const name of names) usage += this.#resourceWeight(name) * (Number(all.get(name)) / 1e9);
    return usage / weight;
  }

  /** Forgets a LocalQueue that is gone (S-8.11). */
  remove(localQueue: string): void {
    for (const workload of this.#accounts.get(localQueue)?.penalties.keys() ?? []) {
      this.#penalized.delete(workload);
    }
    this.#accounts.delete(localQueue);
  }

  #open(localQueue: string, now: EpochMs): Account {
    let account = this.#accounts.get(localQueue);
    if (account === undefined) {
      account = {
        consumed: nothing,
        penalties: new Map(),
        updatedMs: now,
        isStatusMerged: false,
        sample: undefined,
      };
      this.#accounts.set(localQueue, account);
    }
    return account;
  }

  /** One step of the average; a clock that went back counts as standing still (S-8.5). Without half-life nothing stays. */
  #decay(account: Account, admitted: Requests, now: EpochMs): void {
    const weight = this.#weightOf(Math.max(0, now - account.updatedMs));
    account.consumed =
      this.#options.usageHalfLifeMs === 0
        ? nothing
        : sum(scale(account.consumed, 1 - weight), scale(nanoOf(admitted), weight));
    account.updatedMs = Math.max(now, account.updatedMs);
  }

  /** The weight of the present after a time has passed (S-8.2). */
  #weightOf(elapsedMs: number): number {
    const { usageHalfLifeMs } = this.#options;
    return usageHalfLifeMs === 0 ? 0 : 1 - 0.5 ** (elapsedMs / 1000 / (usageHalfLifeMs / 1000));
  }

  #resourceWeight(resource: string): number {
    return this.#options.resourceWeights[resource] ?? 1;
  }
}

/** Pods are counted for quota alone (S-1.12). */
function nanoOf(requests: Requests): NanoAmounts {
  const amounts = new Map<string, bigint>();
  for (const [resource, amount] of requests) {
    if (resource !== PODS_RESOURCE) amounts.set(resource, nanoOfAmount(resource, amount));
  }
  return amounts;
}

function sum(a: NanoAmounts, b: NanoAmounts): NanoAmounts {
  const total = new Map(a);
  for (const [resource, amount] of b) total.set(resource, (total.get(resource) ?? 0n) + amount);
  return total;
}

/** Times the shortest decimal form of the factor, exactly, and then rounded down to billionths (S-8.2). */
function scale(amounts: NanoAmounts, factor: number): NanoAmounts {
  const { digits, divisor } = decimalOf(factor);
  return new Map([...amounts].map(([resource, amount]) => [resource, (amount * digits) / divisor]));
}

/** A factor from 0 to 1 as a fraction of integers. */
function decimalOf(factor: number): { readonly digits: bigint; readonly divisor: bigint } {
  const [mantissa = '0', exponent = '0'] = String(factor).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), divisor: 10n ** BigInt(fraction.length - Number(exponent)) };
}
