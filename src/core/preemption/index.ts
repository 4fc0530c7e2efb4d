export { chooseTargetSearch } from './choose-target-search.ts';
export { findObstacles } from './obstacles.ts';
export type { Barrier, Obstacle } from './obstacles.ts';
export { makeOracle, withoutTargets } from './preemption-oracle.ts';
export { compareReserving, describeReserving } from './reserving-workload.ts';
export type { ReservingWorkload } from './reserving-workload.ts';
export type { PreemptionField, Target, TargetQuestion, TargetSearch } from './target-search.ts';
