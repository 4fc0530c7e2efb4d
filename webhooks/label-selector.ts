import type { LabelSelector, LabelSelectorRequirement } from '../src/api/index.ts';
import { forbidden, invalid, required } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { invalidForEach, labelKeyFaults, labelsErrors, labelValueFaults } from './name-rules.ts';

/** Faults of a label selector. */
export function labelSelectorErrors(path: string, selector: LabelSelector | undefined): FieldError[] {
  return [
    ...labelsErrors(`${path}.matchLabels`, selector?.matchLabels),
    ...(selector?.matchExpressions ?? []).flatMap((requirement, i) =>
      requirementErrors(`${path}.matchExpressions[${i}]`, requirement),
    ),
  ];
}

function requirementErrors(
  path: string,
  { key, operator, values = [] }: LabelSelectorRequirement,
): FieldError[] {
  return [
    ...operatorErrors(path, operator, values.length > 0),
    ...invalidForEach(`${path}.key`, key, labelKeyFaults(key)),
    ...values.flatMap((value, j) => invalidForEach(`${path}.values[${j}]`, value, labelValueFaults(value))),
  ];
}

function operatorErrors(path: string, operator: string, hasValues: boolean): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (hasValues) return [];
      return [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      if (!hasValues) return [];
      return [
        forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      ];
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator')];
  }
}
