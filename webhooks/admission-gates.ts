import { annotations } from '../src/api/index.ts';
import { forbidden, invalid, tooLong } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { invalidForEach, subdomainFaults } from './name-rules.ts';

const GATE_BYTES_MAX = 63;
const path = `metadata.annotations[${annotations.admissionGatedBy}]`;
const pathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const isPath = new RegExp(`^${pathPattern}$`);

/** Faults in the form of the admission gates of a job or Workload (A-6.30 number 8, L-2.6). */
export function admissionGateErrors(value: string | undefined): FieldError[] {
  const whole = value ?? '';
  const seen = new Set<string>();
  return gatesOf(whole).flatMap((gate) => {
    if (gate === '') return [invalid(path, whole, 'cannot contain empty gate names')];
    if (seen.has(gate)) return [invalid(path, whole, `duplicate gate name: ${gate}`)];
    seen.add(gate);
    return gateErrors(gate);
  });
}

/** Faults of a change: gates are set at creation and can only be taken away (A-6.31 number 6, L-2.7). */
export function admissionGateChangeErrors(value: string | undefined, old: string | undefined): FieldError[] {
  if (!value) return [];
  if (!old) return [forbidden(path, 'cannot add admission gate after creation')];
  const before = new Set(gatesOf(old));
  const isAdding = gatesOf(value).some((gate) => !before.has(gate));
  return isAdding ? [forbidden(path, 'can only remove gates, not add new ones')] : [];
}

/** A blank value holds no gate, although the object still counts as gated (trap 6 of A-14). */
function gatesOf(value: string): string[] {
  return value.trim() === '' ? [] : value.split(',').map((part) => part.trim());
}

function gateErrors(gate: string): FieldError[] {
  const length = Buffer.byteLength(gate) > GATE_BYTES_MAX ? [tooLong(path, GATE_BYTES_MAX)] : [];
  return [...domainPathErrors(gate), ...length];
}

function domainPathErrors(gate: string): FieldError[] {
  const slash = gate.indexOf('/');
  const host = gate.slice(0, Math.max(slash, 0));
  const rest = gate.slice(slash + 1);
  if (host === '' || rest === '') {
    return [invalid(path, gate, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const restErrors = isPath.test(rest)
    ? []
    : [invalid(path, rest, `Invalid path (regex used for validation is '${pathPattern}')`)];
  return [...invalidForEach(path, host, subdomainFaults(host)), ...restErrors];
}
