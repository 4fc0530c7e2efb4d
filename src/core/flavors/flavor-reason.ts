import type { Taint } from '../../api/index.ts';
import { formatAmount, formatLimit } from '../amounts/index.ts';
import type { Amount } from '../amounts/index.ts';

/** Why a flavor, or a pod set as a whole, does not simply fit. */
export type FlavorReason =
  | { readonly kind: 'resourceUnavailable'; readonly resource: string }
  | { readonly kind: 'flavorNotFound'; readonly flavor: string }
  | { readonly kind: 'untoleratedTaint'; readonly flavor: string; readonly taint: Taint }
  | { readonly kind: 'affinityMismatch'; readonly flavor: string }
  | { readonly kind: 'notNominated'; readonly flavor: string; readonly resource: string }
  | {
      readonly kind: 'exceedsMaximum';
      readonly flavor: string;
      readonly resource: string;
      readonly assumed: Amount;
      readonly request: Amount;
      readonly maximum: Amount;
    }
  | {
      readonly kind: 'insufficientUnused';
      readonly flavor: string;
      readonly resource: string;
      readonly missing: Amount;
    };

/** The wire text of a reason (S-5.6, S-5.11, S-5.15, S-5.18). */
export function describeReason(reason: FlavorReason): string {
  switch (reason.kind) {
    case 'resourceUnavailable':
      return `resource ${reason.resource} unavailable in ClusterQueue`;
    case 'flavorNotFound':
      return `flavor ${reason.flavor} not found`;
    case 'untoleratedTaint':
      return `untolerated taint ${describeTaint(reason.taint)} in flavor ${reason.flavor}`;
    case 'affinityMismatch':
      return `flavor ${reason.flavor} doesn't match node affinity`;
    case 'notNominated':
      return `skipping flavor ${reason.flavor} as it is not found in the nomination mapping for resource ${reason.resource}`;
    case 'exceedsMaximum':
      return describeExcess(reason);
    case 'insufficientUnused':
      return `insufficient unused quota for ${reason.resource} in flavor ${reason.flavor}, ${formatLimit(reason.resource, reason.missing)} more needed`;
  }
}

function describeExcess(reason: Extract<FlavorReason, { kind: 'exceedsMaximum' }>): string {
  const { flavor, resource, assumed, request, maximum } = reason;
  return (
    `insufficient quota for ${resource} in flavor ${flavor}, ` +
    `previously considered podsets requests (${formatLimit(resource, assumed)}) + ` +
    `current podset request (${formatAmount(resource, request)}) > ` +
    `maximum capacity (${formatLimit(resource, maximum)})`
  );
}

/** An absent time prints `<nil>`, an absent value as nothing (S-5.15). */
function describeTaint(taint: Taint): string {
  return `{${taint.key} ${taint.value ?? ''} ${taint.effect} ${taint.timeAdded ?? '<nil>'}}`;
}

/** The texts of several reasons, sorted by bytes. */
export function describeReasons(reasons: readonly FlavorReason[]): readonly string[] {
  return reasons.map(describeReason).toSorted();
}
