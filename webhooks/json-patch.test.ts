import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPatch } from './json-patch.ts';
import type { PatchOperation } from './json-patch.ts';

test.each([
  { name: 'nothing differs', before: { a: 1 }, after: { a: 1 }, want: [] },
  { name: 'a field is added', before: {}, after: { a: 1 }, want: [{ op: 'add', path: '/a', value: 1 }] },
  { name: 'a field is removed', before: { a: 1 }, after: {}, want: [{ op: 'remove', path: '/a' }] },
  {
    name: 'a key with slashes is escaped',
    before: { labels: {} },
    after: { labels: { 'a.io/b~c': '' } },
    want: [{ op: 'add', path: '/labels/a.io~1b~0c', value: '' }],
  },
  {
    name: 'a list grows at its end',
    before: { l: [1] },
    after: { l: [1, 2] },
    want: [{ op: 'add', path: '/l/-', value: 2 }],
  },
  {
    name: 'an item of a list changes',
    before: { l: [{ a: 1, b: 2 }] },
    after: { l: [{ b: 2 }] },
    want: [{ op: 'remove', path: '/l/0/a' }],
  },
])('A-6.2: $name', ({ before, after, want }) => expect(jsonPatch(before, after)).toEqual(want));

const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });

test('A-6.2: the patch of any two objects makes the one of the other', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      expect(apply(before, jsonPatch(before, after))).toEqual(after);
    }),
  );
});

/** RFC 6902 as the API server applies it, for the three operations we send. */
function apply(document: object, patch: readonly PatchOperation[]): unknown {
  const root = { '': structuredClone(document) as unknown };
  for (const { op, path, value } of patch) {
    const keys = path.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop()!;
    const parent = keys.reduce<unknown>(
      (node, key) => (node as Record<string, unknown>)[key],
      root,
    ) as Record<string, unknown>;
    if (op === 'remove') delete parent[last];
    else if (Array.isArray(parent) && last === '-') parent.push(value);
    else Object.defineProperty(parent, last, { value, configurable: true, enumerable: true, writable: true });
  }
  return root[''];
}
