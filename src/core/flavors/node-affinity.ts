import type { NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '../../api/index.ts';
import { joinFaults } from '../workload/index.ts';

export type AffinityVerdict =
  | { readonly kind: 'match' }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'error'; readonly error: string };

type Labels = Readonly<Record<string, string>>;
type Requirements = readonly NodeSelectorRequirement[];

const match: AffinityVerdict = { kind: 'match' };
const mismatch: AffinityVerdict = { kind: 'mismatch' };

/**
 * Whether a pod may run on nodes with just these labels, its selector and required affinity reduced to their keys
 * (S-5.16).
 */
export function matchNodeLabels(pod: PodSpec, labels: Labels): AffinityVerdict {
  for (const [key, value] of Object.entries(pod.nodeSelector ?? {})) {
    if (Object.hasOwn(labels, key) && labels[key] !== value) return mismatch;
  }
  const terms = reduceTerms(pod, labels);
  return terms.length === 0 ? match : matchTerms(terms, labels);
}

/** Terms are alternatives: an invalid one counts only when no other matches. */
function matchTerms(terms: readonly Requirements[], labels: Labels): AffinityVerdict {
  const errors: string[] = [];
  for (const [index, requirements] of terms.entries()) {
    const fault = findFault(requirements, index);
    if (fault !== undefined) errors.push(fault);
    else if (requirements.every((one) => isSatisfied(one, labels))) return match;
  }
  return errors.length === 0 ? mismatch : { kind: 'error', error: joinFaults(errors) };
}

/** The terms with only expressions on the given labels; none at all as soon as one of them becomes empty. */
function reduceTerms(pod: PodSpec, labels: Labels): readonly Requirements[] {
  const required = pod.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = (required?.nodeSelectorTerms ?? []).map((term: NodeSelectorTerm) =>
    (term.matchExpressions ?? []).filter((expression) => Object.hasOwn(labels, expression.key)),
  );
  return terms.some((term) => term.length === 0) ? [] : terms;
}

function isSatisfied({ key, operator, values = [] }: NodeSelectorRequirement, labels: Labels): boolean {
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
      return isOrdered(operator, value, values[0]);
  }
}

function isOrdered(operator: string, value: string | undefined, bound: string | undefined): boolean {
  if (!isInteger(value) || !isInteger(bound)) return false;
  return operator === 'Gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
}

function findFault(requirements: Requirements, term: number): string | undefined {
  for (const [index, { operator, values = [] }] of requirements.entries()) {
    const fault = faultOf(operator, values);
    if (fault !== undefined) return `nodeSelectorTerms[${term}].matchExpressions[${index}].${fault}`;
  }
  return undefined;
}

/** Which number of values an operator takes, and how their lack is told. */
const valueRules: Readonly<Record<string, { isMet(values: readonly string[]): boolean; text: string }>> = {
  In: { isMet: (values) => values.length > 0, text: 'Required value: must have at least one value' },
  NotIn: { isMet: (values) => values.length > 0, text: 'Required value: must have at least one value' },
  Exists: { isMet: (values) => values.length === 0, text: 'Forbidden: must be empty for this operator' },
  DoesNotExist: {
    isMet: (values) => values.length === 0,
    text: 'Forbidden: must be empty for this operator',
  },
  Gt: { isMet: isOneInteger, text: 'Invalid value: must be exactly one integer' },
  Lt: { isMet: isOneInteger, text: 'Invalid value: must be exactly one integer' },
};

function faultOf(operator: string, values: readonly string[]): string | undefined {
  const rule = Object.hasOwn(valueRules, operator) ? valueRules[operator] : undefined;
  if (rule === undefined) return `operator: Unsupported value: ${JSON.stringify(operator)}`;
  return rule.isMet(values) ? undefined : `values: ${rule.text}`;
}

function isOneInteger(values: readonly string[]): boolean {
  return values.length === 1 && isInteger(values[0]);
}

function isInteger(text: string | undefined): text is string {
  return text !== undefined && /^[+-]?\d+$/.test(text);
}
