/** A signed 64-bit number of the smallest unit that is counted: milli for cpu, whole units for all else (S-1.1). */
export type Amount = bigint;

/** The greatest amount; as a quota, a usage or a sum it means "without limit" (S-1.2). */
export const UNLIMITED: Amount = 2n ** 63n - 1n;

/** The smallest amount; differences saturate here (S-1.2). */
export const LOWEST: Amount = -(2n ** 63n);

/** Brings an exact integer into the range of amounts (S-1.2). */
export function clampAmount(value: bigint): Amount {
  if (value > UNLIMITED) return UNLIMITED;
  return value < LOWEST ? LOWEST : value;
}

/** Sum of two amounts; saturates, and anything plus unlimited is unlimited (S-1.3). */
export function addAmounts(a: Amount, b: Amount): Amount {
  if (a === UNLIMITED || b === UNLIMITED) return UNLIMITED;
  return clampAmount(a + b);
}

/** Difference of two amounts; saturates, and unlimited minus unlimited is zero (S-1.3). */
export function subtractAmounts(a: Amount, b: Amount): Amount {
  if (a === UNLIMITED) return b === UNLIMITED ? 0n : UNLIMITED;
  if (b === UNLIMITED) return LOWEST;
  return clampAmount(a - b);
}

/** An amount times a count of pods; saturates (S-1.3). */
export function multiplyAmount(amount: Amount, count: number): Amount {
  return clampAmount(amount * BigInt(count));
}

/** The total of `fromCount` pods scaled to `toCount` pods: the truncated share of one pod, times the new count (S-1.11). */
export function scaleAmount(total: Amount, fromCount: number, toCount: number): Amount {
  if (fromCount === 0 || fromCount === toCount) return total;
  return multiplyAmount(total / BigInt(fromCount), toCount);
}
