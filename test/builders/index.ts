export { aJob } from './job.ts';
export { aContainer, aPodTemplate } from './pod-template.ts';
export { aClusterQueue, aCohort, aLocalQueue, aResourceFlavor } from './queues.ts';
export { aCondition, anAdmission, aReservingWorkload, aWorkload } from './workload.ts';
export type { WorkloadShape } from './workload.ts';
