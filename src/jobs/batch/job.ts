import { annotations } from '../../api/index.ts';
import type { PodSet, PodTemplateSpec } from '../../api/index.ts';
import { mergePodSetInfo, restoreTemplate } from '../../core/workload/index.ts';
import type { PodSetInfo } from '../../core/workload/index.ts';
import type { Finish, JobIntegration, JobObject, JobOptions, StartResult, StopStep } from '../integration.ts';
import { countIndexes } from './completed-indexes.ts';
import { isSyncedCompletions, minParallelismOf } from './job-annotations.ts';

/** A `batch/v1` Job, as far as queueing reads and writes it. */
export interface BatchJob extends JobObject {
  readonly spec: BatchJobSpec;
  readonly status?: BatchJobStatus;
}

export interface BatchJobSpec {
  readonly suspend?: boolean;
  readonly parallelism?: number;
  readonly completions?: number;
  readonly completionMode?: 'NonIndexed' | 'Indexed';
  readonly template: PodTemplateSpec;
  readonly managedBy?: string;
}

export interface BatchJobStatus {
  readonly startTime?: string;
  readonly active?: number;
  readonly ready?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly completedIndexes?: string;
  readonly failedIndexes?: string;
  readonly uncountedTerminatedPods?: { readonly succeeded?: readonly string[] };
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
  }[];
}

/** Labels that the Job controller writes on the template, tied to this very Job (I-2.5). */
const ownedLabels = ['job-name', 'controller-uid', 'batch.kubernetes.io/controller-uid'] as const;
/** Labels that a restore leaves as they stand on the Job (I-2.10). */
const keptLabels = [...ownedLabels, 'batch.kubernetes.io/job-name'] as const;
const mainPodSet = 'main';

