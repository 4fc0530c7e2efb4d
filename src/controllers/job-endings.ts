import { eventReasons, finishedReasons } from '../api/index.ts';
import type { Workload } from '../api/index.ts';
import { finish, isAdmitted, isEvicted, isFinished } from '../core/workload/index.ts';
import { controllerOf, isElastic } from '../jobs/index.ts';
import type { JobIntegration, JobObject } from '../jobs/index.ts';
import { ApiError } from '../kube/index.ts';
import type { ReconcileResult } from '../kube/index.ts';
import { keyOf } from '../state/index.ts';
import type { ControllerContext } from './context.ts';
import { announceOnJob } from './job-events.ts';
import type { IntegratedJob } from './integrated-job.ts';
import { done, resultOf } from './outcomes.ts';
import { removeFinalizer } from './in-use-finalizer.ts';
import { writeWorkloadStatus } from './workload-writes.ts';

/**
 * Whether a job that the state does not hold is really gone. The watches of jobs and Workloads are independent, so
 * a Workload can be seen before its job: only the API server can tell, and it is asked only then.
 */
export async function isJobGone(
  context: ControllerContext,
  integration: JobIntegration,
  { name, uid }: { readonly name: string; readonly uid: string },
): Promise<boolean> {
  if (context.state.workloadsOfOwner(uid).length === 0) return false;
  const [namespace = '', jobName = ''] = name.split('/');
  try {
    const found = (await context.client.get(integration.type, {
      namespace,
      name: jobName,
    })) as unknown as JobObject;
    return found.metadata.uid !== uid;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return true;
    throw error;
  }
}

/** Finishes and lets go the Workloads of a job that is gone or on its way (J3). */
export async function finalizeJob(context: ControllerContext, uid: string): Promise<ReconcileResult> {
  for (const workload of context.state.workloadsOfOwner(uid)) {
    const result = await finalizeWorkload(context, workload);
    if (result.kind !== 'done') return result;
  }
  return done;
}

async function finalizeWorkload(context: ControllerContext, workload: Workload): Promise<ReconcileResult> {
  const isLeft = workload.metadata.deletionTimestamp === undefined && controllerOf(workload) !== undefined;
  let current = workload;
  if (context.settings.finishOrphanedWorkloads && isLeft && !isFinished(workload)) {
    const message = "The workload's owner no longer exists";
    const finished = finish(
      workload,
      { reason: finishedReasons.ownerNotFound, message },
      context.clock.now(),
    );
    const outcome = await writeWorkloadStatus(context, { before: workload, after: finished }, 'finish');
    if (outcome.kind !== 'ok') return resultOf(outcome, `finish workload ${keyOf(workload)}`);
    context.metrics.recordFinished(finished);
    current = context.state.get('Workload', keyOf(workload)) ?? workload;
  }
  const outcome = await removeFinalizer(context, 'Workload', current);
  return resultOf(outcome, `release workload ${keyOf(workload)}`);
}

/** Holds back a running child whose managed ancestor is not admitted; it is never unsuspended here (L-3.4). */
export async function suspendChild(
  context: ControllerContext,
  target: IntegratedJob,
  ancestor: JobObject,
): Promise<ReconcileResult> {
  const { integration, job } = target;
  if (integration.finished(job) || integration.isSuspended(job)) return done;
  const workload = newestUnfinished(context.state.workloadsOfOwner(ancestor.metadata.uid));
  const mustHold = isElastic(job) || isElastic(ancestor) ? isEvicted : (held: Workload) => !isAdmitted(held);
  if (workload && !mustHold(workload)) return done;
  const versions = { before: job, after: integration.suspend(job) };
  const outcome = await context.objects.patch(integration.framework, versions, { class: 'admission' });
  if (outcome.kind === 'ok') {
    const note = 'Kueue managed child job suspended';
    announceOnJob(context, target, { reason: eventReasons.suspended, note });
  }
  return resultOf(outcome, `suspend child job ${keyOf(job)}`);
}

function newestUnfinished(workloads: readonly Workload[]): Workload | undefined {
  const open = workloads.filter((workload) => !isFinished(workload));
  open.sort((a, b) => (ageKey(a) < ageKey(b) ? -1 : 1));
  return open.at(-1);
}

function ageKey({ metadata }: Workload): string {
  return `${metadata.creationTimestamp}/${metadata.uid}`;
}
