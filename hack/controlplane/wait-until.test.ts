import { expect, test } from 'vitest';

import { waitUntil } from './wait-until.ts';

test('it asks until the answer is yes, and an error counts as a no', async () => {
  let asked = 0;
  const isSo = () => {
    asked += 1;
    if (asked === 1) throw new Error('not yet');
    return asked === 3;
  };
  await waitUntil(isSo, { what: 'the third time', deadlineMs: 60_000, pollMs: 1 });
  expect(asked).toBe(3);
});

test('when the deadline passes, the error says what for, explains, and carries the last error', async () => {
  const cause = new Error('refused');
  const isSo = () => Promise.reject(cause);
  const waiting = waitUntil(isSo, { what: 'the server', deadlineMs: 0, pollMs: 1, explain: () => 'its log' });
  await expect(waiting).rejects.toMatchObject({ message: 'Waited 0 s for the server.\nits log', cause });
});

test('it gives up at once when there is no use in waiting', async () => {
  const giveUpIf = () => {
    throw new Error('it ended');
  };
  await expect(waitUntil(() => false, { what: 'it', deadlineMs: 60_000, giveUpIf })).rejects.toThrow(
    'it ended',
  );
});
