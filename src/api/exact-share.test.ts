import { expect, test } from 'vitest';
import { withExactShare } from './exact-share.ts';

test('an infinite share survives reading and writing to the last digit (4.1)', () => {
  const text = '{"status":{"fairSharing":{"weightedShare":9223372036854775807},"pendingWorkloads":1}}';
  const read = JSON.parse(text) as object;
  expect(JSON.stringify(read)).not.toBe(text);
  expect(JSON.stringify(withExactShare(read))).toBe(text);
});

test.each([
  { name: 'a finite share', object: { status: { fairSharing: { weightedShare: 250 } } } },
  { name: 'a share that a patch takes out', object: { status: { fairSharing: null } } },
  { name: 'no status', object: { spec: {} } },
])('an object with $name stays the same object', ({ object }) => {
  expect(withExactShare(object)).toBe(object);
});
