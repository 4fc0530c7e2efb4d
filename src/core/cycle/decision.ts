import type { Admission, PodSetRequest, PreemptedReason, QuotaReservedReason } from '../../api/index.ts';
import type { FlavorResource } from '../amounts/index.ts';
import type { Assignment } from '../flavors/index.ts';
import type { ReservingWorkload } from '../preemption/index.ts';
import type { Head, RequeueReason } from '../queues/index.ts';

/** What a waiting workload waits for. */
export type WakesOn =
  | { readonly kind: 'nextRound' }
  | {
      readonly kind: 'quota';
      readonly clusterQueue: string;
      /** Where quota is missing; any release in the tree of the ClusterQueue wakes (S-3.17). */
      readonly pairs: readonly FlavorResource[];
    }
  | { readonly kind: 'clusterQueue'; readonly clusterQueue: string }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'workload' };

export interface AdmitDecision {
  readonly kind: 'admit';
  readonly head: Head;
  readonly admission: Admission;
  /** Names of the checks that apply to the assigned flavors. */
  readonly requiredChecks: readonly string[];
  readonly assignment: Assignment;
  /** For the QuotaReserved event; empty when there is nothing to tell (S-9.6). */
  readonly consideredFlavors: string;
}

/** What a second look gave, after others had taken the same victims (O-10.9). */
export type Recomputation = 'newTargets' | 'deferredFit' | 'skipped';

/** What every head that goes back to its queue has. */
export interface Returned {
  readonly head: Head;
  readonly requeueReason: RequeueReason;
  /** Where the workload went (S-3.12). */
  readonly place: 'heap' | 'parked' | 'dropped';
  /** For `QuotaReserved=False`, with the reason of gate UnadmittedWorkloadsObservability; absent when nothing is to be written. */
  readonly condition?: { readonly reason: QuotaReservedReason; readonly message: string };
  /** For `status.resourceRequests` (S-1.20). */
  readonly resourceRequests: readonly PodSetRequest[];
  readonly assignment?: Assignment;
  readonly wakesOn: WakesOn;
  readonly recomputation?: Recomputation;
}

export interface WaitDecision extends Returned {
  readonly kind: 'wait';
  /** It had victims, but earlier entries took them or the room (S-4.16, S-4.17). */
  readonly isPreemptionSkipped?: true;
  /** An error that is nobody's decision: the workload is requeued and its status left alone (S-4.4). */
  readonly fault?: unknown;
}

/** A workload that is asked to leave, and what it is told. */
export interface Preemption {
  readonly workload: ReservingWorkload;
  readonly reason: PreemptedReason;
  /** For `Evicted` and `Preempted` (S-9.7). */
  readonly message: string;
}

/** The head waits for workloads that have to leave first; those that were asked already are among them (S-6.13). */
export interface PreemptDecision extends Returned {
  readonly kind: 'preempt';
  readonly targets: readonly Preemption[];
  readonly condition: { readonly reason: QuotaReservedReason; readonly message: string };
}

/** What a round decided for one head; a head that is counted already is dropped in silence (S-4.3). */
export type Decision =
  AdmitDecision | WaitDecision | PreemptDecision | { readonly kind: 'drop'; readonly head: Head };

export interface RoundResult {
  readonly round: number;
  /** In the order in which heads were handled, those that could not be considered behind them. */
  readonly decisions: readonly Decision[];
  /** Another round would have the same heads and decide the same, as long as nothing changes. */
  readonly isSettled: boolean;
}
