import {
  finalizers,
  names,
  parseClusterQueue,
  parseCohort,
  parseResourceFlavor,
  parseWorkload,
} from '../src/api/index.ts';
import type { ObjectMeta, PodSet } from '../src/api/index.ts';
import { batchJob } from '../src/jobs/batch/job.ts';
import type { BatchJob } from '../src/jobs/batch/job.ts';
import type { KindWebhook } from './admission.ts';
import { clusterQueueErrors } from './cluster-queue.ts';
import { cohortErrors } from './cohort.ts';
import { batchJobCreateErrors, batchJobUpdateErrors, defaultBatchJob } from './job.ts';
import type { AdmissionLookups } from './job-defaults.ts';
import type { WebhookOptions } from './options.ts';
import { resourceFlavorErrors } from './resource-flavor.ts';
import { workloadErrors } from './workload.ts';

/** The webhooks of all kinds that have any, by kind; LocalQueues are judged by their schema alone (O-7.5). */
export function kindWebhooks(
  options: WebhookOptions,
  lookups: AdmissionLookups,
): ReadonlyMap<string, KindWebhook> {
  const webhooks = new Map<string, KindWebhook>([
    ['ClusterQueue', clusterQueueWebhook(options)],
    ['Cohort', { validate: (object) => cohortErrors(parseCohort(object)) }],
    [
      'ResourceFlavor',
      { default: withFinalizer, validate: (object) => resourceFlavorErrors(parseResourceFlavor(object)) },
    ],
    ['Workload', workloadWebhook(options)],
  ]);
  if (options.isEnabledKind('batch/v1', 'Job')) webhooks.set('Job', batchJobWebhook(options, lookups));
  return webhooks;
}

function clusterQueueWebhook(options: WebhookOptions): KindWebhook {
  return {
    default: withFinalizer,
    validate: (object, old) =>
      clusterQueueErrors(parseClusterQueue(object), old && parseClusterQueue(old), options),
  };
}

function workloadWebhook(options: WebhookOptions): KindWebhook {
  return {
    ...(options.partialAdmission ? {} : { default: withoutMinCounts }),
    validate: (object, old) => workloadErrors(parseWorkload(object), old && parseWorkload(old), options),
  };
}

function batchJobWebhook(options: WebhookOptions, lookups: AdmissionLookups): KindWebhook {
  return {
    // Not parsed: a new Job may still be without the name that the server will make from its generateName.
    default: (object, { namespace }) => defaultBatchJob(object as BatchJob, { namespace, lookups, options }),
    validate: (object, old, { namespace }) => {
      const job = batchJob.parse(object);
      if (!old) return batchJobCreateErrors(job, options);
      const hasDefaultQueue = lookups.hasLocalQueue(namespace, names.defaultLocalQueue);
      return batchJobUpdateErrors(job, batchJob.parse(old), { options, hasDefaultQueue });
    },
  };
}

/** The object with the finalizer that keeps it while workloads use it. */
function withFinalizer(object: object): object {
  const metadata = (object as { metadata?: Partial<ObjectMeta> }).metadata;
  const present = metadata?.finalizers ?? [];
  if (present.includes(finalizers.resourceInUse)) return object;
  return { ...object, metadata: { ...metadata, finalizers: [...present, finalizers.resourceInUse] } };
}

/** Without partial admission no Workload may ask for less than its count. */
function withoutMinCounts(object: object): object {
  const { spec } = object as { spec?: { podSets?: PodSet[] } };
  if (!spec?.podSets?.some(({ minCount }) => minCount !== undefined)) return object;
  const podSets = spec.podSets.map(({ minCount: _minCount, ...podSet }) => podSet);
  return { ...object, spec: { ...spec, podSets } };
}
