/** How well a flavor serves, as the search sees it (5.2), worst first. */
const modesWorstFirst = ['noFit', 'noCandidates', 'preempt', 'reclaim', 'fit'] as const;
export type FlavorMode = (typeof modesWorstFirst)[number];

const assignmentModesWorstFirst = ['NoFit', 'Preempt', 'DeferredFit', 'Fit'] as const;
/** How well a whole assignment serves (5.2); only `Fit` reserves quota. */
export type AssignmentMode = (typeof assignmentModesWorstFirst)[number];

/** The two things by which flavors are compared (S-5.8). */
export interface FlavorRank {
  readonly mode: FlavorMode;
  readonly level: number;
}

export type FlavorPreference = 'BorrowingOverPreemption' | 'PreemptionOverBorrowing' | 'modeOnly';

/** The mode that others see (5.2). */
export function assignmentModeOf(mode: FlavorMode): AssignmentMode {
  if (mode === 'fit') return 'Fit';
  return mode === 'noFit' ? 'NoFit' : 'Preempt';
}

/** The worse of two modes (S-5.7). */
export function worseMode(a: AssignmentMode, b: AssignmentMode): AssignmentMode {
  return assignmentModesWorstFirst.indexOf(a) < assignmentModesWorstFirst.indexOf(b) ? a : b;
}

/** Whether `a` is better than `b` (S-5.8); the field documentation of the API tells the two preferences the other way round. */
export function isBetter(a: FlavorRank, b: FlavorRank, preference: FlavorPreference): boolean {
  if (a.mode === 'noFit') return false;
  if (b.mode === 'noFit') return true;
  const isModeBetter = modesWorstFirst.indexOf(a.mode) - modesWorstFirst.indexOf(b.mode);
  if (preference === 'modeOnly') return isModeBetter > 0;
  const isOnlyOneViable = (a.mode === 'noCandidates') !== (b.mode === 'noCandidates');
  if (isOnlyOneViable) return b.mode === 'noCandidates';
  const isLevelBetter = b.level - a.level;
  const [first, second] =
    preference === 'PreemptionOverBorrowing' ? [isLevelBetter, isModeBetter] : [isModeBetter, isLevelBetter];
  return first > 0 || (first === 0 && second > 0);
}
