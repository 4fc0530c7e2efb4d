import { eventReasons, finishedReasons } from '../api/index.ts';
import type { Workload } from '../api/index.ts';
import {
  findCondition,
  finish,
  hasQuotaReservation,
  isAdmitted,
  isEvicted,
  isFinished,
  matchesSelector,
  release,
  setPodsReady,
  setReclaimablePods,
} from '../core/workload/index.ts';
import { AncestorError, prebuiltWorkloadOf, queueNameOf } from '../jobs/index.ts';
import type { JobIntegration, JobObject } from '../jobs/index.ts';
import type { ReconcileResult } from '../kube/index.ts';
import { keyOf } from '../state/index.ts';
import type { ControllerContext } from './context.ts';
import { findAncestor } from './find-ancestor.ts';
import type { IntegratedJob } from './integrated-job.ts';
import { finalizeJob, isJobGone, suspendChild } from './job-endings.ts';
import { announceOnJob } from './job-events.ts';
import { startJob, stopJob } from './job-start-stop.ts';
import { createWorkload, ensureOneWorkload } from './job-workloads.ts';
import { done, resultOf } from './outcomes.ts';
import { deleteAfterDeactivation } from './retention.ts';
import { removeFinalizer } from './in-use-finalizer.ts';
import { writeWorkloadStatus } from './workload-writes.ts';

/** The key under which a job is reconciled: a recreated job of the same name has another (L-3.2). */
export function jobKeyOf(namespace: string, name: string, uid: string): string {
  return `${namespace}/${name}@${uid}`;
}

/** Mirrors the jobs of one kind into Workloads, and starts and stops them as their Workloads say (L-3.3). */
export class JobController {
  readonly #context: ControllerContext;
  readonly #integration: JobIntegration;
  readonly #toldChecks = new WeakSet<Workload>();

  constructor(context: ControllerContext, integration: JobIntegration) {
    this.#context = context;
    this.#integration = integration;
  }

