import {
  annotations,
  apiVersion,
  finalizers,
  labels,
  provisioningAnnotationPrefix,
  storedPodTemplate,
} from '../api/index.ts';
import type { Draft, PodSet, PriorityClassRef, Workload } from '../api/index.ts';
import type { JobIntegration, JobObject, JobOptions } from './integration.ts';
import { admissionGatesOf, maximumExecutionTimeOf, queueNameOf } from './job-labels.ts';
import { sanitizePodSets } from './sanitize-pod-sets.ts';
import { workloadName } from './workload-name.ts';

const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const LABEL_LENGTH_MAX = 63;

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

/**
 * A job's pod sets as its Workload holds them: sanitized, and in the form in which the API server stores them, so
 * that a field which our schema lacks does not make the two differ for ever.
 */
export function podSetsOf(integration: JobIntegration, job: JobObject, options: JobOptions): PodSet[] {
  const podSets = sanitizePodSets(integration.podSets(job, options));
  return podSets.map((podSet) => ({ ...podSet, template: storedPodTemplate(podSet.template) }));
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
      labels: { ...copiedLabels(job, context.labelKeysToCopy), ...jobUidLabel(job) },
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

/** A uid is whatever the API server made it; one that no label can hold is left out. */
function jobUidLabel({ metadata }: JobObject): Record<string, string> {
  const isValid = metadata.uid.length <= LABEL_LENGTH_MAX && labelValue.test(metadata.uid);
  return isValid ? { [labels.jobUid]: metadata.uid } : {};
}

function copiedAnnotations(job: JobObject): Record<string, string> {
  const present = Object.entries(job.metadata.annotations ?? {});
  const copied = present.filter(([key]) => key.startsWith(provisioningAnnotationPrefix));
  const gates = admissionGatesOf(job);
  if (gates !== '') copied.push([annotations.admissionGatedBy, gates]);
  return Object.fromEntries(copied);
}
