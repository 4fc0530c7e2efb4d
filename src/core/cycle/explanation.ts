import type { Amount } from '../amounts/index.ts';
import type { FlavorReason } from '../flavors/index.ts';
import type { Obstacle, Target } from '../preemption/index.ts';
import type { Holder } from '../quota/index.ts';
import type { EpochMs } from '../workload/index.ts';
import type { WakesOn } from './decision.ts';

/** Why a workload is where it is, as a value; `describeExplanation` tells it in words. */
export interface Explanation {
  /** `namespace/name`. */
  readonly workload: string;
  /** Absent while the workload is in no queue. */
  readonly queue?: QueuePlace;
  readonly verdict: Verdict;
  /** What makes the scheduler look again; absent where nothing has to. */
  readonly wakesOn?: Awaited;
}

export interface QueuePlace {
  readonly clusterQueue: string;
  /** From the root down, `/root/…/name`. */
  readonly path: string;
  readonly place: 'heap' | 'parked' | 'inFlight';
  /** From 1, among all that wait in the ClusterQueue. */
  readonly position: number;
  readonly count: number;
}

/** An event, or a time. */
export type Awaited =
  | WakesOn
  | { readonly kind: 'time'; readonly atMs: EpochMs }
  /** No release helps: somebody has to own, lend or let borrow more. */
  | { readonly kind: 'moreQuota'; readonly clusterQueue: string };

export type Verdict =
  | { readonly kind: 'finished' }
  | { readonly kind: 'holdsQuota'; readonly clusterQueue: string; readonly isAdmitted: boolean }
  /** It may not stand in any queue. */
  | { readonly kind: 'notQueued'; readonly reason: string; readonly message: string }
  /** It is not considered (S-4.4). */
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string }
  /** Its back-off is not over; without a time, somebody else has to end it (S-3.8). */
  | { readonly kind: 'heldBack'; readonly untilMs?: EpochMs }
  | { readonly kind: 'fits'; readonly counts: ReadonlyMap<string, number>; readonly isBorrowing: boolean }
  /** It fits when these have left; it may ask them to. */
  | { readonly kind: 'preempts'; readonly targets: readonly Target[] }
  | { readonly kind: 'doesNotFit'; readonly podSets: readonly PodSetExplanation[] };

/** A pod set that gets no flavor, or only with victims that do not exist. */
export interface PodSetExplanation {
  readonly name: string;
  readonly count: number;
  readonly error?: string;
  /** Reasons that belong to no flavor: resources that the ClusterQueue does not have. */
  readonly unavailable: readonly string[];
  /** In the order in which they were tried; one that serves two resource groups is in it twice. */
  readonly flavors: readonly FlavorExplanation[];
}

export interface FlavorExplanation {
  readonly flavor: string;
  /** Nothing speaks against it; another resource group failed. */
  readonly isFitting: boolean;
  /** Taints, labels, or a flavor that does not exist. */
  readonly mismatch?: FlavorReason;
  readonly shortages: readonly Shortage[];
}

/** A resource that a flavor lacks. */
export interface Shortage {
  readonly flavor: string;
  readonly resource: string;
  /** With what pod sets before it take. */
  readonly asked: Amount;
  /** What is unused now, or with `exceedsMaximum` all there could ever be. */
  readonly available: Amount;
  readonly missing: Amount;
  /** More than the ClusterQueue could ever get. */
  readonly exceedsMaximum: boolean;
  /** Whose quota or limit it is that does not suffice. */
  readonly limitedBy: {
    readonly kind: 'clusterQueue' | 'cohort';
    readonly name: string;
    readonly limit: 'quota' | 'borrowingLimit';
  };
  /** Who uses it there: borrowers first, by share, the largest first. */
  readonly holders: readonly Holder[];
  /** Who would have to leave, and why that is not allowed; none where nobody's leaving helps. */
  readonly obstacles: readonly Obstacle[];
}