  /** One pass over one job; every write ends it, and the write's answer brings the next (J1 to J21). */
  async reconcile(key: string): Promise<ReconcileResult> {
    const [name = '', uid = ''] = key.split('@');
    const integration = this.#integration;
    const job = this.#context.state.get(integration.framework, name);
    if (job?.metadata.uid !== uid) {
      const isGone = await isJobGone(this.#context, integration, { name, uid });
      return isGone ? finalizeJob(this.#context, uid) : done;
    }
    if (job.metadata.deletionTimestamp !== undefined) return finalizeJob(this.#context, uid);
    return this.#reconcilePresent({ integration, job });
  }

  /** J4 to J8: whether the job is ours at all, and whether another job answers for it. */
  async #reconcilePresent(target: IntegratedJob): Promise<ReconcileResult> {
    const { integration, job } = target;
    if (integration.isSkipped?.(job) || !this.#isNamespaceManaged(job)) return done;
    const ancestor = await this.#ancestorOf(target);
    const { manageJobsWithoutQueueName } = this.#context.settings;
    const isQueued = manageJobsWithoutQueueName || queueNameOf(job) !== undefined;
    if (ancestor) {
      const isAnswered = isQueued || queueNameOf(ancestor) !== undefined;
      return isAnswered ? suspendChild(this.#context, target, ancestor) : done;
    }
    return isQueued ? this.#reconcileManaged(target) : done;
  }

  /** J4, J7: the selector counts even for a job with a queue label. */
  #isNamespaceManaged(job: JobObject): boolean {
    const { state, settings } = this.#context;
    const namespace = state.get('Namespace', job.metadata.namespace ?? '');
    // Its arrival or a change of its labels brings the job back.
    if (!namespace) return false;
    const selector = settings.managedJobsNamespaceSelector;
    return selector === undefined || matchesSelector(selector, namespace.metadata.labels ?? {});
  }

  async #ancestorOf(target: IntegratedJob): Promise<JobObject | undefined> {
    const { state, client, integrations, settings } = this.#context;
    const { manageJobsWithoutQueueName } = settings;
    try {
      return await findAncestor(target.job, { state, client, integrations, manageJobsWithoutQueueName });
    } catch (error) {
      if (error instanceof AncestorError && error.isTooDeep) {
        announceOnJob(this.#context, target, {
          reason: eventReasons.jobNestingTooDeep,
          note: 'Terminated search for Kueue-managed Job because ancestor depth exceeded limit of 10',
          type: 'Warning',
        });
      }
      throw error;
    }
  }

  /** J9 to J16: the job's Workload, its end, and its absence. */
  async #reconcileManaged(target: IntegratedJob): Promise<ReconcileResult> {
    const { integration, job } = target;
    if (this.#isAdmissionUnderWay(job)) return done;
    const ensured = await ensureOneWorkload(this.#context, target);
    if (ensured.kind === 'ended') return ensured.result;
    const workload = ensured.kind === 'workload' ? ensured.workload : undefined;
    if (workload && isFinished(workload)) return this.#letGo(workload);
    if (workload?.metadata.deletionTimestamp !== undefined) return this.#stopDeleted(target, workload);
    if (integration.finished(job)) return this.#finishWith(target, workload);
    if (!workload) return this.#startWithout(target);
    return this.#reconcileRunning(target, workload);
  }

  /** An admission that is only assumed must not start the job: the answer of its write brings the next pass. */
  #isAdmissionUnderWay({ metadata }: JobObject): boolean {
    const { state } = this.#context;
    return state.workloadsOfOwner(metadata.uid).some((workload) => state.isAssumed(keyOf(workload)));
  }

  /** J12. The event was sent with the write that finished the Workload, once. */
  async #letGo(workload: Workload): Promise<ReconcileResult> {
    const outcome = await removeFinalizer(this.#context, 'Workload', workload);
    return resultOf(outcome, `release workload ${keyOf(workload)}`);
  }

  /** J13. */
  async #stopDeleted(target: IntegratedJob, workload: Workload): Promise<ReconcileResult> {
    const request = { workload, reason: 'WorkloadDeleted', message: 'Workload is deleted' } as const;
    const stopped = await stopJob(this.#context, target, request);
    return stopped.kind === 'done' ? this.#letGo(workload) : stopped;
  }

  /** J15. */
  async #finishWith(target: IntegratedJob, workload: Workload | undefined): Promise<ReconcileResult> {
    const end = target.integration.finished(target.job);
    if (!workload || !end) return done;
    const reason = end.isSuccess ? finishedReasons.succeeded : finishedReasons.failed;
    const finished = finish(workload, { reason, message: end.message }, this.#context.clock.now());
    const outcome = await writeWorkloadStatus(this.#context, { before: workload, after: finished }, 'finish');
    if (outcome.kind === 'ok') {
      const note = `Workload '${keyOf(workload)}' is declared finished`;
      announceOnJob(this.#context, target, { reason: eventReasons.finishedWorkload, note });
      this.#context.metrics.recordFinished(finished);
    }
    return resultOf(outcome, `finish workload ${keyOf(workload)}`);
  }

  /**
   * J16, L-3.7: the pods of a job that was never queued must have ended before it gets a Workload. One that names
   * a prebuilt Workload waits for that.
   */
  async #startWithout(target: IntegratedJob): Promise<ReconcileResult> {
    const { integration, job } = target;
    const prebuilt = prebuiltWorkloadOf(job);
    if (prebuilt !== undefined) {
      const message = 'missing workload';
      const request = { workload: undefined, reason: 'NoMatchingWorkload', message } as const;
      const stopped = await stopJob(this.#context, target, request);
      if (stopped.kind !== 'done') return stopped;
    }
    if (integration.isActive(job) || this.#isNamespaceLeaving(job)) return done;
    if (prebuilt !== undefined) throw new Error('prebuilt workload not found');
    return createWorkload(this.#context, target);
  }

  /** Nothing can be created in a namespace that is being deleted. */
  #isNamespaceLeaving({ metadata }: JobObject): boolean {
    const namespace = this.#context.state.get('Namespace', metadata.namespace ?? '');
    return namespace?.metadata.deletionTimestamp !== undefined;
  }

  /** J17 to J21. */
  async #reconcileRunning(target: IntegratedJob, workload: Workload): Promise<ReconcileResult> {
    const { integration, job } = target;
    const observed = this.#observe(target, workload);
    if (observed !== workload) {
      const outcome = await writeWorkloadStatus(
        this.#context,
        { before: workload, after: observed },
        'status',
      );
      if (outcome.kind === 'ok') {
        this.#context.metrics.recordReady(workload, observed, this.#context.clock.now());
      }
      return resultOf(outcome, `write readiness of workload ${keyOf(workload)}`);
    }
    if (isEvicted(workload)) return this.#stopEvicted(target, workload);
    if (integration.isSuspended(job)) {
      if (isAdmitted(workload)) return startJob(this.#context, target, workload);
      this.#tellChecks(target, workload);
      return this.#syncQueueName(target, workload);
    }
    if (isAdmitted(workload)) return done;
    const request = { workload, reason: 'NotAdmitted', message: 'Not admitted by cluster queue' } as const;
    return stopJob(this.#context, target, request);
  }

  /** J17, J18: what the job says of its pods, as the Workload's status shows it. */
  #observe({ integration, job }: IntegratedJob, workload: Workload): Workload {
    const { settings, clock } = this.#context;
    const reclaimable = settings.scheduling.reclaimablePods ? integration.reclaimablePods?.(job) : undefined;
    const withReclaimable = reclaimable ? setReclaimablePods(workload, reclaimable) : workload;
    if (!settings.readiness) return withReclaimable;
    // A fresh Workload's first PodsReady rides along with its admission or its first message, at no extra write.
    const isFresh = !isAdmitted(workload) && findCondition(workload, 'PodsReady') === undefined;
    if (isFresh) return withReclaimable;
    const isReady = !integration.isSuspended(job) && integration.podsReady(job);
    return setPodsReady(withReclaimable, isReady, clock.now());
  }

  /** J19: quota is held until no pod of the job may run any more. */
  async #stopEvicted(target: IntegratedJob, workload: Workload): Promise<ReconcileResult> {
    const { integration, job } = target;
    const message = workload.status.conditions?.find(({ type }) => type === 'Evicted')?.message ?? '';
    const request = { workload, reason: 'WorkloadEvicted', message } as const;
    const stopped = await stopJob(this.#context, target, request);
    if (stopped.kind !== 'done') return stopped;
    if (!hasQuotaReservation(workload)) return this.#syncEvicted(target, workload);
    const newest = this.#context.state.get(integration.framework, keyOf(job));
    if (!newest || integration.isActive(newest) || !integration.isSuspended(newest)) return done;
    const released = release(workload, this.#context.settings.scheduling, this.#context.clock.now());
    const outcome = await writeWorkloadStatus(
      this.#context,
      { before: workload, after: released },
      'admission',
    );
    if (outcome.kind === 'ok') this.#context.metrics.recordReleased(workload, this.#context.clock.now());
    return resultOf(outcome, `release quota of workload ${keyOf(workload)}`);
  }

  /** A pending Workload follows its job's queue label also while it is evicted. */
  async #syncEvicted(target: IntegratedJob, workload: Workload): Promise<ReconcileResult> {
    const synced = await this.#syncQueueName(target, workload);
    const retention = await deleteAfterDeactivation(this.#context, target, workload);
    return retention.kind === 'done' ? synced : retention;
  }

  /** What the checks of a reserved Workload wait for, once for each of its versions (L-3.10). */
  #tellChecks(target: IntegratedJob, workload: Workload): void {
    if (!hasQuotaReservation(workload) || this.#toldChecks.has(workload)) return;
    this.#toldChecks.add(workload);
    const pending = (workload.status.admissionChecks ?? []).filter(
      ({ state, message }) => state === 'Pending' && message !== '',
    );
    if (pending.length === 0) return;
    const note = pending.map(({ name, message }) => `${name}: ${message}`).join('; ');
    announceOnJob(this.#context, target, { reason: eventReasons.updatedAdmissionCheck, note });
  }

  /** J20. The API refuses a change while quota is reserved, so it waits until then. */
  async #syncQueueName({ job }: IntegratedJob, workload: Workload): Promise<ReconcileResult> {
    const queueName = queueNameOf(job);
    if (hasQuotaReservation(workload) || queueName === workload.spec.queueName) return done;
    const body = { spec: { queueName: queueName ?? null } };
    const outcome = await this.#context.objects.patchBody('Workload', workload, { body, class: 'create' });
    return resultOf(outcome, `move workload ${keyOf(workload)} to queue ${queueName}`);
  }
}
