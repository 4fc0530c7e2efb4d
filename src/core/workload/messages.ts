import type { AdmissionCheckState, PreemptedReason, QuotaReservedReason, Workload } from '../../api/index.ts';
import { keys } from './keys.ts';
import type { SchedulingOptions } from './options.ts';
import { basePriority, effectivePriority, priorityBoost } from './priority.ts';

type Observability = Pick<SchedulingOptions, 'unadmittedWorkloadsObservability'>;

/** Texts of conditions and events, letter by letter (scheduling section 9, A-7). */
export const messages = {
  quotaReserved: (clusterQueue: string) => `Quota reserved in ClusterQueue ${clusterQueue}`,
  previously: (message: string) => `Previously: ${message}`,
  admitted: 'The workload is admitted',
  noReservation: 'The workload has no reservation',
  checksNotReady: 'The workload has not all checks ready',
  noReservationAndChecksNotReady: 'The workload has no reservation and not all checks ready',
  delayedTopologyPending: 'There are pending delayed topology requests',

  // Not reserved, as the scheduler says it: T1 to T17 of S-9.4.
  failedChecks: 'The workload has failed admission checks',
  clusterQueueInactive: (clusterQueue: string) => `ClusterQueue ${clusterQueue} is inactive`,
  clusterQueueNotFound: (clusterQueue: string) => `ClusterQueue ${clusterQueue} not found`,
  namespaceMissing: (namespace: string) =>
    `workload namespace "${namespace}" does not exist: namespaces "${namespace}" not found`,
  namespaceMismatch: "workload namespace doesn't match ClusterQueue selector",
  resourcesInvalid: (errors: string) => `resources validation failed: ${errors}`,
  limitRangeViolated: (errors: string) => `resources didn't satisfy LimitRange constraints: ${errors}`,
  preemptionGated: "Workload requires preemption, but it's gated",
  deferredFit:
    'Workload has overlapping preemption targets with another workload, but will fit after these preemptions complete',
  targetTaken: 'Workload has overlapping preemption targets with another workload',
  noLongerFits: 'Workload no longer fits after processing another workload',
  pendingPreemption: (count: number) => `. Pending the preemption of ${count} workload(s)`,
  preemptionFailed: (count: number) => `. Preempting ${count} workload(s) failed, will retry.`,
  waitingForPodsReady: 'waiting for all admitted workloads to be in PodsReady condition',

  // Not reserved, as the workload reconciler says it (L-11.2, L-6.2).
  deactivated: 'The workload is deactivated',
  localQueueUnknown: (localQueue: string) => `LocalQueue ${localQueue} doesn't exist`,
  localQueueInactive: (localQueue: string) => `LocalQueue ${localQueue} is inactive`,
  localQueueHeld: (localQueue: string) => `LocalQueue ${localQueue} is stopped`,
  localQueueGone: (localQueue: string) => `LocalQueue ${localQueue} is terminating or missing`,
  clusterQueueUnknown: (clusterQueue: string) => `ClusterQueue ${clusterQueue} doesn't exist`,
  clusterQueueHeld: (clusterQueue: string) => `ClusterQueue ${clusterQueue} is stopped`,
  clusterQueueGone: (clusterQueue: string) => `ClusterQueue ${clusterQueue} is terminating or missing`,
  invalidSelector: (fault: string) => `invalid namespace selector: ${fault}`,
  admissionGated: (gate: string) => `Admission is gated by: ${gate}`,
  admissionGatedEvent: (gate: string) => `Workload admission is gated by: ${gate}`,
  admissionGateCleared: 'AdmissionGatedBy cleared, waiting for quota reservation',
  admissionGateClearedEvent: 'Admission gate cleared, workload is now admissible',
  bypassed: 'Bypassed scheduling evaluation because an equivalent workload recently failed',
  pendingEvaluation: 'Workload is pending evaluation in the scheduling queue',

  // Evictions and what follows (L-7.2, L-5.2).
  podsReadyTimeout: (namespace: string, name: string) =>
    `Exceeded the PodsReady timeout ${namespace}/${name}`,
  checksEvict: (list: string) => `Evicted due to ${list}`,
  localQueueStopped: 'The LocalQueue is stopped',
  clusterQueueStopped: 'The ClusterQueue is stopped',
  deactivatedDueTo: (why: string) => `The workload is deactivated due to ${why}`,
  requeuingLimitExceeded: 'exceeding the maximum number of re-queuing retries',
  maximumExecutionTimeExceeded: 'exceeding the maximum execution time',
  maximumExecutionTimeEvent: (seconds: number) => `The maximum execution time (${seconds}s) exceeded`,
  checkReset: (state: AdmissionCheckState['state']) =>
    `Reset to Pending after eviction. Previously: ${state}`,
  reactivated: 'The workload was reactivated',
  backoffFinished: 'The workload backoff was finished',
  localQueueRestarted: 'The LocalQueue was restarted after being stopped',
  clusterQueueRestarted: 'The ClusterQueue was restarted after being stopped',

  // Readiness (L-8.2).
  podsNotReady: 'Not all pods are ready or succeeded',
  podsReady: 'All pods reached readiness and the workload is running',
  podsRecovering: 'At least one pod has failed, waiting for recovery',

  // Events of an admission (S-9.6, L-6.1 W14).
  quotaReservedEvent: (clusterQueue: string, waitSeconds: number) =>
    `Quota reserved in ClusterQueue ${clusterQueue}, wait time since queued was ${waitSeconds}s`,
  admittedEvent: (clusterQueue: string, waitSeconds: number) =>
    `Admitted by ClusterQueue ${clusterQueue}, wait time since reservation was ${waitSeconds}s`,

  // Events of a preemption (S-9.8).
  preemptedWorkloadEvent: (key: string, uid: string, clusterQueue: string) =>
    `Preempted workload ${key} (UID: ${uid}) in ClusterQueue ${clusterQueue}`,
} as const;

