import { createHash } from 'node:crypto';
import { ExpiringCache } from './expiring-cache.ts';

/** Who asks, as a TokenReview says. */
export interface User {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface AccessReviews {
  /** The user of a bearer token, undefined for a bad one; rejects when it could not be found out. */
  readonly authenticate: (token: string) => Promise<User | undefined>;
  /** Whether the user may do `verb` on a path that is no resource; rejects when it could not be found out. */
  readonly authorize: (user: User, path: string, verb: string) => Promise<boolean>;
}

export type Access =
  | { readonly kind: 'granted' }
  | { readonly kind: 'refused'; readonly status: 401 | 403 | 500; readonly message: string };

const TOKEN_MS = 60_000;
const ALLOWED_MS = 300_000;
const DENIED_MS = 30_000;
const REVIEW_DEADLINE_MS = 10_000;
const SIZE_MAX = 1024;

/** Lets requests through by TokenReview and SubjectAccessReview, whose answers it keeps for a while (O-9.2, O-9.3). */
export class AccessGuard {
  readonly #reviews: AccessReviews;
  readonly #users: ExpiringCache<User | undefined>;
  readonly #verdicts: ExpiringCache<boolean>;

  constructor(reviews: AccessReviews, nowMs: () => number = () => performance.now()) {
    this.#reviews = reviews;
    this.#users = new ExpiringCache({ sizeMax: SIZE_MAX, nowMs });
    this.#verdicts = new ExpiringCache({ sizeMax: SIZE_MAX, nowMs });
  }

  async check(request: {
    readonly authorization: string | undefined;
    readonly path: string;
    readonly method: string;
  }): Promise<Access> {
    const token = bearerToken(request.authorization);
    if (token === undefined) return refused(401, 'Unauthorized');
    const user = await settle(this.#userOf(token));
    if (user.kind === 'failed') return refused(500, 'Authentication failed');
    if (!user.value) return refused(401, 'Unauthorized');
    const { username } = user.value;
    const allowed = await settle(this.#isAllowed(user.value, request.path, request.method.toLowerCase()));
    if (allowed.kind === 'failed') return refused(500, `Authorization for user ${username} failed`);
    return allowed.value ? { kind: 'granted' } : refused(403, `Authorization denied for user ${username}`);
  }

  /** Tokens are remembered by digest only. */
  #userOf(token: string): Promise<User | undefined> {
    const key = createHash('sha256').update(token).digest('base64');
    const ask = () => inTime(this.#reviews.authenticate(token));
    return this.#users.get(key, ask, () => TOKEN_MS);
  }

  #isAllowed(user: User, path: string, verb: string): Promise<boolean> {
    const key = JSON.stringify([user, path, verb]);
    const ask = () => inTime(this.#reviews.authorize(user, path, verb));
    return this.#verdicts.get(key, ask, (isAllowed) => (isAllowed ? ALLOWED_MS : DENIED_MS));
  }
}

function refused(status: 401 | 403 | 500, message: string): Access {
  return { kind: 'refused', status, message };
}

function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization?.trim() ?? '')?.[1];
}

type Settled<Value> = { readonly kind: 'value'; readonly value: Value } | { readonly kind: 'failed' };

function settle<Value>(promise: Promise<Value>): Promise<Settled<Value>> {
  return promise.then(
    (value) => ({ kind: 'value', value }),
    () => ({ kind: 'failed' }),
  );
}

async function inTime<Value>(review: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the review took too long')), REVIEW_DEADLINE_MS);
  try {
    return await Promise.race([review, promise]);
  } finally {
    clearTimeout(timer);
  }
}
