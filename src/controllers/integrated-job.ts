import type { JobIntegration, JobObject } from '../jobs/index.ts';

/** A job together with the integration of its kind. */
export interface IntegratedJob {
  readonly integration: JobIntegration;
  readonly job: JobObject;
}
