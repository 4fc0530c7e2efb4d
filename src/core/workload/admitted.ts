import type { AdmittedReason, Workload } from '../../api/index.ts';
import { findCondition, setCondition } from './conditions.ts';
import { messages } from './messages.ts';
import type { SchedulingOptions } from './options.ts';
import { areChecksReady, hasQuotaReservation, isAdmitted, isTopologyPending } from './predicates.ts';
import { parseTime } from './times.ts';
import type { EpochMs } from './times.ts';

export type AdmittedOptions = Pick<
  SchedulingOptions,
  'unadmittedWorkloadsObservability' | 'unadmittedWorkloadsExplicitStatus'
>;

interface Obstacle {
  readonly reason: AdmittedReason;
  readonly message: string;
}

/** Brings `Admitted` in line with reservation, checks and topology; the same workload when it is already. Losing the
 * admission adds its seconds to the accumulated execution time (L-5.5). */
export function syncAdmitted(workload: Workload, options: AdmittedOptions, now: EpochMs): Workload {
  const obstacle = findObstacle(workload, options.unadmittedWorkloadsObservability);
  if (!isWorthWriting(workload, obstacle === undefined, options)) return workload;
  if (obstacle === undefined) {
    const condition = { type: 'Admitted', status: 'True', reason: 'Admitted' } as const;
    return setCondition(workload, { ...condition, message: messages.admitted }, now);
  }
  const counted = withExecutionTime(workload, now);
  return setCondition(counted, { type: 'Admitted', status: 'False', ...obstacle }, now);
}

function isWorthWriting(workload: Workload, isAdmissionDue: boolean, options: AdmittedOptions): boolean {
  if (!options.unadmittedWorkloadsObservability) return isAdmitted(workload) !== isAdmissionDue;
  return (
    options.unadmittedWorkloadsExplicitStatus ||
    findCondition(workload, 'QuotaReserved') !== undefined ||
    findCondition(workload, 'Admitted') !== undefined
  );
}

/** What keeps the workload from being admitted: reservation before checks before topology. */
function findObstacle(workload: Workload, isObserved: boolean): Obstacle | undefined {
  const areReady = areChecksReady(workload);
  if (!hasQuotaReservation(workload)) {
    return areReady || isObserved
      ? { reason: 'NoReservation', message: messages.noReservation }
      : { reason: 'NoReservationUnsatisfiedChecks', message: messages.noReservationAndChecksNotReady };
  }
  if (!areReady) {
    const reason = isObserved ? 'UnsatisfiedAdmissionChecks' : 'UnsatisfiedChecks';
    return { reason, message: messages.checksNotReady };
  }
  if (isTopologyPending(workload)) {
    return { reason: 'PendingDelayedTopologyRequests', message: messages.delayedTopologyPending };
  }
  return undefined;
}

function withExecutionTime(workload: Workload, now: EpochMs): Workload {
  const admitted = findCondition(workload, 'Admitted');
  if (admitted?.status !== 'True') return workload;
  const seconds = Math.max(0, Math.floor((now - parseTime(admitted.lastTransitionTime)) / 1000));
  const before = workload.status.accumulatedPastExecutionTimeSeconds ?? 0;
  return {
    ...workload,
    status: { ...workload.status, accumulatedPastExecutionTimeSeconds: before + seconds },
  };
}
