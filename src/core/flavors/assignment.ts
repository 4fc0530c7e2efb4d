import type { Amount, Requests, Usage } from '../amounts/index.ts';
import type { AssignmentMode, FlavorMode } from './flavor-mode.ts';
import type { FlavorReason } from './flavor-reason.ts';

/** Why nothing fits, least severe first (S-5.26); written as the reason of QuotaReserved. */
export type NoFitCause = 'WaitingForQuota' | 'ExceedsMaxQuota' | 'NoMatchingFlavor';

/** What became of one flavor that the search visited. */
export interface FlavorAttempt {
  readonly flavor: string;
  readonly mode: FlavorMode;
  /** The greatest level over the resources. */
  readonly level: number;
  readonly reasons: readonly FlavorReason[];
  readonly noFitCause?: NoFitCause;
}

export interface AssignedFlavor {
  readonly flavor: string;
  readonly mode: AssignmentMode;
  readonly level: number;
  /** The last flavor visited in the resource group, -1 when none is left to try (S-5.13). */
  readonly triedIndex: number;
}

export interface PodSetFlavors {
  readonly name: string;
  readonly count: number;
  /** Totals by resource, `pods` included where it is covered (S-1.12). */
  readonly requests: Requests;
  readonly flavors: ReadonlyMap<string, AssignedFlavor>;
  readonly mode: AssignmentMode;
  readonly reasons: readonly FlavorReason[];
  readonly error?: string;
  readonly attempts: readonly FlavorAttempt[];
}

/** Which flavors the pod sets of a workload get (S-5.1); pod sets behind the first that fails are missing (S-5.3). */
export interface Assignment {
  readonly podSets: readonly PodSetFlavors[];
  readonly usage: Usage;
  readonly level: number;
  readonly mode: AssignmentMode;
  /** Only with mode NoFit. */
  readonly noFitCause?: NoFitCause;
}

/** The part of an amount map that a pod set takes from its assigned flavors. */
export function assignedRequests(podSet: PodSetFlavors): ReadonlyMap<string, Amount> {
  return new Map([...podSet.requests].filter(([resource]) => podSet.flavors.has(resource)));
}
