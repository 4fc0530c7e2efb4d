import { addAmounts, multiplyAmount, scaleAmount } from './amount.ts';
import type { Amount } from './amount.ts';

/** Amounts by resource name. */
export type Requests = ReadonlyMap<string, Amount>;

/** A pair of flavor and resource, written `flavor/resource`; flavor names have no slash. */
export type FlavorResource = string & { readonly __brand?: 'FlavorResource' };

/** Amounts by flavor and resource; a missing entry is zero (S-1.3). */
export type Usage = ReadonlyMap<FlavorResource, Amount>;

/** The pair of a flavor and a resource as one key. */
export function flavorResource(flavor: string, resource: string): FlavorResource {
  return `${flavor}/${resource}`;
}

/** The flavor of a pair; resource names may themselves contain a slash. */
export function flavorOf(pair: FlavorResource): string {
  return pair.slice(0, pair.indexOf('/'));
}

/** The resource of a pair. */
export function resourceOf(pair: FlavorResource): string {
  return pair.slice(pair.indexOf('/') + 1);
}

/** The sum of two usages or requests by key, saturating (S-1.3). */
export function addUsage<Key extends string>(
  a: ReadonlyMap<Key, Amount>,
  b: ReadonlyMap<Key, Amount>,
): ReadonlyMap<Key, Amount> {
  if (a.size === 0) return b;
  if (b.size === 0) return a;
  const sum = new Map(a);
  for (const [key, amount] of b) sum.set(key, addAmounts(sum.get(key) ?? 0n, amount));
  return sum;
}

/** Requests of one pod times a number of pods, saturating (S-1.8 step 4). */
export function multiplyRequests(requests: Requests, count: number): Requests {
  const total = new Map<string, Amount>();
  for (const [resource, amount] of requests) total.set(resource, multiplyAmount(amount, count));
  return total;
}

/** Total requests of `fromCount` pods scaled to `toCount` pods (S-1.11). */
export function scaleRequests(requests: Requests, fromCount: number, toCount: number): Requests {
  if (fromCount === 0 || fromCount === toCount) return requests;
  const scaled = new Map<string, Amount>();
  for (const [resource, amount] of requests) scaled.set(resource, scaleAmount(amount, fromCount, toCount));
  return scaled;
}
