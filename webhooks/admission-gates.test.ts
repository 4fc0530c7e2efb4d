import { expect, test } from 'vitest';
import { admissionGateChangeErrors, admissionGateErrors } from './admission-gates.ts';
import { renderFieldErrors } from './field-errors.ts';

const path = 'metadata.annotations[kueue.x-k8s.io/admission-gated-by]';
const domainPath = 'must be a domain-prefixed path (such as "acme.io/foo")';

test.each([
  { value: undefined, want: [] },
  { value: '', want: [] },
  { value: '   ', want: [] },
  { value: 'acme.io/foo, acme.io/bar', want: [] },
  { value: 'acme.io/foo,', want: [`Invalid value: "acme.io/foo,": cannot contain empty gate names`] },
  { value: 'a/b,a/b', want: [`Invalid value: "a/b,a/b": duplicate gate name: a/b`] },
  { value: 'foo', want: [`Invalid value: "foo": ${domainPath}`] },
  { value: '/foo', want: [`Invalid value: "/foo": ${domainPath}`] },
  { value: 'acme.io/', want: [`Invalid value: "acme.io/": ${domainPath}`] },
  {
    value: 'a/b c',
    want: [
      `Invalid value: "b c": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`,
    ],
  },
  { value: `a/${'b'.repeat(62)}`, want: ['Too long: may not be more than 63 bytes'] },
])('A-6.30 number 8: the gates $value', ({ value, want }) =>
  expect(admissionGateErrors(value)).toEqual(want.map((message) => ({ path, message }))),
);

test('A-6.30 number 8: the host of a gate is a subdomain', () => {
  expect(renderFieldErrors(admissionGateErrors('ACME/foo'))).toMatch(
    /: Invalid value: "ACME": a lowercase RFC 1123/,
  );
});

test.each([
  { name: 'a gate may be removed', old: 'a/b,a/c', value: 'a/c', want: [] },
  { name: 'gates may be reordered', old: 'a/b,a/c', value: 'a/c,a/b', want: [] },
  { name: 'all may be removed', old: 'a/b', value: undefined, want: [] },
  {
    name: 'none may be added later',
    old: undefined,
    value: 'a/b',
    want: ['Forbidden: cannot add admission gate after creation'],
  },
  {
    name: 'nor one more',
    old: 'a/b',
    value: 'a/b,a/c',
    want: ['Forbidden: can only remove gates, not add new ones'],
  },
])('A-6.31 number 6: $name', ({ old, value, want }) =>
  expect(admissionGateChangeErrors(value, old)).toEqual(want.map((message) => ({ path, message }))),
);
