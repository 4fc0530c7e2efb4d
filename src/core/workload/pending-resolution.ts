import type { QuotaReservedReason, Workload } from '../../api/index.ts';
import { syncAdmitted } from './admitted.ts';
import { findCondition, setCondition } from './conditions.ts';
import { controllerReason, messages } from './messages.ts';
import type { SchedulingOptions } from './options.ts';
import { admissionGate, isActive, isOnHold } from './predicates.ts';
import type { EpochMs } from './times.ts';

/** What the reconciler knows about the queues of a workload without quota (L-11.2). */
export interface UnadmittedContext {
  readonly localQueueStopPolicy: string | undefined;
  /** Empty while the LocalQueue is not known. */
  readonly clusterQueueName: string;
  /** Undefined: the ClusterQueue is not known. */
  readonly isClusterQueueActive: boolean | undefined;
  /** What is wrong with the ClusterQueue's namespaceSelector. */
  readonly selectorFault?: string;
  /** The message of the first check of S-4.4 (4 to 7) that fails. */
  readonly admissibilityFault?: string;
  /** The reason under which an equivalent workload was recorded, if this one is parked for it. */
  readonly bypassReason?: QuotaReservedReason;
  readonly options: SchedulingOptions;
}

/** Why a workload is without quota; undefined when its condition is to stay as it is. */
export interface Resolution {
  readonly reason: QuotaReservedReason;
  readonly message: string;
}

const bypassable: ReadonlySet<string> = new Set([
  '',
  'Deactivated',
  'PendingEvaluation',
  'Suspended',
  'Pending',
]);
const scheduled: ReadonlySet<string> = new Set([
  'WaitingForPodsReady',
  'NoMatchingFlavor',
  'ExceedsMaxQuota',
  'WaitingForQuota',
  'TopologyPlacementFailed',
  'WaitingForPreemptedWorkloads',
  'PendingEvaluation',
]);

/** Finds what to say about a workload without quota; the first case that applies counts (L-11.2). */
export function resolveUnadmitted(workload: Workload, context: UnadmittedContext): Resolution | undefined {
  if (!context.options.unadmittedWorkloadsObservability) {
    const fault = findQueueFault(workload, context);
    return fault && { ...fault, reason: controllerReason(fault.reason, context.options) };
  }
  if (!isActive(workload)) return { reason: 'Deactivated', message: messages.deactivated };
  if (isOnHold(workload)) return undefined;
  return (
    findQueueFault(workload, context) ??
    findAdmissibilityFault(workload, context) ??
    resolveWaiting(workload, context)
  );
}

/** Writes what `resolveUnadmitted` finds, and `Admitted` with it; the same workload when it says so already (W14). */
export function recordUnadmitted(workload: Workload, context: UnadmittedContext, now: EpochMs): Workload {
  const resolution = resolveUnadmitted(workload, context);
  const after =
    resolution === undefined
      ? workload
      : setCondition(workload, { type: 'QuotaReserved', status: 'False', ...resolution }, now);
  return syncAdmitted(after, context.options, now);
}

/** Rows 3 to 6. */
function findQueueFault(workload: Workload, context: UnadmittedContext): Resolution | undefined {
  const localQueue = workload.spec.queueName ?? '';
  const { localQueueStopPolicy, clusterQueueName, isClusterQueueActive } = context;
  if (localQueueStopPolicy === undefined) {
    return { reason: 'Misconfigured', message: messages.localQueueUnknown(localQueue) };
  }
  if (localQueueStopPolicy !== 'None') {
    return { reason: 'Suspended', message: messages.localQueueInactive(localQueue) };
  }
  if (isClusterQueueActive === undefined) {
    return { reason: 'Misconfigured', message: messages.clusterQueueUnknown(clusterQueueName) };
  }
  if (isClusterQueueActive) return undefined;
  return { reason: 'Suspended', message: messages.clusterQueueInactive(clusterQueueName) };
}

/** Rows 7 to 9. */
function findAdmissibilityFault(workload: Workload, context: UnadmittedContext): Resolution | undefined {
  const { selectorFault, admissibilityFault, options } = context;
  if (selectorFault !== undefined) {
    return { reason: 'Misconfigured', message: messages.invalidSelector(selectorFault) };
  }
  if (admissibilityFault !== undefined) return { reason: 'Misconfigured', message: admissibilityFault };
  const gate = admissionGate(workload, options);
  return gate === undefined
    ? undefined
    : { reason: 'AdmissionGated', message: messages.admissionGated(gate) };
}

/** Rows 10 to 13: what a workload that only waits is told. */
function resolveWaiting(workload: Workload, context: UnadmittedContext): Resolution | undefined {
  const { bypassReason, options } = context;
  const present = findCondition(workload, 'QuotaReserved')?.reason;
  const mayBypass =
    present === undefined ? options.unadmittedWorkloadsExplicitStatus : bypassable.has(present);
  if (options.schedulingEquivalenceHashing && mayBypass && bypassReason !== undefined) {
    return { reason: bypassReason, message: messages.bypassed };
  }
  if (present !== undefined && scheduled.has(present)) return undefined;
  if (present === undefined && !options.unadmittedWorkloadsExplicitStatus) return undefined;
  return { reason: 'PendingEvaluation', message: messages.pendingEvaluation };
}
