import type { AdmissionCheck, ResourceFlavor } from '../api/index.ts';
import type { Picture } from './picture.ts';
import { isSame } from './is-same.ts';
import type { Versions } from './queue-reactions.ts';

/** A ResourceFlavor appears, changes or disappears: ClusterQueues that list it may change activity (S-3.19, L-14.3). */
export function reactToFlavor(picture: Picture, { before, after }: Versions<ResourceFlavor>): void {
  const name = (after ?? before)?.metadata.name ?? '';
  const users = picture.clusterQueues.byFlavor.get(name);
  if (before && after) {
    if (isSame(before.spec, after.spec)) return;
    picture.wakeUps.request(...users);
  } else {
    rejudge(picture, users);
  }
  picture.version += 1;
}

/** An AdmissionCheck appears, changes or disappears: those that became active by it are woken (S-3.19). */
export function reactToCheck(picture: Picture, { before, after }: Versions<AdmissionCheck>): void {
  const name = (after ?? before)?.metadata.name ?? '';
  const isAnyChanged = rejudge(picture, picture.clusterQueues.byCheck.get(name));
  if (isAnyChanged) picture.version += 1;
}

function rejudge(picture: Picture, clusterQueues: readonly string[]): boolean {
  let isAnyChanged = false;
  for (const name of clusterQueues) {
    const outcome = picture.clusterQueues.rejudge(name);
    if (outcome === 'same') continue;
    isAnyChanged = true;
    picture.activityChanges.add(name);
    if (outcome === 'activated') picture.wakeUps.request(name);
  }
  return isAnyChanged;
}