const preemptionCauses: Record<PreemptedReason, string> = {
  InClusterQueue: 'prioritization in the ClusterQueue',
  InCohortReclamation: 'reclamation within the cohort',
  InCohortFairSharing: 'Fair Sharing within the cohort',
  InCohortReclaimWhileBorrowing: 'reclamation within the cohort while borrowing',
};

/** The message of `Preempted` and `Evicted` on a victim; what is empty reads `UNKNOWN` (S-9.7, L-7.3). */
export function preemptionMessage(
  preemptor: Workload,
  cause: {
    readonly reason: PreemptedReason | undefined;
    readonly preemptorPath: string;
    readonly preempteePath: string;
  },
): string {
  const uid = preemptor.metadata.uid || 'UNKNOWN';
  const jobUid = preemptor.metadata.labels?.[keys.jobUid] || 'UNKNOWN';
  const why = cause.reason === undefined ? 'UNKNOWN' : preemptionCauses[cause.reason];
  const paths = `preemptor path: ${cause.preemptorPath || 'UNKNOWN'}; preemptee path: ${cause.preempteePath || 'UNKNOWN'}`;
  return `Preempted to accommodate a workload (UID: ${uid}, JobUID: ${jobUid}) due to ${why}; ${paths}`;
}

/** What the preemption events say behind their message (S-9.8). */
export function preemptionPriorities(
  preemptor: Workload,
  preemptee: Workload,
  options: Pick<SchedulingOptions, 'priorityBoost'>,
): string {
  const describe = (workload: Workload) =>
    `${effectivePriority(workload, options)} (base: ${basePriority(workload)}, boost: ${priorityBoost(workload, options)})`;
  return `; preemptor effective priority: ${describe(preemptor)}; preemptee effective priority: ${describe(preemptee)}`;
}

/** The checks in a state as one text, sorted by name (L-9.4). */
export function checksText(state: 'Retry' | 'Rejected', checks: readonly AdmissionCheckState[]): string {
  const listed = checks
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, message }) => (message === '' ? `"${name}"` : `"${name}" (${message})`));
  return `AdmissionCheck${checks.length > 1 ? 's' : ''} in ${state} state: ${listed.join('; ')}`;
}

/** The reason that is stored for what the scheduler found (scheduling section 9). */
export function schedulerReason(reason: QuotaReservedReason, options: Observability): QuotaReservedReason {
  if (options.unadmittedWorkloadsObservability) return reason;
  return reason === 'WaitingForPodsReady' ? 'Waiting' : 'Pending';
}

/** The reason that is stored for what a reconciler found. */
export function controllerReason(reason: QuotaReservedReason, options: Observability): QuotaReservedReason {
  if (options.unadmittedWorkloadsObservability) return reason;
  if (reason === 'Misconfigured' || reason === 'Suspended') return 'Inadmissible';
  return reason === 'PendingEvaluation' ? 'Pending' : reason;
}
