import { expect, test } from 'vitest';
import { renderFieldErrors } from './field-errors.ts';
import {
  annotationsErrors,
  labelKeyFaults,
  labelsErrors,
  labelValueFaults,
  subdomainFaults,
} from './name-rules.ts';

const qualified =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const value =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

test.each([
  { name: 'a plain name', key: 'cpu', want: [] },
  { name: 'a prefixed name', key: 'nvidia.com/gpu', want: [] },
  { name: 'upper case in the name', key: 'example.com/My_Name.2', want: [] },
  {
    name: 'more than one slash',
    key: 'a/b/c',
    want: [
      `a valid label key ${qualified} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ],
  },
  { name: 'an empty prefix', key: '/b', want: ['prefix part must be non-empty'] },
  { name: 'a bad prefix', key: 'A/b', want: [`prefix part ${subdomain}`] },
  { name: 'an empty name', key: 'a/', want: ['name part must be non-empty', `name part ${qualified}`] },
  { name: 'a bad name', key: '@cpu', want: [`name part ${qualified}`] },
  { name: 'a long name', key: 'x'.repeat(64), want: ['name part must be no more than 63 bytes'] },
  { name: 'a line break at the end', key: 'cpu\n', want: [`name part ${qualified}`] },
])('A-1.10: label key: $name', ({ key, want }) => expect(labelKeyFaults(key)).toEqual(want));

test.each([
  { name: 'an empty value', text: '', want: [] },
  { name: 'a bad value', text: 'a b', want: [value] },
  { name: 'a long bad value', text: `${'x'.repeat(63)}-`, want: ['must be no more than 63 bytes', value] },
])('A-1.10: label value: $name', ({ text, want }) => expect(labelValueFaults(text)).toEqual(want));

test.each([
  { name: 'a name with dots', text: 'a.b-c', want: [] },
  { name: 'the empty name', text: '', want: [subdomain] },
  { name: 'a long name', text: 'x'.repeat(254), want: ['must be no more than 253 bytes'] },
])('A-1.10: subdomain: $name', ({ text, want }) => expect(subdomainFaults(text)).toEqual(want));

test('A-1.10: labels are judged by key, their keys before their values', () => {
  const errors = labelsErrors('p', { z: 'a b', '@a': '' });
  expect(renderFieldErrors(errors)).toBe(
    `[p: Invalid value: "@a": name part ${qualified}, p: Invalid value: "a b": ${value}]`,
  );
});

test('A-1.10: keys of annotations may have any case, and the whole is bounded', () => {
  expect(annotationsErrors('p', { 'Example.COM/Key': 'any text at all' })).toEqual([]);
  expect(renderFieldErrors(annotationsErrors('p', { a: 'x'.repeat(262_144) }))).toBe(
    'p: Too long: may not be more than 262144 bytes',
  );
});
