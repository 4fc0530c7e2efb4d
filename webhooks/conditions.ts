import type { Condition } from '../src/api/index.ts';
import { duplicate, invalid, required, tooLong, unsupported } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { invalidForEach, labelKeyFaults } from './name-rules.ts';

const REASON_BYTES_MAX = 1024;
const MESSAGE_BYTES_MAX = 32_768;
const reasonPattern = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const isReason = new RegExp(`^${reasonPattern}$`);
const statuses = ['False', 'True', 'Unknown'];

/**
 * Faults of conditions (A-6.30 number 5). The schema says the same, except that the API server lets old values pass
 * that a write leaves as they are.
 */
export function conditionErrors(path: string, conditions: readonly Condition[]): FieldError[] {
  const seen = new Set<string>();
  return conditions.flatMap((condition, i) => {
    const repeated = seen.has(condition.type) ? [duplicate(`${path}[${i}].type`, condition.type)] : [];
    seen.add(condition.type);
    return [
      ...repeated,
      ...fieldErrors(`${path}[${i}]`, condition),
      ...textErrors(`${path}[${i}]`, condition),
    ];
  });
}

function fieldErrors(
  path: string,
  { type, status, observedGeneration = 0, lastTransitionTime }: Condition,
): FieldError[] {
  const errors = invalidForEach(`${path}.type`, type, labelKeyFaults(type));
  if (!statuses.includes(status)) errors.push(unsupported(`${path}.status`, status, statuses));
  if (observedGeneration < 0) {
    const detail = 'must be greater than or equal to zero';
    errors.push(invalid(`${path}.observedGeneration`, observedGeneration, detail));
  }
  if (!lastTransitionTime) errors.push(required(`${path}.lastTransitionTime`));
  return errors;
}

function textErrors(path: string, { reason, message }: Condition): FieldError[] {
  const errors: FieldError[] = [];
  if (!reason) errors.push(required(`${path}.reason`));
  else if (!isReason.test(reason)) {
    errors.push(
      invalid(`${path}.reason`, reason, `a condition reason must match the pattern '${reasonPattern}'`),
    );
  }
  if (Buffer.byteLength(reason ?? '') > REASON_BYTES_MAX)
    errors.push(tooLong(`${path}.reason`, REASON_BYTES_MAX));
  if (Buffer.byteLength(message ?? '') > MESSAGE_BYTES_MAX)
    errors.push(tooLong(`${path}.message`, MESSAGE_BYTES_MAX));
  return errors;
}
