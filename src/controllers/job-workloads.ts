import { annotations, eventReasons, finishedReasons, labels } from '../api/index.ts';
import type { Workload } from '../api/index.ts';
import { finish, hasQuotaReservation, isFinished } from '../core/workload/index.ts';
import {
  admissionGatesOf,
  computeStartInfos,
  constructSpec,
  constructWorkload,
  controllerOf,
  isEquivalent,
  podSetsOf,
  prebuiltWorkloadOf,
  priorityClassOf,
} from '../jobs/index.ts';
import type { ComparedJob, ConstructionContext, JobObject } from '../jobs/index.ts';
import { apiVersionOf } from '../kube/index.ts';
import type { ReconcileResult, WriteOutcome } from '../kube/index.ts';
import { keyOf } from '../state/index.ts';
import type { ControllerContext } from './context.ts';
import type { IntegratedJob } from './integrated-job.ts';
import { announceOnJob } from './job-events.ts';
import { resolvePriority } from './job-priority.ts';
import { stopJob } from './job-start-stop.ts';
import { done, resultOf } from './outcomes.ts';
import { removeFinalizer } from './in-use-finalizer.ts';
import { writeWorkloadStatus } from './workload-writes.ts';

/** The one Workload of a job, none yet, or the pass has ended with a write. */
export type EnsuredWorkload =
  | { readonly kind: 'workload'; readonly workload: Workload }
  | { readonly kind: 'none' }
  | { readonly kind: 'ended'; readonly result: ReconcileResult };

const none: EnsuredWorkload = { kind: 'none' };

/** Makes sure that a job has at most one Workload, and one that stands for it (L-3.5). */
export async function ensureOneWorkload(
  context: ControllerContext,
  target: IntegratedJob,
): Promise<EnsuredWorkload> {
  const prebuilt = prebuiltWorkloadOf(target.job);
  if (prebuilt !== undefined) return ensurePrebuilt(context, target, prebuilt);
  const { match, candidate, surplus } = sortOut(context, target);
  if (!match && mustStop(target)) {
    const stopped = await stopWithoutMatch(context, target, surplus);
    if (stopped.kind !== 'done' || surplus.length === 0) return { kind: 'ended', result: stopped };
  }
  if (surplus.length > 0) return { kind: 'ended', result: await deleteSurplus(context, target, surplus) };
  if (candidate) return { kind: 'ended', result: await replaceSpec(context, target, candidate) };
  return match ? syncWithJob(context, target, match) : none;
}

/** A job that runs without a Workload that stands for it (L-3.5 step 5). */
function mustStop({ integration, job }: IntegratedJob): boolean {
  return !integration.isSuspended(job) && !integration.finished(job);
}

/** Creates the Workload of a job that has none (L-3.7). */
export async function createWorkload(
  context: ControllerContext,
  target: IntegratedJob,
): Promise<ReconcileResult> {
  const { integration, job } = target;
  const draft = constructWorkload(integration, job, constructionContext(context, target));
  const outcome = await context.objects.create('Workload', draft);
  const key = `${job.metadata.namespace}/${draft.metadata.name}`;
  if (outcome.kind === 'ok') {
    const note = `Created Workload: ${key}`;
    announceOnJob(context, target, { reason: eventReasons.createdWorkload, note });
    recordLatency(context, target);
  }
  const isOthers =
    outcome.kind === 'exists' && controllerOf(outcome.current as never)?.uid !== job.metadata.uid;
  if (isOthers) throw new Error(`create workload ${key}: there is one already that is not of this job`);
  return resultOf(outcome, `create workload ${key}`);
}

/** A job that was changed since its creation may have waited for that change (O-10.16). */
function recordLatency({ clock, metrics }: ControllerContext, { integration, job }: IntegratedJob): void {
  const { creationTimestamp, generation } = job.metadata;
  if (generation > 1) return;
  const latencyMs = clock.now() - Date.parse(creationTimestamp);
  metrics.recordWorkloadCreated({ jobKind: integration.type.kind, latencyMs });
}

async function ensurePrebuilt(
  context: ControllerContext,
  target: IntegratedJob,
  name: string,
): Promise<EnsuredWorkload> {
  const { job } = target;
  const workload = context.state.get('Workload', `${job.metadata.namespace}/${name}`);
  if (!workload) return none;
  const owner = controllerOf(workload);
  if (owner && owner.uid !== job.metadata.uid) return none;
  if (!owner) return { kind: 'ended', result: await adopt(context, target, workload) };
  if (isFinished(workload) || matches(context, comparedOf(context, target), workload))
    return { kind: 'workload', workload };
  const message = 'The prebuilt workload is out of sync with its user job';
  const finished = finish(workload, { reason: finishedReasons.outOfSync, message }, context.clock.now());
  const outcome = await writeWorkloadStatus(context, { before: workload, after: finished }, 'finish');
  if (outcome.kind === 'ok') context.metrics.recordFinished(finished);
  return { kind: 'ended', result: resultOf(outcome, `finish prebuilt workload ${keyOf(workload)}`) };
}

async function adopt(
  { objects }: ControllerContext,
  { integration, job }: IntegratedJob,
  workload: Workload,
): Promise<ReconcileResult> {
  const { name, uid } = job.metadata;
  const owner = { apiVersion: apiVersionOf(integration.type), kind: integration.type.kind, name, uid };
  const ownerReferences = [
    ...(workload.metadata.ownerReferences ?? []),
    { ...owner, controller: true, blockOwnerDeletion: true },
  ];
  const metadata = { ownerReferences, labels: { ...workload.metadata.labels, [labels.jobUid]: uid } };
  const after = { ...workload, metadata: { ...workload.metadata, ...metadata } };
  const outcome = await objects.patch('Workload', { before: workload, after }, { class: 'create' });
  return resultOf(outcome, `adopt prebuilt workload ${keyOf(workload)}`);
}

