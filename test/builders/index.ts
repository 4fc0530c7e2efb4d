export { aJob } from './job.ts';
export type { BuiltJob, JobShape } from './job.ts';
export { aContainer, aPodSet, aPodTemplate } from './pod-template.ts';
export type { PodTemplateShape } from './pod-template.ts';
export { aClusterQueue, aCohort, aLocalQueue, aResourceFlavor } from './queues.ts';
export type { ClusterQueueShape, CohortShape, LocalQueueShape, QuotaShape } from './queues.ts';
export { aCondition, anAdmission, aReservingWorkload, aWorkload } from './workload.ts';
export type { WorkloadShape } from './workload.ts';
