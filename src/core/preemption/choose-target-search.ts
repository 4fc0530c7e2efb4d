import type { SchedulingOptions } from '../workload/index.ts';
import { findClassicalTargets } from './classical-targets.ts';
import type { TargetSearch } from './target-search.ts';

/** The search that the configuration asks for (S-6.17). Fair sharing joins here (S-7.9 to S-7.16). */
export function chooseTargetSearch(_options: SchedulingOptions): TargetSearch {
  return findClassicalTargets;
}
