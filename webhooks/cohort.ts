import type { Cohort } from '../src/api/index.ts';
import type { FieldError } from './field-errors.ts';
import { fairSharingErrors, resourceGroupErrors } from './quota-rules.ts';

/** Faults of a Cohort on create and update; its quotas may be lent beyond the nominal ones. */
export function cohortErrors({ spec }: Cohort): FieldError[] {
  const owner = { lenderWord: 'parent', hasLender: !!spec.parentName, canLendAboveNominal: true } as const;
  return [...fairSharingErrors(spec.fairSharing), ...resourceGroupErrors(spec.resourceGroups ?? [], owner)];
}
