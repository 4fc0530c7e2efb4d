import { invalid, tooLong } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';

/** Details that several rules share. */
export const nonNegativeDetail = 'must be greater than or equal to 0';
export const immutableDetail = 'field is immutable';

const SUBDOMAIN_BYTES_MAX = 253;
const LABEL_BYTES_MAX = 63;
const ANNOTATIONS_BYTES_MAX = 262_144;

const qualifiedName = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${qualifiedName})?`;
const subdomain = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';

const qualifiedNameText = explain({
  rule: "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  pattern: qualifiedName,
  examples: ['MyName', 'my.name', '123-abc'],
});
const labelKeyText = `a valid label key ${qualifiedNameText} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
const labelValueText = explain({
  rule: "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  pattern: labelValue,
  examples: ['MyValue', 'my_value', '12345'],
});
const subdomainText = explain({
  rule: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  pattern: subdomain,
  examples: ['example.com'],
});

const isQualifiedName = matcher(qualifiedName);
const isLabelValue = matcher(labelValue);
const isSubdomain = matcher(subdomain);

/** What is wrong with a label key; also for resource names, taint keys and condition types. */
export function labelKeyFaults(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2) return [labelKeyText];
  const name = parts.at(-1)!;
  return [...(parts.length === 2 ? prefixFaults(parts[0]!) : []), ...namePartFaults(name)];
}

/** What is wrong with a label value. */
export function labelValueFaults(value: string): string[] {
  const faults =
    Buffer.byteLength(value) > LABEL_BYTES_MAX ? [`must be no more than ${LABEL_BYTES_MAX} bytes`] : [];
  return isLabelValue(value) ? faults : [...faults, labelValueText];
}

/** What is wrong with a DNS subdomain, the form of most object names. */
export function subdomainFaults(value: string): string[] {
  const faults =
    Buffer.byteLength(value) > SUBDOMAIN_BYTES_MAX
      ? [`must be no more than ${SUBDOMAIN_BYTES_MAX} bytes`]
      : [];
  return isSubdomain(value) ? faults : [...faults, subdomainText];
}

/** One error for each fault of a value. */
export function invalidForEach(path: string, value: unknown, faults: readonly string[]): FieldError[] {
  return faults.map((fault) => invalid(path, value, fault));
}

/** Faults of a map of labels, by key for a stable order. */
export function labelsErrors(
  path: string,
  labels: Readonly<Record<string, string>> | undefined,
): FieldError[] {
  return sortedEntries(labels).flatMap(([key, value]) => [
    ...invalidForEach(path, key, labelKeyFaults(key)),
    ...invalidForEach(path, value, labelValueFaults(value)),
  ]);
}

/** Faults of a map of annotations: keys in any case, values free, all together bounded. */
export function annotationsErrors(
  path: string,
  annotations: Readonly<Record<string, string>> | undefined,
): FieldError[] {
  const entries = sortedEntries(annotations);
  const errors = entries.flatMap(([key]) => invalidForEach(path, key, labelKeyFaults(key.toLowerCase())));
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return bytes > ANNOTATIONS_BYTES_MAX ? [...errors, tooLong(path, ANNOTATIONS_BYTES_MAX)] : errors;
}

/** The entries of a map in the order of their keys; none for an absent map. */
export function sortedEntries<Value>(map: Readonly<Record<string, Value>> | undefined): [string, Value][] {
  return Object.entries(map ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function prefixFaults(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  return subdomainFaults(prefix).map((fault) => `prefix part ${fault}`);
}

function namePartFaults(name: string): string[] {
  const faults: string[] = [];
  if (name === '') faults.push('name part must be non-empty');
  if (Buffer.byteLength(name) > LABEL_BYTES_MAX)
    faults.push(`name part must be no more than ${LABEL_BYTES_MAX} bytes`);
  if (!isQualifiedName(name)) faults.push(`name part ${qualifiedNameText}`);
  return faults;
}

function matcher(pattern: string): (text: string) => boolean {
  const whole = new RegExp(`^(?:${pattern})$`);
  return (text) => whole.test(text);
}

function explain({ rule, pattern, examples }: { rule: string; pattern: string; examples: string[] }): string {
  const list = examples.map((example) => `'${example}', `).join(' or ');
  return `${rule} (e.g. ${list}regex used for validation is '${pattern}')`;
}