/** A job's Workloads, told apart: the one that stands for it, one that may be made to, and the rest. */
interface OwnedWorkloads {
  readonly match: Workload | undefined;
  readonly candidate: Workload | undefined;
  readonly surplus: readonly Workload[];
}

/** Steps 3 and 4 of L-3.5. */
function sortOut(context: ControllerContext, target: IntegratedJob): OwnedWorkloads {
  const { integration, job } = target;
  const owned = context.state
    .workloadsOfOwner(job.metadata.uid)
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const compared = comparedOf(context, target);
  const match = owned.find((workload) => matches(context, compared, workload));
  const surplus = owned.filter((workload) => workload !== match);
  const [first] = surplus;
  const isCandidate = first && !match && integration.isSuspended(job) && !hasQuotaReservation(first);
  return isCandidate
    ? { match, candidate: first, surplus: surplus.slice(1) }
    : { match, candidate: undefined, surplus };
}

function comparedOf({ settings }: ControllerContext, { integration, job }: IntegratedJob): ComparedJob {
  const podSets = podSetsOf(integration, job, settings.jobs);
  return { job, podSets, isSuspended: integration.isSuspended(job) };
}

function matches({ settings, state }: ControllerContext, compared: ComparedJob, workload: Workload): boolean {
  const computed = hasQuotaReservation(workload)
    ? computeStartInfos(workload, (name) => state.flavor(name), settings.start)
    : undefined;
  return isEquivalent(compared, workload, computed?.kind === 'infos' ? computed.infos : undefined);
}

async function stopWithoutMatch(
  context: ControllerContext,
  target: IntegratedJob,
  surplus: readonly Workload[],
): Promise<ReconcileResult> {
  const workload = surplus.length === 1 ? surplus[0] : undefined;
  const message = workload
    ? 'No matching Workload; restoring pod templates according to existent Workload'
    : 'Missing Workload; unable to restore pod templates';
  return stopJob(context, target, { workload, reason: 'NoMatchingWorkload', message });
}

async function deleteSurplus(
  context: ControllerContext,
  target: IntegratedJob,
  surplus: readonly Workload[],
): Promise<ReconcileResult> {
  for (const workload of surplus) {
    resultOf(await removeFinalizer(context, 'Workload', workload), `release workload ${keyOf(workload)}`);
    if (workload.metadata.deletionTimestamp !== undefined) continue;
    const outcome = await context.objects.delete('Workload', workload);
    if (outcome.kind !== 'ok') continue;
    const note = `Deleted not matching Workload: ${keyOf(workload)}`;
    announceOnJob(context, target, { reason: eventReasons.deletedWorkload, note });
  }
  return done;
}

async function replaceSpec(
  context: ControllerContext,
  target: IntegratedJob,
  workload: Workload,
): Promise<ReconcileResult> {
  const spec = constructSpec(target.integration, target.job, constructionContext(context, target));
  const after = { ...workload, spec: { ...spec, active: workload.spec.active } };
  const outcome = await context.objects.patch('Workload', { before: workload, after }, { class: 'create' });
  return announceUpdate(context, target, {
    outcome,
    note: `Updated not matching Workload for suspended job: ${keyOf(workload)}`,
  });
}

/** Carries the admission gates and the priority class of a job over to its Workload (L-3.5 step 7, L-3.8). */
async function syncWithJob(
  context: ControllerContext,
  target: IntegratedJob,
  workload: Workload,
): Promise<EnsuredWorkload> {
  const gates = admissionGatesOf(target.job);
  if (context.settings.scheduling.admissionGatedBy && gates !== admissionGatesOf(workload)) {
    const body = {
      metadata: { annotations: { [annotations.admissionGatedBy]: gates === '' ? null : gates } },
    };
    const outcome = await context.objects.patchBody('Workload', workload, { body, class: 'create' });
    const note = `Updated workload AdmissionGatedBy to "${gates}"`;
    return { kind: 'ended', result: announceUpdate(context, target, { outcome, note }) };
  }
  if (!isPriorityStale(target.job, workload)) return { kind: 'workload', workload };
  const { value, ref } = resolvePriority(context, target);
  const { priorityClassRef: _ref, ...spec } = workload.spec;
  const after = {
    ...workload,
    spec: { ...spec, priority: value, ...(ref ? { priorityClassRef: ref } : {}) },
  };
  const outcome = await context.objects.patch('Workload', { before: workload, after }, { class: 'create' });
  const note = `Updated workload priority class: ${keyOf(workload)}`;
  return { kind: 'ended', result: announceUpdate(context, target, { outcome, note }) };
}

function isPriorityStale(job: JobObject, workload: Workload): boolean {
  const ref = workload.spec.priorityClassRef;
  if (ref?.kind === 'PriorityClass' || isFinished(workload)) return false;
  if (!ref && hasQuotaReservation(workload)) return false;
  return (ref?.name ?? '') !== (priorityClassOf(job) ?? '');
}

function announceUpdate(
  context: ControllerContext,
  target: IntegratedJob,
  { outcome, note }: { readonly outcome: WriteOutcome; readonly note: string },
): ReconcileResult {
  if (outcome.kind === 'ok') {
    announceOnJob(context, target, { reason: eventReasons.updatedWorkload, note });
  }
  return resultOf(outcome, note);
}

function constructionContext(context: ControllerContext, target: IntegratedJob): ConstructionContext {
  const { jobs: options, labelKeysToCopy } = context.settings;
  return { options, labelKeysToCopy, priority: resolvePriority(context, target) };
}
