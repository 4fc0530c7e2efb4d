import { expect, test } from 'vitest';
import { parseResourceFlavor } from '../src/api/index.ts';
import { resourceFlavorErrors } from './resource-flavor.ts';

test.each([
  { name: 'a plain flavor is fine', spec: { nodeLabels: { model: 'a100' } }, want: [] },
  {
    name: 'node labels are labels',
    spec: { nodeLabels: { '@': 'x' } },
    want: [/^spec\.nodeLabels: Invalid value: "@": name part/],
  },
  {
    name: 'a taint has a key',
    spec: { nodeTaints: [{ key: '', effect: 'NoSchedule' }] },
    want: [
      /^spec\.nodeTaints\[0\]\.key: Invalid value: "": name part must be non-empty$/,
      /^spec\.nodeTaints\[0\]\.key: Invalid value: "": name part must consist/,
    ],
  },
  {
    name: 'faults of a taint value are joined',
    spec: { nodeTaints: [{ key: 'a', value: `${'x'.repeat(63)}-`, effect: 'NoSchedule' }] },
    want: [
      /^spec\.nodeTaints\[0\]\.value: Invalid value: "x+-": must be no more than 63 bytes;a valid label must be/,
    ],
  },
  {
    name: 'key and effect stand once',
    spec: {
      nodeTaints: [
        { key: 'a', effect: 'NoSchedule' },
        { key: 'a', effect: 'NoExecute' },
        { key: 'a', value: 'b', effect: 'NoSchedule' },
      ],
    },
    want: [
      /^spec\.nodeTaints\[2\]: Duplicate value: \{"key":"a","value":"b","effect":"NoSchedule"\}: taints must be unique by key and effect pair$/,
    ],
  },
  {
    name: 'the key of a toleration is a key, or empty',
    spec: { tolerations: [{ operator: 'Exists' }, { key: '@', operator: 'Exists' }] },
    want: [/^spec\.tolerations\[1\]\.key: Invalid value: "@": name part/],
  },
])('A-6.22: $name', ({ spec, want }) => {
  const found = resourceFlavorErrors(parseResourceFlavor({ metadata: { name: 'f' }, spec })).map(
    ({ path, message }) => `${path}: ${message}`,
  );
  expect(found).toHaveLength(want.length);
  for (const [index, text] of want.entries()) expect(found[index]).toMatch(text);
});
