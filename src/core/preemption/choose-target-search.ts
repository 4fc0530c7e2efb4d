import type { SchedulingOptions } from '../workload/index.ts';
import { findClassicalTargets } from './classical-targets.ts';
import { findFairTargets } from './fair-targets.ts';
import type { TargetSearch } from './target-search.ts';

/** The search that the configuration asks for: by shares with fair sharing, else by priority and quota (S-6.17). */
export function chooseTargetSearch({
  fairSharing,
  fairSharingPreemptWithinNominal,
}: Pick<SchedulingOptions, 'fairSharing' | 'fairSharingPreemptWithinNominal'>): TargetSearch {
  if (fairSharing === undefined) return findClassicalTargets;
  return findFairTargets({ strategies: fairSharing.preemptionStrategies, fairSharingPreemptWithinNominal });
}
