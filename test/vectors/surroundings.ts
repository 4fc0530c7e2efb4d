import type { QuotaReservedReason, StopPolicy, Workload } from '../../src/api/index.ts';
import { judgeEligibility } from '../../src/core/cycle/index.ts';
import { assignedFlavors, hasQuotaReservation, requiredChecks } from '../../src/core/workload/index.ts';
import type { SchedulingOptions, Surroundings } from '../../src/core/workload/index.ts';
import { keyOf } from '../../src/state/index.ts';
import type { ClusterState } from '../../src/state/index.ts';

/** What the workload controller looks at beside a workload. */
export function surroundingsOf(
  workload: Workload,
  state: ClusterState,
  options: SchedulingOptions,
): Surroundings {
  const name = workload.spec.queueName ?? '';
  const localQueue = state.get('LocalQueue', `${workload.metadata.namespace}/${name}`);
  const { stopPolicy: localStop, clusterQueue: behind = '' } = localQueue?.spec ?? { stopPolicy: undefined };
  const holder = workload.status.admission?.clusterQueue ?? behind;
  const named = localStop === 'None' ? behind : '';
  return {
    unadmitted: {
      localQueueStopPolicy: localStop,
      clusterQueueName: named,
      isClusterQueueActive: state.clusterQueue(named)?.isActive,
      options,
      ...bypass(workload, state),
      ...admissibility(workload, state, named),
    },
    standings: {
      localQueue: { name, stopPolicy: localStop },
      clusterQueue: { name: holder, stopPolicy: stopPolicyOf(state, holder) },
    },
    requiredChecks: localQueue && checksOf(workload, state, holder),
  };
}

function stopPolicyOf(state: ClusterState, clusterQueue: string): StopPolicy | undefined {
  return state.get('ClusterQueue', clusterQueue)?.spec.stopPolicy;
}

function bypass(workload: Workload, state: ClusterState): { readonly bypassReason?: QuotaReservedReason } {
  const bypassReason = state.queues.bypassReasonOf(keyOf(workload)) as QuotaReservedReason | undefined;
  return bypassReason === undefined ? {} : { bypassReason };
}

function admissibility(
  workload: Workload,
  state: ClusterState,
  clusterQueue: string,
): { readonly admissibilityFault?: string } {
  const pending = hasQuotaReservation(workload) ? undefined : state.newest(keyOf(workload));
  if (pending === undefined) return {};
  const eligibility = judgeEligibility({ clusterQueue, pending, isPreemptor: false }, state);
  const isFaulty = eligibility.kind === 'refused' && eligibility.reason === 'Misconfigured';
  return isFaulty ? { admissibilityFault: eligibility.message } : {};
}

function checksOf(
  workload: Workload,
  state: ClusterState,
  clusterQueue: string,
): readonly string[] | undefined {
  const object = state.get('ClusterQueue', clusterQueue);
  if (object === undefined) return undefined;
  return requiredChecks(object.spec, hasQuotaReservation(workload) ? assignedFlavors(workload) : undefined);
}
