import type { Amount, FlavorResource, Usage } from '../amounts/index.ts';
import type { QuotaTree } from '../quota/index.ts';
import type { Entry } from './nominate.ts';
import type { RoundOptions } from './round-world.ts';

/** Who may reclaim at will later needs no reservation now (S-4.13). */
export function shouldReserve({ head, view }: Entry, options: RoundOptions): boolean {
  if (view.spec.preemption.reclaimWithinCohort !== 'Any') return true;
  return options.scheduling.prioritizePreemptorWorkloads && head.isPreemptor;
}

/** What an entry without victims holds for the rest of the round, so that other queues do not slip past (S-4.20, D-5). */
export function reservationOf({ head: { clusterQueue }, assignment }: Entry, tree: QuotaTree): Usage {
  const reserved = new Map<FlavorResource, Amount>();
  for (const [pair, amount] of assignment.usage) {
    const room = roomFor({ clusterQueue, pair, isBorrowing: assignment.level > 0 }, tree);
    const part = room === undefined || amount < room ? amount : room;
    if (part > 0n) reserved.set(pair, part);
  }
  return reserved;
}

/** Up to nominal quota, or with borrowing up to its limit; undefined where there is none. */
function roomFor(
  place: { readonly clusterQueue: string; readonly pair: FlavorResource; readonly isBorrowing: boolean },
  tree: QuotaTree,
): Amount | undefined {
  const { clusterQueue, pair, isBorrowing } = place;
  const own = tree.nominalOf(clusterQueue, pair) - tree.usedOf(clusterQueue, pair);
  if (!isBorrowing) return own;
  const borrowingLimit = tree.borrowingLimitOf(clusterQueue, pair);
  return borrowingLimit === undefined ? undefined : own + borrowingLimit;
}
