import { eventReasons, finishedReasons } from '../api/index.ts';
import type { Workload } from '../api/index.ts';
import { finish } from '../core/workload/index.ts';
import { computeStartInfos } from '../jobs/index.ts';
import type { StopReason, StopStep } from '../jobs/index.ts';
import type { ReconcileResult, WriteOutcome } from '../kube/index.ts';
import { keyOf } from '../state/index.ts';
import type { ControllerContext } from './context.ts';
import type { IntegratedJob } from './integrated-job.ts';
import { announceOnJob } from './job-events.ts';
import { again, done, isWritten, resultOf } from './outcomes.ts';
import { writeWorkloadStatus } from './workload-writes.ts';

type AnyStep = StopStep<IntegratedJob['job']>;

const EARLY_PAUSE_MS = 1000;

/** What a stop needs to know beside the job: the Workload to restore from, and why. */
export interface StopRequest {
  readonly workload: Workload | undefined;
  readonly reason: StopReason;
  readonly message: string;
}

/**
 * Unsuspends an admitted job with its flavors' node selectors in one patch (L-3.9). A conflict of labels or
 * selectors can never be mended by trying again: it finishes the Workload.
 */
export async function startJob(
  context: ControllerContext,
  target: IntegratedJob,
  workload: Workload,
): Promise<ReconcileResult> {
  const { integration, job } = target;
  const { state, objects, settings } = context;
  const computed = computeStartInfos(workload, (name) => state.flavor(name), settings.start);
  if (computed.kind === 'flavorMissing') throw new Error(`resource flavor ${computed.flavor} not found`);
  if (computed.kind === 'conflict') return failToStart(context, workload, computed.message);
  const started = integration.start(job, computed.infos);
  if (started.kind === 'refused') return failToStart(context, workload, started.message);
  const versions = { before: job, after: started.job };
  const outcome = await objects.patch(integration.framework, versions, { class: 'admission' });
  if (outcome.kind === 'ok') {
    const note = `Admitted by clusterQueue ${workload.status.admission?.clusterQueue}`;
    announceOnJob(context, target, { reason: eventReasons.started, note });
  }
  return resultOf(outcome, `start ${integration.type.kind} ${keyOf(job)}`);
}

async function failToStart(
  context: ControllerContext,
  workload: Workload,
  message: string,
): Promise<ReconcileResult> {
  const reason = finishedReasons.failedToStart;
  const after = finish(workload, { reason, message }, context.clock.now());
  const outcome = await writeWorkloadStatus(context, { before: workload, after }, 'finish');
  return resultOf(outcome, `finish workload ${keyOf(workload)}, whose job cannot start`);
}

/**
 * Suspends a job and restores its templates, one request after the other until nothing is left to write (L-3.11).
 * Answers `done` only when the job is stopped and restored, or gone.
 */
export async function stopJob(
  context: ControllerContext,
  target: IntegratedJob,
  { workload, message }: StopRequest,
): Promise<ReconcileResult> {
  const { integration, job } = target;
  const original = workload?.spec.podSets;
  let current = job;
  for (
    let step = integration.nextStop(current, original);
    step;
    step = integration.nextStop(current, original)
  ) {
    const outcome = await writeStep(context, { ...target, job: current }, step);
    if (!isWritten(outcome)) {
      return endedStop(outcome, step, `${step.errorPrefix}${integration.type.kind} ${keyOf(job)}`);
    }
    if (step.isStopping) announceOnJob(context, target, { reason: eventReasons.stopped, note: message });
    const newest = context.state.get(integration.framework, keyOf(job));
    if (newest?.metadata.uid !== job.metadata.uid || newest === current) return done;
    current = newest;
  }
  return done;
}

/** A step that is too early waits for the kind's controller, whose write brings the next pass, and at most a while. */
function endedStop(
  outcome: WriteOutcome,
  { isEarly }: Pick<AnyStep, 'isEarly'>,
  doing: string,
): ReconcileResult {
  const isInvalid = outcome.kind === 'refused' && outcome.error.status === 422;
  if (isEarly === true && isInvalid) return { kind: 'again', afterMs: EARLY_PAUSE_MS };
  resultOf(outcome, doing);
  return outcome.kind === 'notFound' ? done : again;
}

function writeStep(
  { objects }: ControllerContext,
  { integration, job }: IntegratedJob,
  step: AnyStep,
): Promise<WriteOutcome> {
  const subresource = step.subresource === undefined ? {} : { subresource: step.subresource };
  const versions = { before: job, after: step.job };
  return objects.patch(integration.framework, versions, { class: 'admission', ...subresource });
}
