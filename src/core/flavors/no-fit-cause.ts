import type { ResourceGroup } from '../../api/index.ts';
import type { FlavorAttempt, NoFitCause, PodSetFlavors } from './assignment.ts';

const causesLeastSevereFirst = ['WaitingForQuota', 'ExceedsMaxQuota', 'NoMatchingFlavor'] as const;

/** The more severe of two causes (S-5.26). */
export function moreSevere(a: NoFitCause | undefined, b: NoFitCause | undefined): NoFitCause | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return severity(a) >= severity(b) ? a : b;
}

function lessSevere(a: NoFitCause | undefined, b: NoFitCause): NoFitCause {
  return a === undefined || severity(b) < severity(a) ? b : a;
}

function severity(cause: NoFitCause): number {
  return causesLeastSevereFirst.indexOf(cause);
}

/** Why an assignment does not fit: the most severe over its pod sets (S-5.26). */
export function findNoFitCause(
  podSets: readonly PodSetFlavors[],
  groups: readonly ResourceGroup[],
): NoFitCause {
  let cause: NoFitCause | undefined;
  for (const podSet of podSets) {
    if (podSet.mode === 'NoFit') cause = moreSevere(cause, causeOfPodSet(podSet.attempts, groups));
  }
  return cause ?? 'NoMatchingFlavor';
}

/** Flavors of one resource group are alternatives, so the least severe counts; groups must all fit, so the most severe. */
function causeOfPodSet(attempts: readonly FlavorAttempt[], groups: readonly ResourceGroup[]): NoFitCause {
  let cause: NoFitCause | undefined;
  for (const group of groups) {
    let causeOfGroup: NoFitCause | undefined;
    for (const attempt of attempts) {
      if (attempt.mode !== 'noFit' || !group.flavors.some(({ name }) => name === attempt.flavor)) continue;
      causeOfGroup = lessSevere(causeOfGroup, attempt.noFitCause ?? 'NoMatchingFlavor');
    }
    cause = moreSevere(cause, causeOfGroup);
  }
  return cause ?? 'NoMatchingFlavor';
}
