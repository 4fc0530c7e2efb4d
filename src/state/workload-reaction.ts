import type { Workload } from '../api/index.ts';
import { canonicalJson } from '../core/workload/index.ts';
import type { Picture } from './picture.ts';
import type { Versions } from './queue-reactions.ts';
import type { Account } from './account.ts';

/**
 * Takes over a workload's newest version, assumed ones included: accounts it, queues it and asks for the wake-up that
 * follows from it, all in one step (S-2.18, S-2.20, L-14.2).
 */
export function reactToWorkload(picture: Picture, versions: Versions<Workload>, key: string): void {
  const { accounting, membership, queues, wakeUps } = picture;
  picture.pastUsage.react(key, versions.before, versions.after);
  picture.workloads.update(versions.before, versions.after);
  const held = accounting.get(key);
  const waited = queues.placeOf(key);
  accounting.sync(key, versions.after);
  const hasMoved = membership.sync(key);
  const holds = accounting.get(key);
  if (held && (isRoomMade(held, holds) || hasOtherReclaimablePods(versions))) {
    wakeUps.request(held.clusterQueue);
  }
  // One that leaves without having had quota frees none, but others are looked at again after it (L-14.2).
  if (waited && !holds && queues.placeOf(key) === undefined) wakeUps.request(waited.clusterQueue);
  if (held || holds || hasMoved) picture.version += 1;
}

/** Whether quota became free: the workload left, or it holds less than before (S-3.19). */
function isRoomMade(held: Account, holds: Account | undefined): boolean {
  if (holds === undefined || holds.clusterQueue !== held.clusterQueue) return true;
  return [...held.usage].some(([pair, amount]) => (holds.usage.get(pair) ?? 0n) < amount);
}

/** Reclaimed pods make the tree look again even where they free nothing. */
function hasOtherReclaimablePods({ before, after }: Versions<Workload>): boolean {
  return canonicalJson(before?.status.reclaimablePods) !== canonicalJson(after?.status.reclaimablePods);
}
