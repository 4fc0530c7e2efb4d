import { apiVersionOf } from '../kube/index.ts';
import type { ControllerContext } from './context.ts';
import type { IntegratedJob } from './integrated-job.ts';

/** An event to be put on a job; `Normal` unless it says otherwise. */
export interface JobAnnouncement {
  readonly reason: string;
  readonly note: string;
  readonly type?: 'Warning';
}

/** Records an event on a job, under the name of its kind's controller (A-8.1, L-16.1). */
export function announceOnJob(
  { events }: Pick<ControllerContext, 'events'>,
  { integration, job }: IntegratedJob,
  { reason, note, type }: JobAnnouncement,
): void {
  const { name, namespace, uid, resourceVersion } = job.metadata;
  const apiVersion = apiVersionOf(integration.type);
  events.record({
    regarding: { apiVersion, kind: integration.type.kind, name, namespace, uid, resourceVersion },
    type: type ?? 'Normal',
    reason,
    note,
    component: `${integration.framework}-kueue-controller`,
  });
}
