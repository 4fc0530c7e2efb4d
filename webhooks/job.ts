import { annotations, controllerNames, schedulingGates } from '../src/api/index.ts';
import { isSyncedCompletions, parseBoolean, parseInteger } from '../src/jobs/batch/job-annotations.ts';
import { batchJob, podCountOf } from '../src/jobs/batch/job.ts';
import type { BatchJob } from '../src/jobs/batch/job.ts';
import { queueNameOf } from '../src/jobs/index.ts';
import type { JobObject } from '../src/jobs/index.ts';
import { forbidden, invalid } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { integerFault, isElasticJob, jobCreateErrors, jobUpdateErrors } from './job-common.ts';
import type { JobRules } from './job-common.ts';
import { defaultJob } from './job-defaults.ts';
import type { DefaultingContext } from './job-defaults.ts';
import type { WebhookOptions } from './options.ts';
import { elasticTopologyErrors, sliceCountErrors, topologyErrors } from './topology-annotations.ts';

const {
  jobMinParallelism: minParallelismAnnotation,
  jobCompletionsEqualParallelism: syncCompletionsAnnotation,
} = annotations;
const minPath = `metadata.annotations[${minParallelismAnnotation}]`;
const syncPath = `metadata.annotations[${syncCompletionsAnnotation}]`;
const templatePath = 'spec.template.metadata';
const jobController = 'kubernetes.io/job-controller';

/** A new Job as it is stored: queued, suspended, and gated where it is elastic (I-2.1). */
export async function defaultBatchJob(job: BatchJob, context: DefaultingContext): Promise<BatchJob> {
  const { options } = context;
  const held = withManagedBy(await defaultJob(job, batchJob, context), context);
  return options.gatesElasticPods && isElasticJob(held, options) ? withElasticGate(held) : held;
}

/** Faults of a new Job (I-2.3). */
export function batchJobCreateErrors(job: BatchJob, options: WebhookOptions): FieldError[] {
  return [
    ...jobCreateErrors(job, rulesOf(options)),
    ...minParallelismErrors(job, options),
    ...syncErrors(job),
    ...templateErrors(job, options),
  ];
}

/** Faults of a change of a Job (I-2.4). */
export function batchJobUpdateErrors(
  job: BatchJob,
  old: BatchJob,
  { options, hasDefaultQueue }: { options: WebhookOptions; hasDefaultQueue: boolean },
): FieldError[] {
  const isMinChanged =
    annotationOf(job, minParallelismAnnotation) !== annotationOf(old, minParallelismAnnotation);
  return [
    ...jobCreateErrors(job, rulesOf(options)),
    ...syncErrors(job),
    ...jobUpdateErrors(job, old, { ...rulesOf(options), hasDefaultQueue }),
    ...templateErrors(job, options),
    ...(isMinChanged ? minParallelismErrors(job, options) : []),
    ...runningChangeErrors(job, old),
  ];
}

function rulesOf(options: WebhookOptions): JobRules {
  const { type, supportsPrebuilt } = batchJob;
  return { type, supportsPrebuilt, isSuspended: (job) => batchJob.isSuspended(job as BatchJob), options };
}

function minParallelismErrors(job: BatchJob, options: WebhookOptions): FieldError[] {
  const text = annotationOf(job, minParallelismAnnotation);
  if (text === undefined) return [];
  const elastic = isElasticJob(job, options)
    ? [invalid(minPath, text, 'partial admission and elastic job cannot be used together')]
    : [];
  const fault = integerFault(text);
  if (fault !== undefined) return [invalid(minPath, text, fault), ...elastic];
  const value = parseInteger(text) ?? 0;
  const count = podCountOf(job);
  if (value > 0 && value < count) return elastic;
  return [invalid(minPath, value, `should be between 0 and ${count - 1}`), ...elastic];
}

function syncErrors(job: BatchJob): FieldError[] {
  const text = annotationOf(job, syncCompletionsAnnotation);
  if (text === undefined) return [];
  const isSynced = parseBoolean(text);
  if (isSynced === undefined) {
    return [invalid(syncPath, text, `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`)];
  }
  if (!isSynced) return [];
  const { completionMode = 'NonIndexed', parallelism = 1, completions = 1 } = job.spec;
  const errors: FieldError[] = [];
  if (completionMode === 'NonIndexed') {
    errors.push(invalid(syncPath, text, 'should not be enabled for NonIndexed jobs'));
  }
  if (parallelism !== completions) {
    const detail = `should be equal to parallelism when ${syncCompletionsAnnotation} annotation is true`;
    errors.push(invalid('spec.completions', completions, detail));
  }
  return errors;
}

/** Checks that need sound topology annotations come only after those are (I-2.3). */
function templateErrors(job: BatchJob, options: WebhookOptions): FieldError[] {
  if (!options.topologyAwareScheduling) return [];
  const values = job.spec.template.metadata?.annotations ?? {};
  const basic = topologyErrors(templatePath, values, options);
  if (basic.length > 0) return basic;
  const elastic = isElasticJob(job, options) ? elasticTopologyErrors(templatePath, values) : [];
  return elastic.length > 0 ? elastic : sliceCountErrors(templatePath, values, podCountOf(job));
}

function runningChangeErrors(job: BatchJob, old: BatchJob): FieldError[] {
  const errors: FieldError[] = [];
  const isPartial = annotationOf(old, minParallelismAnnotation) !== undefined;
  if (isPartial && old.spec.suspend !== true && (job.spec.parallelism ?? 1) !== (old.spec.parallelism ?? 1)) {
    const detail = 'cannot change when partial admission is enabled and the job is not suspended';
    errors.push(forbidden('spec.parallelism', detail));
  }
  const isRunning = !batchJob.isSuspended(job) && !batchJob.isSuspended(old);
  if (isRunning && isSyncedCompletions(job) !== isSyncedCompletions(old)) {
    errors.push(forbidden(syncPath, 'field is immutable while the job is not suspended'));
  }
  return errors;
}

/** A job of a queue that dispatches to other clusters is left to that dispatcher (L-2.5). */
function withManagedBy(job: BatchJob, { namespace, lookups, options }: DefaultingContext): BatchJob {
  const queue = queueNameOf(job);
  const isOurs = job.spec.managedBy === undefined || job.spec.managedBy === jobController;
  if (!options.multiKueue || queue === undefined || !isOurs) return job;
  if (!lookups.isMultiKueueQueue?.(namespace, queue)) return job;
  return { ...job, spec: { ...job.spec, managedBy: controllerNames.multiKueue } };
}

/** Pods of an elastic job wait one by one; gates can only be given at creation (I-2.14). */
function withElasticGate(job: BatchJob): BatchJob {
  const podSpec = job.spec.template.spec;
  const gates = podSpec?.schedulingGates ?? [];
  if (!podSpec || gates.some(({ name }) => name === schedulingGates.elasticJob)) return job;
  const gated = { ...podSpec, schedulingGates: [...gates, { name: schedulingGates.elasticJob }] };
  return { ...job, spec: { ...job.spec, template: { ...job.spec.template, spec: gated } } };
}

function annotationOf({ metadata }: JobObject, key: string): string | undefined {
  return metadata.annotations?.[key];
}
