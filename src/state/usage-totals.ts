import { clampAmount } from '../core/amounts/index.ts';
import type { FlavorResource, Usage } from '../core/amounts/index.ts';

/** A sum of usages that gives back exactly what was put in: it is kept unclamped, and clamped when it is read (S-1.3). */
export class UsageTotals {
  readonly #sums = new Map<FlavorResource, bigint>();

  add(usage: Usage): void {
    for (const [pair, amount] of usage) this.#change(pair, amount);
  }

  remove(usage: Usage): void {
    for (const [pair, amount] of usage) this.#change(pair, -amount);
  }

  /** The sums without zeros. */
  read(): Usage {
    return new Map([...this.#sums].map(([pair, sum]) => [pair, clampAmount(sum)]));
  }

  #change(pair: FlavorResource, delta: bigint): void {
    const sum = (this.#sums.get(pair) ?? 0n) + delta;
    if (sum === 0n) this.#sums.delete(pair);
    else this.#sums.set(pair, sum);
  }
}
