import type { ClusterQueueSpec, PodSpec, ResourceFlavor, ResourceGroup } from '../../api/index.ts';
import { flavorResource } from '../amounts/index.ts';
import type { Amount, Requests } from '../amounts/index.ts';
import type { AssignedFlavor, FlavorAttempt, NoFitCause } from './assignment.ts';
import { assignmentModeOf, isBetter } from './flavor-mode.ts';
import type { FlavorPreference, FlavorRank } from './flavor-mode.ts';
import type { FlavorReason } from './flavor-reason.ts';
import { judgeResource } from './judge-resource.ts';
import type { QuotaView } from './judge-resource.ts';
import { matchFlavor } from './match-flavor.ts';
import { moreSevere } from './no-fit-cause.ts';

export interface FlavorSearch {
  readonly group: ResourceGroup;
  /** The pods of the pod set group, in order. */
  readonly pods: readonly PodSpec[];
  /** The requests of this resource group. */
  readonly requests: Requests;
  /** What earlier pod sets take, by flavor and resource (S-5.3). */
  readonly assumed: ReadonlyMap<string, Amount>;
  readonly startIndex: number;
  /** In a second look: may this flavor be taken (S-5.11)? The resource that led here is named for the reason. */
  readonly pin: { readonly resource: string; readonly flavors: ReadonlySet<string> } | undefined;
  readonly quota: QuotaView;
  readonly flavor: (name: string) => ResourceFlavor | undefined;
  /** Absent: the gate FlavorFungibility is off (S-5.14). */
  readonly fungibility: ClusterQueueSpec['flavorFungibility'] | undefined;
}

export type FlavorSearchResult = { readonly attempts: readonly FlavorAttempt[] } & (
  | {
      readonly kind: 'found';
      readonly flavors: ReadonlyMap<string, AssignedFlavor>;
      readonly reasons: readonly FlavorReason[];
    }
  | { readonly kind: 'none'; readonly reasons: readonly FlavorReason[] }
  | { readonly kind: 'error'; readonly error: string }
);

interface Candidate extends FlavorRank {
  readonly flavor: string;
  readonly ranks: ReadonlyMap<string, FlavorRank>;
}

type Visit =
  | { readonly kind: 'judged'; readonly candidate: Candidate; readonly attempt: FlavorAttempt }
  | { readonly kind: 'mismatch'; readonly reason: FlavorReason; readonly attempt?: FlavorAttempt }
  | { readonly kind: 'error'; readonly error: string };

interface Walk {
  readonly best: Candidate | undefined;
  readonly lastIndex: number;
  readonly error?: string;
}

/** Walks the flavors of a resource group in order and chooses one for all of its resources (S-5.9 to S-5.14). */
export function searchFlavor(search: FlavorSearch): FlavorSearchResult {
  const attempts: FlavorAttempt[] = [];
  const reasons: FlavorReason[] = [];
  const { best, lastIndex, error } = walk(search, { attempts, reasons });
  if (error !== undefined) return { kind: 'error', error, attempts };
  if (best === undefined) return { kind: 'none', reasons, attempts };
  const isLast = search.fungibility === undefined || lastIndex === search.group.flavors.length - 1;
  const flavors = assignedFlavors(best, isLast ? -1 : lastIndex);
  return { kind: 'found', flavors, reasons: best.mode === 'fit' ? [] : reasons, attempts };
}

/** Visits flavors until one ends the search; what is told on the way is put into `told`. */
function walk(search: FlavorSearch, told: { attempts: FlavorAttempt[]; reasons: FlavorReason[] }): Walk {
  const names = search.group.flavors.map(({ name }) => name);
  let best: Candidate | undefined;
  for (const [index, name] of names.entries()) {
    if (index < search.startIndex) continue;
    const visit = visitFlavor(name, search);
    if (visit.kind === 'error') return { best: undefined, lastIndex: index, error: visit.error };
    if (visit.attempt !== undefined) told.attempts.push(visit.attempt);
    if (visit.kind === 'mismatch') {
      told.reasons.push(visit.reason);
      continue;
    }
    told.reasons.push(...visit.attempt.reasons);
    if (!shouldTryNext(visit.candidate, search.fungibility))
      return { best: visit.candidate, lastIndex: index };
    best = betterOf(best, visit.candidate, search);
  }
  return { best, lastIndex: names.length - 1 };
}

