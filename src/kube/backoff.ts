import type { Random } from './clock.ts';

/** How waiting times grow: doubling from the first to the greatest. */
export interface BackoffPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** The wait before try number `attempt` + 1 (attempts count from 1): doubling, of which a random half is taken off. */
export function computeBackoffMs(policy: BackoffPolicy, attempt: number, random: Random): number {
  const full = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(attempt - 1, 40));
  return full * (0.5 + random() / 2);
}
