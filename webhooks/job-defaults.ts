import { labels, names } from '../src/api/index.ts';
import type { OwnerReference } from '../src/api/index.ts';
import { AncestorSearch, controllerOf, priorityClassOf, queueNameOf } from '../src/jobs/index.ts';
import type { JobIntegration, JobObject } from '../src/jobs/index.ts';
import type { WebhookOptions } from './options.ts';

/** What defaulting must know about the cluster; the program answers from its picture in memory. */
export interface AdmissionLookups {
  /** Whether a LocalQueue is known and not stopped. */
  readonly hasLocalQueue: (namespace: string, name: string) => boolean;
  /** Whether a WorkloadPriorityClass is known. */
  readonly hasPriorityClass: (name: string) => boolean;
  /** Labels of a namespace, or undefined when there is none of that name. */
  readonly namespaceLabels: (namespace: string) => Promise<Readonly<Record<string, string>> | undefined>;
  /** The object behind an owner reference, or undefined when it is gone. */
  readonly owner: (reference: OwnerReference, namespace: string) => Promise<object | undefined>;
  /** Whether jobs of a LocalQueue run on other clusters; absent where that is never so (L-2.5). */
  readonly isMultiKueueQueue?: (namespace: string, name: string) => boolean;
}

/** What defaulting of one job works with. */
export interface DefaultingContext {
  readonly namespace: string;
  readonly lookups: AdmissionLookups;
  readonly options: WebhookOptions;
}

/** A new job with its default queue, default class and suspend switch, in this order (L-2.1 to L-2.4). */
export async function defaultJob<Job extends JobObject>(
  job: Job,
  integration: Pick<JobIntegration<Job>, 'isSuspended' | 'suspend'>,
  context: DefaultingContext,
): Promise<Job> {
  const classified = withPriorityClass(await withQueue(job, context), context);
  if (integration.isSuspended(classified) || !(await shouldSuspend(classified, context))) return classified;
  return integration.suspend(classified);
}

/**
 * Whether a job waits for admission (L-2.4, I-1.7). The namespace counts for a job with a queue label too: in an
 * excluded one nobody would ever start it again.
 */
async function shouldSuspend(job: JobObject, context: DefaultingContext): Promise<boolean> {
  const { options } = context;
  if (options.skipAncestorsOfDeleted && job.metadata.deletionTimestamp !== undefined) return false;
  if (await hasManagedAncestor(job, context)) return false;
  if (queueNameOf(job) === undefined && !options.manageJobsWithoutQueueName) return false;
  return isManagedNamespace(context);
}

async function withQueue<Job extends JobObject>(job: Job, context: DefaultingContext): Promise<Job> {
  const { namespace, lookups } = context;
  const isWanted =
    queueNameOf(job) === undefined &&
    !isChild(job, context) &&
    lookups.hasLocalQueue(namespace, names.defaultLocalQueue);
  if (!isWanted || !(await isManagedNamespace(context))) return job;
  return withLabel(job, labels.queueName, names.defaultLocalQueue);
}

function withPriorityClass<Job extends JobObject>(job: Job, context: DefaultingContext): Job {
  const isWanted =
    context.options.priorityClassDefaulting &&
    priorityClassOf(job) === undefined &&
    !isChild(job, context) &&
    context.lookups.hasPriorityClass(names.defaultPriorityClass);
  return isWanted ? withLabel(job, labels.priorityClass, names.defaultPriorityClass) : job;
}

/** Whether a managed kind controls the job, which is then its parent's business. */
function isChild(job: JobObject, { options }: DefaultingContext): boolean {
  const owner = controllerOf(job);
  return owner !== undefined && options.isEnabledKind(owner.apiVersion, owner.kind);
}

async function hasManagedAncestor(
  job: JobObject,
  { namespace, lookups, options }: DefaultingContext,
): Promise<boolean> {
  const { manageJobsWithoutQueueName, isEnabledKind } = options;
  const search = new AncestorSearch(job, { manageJobsWithoutQueueName, isEnabled: isEnabledKind });
  for (let owner = search.next(); owner !== undefined; owner = search.next()) {
    const read = (await lookups.owner(owner, namespace)) as JobObject | undefined;
    if (!search.visit(owner, read)) break;
  }
  return search.result !== undefined;
}

async function isManagedNamespace({ namespace, lookups, options }: DefaultingContext): Promise<boolean> {
  const namespaceLabels = await lookups.namespaceLabels(namespace);
  if (!namespaceLabels) throw new Error(`namespace ${JSON.stringify(namespace)} not found`);
  return options.isManagedNamespace(namespaceLabels);
}

function withLabel<Job extends JobObject>(job: Job, key: string, value: string): Job {
  return { ...job, metadata: { ...job.metadata, labels: { ...job.metadata.labels, [key]: value } } };
}
