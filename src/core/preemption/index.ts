export { findTargets, oracleWithoutCandidates } from './no-targets.ts';
export type { TargetSearch, TargetSearchResult } from './no-targets.ts';
