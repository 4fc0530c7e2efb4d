import type { PodSpec, ResourceFlavor, Taint, Toleration } from '../../api/index.ts';
import type { FlavorReason } from './flavor-reason.ts';
import { matchNodeLabels } from './node-affinity.ts';

export type FlavorMatch =
  | { readonly kind: 'match' }
  | { readonly kind: 'mismatch'; readonly reason: FlavorReason }
  | { readonly kind: 'error'; readonly error: string };

/** Whether pods may run on nodes of a flavor: taints first, then selector and affinity (S-5.15). */
export function matchFlavor(pod: PodSpec, flavor: ResourceFlavor): FlavorMatch {
  const name = flavor.metadata.name;
  const taint = findUntoleratedTaint(pod, flavor);
  if (taint !== undefined) {
    return { kind: 'mismatch', reason: { kind: 'untoleratedTaint', flavor: name, taint } };
  }
  const verdict = matchNodeLabels(pod, flavor.spec.nodeLabels ?? {});
  if (verdict.kind !== 'mismatch') return verdict;
  return { kind: 'mismatch', reason: { kind: 'affinityMismatch', flavor: name } };
}

function findUntoleratedTaint(pod: PodSpec, flavor: ResourceFlavor): Taint | undefined {
  const tolerations = [...(pod.tolerations ?? []), ...(flavor.spec.tolerations ?? [])];
  return flavor.spec.nodeTaints?.find(
    (taint) =>
      (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') &&
      !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** Whether a toleration covers a taint; absent fields are as good as empty ones (S-5.17). */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  return (
    isEmptyOr(toleration.effect, taint.effect) &&
    isEmptyOr(toleration.key, taint.key) &&
    isValueTolerated(toleration, taint.value ?? '')
  );
}

function isEmptyOr(text: string | undefined, wanted: string): boolean {
  return text === undefined || text === '' || text === wanted;
}

function isValueTolerated({ operator = '', value = '' }: Toleration, taintValue: string): boolean {
  switch (operator) {
    case '':
    case 'Equal':
      return value === taintValue;
    case 'Exists':
      return true;
    case 'Lt':
    case 'Gt':
      return isOrdered(operator, taintValue, value);
    default:
      return false;
  }
}

function isOrdered(operator: 'Lt' | 'Gt', taintValue: string, value: string): boolean {
  const isDecimal = /^-?\d+$/;
  if (!isDecimal.test(taintValue) || !isDecimal.test(value)) return false;
  return operator === 'Lt' ? BigInt(taintValue) < BigInt(value) : BigInt(taintValue) > BigInt(value);
}
