import { annotations, labels } from '../api/index.ts';
import type { JobObject } from './integration.ts';

const INT32_MAX = 2 ** 31 - 1;

/** The LocalQueue a job asks for; an empty label counts as none. */
export function queueNameOf(job: JobObject): string | undefined {
  return job.metadata.labels?.[labels.queueName] || undefined;
}

/** The WorkloadPriorityClass a job asks for; an empty label counts as none. */
export function priorityClassOf(job: JobObject): string | undefined {
  return job.metadata.labels?.[labels.priorityClass] || undefined;
}

/** The job's maximum execution time in seconds, or none where the label is not a positive int32 (L-3.6). */
export function maximumExecutionTimeOf(job: JobObject): number | undefined {
  const text = job.metadata.labels?.[labels.maxExecTimeSeconds];
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return undefined;
  const seconds = Number(text);
  return seconds > 0 && seconds <= INT32_MAX ? seconds : undefined;
}

/** The Workload somebody else made for the job; the annotation goes before the label (L-3.5, I-1.13). */
export function prebuiltWorkloadOf(job: JobObject): string | undefined {
  const { metadata } = job;
  return (
    metadata.annotations?.[annotations.prebuiltWorkloadName] ||
    metadata.labels?.[labels.prebuiltWorkloadName] ||
    undefined
  );
}

/** Whether the job's Workload is cut into slices as it is resized (L-4.1). */
export function isElastic(job: JobObject): boolean {
  return job.metadata.annotations?.[annotations.elasticJob] === 'true';
}

/** The comma list of admission gates a job carries, empty when it has none. */
export function admissionGatesOf(job: JobObject): string {
  return job.metadata.annotations?.[annotations.admissionGatedBy] ?? '';
}
