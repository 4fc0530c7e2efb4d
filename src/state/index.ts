export { ClusterState } from './cluster-state.ts';
export type { ClusterQueueCounts, LocalQueueCounts } from './cluster-state.ts';
export type { ClusterStateOptions } from './cluster-state-options.ts';
export type { Origin } from './object-store.ts';
export { keyOf } from './state-kinds.ts';
export type { KubeObject, ObjectOf, PriorityClass, StateChange, StateKind } from './state-kinds.ts';
export { compareStates } from './compare-states.ts';
export type { Difference, FreshList } from './compare-states.ts';
