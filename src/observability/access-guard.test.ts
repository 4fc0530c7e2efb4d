import { expect, test } from 'vitest';
import { AccessGuard } from './access-guard.ts';
import type { User } from './access-guard.ts';

/** Reviews that know one user by token, may be out of order, and count how often they are asked. */
class Reviews {
  readonly asked = { authenticate: 0, authorize: 0 };
  readonly requests: string[] = [];
  isBroken = false;
  isAllowed = true;

  readonly authenticate = async (token: string): Promise<User | undefined> => {
    this.asked.authenticate += 1;
    if (this.isBroken) throw new Error('no connection');
    return token.startsWith('good') ? { username: `user-of-${token}` } : undefined;
  };

  readonly authorize = async (user: User, path: string, verb: string): Promise<boolean> => {
    this.asked.authorize += 1;
    if (this.isBroken) throw new Error('no connection');
    this.requests.push(`${user.username} ${verb} ${path}`);
    return this.isAllowed;
  };
}

function arrange() {
  const reviews = new Reviews();
  const clock = { nowMs: 0 };
  const guard = new AccessGuard(reviews, () => clock.nowMs);
  const ask = (authorization?: string, method = 'GET') =>
    guard.check({ authorization, path: '/metrics', method });
  return { reviews, clock, ask };
}

const unauthorized = { kind: 'refused', status: 401, message: 'Unauthorized' };

test.each([
  { name: 'no token', authorization: undefined },
  { name: 'another scheme', authorization: 'Basic Z29vZA==' },
  { name: 'an empty token', authorization: 'Bearer ' },
  { name: 'an unknown token', authorization: 'Bearer bad' },
])('a request with $name is unauthorized (O-9.3)', async ({ authorization }) => {
  expect(await arrange().ask(authorization)).toEqual(unauthorized);
});

test('a known user who may read is let through, by the method in lower case (O-9.2)', async () => {
  const { reviews, ask } = arrange();
  expect(await ask('Bearer good')).toEqual({ kind: 'granted' });
  expect(await ask('bearer good', 'HEAD')).toEqual({ kind: 'granted' });
  expect(reviews.requests).toEqual(['user-of-good get /metrics', 'user-of-good head /metrics']);
});

test('a known user who may not read is named in the answer (O-9.3)', async () => {
  const { reviews, ask } = arrange();
  reviews.isAllowed = false;
  const message = 'Authorization denied for user user-of-good';
  expect(await ask('Bearer good')).toEqual({ kind: 'refused', status: 403, message });
});

test('a review that fails is our fault and asked anew the next time (O-9.3)', async () => {
  const { reviews, ask } = arrange();
  reviews.isBroken = true;
  expect(await ask('Bearer good')).toEqual({
    kind: 'refused',
    status: 500,
    message: 'Authentication failed',
  });
  reviews.isBroken = false;
  await ask('Bearer good');
  reviews.isBroken = true;
  const message = 'Authorization for user user-of-good failed';
  expect(await ask('Bearer good', 'POST')).toEqual({ kind: 'refused', status: 500, message });
  reviews.isBroken = false;
  expect(await ask('Bearer good', 'POST')).toEqual({ kind: 'granted' });
});

test.each([
  {
    name: 'a good token for a minute',
    token: 'good',
    isAllowed: true,
    review: 'authenticate',
    forMs: 60_000,
  },
  { name: 'a bad token for a minute', token: 'bad', isAllowed: true, review: 'authenticate', forMs: 60_000 },
  {
    name: 'a permission for five minutes',
    token: 'good',
    isAllowed: true,
    review: 'authorize',
    forMs: 300_000,
  },
  {
    name: 'a refusal for half a minute',
    token: 'good',
    isAllowed: false,
    review: 'authorize',
    forMs: 30_000,
  },
] as const)('the guard remembers $name (O-9.2)', async ({ token, isAllowed, review, forMs }) => {
  const { reviews, clock, ask } = arrange();
  reviews.isAllowed = isAllowed;
  await ask(`Bearer ${token}`);
  clock.nowMs = forMs - 1;
  await ask(`Bearer ${token}`);
  expect(reviews.asked[review]).toBe(1);
  clock.nowMs = forMs;
  await ask(`Bearer ${token}`);
  expect(reviews.asked[review]).toBe(2);
});

test('requests at the same time share one review', async () => {
  const { reviews, ask } = arrange();
  await Promise.all([ask('Bearer good'), ask('Bearer good'), ask('Bearer good')]);
  expect(reviews.asked).toEqual({ authenticate: 1, authorize: 1 });
});

test('the memory for tokens is bounded: the oldest is asked about again', async () => {
  const { reviews, ask } = arrange();
  await ask('Bearer bad');
  for (let index = 0; index < 1024; index += 1) await ask(`Bearer bad-${index}`);
  expect(reviews.asked.authenticate).toBe(1025);
  await ask('Bearer bad-1023');
  expect(reviews.asked.authenticate).toBe(1025);
  await ask('Bearer bad');
  expect(reviews.asked.authenticate).toBe(1026);
});
