import { annotations } from '../src/api/index.ts';
import type { PodSetUpdate, Workload } from '../src/api/index.ts';
import { canonicalQuantity, requestAmount } from '../src/core/amounts/index.ts';
import { hasQuotaReservation } from '../src/core/workload/index.ts';
import { admissionGateErrors } from './admission-gates.ts';
import { conditionErrors } from './conditions.ts';
import { isElasticWorkload } from './elastic-workload.ts';
import { invalid, notFound, required, unsupported } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { annotationsErrors, labelsErrors, sortedEntries } from './name-rules.ts';
import type { WebhookOptions } from './options.ts';
import { podSetErrors } from './pod-set.ts';
import { tolerationErrors } from './resource-flavor.ts';
import { workloadChangeErrors } from './workload-change.ts';

const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);

/**
 * Faults of a Workload on create, or with `old` on any update, of the status and of metadata alone too
 * (A-6.30, A-6.31).
 */
export function workloadErrors(
  workload: Workload,
  old: Workload | undefined,
  options: WebhookOptions,
): FieldError[] {
  return [
    ...workload.spec.podSets.flatMap((podSet, i) => podSetErrors(`spec.podSets[${i}]`, podSet, options)),
    ...minCountErrors(workload, options),
    ...(hasQuotaReservation(workload) ? admissionErrors(workload, old) : []),
    ...conditionErrors('status.conditions', workload.status.conditions ?? []),
    ...reclaimableErrors(workload, old, options),
    ...podSetUpdateErrors(workload),
    ...(options.admissionGatedBy
      ? admissionGateErrors(workload.metadata.annotations?.[annotations.admissionGatedBy])
      : []),
    ...(options.priorityBoost ? priorityBoostErrors(workload) : []),
    ...(old ? workloadChangeErrors(workload, old, options) : []),
  ];
}

function minCountErrors(workload: Workload, options: WebhookOptions): FieldError[] {
  const count = workload.spec.podSets.filter(({ minCount }) => minCount !== undefined).length;
  const errors: FieldError[] = [];
  if (count > 1) errors.push(invalid('spec.podSets', count, 'at most one podSet can use minCount'));
  if (count > 0 && isElasticWorkload(workload, options)) {
    errors.push(invalid('spec.podSets', count, 'partial admission and elastic job cannot be used together'));
  }
  return errors;
}

/** A Workload that lost its admission long ago may still be touched, or nobody could repair it. */
function admissionErrors({ spec, status }: Workload, old: Workload | undefined): FieldError[] {
  if (!status.admission) {
    const wasSo = old !== undefined && hasQuotaReservation(old) && !old.status.admission;
    return wasSo
      ? []
      : [required('status.admission', 'must be set while the QuotaReserved condition is true')];
  }
  const names = new Set(spec.podSets.map(({ name }) => name));
  return status.admission.podSetAssignments.flatMap((assignment, i) => {
    const path = `status.admission.podSetAssignments[${i}]`;
    const errors = names.has(assignment.name) ? [] : [notFound(`${path}.name`, assignment.name)];
    return [...errors, ...usageErrors(`${path}.resourceUsage`, assignment)];
  });
}

type Assignment = NonNullable<Workload['status']['admission']>['podSetAssignments'][number];

/** A usage that is no multiple of the count cannot be the sum of equal pods. */
function usageErrors(path: string, { count = 0, resourceUsage }: Assignment): FieldError[] {
  if (count <= 0) return [];
  return sortedEntries(resourceUsage).flatMap(([resource, quantity]) => {
    if (requestAmount(resource, quantity) % BigInt(count) === 0n) return [];
    return [invalid(`${path}[${resource}]`, canonicalQuantity(quantity), `is not a multiple of ${count}`)];
  });
}

function reclaimableErrors(
  workload: Workload,
  old: Workload | undefined,
  options: WebhookOptions,
): FieldError[] {
  const counts = new Map(workload.spec.podSets.map(({ name, count }) => [name, count]));
  const isElastic = isElasticWorkload(workload, options);
  return (workload.status.reclaimablePods ?? []).flatMap(({ name, count }) => {
    const path = `status.reclaimablePods[${name}]`;
    const available = counts.get(name);
    if (available === undefined) return [unsupported(`${path}.name`, name, [...counts.keys()])];
    // A slice that shrank keeps its old entry until the pods that went are counted anew.
    const isOld = old?.status.reclaimablePods?.some((entry) => entry.name === name && entry.count === count);
    if (count <= available || (isElastic && isOld)) return [];
    return [invalid(`${path}.count`, count, `should be less or equal to ${available}`)];
  });
}

function podSetUpdateErrors({ spec, status }: Workload): FieldError[] {
  const names = spec.podSets.map(({ name }) => name).toSorted();
  return (status.admissionChecks ?? []).flatMap(({ podSetUpdates = [] }, i) =>
    podSetUpdates.flatMap((update, j) => {
      const path = `status.admissionChecks[${i}].podSetUpdates[${j}]`;
      const errors = names.includes(update.name) ? [] : [unsupported(`${path}.name`, update.name, names)];
      return [...errors, ...updateErrors(path, update)];
    }),
  );
}

function updateErrors(path: string, update: PodSetUpdate): FieldError[] {
  return [
    ...tolerationErrors(`${path}.tolerations`, update.tolerations ?? []),
    ...annotationsErrors(`${path}.annotations`, update.annotations),
    ...labelsErrors(`${path}.nodeSelector`, update.nodeSelector),
    ...labelsErrors(`${path}.labels`, update.labels),
  ];
}

function priorityBoostErrors({ metadata }: Workload): FieldError[] {
  const boost = metadata.annotations?.[annotations.priorityBoost];
  if (boost === undefined) return [];
  const path = `metadata.annotations[${annotations.priorityBoost}]`;
  const detail = 'must be a valid signed integer';
  if (boost === '')
    return [invalid(path, boost, `${detail}; use "0" explicitly, empty string is not allowed`)];
  const value = /^[+-]?\d+$/.test(boost) ? Number(boost) : Number.NaN;
  return value >= INT32_MIN && value <= INT32_MAX ? [] : [invalid(path, boost, detail)];
}
