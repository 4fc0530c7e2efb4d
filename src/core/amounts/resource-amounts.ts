import { clampAmount, UNLIMITED } from './amount.ts';
import type { Amount } from './amount.ts';
import { formatQuantity, parseQuantity, roundQuantity } from './quantity.ts';
import type { QuantityValue } from './quantity.ts';

/** The resource that counts pods (S-1.12). */
export const PODS_RESOURCE = 'pods';

const MILLI_PER_CORE = 1000n;
/** A cpu quota of this many milli-cores is unlimited: 9223372036854775 cores, what 64 bits of milli-units hold. */
const UNLIMITED_MILLI_CPU = 9_223_372_036_854_775n * MILLI_PER_CORE;

/** A requested quantity as an integer amount: milli for cpu, whole units otherwise, rounded away from zero and
 * clamped to 64 bits (S-1.1, S-1.2). Throws RangeError on a text that is no quantity. */
export function requestAmount(resource: string, quantity: QuantityValue): Amount {
  return amountOfNano(resource, parseQuantity(quantity).nano);
}

/** A quota as an amount: as for requests, and unlimited from 9223372036854775 cores or 2^63-1 units (S-1.2). */
export function quotaAmount(resource: string, quantity: QuantityValue): Amount {
  const amount = requestAmount(resource, quantity);
  return resource === 'cpu' && amount >= UNLIMITED_MILLI_CPU ? UNLIMITED : amount;
}

/** An exact quantity in billionths as an integer amount of the resource (S-1.1, S-1.2). */
export function amountOfNano(resource: string, nano: bigint): Amount {
  return clampAmount(roundQuantity(nano, resource === 'cpu' ? MILLI_PER_CORE : 1n));
}

/** An amount of the resource as an exact quantity in billionths. */
export function nanoOfAmount(resource: string, amount: Amount): bigint {
  return amount * (resource === 'cpu' ? 1_000_000n : 1_000_000_000n);
}

/** The canonical text of an amount: cpu and devices in decimal form, bytes in binary form (S-1.4). */
export function formatAmount(resource: string, amount: Amount): string {
  return formatNano(resource, nanoOfAmount(resource, amount));
}

/** The canonical text of an exact quantity in billionths, in the form that the resource's amounts have. */
export function formatNano(resource: string, nano: bigint): string {
  return formatQuantity({ nano, form: isByteValued(resource) ? 'binary' : 'decimal' });
}

/** As `formatAmount`, but an unlimited amount reads `<unlimited>` (S-1.4). */
export function formatLimit(resource: string, amount: Amount): string {
  return amount === UNLIMITED ? '<unlimited>' : formatAmount(resource, amount);
}

function isByteValued(resource: string): boolean {
  return resource === 'memory' || resource === 'ephemeral-storage' || resource.startsWith('hugepages-');
}
