export { AncestorError, AncestorSearch, controllerOf } from './ancestors.ts';
export type { AncestorPolicy } from './ancestors.ts';
export { constructSpec, constructWorkload, podSetsOf } from './construct-workload.ts';
export type { ConstructionContext, JobPriority } from './construct-workload.ts';
export { isEquivalent } from './equivalence.ts';
export type { ComparedJob } from './equivalence.ts';
export type {
  Finish,
  JobIntegration,
  JobObject,
  JobOptions,
  JobType,
  StartResult,
  StopReason,
  StopStep,
} from './integration.ts';
export {
  admissionGatesOf,
  isElastic,
  prebuiltWorkloadOf,
  priorityClassOf,
  queueNameOf,
} from './job-labels.ts';
export { integrationOfKind, integrations } from './registry.ts';
export { computeStartInfos } from './start-infos.ts';
export type { StartInfos, StartOptions } from './start-infos.ts';
