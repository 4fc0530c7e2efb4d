import type { PriorityClassRef } from '../api/index.ts';
import { eventReasons, group } from '../api/index.ts';
import { podSetsOf, priorityClassOf } from '../jobs/index.ts';
import type { JobPriority } from '../jobs/index.ts';
import type { PriorityClass } from '../state/index.ts';
import type { ControllerContext } from './context.ts';
import type { IntegratedJob } from './integrated-job.ts';
import { announceOnJob } from './job-events.ts';

const podPriorityGroup = 'scheduling.k8s.io';

/**
 * Finds a job's priority: its WorkloadPriorityClass label, else the class its kind or its templates name, else the
 * cluster's default PriorityClass, else 0 (L-3.8, I-1.27).
 *
 * @throws Error when the named class does not exist; the job waits and the pass is tried again.
 */
export function resolvePriority(context: ControllerContext, target: IntegratedJob): JobPriority {
  const label = priorityClassOf(target.job);
  if (label !== undefined) return workloadPriority(context, target, label);
  const name = podPriorityClassName(context, target);
  const found = name === '' ? globalDefault(context) : priorityClass(context, name);
  if (found)
    return { value: found.value, ref: refTo(podPriorityGroup, 'PriorityClass', found.metadata.name) };
  if (name === '') return { value: 0 };
  throw new Error(`priorityclass.scheduling.k8s.io "${name}" not found`);
}

function workloadPriority(context: ControllerContext, target: IntegratedJob, name: string): JobPriority {
  const found = context.state.get('WorkloadPriorityClass', name);
  if (found) return { value: found.value, ref: refTo(group, 'WorkloadPriorityClass', name) };
  const note = `WorkloadPriorityClass "${name}" not found`;
  announceOnJob(context, target, {
    reason: eventReasons.workloadPriorityClassNotFound,
    note,
    type: 'Warning',
  });
  throw new Error(note);
}

function podPriorityClassName({ settings }: ControllerContext, { integration, job }: IntegratedJob): string {
  if (integration.priorityClassName) return integration.priorityClassName(job);
  const podSets = podSetsOf(integration, job, settings.jobs);
  return (
    podSets.map(({ template }) => template.spec?.priorityClassName ?? '').find((name) => name !== '') ?? ''
  );
}

/** Several defaults are possible while one is being replaced; the lowest value wins, as in Kubernetes. */
function globalDefault({ state }: ControllerContext): PriorityClass | undefined {
  let lowest: PriorityClass | undefined;
  for (const candidate of state.list('PriorityClass')) {
    if (candidate.globalDefault === true && (!lowest || candidate.value < lowest.value)) lowest = candidate;
  }
  return lowest;
}

function priorityClass({ state }: ControllerContext, name: string): PriorityClass | undefined {
  return state.get('PriorityClass', name);
}

function refTo(
  refGroup: PriorityClassRef['group'],
  kind: PriorityClassRef['kind'],
  name: string,
): PriorityClassRef {
  return { group: refGroup, kind, name };
}
