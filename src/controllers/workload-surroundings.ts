import type { LocalQueue, Workload } from '../api/index.ts';
import { judgeEligibility } from '../core/cycle/index.ts';
import { assignedFlavors, hasQuotaReservation, requiredChecks } from '../core/workload/index.ts';
import type { Surroundings, UnadmittedContext } from '../core/workload/index.ts';
import { keyOf } from '../state/index.ts';
import type { ControllerContext } from './context.ts';

/** What the state knows about the queues and checks of a Workload (L-6.1 W11 to W15). */
export function surroundingsOf(context: ControllerContext, workload: Workload): Surroundings {
  const { state } = context;
  const localQueueName = workload.spec.queueName ?? '';
  const localQueue = state.get('LocalQueue', `${workload.metadata.namespace}/${localQueueName}`);
  const named = openClusterQueueOf(localQueue);
  // With quota, the queue that holds it counts, whatever has become of the LocalQueue.
  const holderName = workload.status.admission?.clusterQueue ?? named;
  const holder = state.get('ClusterQueue', holderName);
  return {
    unadmitted: unadmittedContext(context, workload, { localQueue, named }),
    standings: {
      localQueue: { name: localQueueName, stopPolicy: presentStopPolicy(localQueue) },
      clusterQueue: { name: holderName, stopPolicy: presentStopPolicy(holder) },
    },
    requiredChecks:
      localQueue && holder
        ? requiredChecks(holder.spec, hasQuotaReservation(workload) ? assignedFlavors(workload) : undefined)
        : undefined,
  };
}

function unadmittedContext(
  { state, settings }: ControllerContext,
  workload: Workload,
  { localQueue, named }: { readonly localQueue: LocalQueue | undefined; readonly named: string },
): UnadmittedContext {
  const bypassReason = state.queues.bypassReasonOf(keyOf(workload));
  const admissibilityFault = findAdmissibilityFault(state, workload, named);
  return {
    localQueueStopPolicy: localQueue?.spec.stopPolicy,
    clusterQueueName: named,
    isClusterQueueActive: state.clusterQueue(named)?.isActive,
    options: settings.scheduling,
    ...(bypassReason === undefined ? {} : { bypassReason: bypassReason as never }),
    ...(admissibilityFault === undefined ? {} : { admissibilityFault }),
  };
}

/** What keeps a pending Workload from being nominated at all (L-11.2 row 8). */
function findAdmissibilityFault(
  state: ControllerContext['state'],
  workload: Workload,
  clusterQueue: string,
): string | undefined {
  const pending = hasQuotaReservation(workload) ? undefined : state.newest(keyOf(workload));
  if (!pending) return undefined;
  const eligibility = judgeEligibility({ clusterQueue, pending, isPreemptor: false }, state);
  const isFaulty = eligibility.kind === 'refused' && eligibility.reason === 'Misconfigured';
  return isFaulty ? eligibility.message : undefined;
}

/** A stopped LocalQueue leads nowhere (S-3.2). */
function openClusterQueueOf(localQueue: LocalQueue | undefined): string {
  return localQueue?.spec.stopPolicy === 'None' ? (localQueue.spec.clusterQueue ?? '') : '';
}

function presentStopPolicy(
  queue:
    | { metadata: { deletionTimestamp?: string }; spec: { stopPolicy: LocalQueue['spec']['stopPolicy'] } }
    | undefined,
): LocalQueue['spec']['stopPolicy'] | undefined {
  return queue?.metadata.deletionTimestamp === undefined ? queue?.spec.stopPolicy : undefined;
}
