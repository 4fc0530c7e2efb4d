import { annotations, labels } from '../src/api/index.ts';
import { isElastic, queueNameOf } from '../src/jobs/index.ts';
import type { JobObject, JobType } from '../src/jobs/index.ts';
import { admissionGateChangeErrors, admissionGateErrors } from './admission-gates.ts';
import { forbidden, invalid } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { immutableDetail, invalidForEach, subdomainFaults } from './name-rules.ts';
import type { WebhookOptions } from './options.ts';

/** What the common rules need to know about a kind and the moment. */
export interface JobRules {
  readonly type: JobType;
  readonly supportsPrebuilt: boolean;
  readonly isSuspended: (job: JobObject) => boolean;
  readonly options: WebhookOptions;
}

const queuePath = labelPath(labels.queueName);
const priorityClassPath = labelPath(labels.priorityClass);
const maxExecTimePath = labelPath(labels.maxExecTimeSeconds);
const elasticPath = `metadata.annotations[${annotations.elasticJob}]`;
const kindsWithSlices = [
  'batch/v1, Kind=Job',
  ...['RayCluster', 'RayJob', 'RayService'].map((kind) => `ray.io/v1, Kind=${kind}`),
];
const INT64_MAX = 2n ** 63n - 1n;

/** Faults of a new job of any kind (L-2.6). */
export function jobCreateErrors(job: JobObject, rules: JobRules): FieldError[] {
  const queueName = job.metadata.labels?.[labels.queueName];
  return [
    ...(queueName === undefined ? [] : invalidForEach(queuePath, queueName, subdomainFaults(queueName))),
    ...prebuiltErrors(job, rules),
    ...maxExecTimeErrors(job.metadata.labels?.[labels.maxExecTimeSeconds]),
    ...elasticErrors(job, rules),
    ...(rules.options.admissionGatedBy ? admissionGateErrors(gatesOf(job)) : []),
  ];
}

/** Faults of a change of a job of any kind (L-2.7). */
export function jobUpdateErrors(
  job: JobObject,
  old: JobObject,
  rules: JobRules & { readonly hasDefaultQueue: boolean },
): FieldError[] {
  const isSuspended = rules.isSuspended(job);
  return [
    ...queueChangeErrors(job, old, { isSuspended, hasDefaultQueue: rules.hasDefaultQueue }),
    ...(isSuspended || isElasticJob(old, rules.options)
      ? prebuiltErrors(job, rules)
      : prebuiltChangeErrors(job, old, rules.options)),
    ...(isSuspended && rules.isSuspended(old) ? [] : maxExecTimeChangeErrors(job, old)),
    ...priorityClassChangeErrors(job, old, isSuspended),
    ...elasticChangeErrors(job, old, rules.options),
    ...(rules.options.admissionGatedBy
      ? [...admissionGateChangeErrors(gatesOf(job), gatesOf(old)), ...admissionGateErrors(gatesOf(job))]
      : []),
  ];
}

/** Whether the job is resized in slices; without the switch the annotation has no meaning (L-4.1, I-1.12). */
export function isElasticJob(job: JobObject, options: WebhookOptions): boolean {
  return options.elasticJobs && isElastic(job);
}

