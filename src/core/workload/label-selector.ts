import type { LabelSelector, LabelSelectorRequirement } from '../../api/index.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether labels match a selector: an absent selector matches nothing, an empty one everything (S-4.4). */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  if (selector === undefined) return false;
  const present = labels ?? {};
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => present[key] === value) &&
    (selector.matchExpressions ?? []).every((requirement) => matchesRequirement(requirement, present))
  );
}

/** What is wrong with a selector that the schema lets pass; undefined when nothing is (L-11.2 row 7). */
export function selectorFault(selector: LabelSelector | undefined): string | undefined {
  return (selector?.matchExpressions ?? []).map(requirementFault).find((fault) => fault !== undefined);
}

function requirementFault({ operator, values = [] }: LabelSelectorRequirement): string | undefined {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return undefined;
      return "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty";
    case 'Exists':
    case 'DoesNotExist':
      if (values.length === 0) return undefined;
      return 'values: Invalid value: values set must be empty for exists and does not exist';
    default:
      return `"${operator}" is not a valid label selector operator`;
  }
}

function matchesRequirement(
  { key, operator, values = [] }: LabelSelectorRequirement,
  labels: Labels,
): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
