import type { Head, RequeueReason } from '../queues/index.ts';
import {
  hasFailedChecks,
  joinFaults,
  matchesSelector,
  messages,
  validateLimitRanges,
  validateResources,
} from '../workload/index.ts';
import type { WakesOn } from './decision.ts';
import type { ClusterQueueView, RoundWorld } from './round-world.ts';

/** Why a head is not considered at all (S-4.4). */
export interface Refusal {
  readonly reason: 'PendingEvaluation' | 'Suspended' | 'Misconfigured';
  readonly message: string;
  readonly requeueReason: RequeueReason;
  readonly wakesOn: WakesOn;
}

export type Eligibility =
  { readonly kind: 'eligible'; readonly view: ClusterQueueView } | ({ readonly kind: 'refused' } & Refusal);

/** The checks of S-4.4 in order, with the texts T1 to T7 of S-9.4. */
export function judgeEligibility(head: Head, world: RoundWorld): Eligibility {
  const { clusterQueue: name, pending } = head;
  const ofQueue: WakesOn = { kind: 'clusterQueue', clusterQueue: name };
  if (hasFailedChecks(pending.workload)) {
    return refused('PendingEvaluation', messages.failedChecks, { kind: 'workload' });
  }
  const view = world.clusterQueue(name);
  if (view === undefined) return refused('Misconfigured', messages.clusterQueueNotFound(name), ofQueue);
  if (!view.isActive || world.tree.isCyclic(name)) {
    return refused('Suspended', messages.clusterQueueInactive(name), ofQueue);
  }
  return judgeNamespace(head, world, view) ?? judgeResources(head, world) ?? { kind: 'eligible', view };
}

function judgeNamespace(head: Head, world: RoundWorld, view: ClusterQueueView): Eligibility | undefined {
  const { namespace } = head.pending;
  const wakesOn: WakesOn = { kind: 'namespace', namespace };
  const labels = world.namespaceLabels(namespace);
  if (labels === undefined) {
    return refused('Misconfigured', messages.namespaceMissing(namespace), wakesOn);
  }
  if (matchesSelector(view.spec.namespaceSelector, labels)) return undefined;
  return {
    ...refused('Misconfigured', messages.namespaceMismatch, wakesOn),
    requeueReason: 'NamespaceMismatch',
  };
}

function judgeResources({ pending }: Head, world: RoundWorld): Eligibility | undefined {
  const wakesOn: WakesOn = { kind: 'workload' };
  const faults = validateResources(pending.podSets);
  if (faults.length > 0) {
    return refused('Misconfigured', messages.resourcesInvalid(joinFaults(faults)), wakesOn);
  }
  const excesses = validateLimitRanges(pending.podSets, world.limitRanges(pending.namespace));
  if (excesses.length === 0) return undefined;
  return refused('Misconfigured', messages.limitRangeViolated(joinFaults(excesses)), wakesOn);
}

function refused(
  reason: Refusal['reason'],
  message: string,
  wakesOn: WakesOn,
): { readonly kind: 'refused' } & Refusal {
  return { kind: 'refused', reason, message, requeueReason: '', wakesOn };
}