/** The `batch/v1` Job (integrations I-2). */
export const batchJob: JobIntegration<BatchJob> = {
  framework: 'batch/job',
  type: { group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', namespaced: true },
  supportsPrebuilt: true,
  parse: parseBatchJob,
  podSets: (job, options) => [mainPodSetOf(job, options)],
  isSuspended: (job) => job.spec.suspend === true && !isStopping(job),
  suspend: (job) => ({ ...job, spec: { ...job.spec, suspend: true } }),
  start: startJob,
  nextStop,
  finished,
  isActive: (job) => (job.status?.active ?? 0) !== 0,
  podsReady,
  reclaimablePods,
};

/** The API server has validated a Job of its own kind; only what it cannot leave out is looked at. */
function parseBatchJob(raw: unknown): BatchJob {
  const job = raw as BatchJob;
  if (typeof job?.metadata?.name !== 'string') throw new TypeError('metadata.name: Required value');
  if (typeof job.spec?.template !== 'object') throw new TypeError('spec.template: Required value');
  return job;
}

/** How many pods run at once: parallelism, or completions where that is smaller (I-2.6). */
export function podCountOf({ spec }: BatchJob): number {
  const parallelism = spec.parallelism ?? 1;
  return Math.min(parallelism, spec.completions ?? parallelism);
}

function mainPodSetOf(job: BatchJob, options: JobOptions): PodSet {
  const minCount = options.partialAdmission ? minParallelismOf(job) : undefined;
  return {
    name: mainPodSet,
    count: podCountOf(job),
    ...(minCount === undefined ? {} : { minCount }),
    template: withoutLabels(job.spec.template, ownedLabels),
  };
}

function startJob(job: BatchJob, starts: readonly PodSetInfo[]): StartResult<BatchJob> {
  const [info] = starts;
  if (!info || starts.length !== 1) {
    return { kind: 'refused', message: `invalid podset infos: expecting 1 podset, got ${starts.length}` };
  }
  const merged = mergePodSetInfo(job.spec.template, info);
  if (merged.kind === 'conflict') return { kind: 'refused', message: merged.message };
  const counts = minParallelismOf(job) === undefined ? {} : countsOf(job, info.count);
  return {
    kind: 'started',
    job: { ...job, spec: { ...job.spec, ...counts, suspend: false, template: merged.template } },
  };
}

/** Partial admission sets the parallelism, and the completions too where the job asks for equality (I-2.8). */
function countsOf(job: BatchJob, count: number): Pick<BatchJobSpec, 'parallelism' | 'completions'> {
  return isSyncedCompletions(job) ? { parallelism: count, completions: count } : { parallelism: count };
}

/**
 * Stops a Job in three requests (I-2.9), because its template may only change while `status.startTime` is empty:
 * suspend and mark, clear the start time, restore and unmark. An interrupted stop is taken up where it stands.
 */
function nextStop(job: BatchJob, original: readonly PodSet[] | undefined): StopStep<BatchJob> | undefined {
  if (job.spec.suspend !== true) {
    const marked = { ...job.metadata.annotations, [annotations.stopping]: 'true' };
    const metadata = { ...job.metadata, annotations: marked };
    const suspended = { ...job, metadata, spec: { ...job.spec, suspend: true } };
    return { job: suspended, errorPrefix: 'suspend: ', isStopping: true };
  }
  const restored = restoreJob(job, original);
  if (!isStopping(job) && restored.spec === job.spec) return undefined;
  if (job.status?.startTime !== undefined) {
    const { startTime: _startTime, ...status } = job.status;
    return {
      job: { ...job, status },
      subresource: 'status',
      errorPrefix: 'reset status: ',
      isStopping: false,
    };
  }
  return {
    job: withoutStoppingMark(restored),
    errorPrefix: 'restore info: ',
    isStopping: false,
    isEarly: !isSuspensionSeen(job),
  };
}

/** From Kubernetes 1.36 on, a template changes only once the Job controller has noted the suspension (I-2.16). */
function isSuspensionSeen({ status }: BatchJob): boolean {
  return status?.conditions?.some((one) => one.type === 'Suspended' && one.status === 'True') ?? false;
}

function isStopping(job: BatchJob): boolean {
  return job.metadata.annotations?.[annotations.stopping] === 'true';
}

function withoutStoppingMark(job: BatchJob): BatchJob {
  const { [annotations.stopping]: _mark, ...others } = job.metadata.annotations ?? {};
  return { ...job, metadata: { ...job.metadata, annotations: others } };
}

/** Puts template and counts back to those of the Workload (I-2.10); the same object when nothing differs. */
function restoreJob(job: BatchJob, original: readonly PodSet[] | undefined): BatchJob {
  const [podSet] = original ?? [];
  if (!podSet || original?.length !== 1) return job;
  const labels = { ...podSet.template.metadata?.labels, ...pickLabels(job.spec.template, keptLabels) };
  const template = restoreTemplate(job.spec.template, {
    ...podSet.template,
    metadata: { ...podSet.template.metadata, labels },
  });
  const counts =
    minParallelismOf(job) === undefined || job.spec.parallelism === podSet.count
      ? {}
      : countsOf(job, podSet.count);
  if (template === job.spec.template && Object.keys(counts).length === 0) return job;
  return { ...job, spec: { ...job.spec, ...counts, template } };
}

function finished(job: BatchJob): Finish | undefined {
  const end = job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  return end && { isSuccess: end.type === 'Complete', message: end.message ?? '' };
}

function podsReady(job: BatchJob): boolean {
  const { ready = 0, succeeded = 0, uncountedTerminatedPods } = job.status ?? {};
  return ready + succeeded + (uncountedTerminatedPods?.succeeded?.length ?? 0) >= podCountOf(job);
}

/** Pods that no longer have work: as many as the remaining completions fall short of the parallelism (I-2.13). */
function reclaimablePods(job: BatchJob): ReadonlyMap<string, number> {
  const parallelism = job.spec.parallelism ?? 1;
  const completions = job.spec.completions ?? parallelism;
  const terminal = terminalCount(job, completions);
  const remaining = Math.max(completions - terminal, 0);
  const isReclaimable = parallelism > 1 && terminal > 0 && remaining < parallelism;
  return new Map(isReclaimable ? [[mainPodSet, parallelism - remaining]] : []);
}

function terminalCount({ spec, status }: BatchJob, completions: number): number {
  if (spec.completionMode !== 'Indexed') return status?.succeeded ?? 0;
  return countIndexes([status?.completedIndexes ?? '', status?.failedIndexes ?? ''], completions);
}

function withoutLabels(template: PodTemplateSpec, keys: readonly string[]): PodTemplateSpec {
  const labels = template.metadata?.labels;
  if (!labels || !keys.some((key) => key in labels)) return template;
  const kept = Object.entries(labels).filter(([key]) => !keys.includes(key));
  return { ...template, metadata: { ...template.metadata, labels: Object.fromEntries(kept) } };
}

function pickLabels(template: PodTemplateSpec, keys: readonly string[]): Record<string, string> {
  const labels = template.metadata?.labels ?? {};
  return Object.fromEntries(Object.entries(labels).filter(([key]) => keys.includes(key)));
}
