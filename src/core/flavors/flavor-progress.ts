import type { Assignment } from './assignment.ts';

/** How far the flavors of a workload were tried, kept between rounds (S-5.21). */
export interface FlavorProgress {
  readonly uid: string;
  readonly clusterQueue: string;
  readonly generation: number;
  readonly round: number;
  readonly schedulingHash: string | undefined;
  readonly resourceVersion: string;
  /** By pod set and resource; -1 where no flavor is left (S-5.13). */
  readonly triedIndexes: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export type ProgressStamp = Omit<FlavorProgress, 'triedIndexes'>;

/** Where each workload's search goes on, by `namespace/name`; only those with flavors left are in it. */
export type FlavorProgressRecords = Map<string, FlavorProgress>;

/** What an assignment leaves for the next round (S-5.21). */
export function progressOf(assignment: Assignment, stamp: ProgressStamp): FlavorProgress {
  const triedIndexes = new Map<string, ReadonlyMap<string, number>>();
  for (const podSet of assignment.podSets) {
    const ofPodSet = new Map([...podSet.flavors].map(([resource, { triedIndex }]) => [resource, triedIndex]));
    triedIndexes.set(podSet.name, ofPodSet);
  }
  return { ...stamp, triedIndexes };
}

/** Whether some resource group was not walked to its end (S-5.23). */
export function hasFlavorsLeft(progress: FlavorProgress | undefined): boolean {
  if (progress === undefined) return false;
  for (const ofPodSet of progress.triedIndexes.values()) {
    for (const triedIndex of ofPodSet.values()) if (triedIndex !== -1) return true;
  }
  return false;
}

/** Whether the progress counts no more, so that the search starts at the first flavor (S-5.24, S-5.25). */
export function isOutOfDate(
  progress: FlavorProgress,
  stamp: ProgressStamp,
  isScanProgressPreserved: boolean,
): boolean {
  if (progress.uid !== stamp.uid || progress.clusterQueue !== stamp.clusterQueue) return true;
  const isGenerationNewer = stamp.generation > progress.generation;
  if (!isScanProgressPreserved) {
    return isGenerationNewer || progress.resourceVersion !== stamp.resourceVersion;
  }
  if (areDifferent(progress.schedulingHash, stamp.schedulingHash)) return true;
  return stamp.round - progress.round > 1 && isGenerationNewer;
}

function areDifferent(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

/** The flavor at which the walk starts; 0 when unknown, or when the group has become shorter (S-5.22, D-7). */
export function startIndexOf(
  progress: FlavorProgress | undefined,
  place: { podSet: string; resource: string; flavorCount: number },
): number {
  const triedIndex = progress?.triedIndexes.get(place.podSet)?.get(place.resource) ?? -1;
  return triedIndex + 1 < place.flavorCount ? triedIndex + 1 : 0;
}
