import type { ObjectMeta, PodSet } from '../api/index.ts';
import type { PodSetInfo } from '../core/workload/index.ts';

/** A job as the API server holds it; each family narrows `spec` and `status`. */
export interface JobObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
  readonly spec?: object;
  readonly status?: object;
}

/** Group, version, kind and resource name of a job kind. */
export interface JobType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: true;
}

/** How a job ended, in the job's own words. */
export interface Finish {
  readonly isSuccess: boolean;
  readonly message: string;
}

/** The outcome of injecting the start infos; `refused` is permanent (L-3.9) and ends the Workload as FailedToStart. */
export type StartResult<Job> =
  { readonly kind: 'started'; readonly job: Job } | { readonly kind: 'refused'; readonly message: string };

/**
 * The next write on the way to a stopped and restored job. A kind that needs several requests answers one at a
 * time: the framework writes it, and asks again with the answer until there is none left.
 */
export interface StopStep<Job> {
  readonly job: Job;
  readonly subresource?: 'status';
  /** Put in front of an error of this step, e.g. `suspend: `. */
  readonly errorPrefix: string;
  /** Whether this step is the one that announces the event `Stopped`. */
  readonly isStopping: boolean;
  /** Whether the API server may find this step invalid until the kind's own controller has seen the one before. */
  readonly isEarly?: boolean;
}

/** Feature switches that the integrations' pure functions depend on. */
export interface JobOptions {
  readonly partialAdmission: boolean;
  readonly elasticJobs: boolean;
}

/** Reasons handed to a stop, seen by kinds that write them on their pods (L-3.11). */
export type StopReason = 'WorkloadDeleted' | 'WorkloadEvicted' | 'NoMatchingWorkload' | 'NotAdmitted';

/**
 * One job kind, as pure functions over its object (L-3.1). The framework does all reading and writing; powers
 * that not every kind has are optional fields.
 */
export interface JobIntegration<Job extends JobObject = JobObject> {
  /** The name used in `integrations.frameworks`, e.g. `batch/job`. */
  readonly framework: string;
  readonly type: JobType;
  /** Whether a Workload made by somebody else may be named by the job (L-2.6). */
  readonly supportsPrebuilt: boolean;
  /** Narrows a watched object; throws an error that names the field when the object is unusable. */
  readonly parse: (raw: unknown) => Job;
  readonly podSets: (job: Job, options: JobOptions) => PodSet[];
  readonly isSuspended: (job: Job) => boolean;
  /** The job with its suspend switch set: what the webhook and the child rule write. */
  readonly suspend: (job: Job) => Job;
  readonly start: (job: Job, starts: readonly PodSetInfo[]) => StartResult<Job>;
  /** The next step towards suspended and restored to `original` (absent: only suspended), or nothing to do. */
  readonly nextStop: (job: Job, original: readonly PodSet[] | undefined) => StopStep<Job> | undefined;
  readonly finished: (job: Job) => Finish | undefined;
  /** Whether some pod of the job may still run (I-1.24): quota is held until this is false. */
  readonly isActive: (job: Job) => boolean;
  readonly podsReady: (job: Job) => boolean;
  /** Pods that will not be needed again, by pod set (I-2.13). */
  readonly reclaimablePods?: (job: Job) => ReadonlyMap<string, number>;
  /** A kind's own priority class name, which wins over the templates' even when empty (I-1.27). */
  readonly priorityClassName?: (job: Job) => string;
  /** Kinds that must not be looked at (L-3.3 J2). */
  readonly isSkipped?: (job: Job) => boolean;
}
