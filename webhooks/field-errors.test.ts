import { expect, test } from 'vitest';
import {
  duplicate,
  forbidden,
  invalid,
  invalidWithoutValue,
  notFound,
  renderFieldErrors,
  required,
  tooLong,
  unsupported,
} from './field-errors.ts';

test.each([
  {
    name: 'a string value stands in quotes with escapes',
    errors: [invalid('a', 'x"y', 'no')],
    want: 'a: Invalid value: "x\\"y": no',
  },
  {
    name: 'numbers and booleans stand bare',
    errors: [invalid('a[0]', 3, 'no')],
    want: 'a[0]: Invalid value: 3: no',
  },
  {
    name: 'objects are compact JSON',
    errors: [invalid('a', { b: [1] }, 'no')],
    want: 'a: Invalid value: {"b":[1]}: no',
  },
  { name: 'nothing is null', errors: [invalid('a', undefined, 'no')], want: 'a: Invalid value: null: no' },
  { name: 'a value may be left out', errors: [invalidWithoutValue('a', 'no')], want: 'a: Invalid value: no' },
  { name: 'a duplicate shows its value', errors: [duplicate('a', 'b')], want: 'a: Duplicate value: "b"' },
  {
    name: 'supported values are listed',
    errors: [unsupported('a', 'b', ['x', 'y'])],
    want: 'a: Unsupported value: "b": supported values: "x", "y"',
  },
  {
    name: 'an empty list of supported values is left out',
    errors: [unsupported('a', 'b', [])],
    want: 'a: Unsupported value: "b"',
  },
  { name: 'not found shows its value', errors: [notFound('a', 'b')], want: 'a: Not found: "b"' },
  {
    name: 'required shows no value',
    errors: [required('a'), required('b', 'why')],
    want: '[a: Required value, b: Required value: why]',
  },
  { name: 'forbidden shows no value', errors: [forbidden('a', 'why')], want: 'a: Forbidden: why' },
  {
    name: 'too long tells the bound',
    errors: [tooLong('a', 63)],
    want: 'a: Too long: may not be more than 63 bytes',
  },
  { name: 'equal texts stand once', errors: [required('a'), required('a')], want: 'a: Required value' },
])('A-1.9: $name', ({ errors, want }) => expect(renderFieldErrors(errors)).toBe(want));
