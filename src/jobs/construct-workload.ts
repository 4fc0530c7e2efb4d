import { annotations, apiVersion, finalizers, labels, provisioningAnnotationPrefix } from '../api/index.ts';
import type { Draft, PodSet, PriorityClassRef, Workload } from '../api/index.ts';
import type { JobIntegration, JobObject, JobOptions } from './integration.ts';
import { admissionGatesOf, maximumExecutionTimeOf, queueNameOf } from './job-labels.ts';
import { sanitizePodSets } from './sanitize-pod-sets.ts';
import { workloadName } from './workload-name.ts';

/** A job's priority as resolved from its class (L-3.8). */
export interface JobPriority {
  readonly value: number;
  readonly ref?: PriorityClassRef;
}

/** What a Workload is built from beside the job itself. */
export interface ConstructionContext {
  readonly options: JobOptions;
  readonly priority: JobPriority;
  /** Labels of the job that its Workload repeats (`integrations.labelKeysToCopy`). */
  readonly labelKeysToCopy: readonly string[];
}

/** A job's pod sets as its Workload holds them. */
export function podSetsOf(integration: JobIntegration, job: JobObject, options: JobOptions): PodSet[] {
  return sanitizePodSets(integration.podSets(job, options));
}

/** Builds the Workload of a job that has none yet (L-3.7). */
export function constructWorkload(
  integration: JobIntegration,
  job: JobObject,
  context: ConstructionContext,
): Draft<Workload> {
  const { type } = integration;
  const { metadata } = job;
  const ownerVersion = type.group === '' ? type.version : `${type.group}/${type.version}`;
  const owner = { apiVersion: ownerVersion, kind: type.kind, name: metadata.name, uid: metadata.uid };
  return {
    apiVersion,
    kind: 'Workload',
    metadata: {
      name: workloadName({ kind: type.kind, group: type.group, name: metadata.name, uid: metadata.uid }),
      namespace: metadata.namespace,
      labels: { ...copiedLabels(job, context.labelKeysToCopy), [labels.jobUid]: metadata.uid },
      annotations: copiedAnnotations(job),
      finalizers: [finalizers.resourceInUse],
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    spec: constructSpec(integration, job, context),
  };
}

/** The spec that a job asks for now; `active` is left to the API server's default. */
export function constructSpec(
  integration: JobIntegration,
  job: JobObject,
  { options, priority }: ConstructionContext,
): Workload['spec'] {
  const queueName = queueNameOf(job);
  const maximumExecutionTimeSeconds = maximumExecutionTimeOf(job);
  return {
    podSets: podSetsOf(integration, job, options),
    priority: priority.value,
    active: true,
    ...(queueName === undefined ? {} : { queueName }),
    ...(maximumExecutionTimeSeconds === undefined ? {} : { maximumExecutionTimeSeconds }),
    ...(priority.ref === undefined ? {} : { priorityClassRef: priority.ref }),
  };
}

function copiedLabels(job: JobObject, keys: readonly string[]): Record<string, string> {
  const present = job.metadata.labels ?? {};
  return Object.fromEntries(keys.flatMap((key) => (present[key] === undefined ? [] : [[key, present[key]]])));
}

function copiedAnnotations(job: JobObject): Record<string, string> {
  const present = Object.entries(job.metadata.annotations ?? {});
  const copied = present.filter(([key]) => key.startsWith(provisioningAnnotationPrefix));
  const gates = admissionGatesOf(job);
  if (gates !== '') copied.push([annotations.admissionGatedBy, gates]);
  return Object.fromEntries(copied);
}