/** What is wrong with a decimal integer, in the words that Kueue's users know; nothing when it is one. */
export function integerFault(text: string): string | undefined {
  if (!/^[+-]?\d+$/.test(text)) return `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  const value = BigInt(text.replace(/^\+/, ''));
  const isInRange = value <= INT64_MAX && value >= -INT64_MAX - 1n;
  return isInRange ? undefined : `strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`;
}

interface PrebuiltName {
  readonly path: string;
  readonly value: string;
}

/** Where the name of a Workload made beforehand stands, if anywhere (L-3.5 number 1, I-1.13). */
function prebuiltNameOf({ metadata }: JobObject, options: WebhookOptions): PrebuiltName | undefined {
  const fromAnnotation = metadata.annotations?.[annotations.prebuiltWorkloadName] ?? '';
  const fromLabel = metadata.labels?.[labels.prebuiltWorkloadName];
  const isAnnotationRead = options.workloadIdentifierAnnotations
    ? fromAnnotation !== ''
    : fromAnnotation.length > 63;
  if (isAnnotationRead) {
    return { path: `metadata.annotations[${annotations.prebuiltWorkloadName}]`, value: fromAnnotation };
  }
  return fromLabel === undefined
    ? undefined
    : { path: labelPath(labels.prebuiltWorkloadName), value: fromLabel };
}

function prebuiltErrors(job: JobObject, { type, supportsPrebuilt, options }: JobRules): FieldError[] {
  const name = prebuiltNameOf(job, options);
  if (!name) return [];
  const errors = invalidForEach(name.path, name.value, subdomainFaults(name.value));
  if (name.value === '' || supportsPrebuilt) return errors;
  return [...errors, forbidden(name.path, `Is not supported for ${JSON.stringify(kindText(type))}`)];
}

function prebuiltChangeErrors(job: JobObject, old: JobObject, options: WebhookOptions): FieldError[] {
  const now = prebuiltNameOf(job, options);
  const before = prebuiltNameOf(old, options);
  if ((now?.value ?? '') === (before?.value ?? '')) return [];
  return [invalid((now ?? before)!.path, now?.value ?? '', immutableDetail)];
}

function maxExecTimeErrors(text: string | undefined): FieldError[] {
  if (text === undefined) return [];
  const fault = integerFault(text);
  if (fault !== undefined) return [invalid(maxExecTimePath, text, fault)];
  return Number(text) > 0 ? [] : [invalid(maxExecTimePath, Number(text), 'should be greater than 0')];
}

function elasticErrors(job: JobObject, { type, options }: JobRules): FieldError[] {
  if (!isElasticJob(job, options) || kindsWithSlices.includes(kindText(type))) return [];
  return [forbidden(elasticPath, `elastic job is not supported for ${JSON.stringify(kindText(type))}`)];
}

function queueChangeErrors(
  job: JobObject,
  old: JobObject,
  { isSuspended, hasDefaultQueue }: { isSuspended: boolean; hasDefaultQueue: boolean },
): FieldError[] {
  const now = queueNameOf(job) ?? '';
  const before = queueNameOf(old) ?? '';
  const errors: FieldError[] = [];
  if (!isSuspended && now !== before) errors.push(invalid(queuePath, now, immutableDetail));
  if (before !== '' && now === '' && hasDefaultQueue) {
    const detail = 'queue-name must not be empty in namespace with default queue';
    errors.push(invalid(queuePath, '', detail));
  }
  return errors;
}

function maxExecTimeChangeErrors(job: JobObject, old: JobObject): FieldError[] {
  const now = job.metadata.labels?.[labels.maxExecTimeSeconds] ?? '';
  const before = old.metadata.labels?.[labels.maxExecTimeSeconds] ?? '';
  return now === before ? [] : [invalid(maxExecTimePath, now, immutableDetail)];
}

function priorityClassChangeErrors(job: JobObject, old: JobObject, isSuspended: boolean): FieldError[] {
  const now = job.metadata.labels?.[labels.priorityClass] ?? '';
  const before = old.metadata.labels?.[labels.priorityClass] ?? '';
  if (!isSuspended && before === '' && now !== '') {
    const detail = 'WorkloadPriorityClass cannot be added to a non-suspended workload';
    return [invalid(priorityClassPath, now, detail)];
  }
  if (before === '' || now !== '') return [];
  return [invalid(priorityClassPath, '', 'WorkloadPriorityClass cannot be removed from a workload')];
}

function elasticChangeErrors(job: JobObject, old: JobObject, options: WebhookOptions): FieldError[] {
  const now = isElasticJob(job, options);
  return now === isElasticJob(old, options) ? [] : [invalid(elasticPath, now, immutableDetail)];
}

function gatesOf({ metadata }: JobObject): string | undefined {
  return metadata.annotations?.[annotations.admissionGatedBy];
}

function kindText({ group, version, kind }: JobType): string {
  return `${group === '' ? version : `${group}/${version}`}, Kind=${kind}`;
}

function labelPath(key: string): string {
  return `metadata.labels[${key}]`;
}