function visitFlavor(name: string, search: FlavorSearch): Visit {
  const { pin } = search;
  if (pin !== undefined && !pin.flavors.has(name)) {
    return { kind: 'mismatch', reason: { kind: 'notNominated', flavor: name, resource: pin.resource } };
  }
  const flavor = search.flavor(name);
  if (flavor === undefined) return rejected(name, { kind: 'flavorNotFound', flavor: name });
  for (const pod of search.pods) {
    const match = matchFlavor(pod, flavor);
    if (match.kind === 'error') return match;
    if (match.kind === 'mismatch') return rejected(name, match.reason);
  }
  return judgeFlavor(name, search);
}

function rejected(flavor: string, reason: FlavorReason): Visit {
  const attempt: FlavorAttempt = {
    flavor,
    mode: 'noFit',
    level: 0,
    reasons: [reason],
    noFitCause: 'NoMatchingFlavor',
  };
  return { kind: 'mismatch', reason, attempt };
}

/** All resources are judged, without an early stop; the worst of them stands for the flavor (S-5.9 step 4). */
function judgeFlavor(flavor: string, search: FlavorSearch): Visit {
  const preference = preferenceOf(search);
  const ranks = new Map<string, FlavorRank>();
  const reasons: FlavorReason[] = [];
  let worst: FlavorRank = { mode: 'fit', level: 0 };
  let level = 0;
  let noFitCause: NoFitCause | undefined;
  for (const [resource, request] of search.requests) {
    const assumed = search.assumed.get(flavorResource(flavor, resource)) ?? 0n;
    const verdict = judgeResource({ flavor, resource, request, assumed }, search.quota);
    ranks.set(resource, verdict);
    if (verdict.reason !== undefined) reasons.push(verdict.reason);
    if (isBetter(worst, verdict, preference)) worst = verdict;
    level = Math.max(level, verdict.level);
    noFitCause = moreSevere(noFitCause, verdict.noFitCause);
  }
  const attempt: FlavorAttempt = {
    flavor,
    mode: worst.mode,
    level,
    reasons,
    ...(noFitCause === undefined ? {} : { noFitCause }),
  };
  return { kind: 'judged', candidate: { flavor, ranks, mode: worst.mode, level: worst.level }, attempt };
}

/** S-5.10; without fungibility only a fit ends the walk (S-5.14). */
function shouldTryNext(rank: FlavorRank, fungibility: FlavorSearch['fungibility']): boolean {
  if (fungibility === undefined) return rank.mode !== 'fit';
  if (rank.mode === 'noFit' || rank.mode === 'noCandidates') return true;
  if (rank.mode !== 'fit' && fungibility.whenCanPreempt === 'TryNextFlavor') return true;
  return rank.level > 0 && fungibility.whenCanBorrow === 'TryNextFlavor';
}

/** Nothing is better than a flavor that cannot be used (S-5.12). */
function betterOf(
  best: Candidate | undefined,
  candidate: Candidate,
  search: FlavorSearch,
): Candidate | undefined {
  return isBetter(candidate, best ?? { mode: 'noFit', level: 0 }, preferenceOf(search)) ? candidate : best;
}

function preferenceOf(search: FlavorSearch): FlavorPreference {
  if (search.fungibility === undefined) return 'modeOnly';
  return search.fungibility.preference ?? 'BorrowingOverPreemption';
}

function assignedFlavors(candidate: Candidate, triedIndex: number): ReadonlyMap<string, AssignedFlavor> {
  const flavors = new Map<string, AssignedFlavor>();
  for (const [resource, { mode, level }] of candidate.ranks) {
    flavors.set(resource, { flavor: candidate.flavor, mode: assignmentModeOf(mode), level, triedIndex });
  }
  return flavors;
}
