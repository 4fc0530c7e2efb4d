import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { digest, digestLines } from './digest.ts';

test('near texts have different digests', () => {
  const texts = Array.from({ length: 100_000 }, (_, index) => `0 main ${index % 317} ${index}`);
  expect(new Set(texts.map(digest)).size).toBe(texts.length);
});

test('a digest depends on every place of the text', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 200 }), fc.nat(), (text, at) => {
      const index = at % text.length;
      const changed = `${text.slice(0, index)}\u2603${text.slice(index + 1)}`;
      if (changed !== text) expect(digest(changed)).not.toBe(digest(text));
      expect(digest(`${text} `)).not.toBe(digest(text));
    }),
  );
});

test('canonical JSON does not depend on the order of fields, nor on absent ones', () => {
  const a = { b: [{ y: 1, x: 2 }], a: null, gone: undefined };
  expect(canonicalJson(a)).toBe('{"a":null,"b":[{"x":2,"y":1}]}');
  expect(canonicalJson({ a: null, b: [{ x: 2, y: 1 }] })).toBe(canonicalJson(a));
  expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
});

test('short lines stay readable, long ones become one line', () => {
  expect(digestLines([1, 'a', true])).toBe('1\na\ntrue');
  const long = digestLines([1, 'x'.repeat(100)]);
  expect(long).not.toContain('\n');
  expect(digestLines([1, `${'x'.repeat(99)}y`])).not.toBe(long);
});
