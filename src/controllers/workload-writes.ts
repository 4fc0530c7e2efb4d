import { apiVersion, fieldManagers } from '../api/index.ts';
import type { Workload } from '../api/index.ts';
import { statusPatch } from '../core/workload/index.ts';
import type { WriteClass, WriteOutcome } from '../kube/index.ts';
import type { ControllerContext } from './context.ts';

/** Writes the difference of two versions of a Workload's status in one strict patch; none where they are equal. */
export function writeWorkloadStatus(
  { objects }: Pick<ControllerContext, 'objects'>,
  { before, after }: { readonly before: Workload; readonly after: Workload },
  writeClass: WriteClass,
): Promise<WriteOutcome> {
  return objects.patchBody('Workload', before, {
    body: statusPatch(before, after),
    class: writeClass,
    subresource: 'status',
    fieldManager: fieldManagers.admission,
  });
}

/** An event to be put on a Workload; `Normal` unless it says otherwise. */
export interface WorkloadAnnouncement {
  readonly reason: string;
  readonly note: string;
  readonly type?: 'Normal' | 'Warning';
  readonly component: string;
}

/** Records an event on a Workload. */
export function announceOnWorkload(
  { events }: Pick<ControllerContext, 'events'>,
  workload: Workload,
  { type = 'Normal', ...announcement }: WorkloadAnnouncement,
): void {
  const { name, namespace, uid, resourceVersion } = workload.metadata;
  const regarding = { apiVersion, kind: 'Workload', name, namespace, uid, resourceVersion };
  events.record({ regarding, type, ...announcement });
}
