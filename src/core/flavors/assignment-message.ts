import type { Assignment, FlavorAttempt, PodSetFlavors } from './assignment.ts';
import { describeReasons } from './flavor-reason.ts';

/** The message of a workload whose assignment is no fit, empty for one that is (S-9.4, assignment message). */
export function assignmentMessage(assignment: Assignment): string {
  const broken = assignment.podSets.find(({ error }) => error !== undefined);
  if (broken !== undefined) return `failed to assign flavors to pod set ${broken.name}: ${broken.error}`;
  return assignment.podSets
    .filter(({ reasons }) => reasons.length > 0)
    .map(({ name, reasons }) => {
      return `couldn't assign flavors to pod set ${name}: ${describeReasons(reasons).join(', ')}`;
    })
    .join('; ');
}

/** The flavors that were looked at on the way, as the QuotaReserved event tells them (S-9.6); empty if all is plain. */
export function describeConsideredFlavors(assignment: Assignment): string {
  return assignment.podSets
    .map(describeAttempts)
    .filter((text) => text !== '')
    .join(' | ');
}

function describeAttempts(podSet: PodSetFlavors): string {
  const told = podSet.attempts
    .filter(({ mode, level }) => mode !== 'fit' || level > 0)
    .toSorted((a, b) => (a.flavor < b.flavor ? -1 : 1))
    .map(describeAttempt);
  return told.length === 0 ? '' : `${podSet.name}: ${told.join(', ')}`;
}

const modeTexts = {
  noFit: 'NoFit',
  fit: 'Fit',
  noCandidates: 'preemptionMode=NoCandidates',
  preempt: 'preemptionMode=Preempt',
  reclaim: 'preemptionMode=Reclaim',
} as const;

function describeAttempt({ flavor, mode, level, reasons }: FlavorAttempt): string {
  const borrow = level > 0 ? [`borrow=${level}`] : [];
  return `${flavor}(${[modeTexts[mode], ...borrow, ...describeReasons(reasons)].join(';')})`;
}
