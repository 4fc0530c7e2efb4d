import type { Workload } from '../api/index.ts';
import { effectivePriority } from '../core/workload/index.ts';
import type { Picture } from './picture.ts';
import type { Account } from './workload-accounting.ts';

/**
 * Takes over a workload's newest version, assumed ones included: accounts it, queues it and asks for the wake-up that
 * follows from it, all in one step (S-2.18, S-2.20, L-14.2).
 */
export function reactToWorkload(
  picture: Picture,
  key: string,
  { before, after }: { before: Workload | undefined; after: Workload | undefined },
): void {
  const { accounting, membership, wakeUps } = picture;
  picture.workloads.update(before, after);
  const held = accounting.get(key);
  accounting.sync(key, after);
  const holds = accounting.get(key);
  // An object of the same name that was recreated is another workload, and nothing of the old one is remembered.
  if (before && after && before.metadata.uid !== after.metadata.uid) picture.queues.remove(key);
  const hasMoved = membership.sync(key);
  if (held && isRoomMade(held, holds)) wakeUps.request(held.clusterQueue);
  if (holds && before && after && hasOtherPriority(picture, before, after)) {
    wakeUps.request(holds.clusterQueue);
  }
  if (held || holds || hasMoved) picture.version += 1;
}

/** Whether quota became free: the workload left, or it holds less than before (S-3.19). */
function isRoomMade(held: Account, holds: Account | undefined): boolean {
  if (holds === undefined || holds.clusterQueue !== held.clusterQueue) return true;
  return [...held.usage].some(([pair, amount]) => (holds.usage.get(pair) ?? 0n) < amount);
}

function hasOtherPriority({ options }: Picture, before: Workload, after: Workload): boolean {
  return effectivePriority(before, options.scheduling) !== effectivePriority(after, options.scheduling);
}
