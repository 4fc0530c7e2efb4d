/** The server's Status object of a refused request, as far as it is used. */
interface StatusBody {
  readonly kind?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly retryAfterSeconds?: number };
}

/**
 * A request that did not succeed. `status` is the HTTP status, or 0 when no answer came; then `isSent` tells whether the
 * server may have carried the request out all the same.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  readonly retryAfterMs: number | undefined;
  readonly isSent: boolean;

  constructor(
    fault: { status: number; reason: string; message: string; retryAfterMs?: number; isSent?: boolean },
    options?: ErrorOptions,
  ) {
    super(fault.message, options);
    this.status = fault.status;
    this.reason = fault.reason;
    this.retryAfterMs = fault.retryAfterMs;
    this.isSent = fault.isSent ?? true;
  }

  /** Nothing is there: neither the object nor, for a collection, the kind. */
  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** A stale resourceVersion or uid (O-8.13). */
  get isConflict(): boolean {
    return this.status === 409 && this.reason !== 'AlreadyExists';
  }

  get isAlreadyExists(): boolean {
    return this.status === 409 && this.reason === 'AlreadyExists';
  }

  /** The version asked for is too old: list again. */
  get isGone(): boolean {
    return this.status === 410;
  }

  /** The same request may succeed later, unchanged. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Reads the error out of an answer with a status of 400 or more. */
export function errorOfAnswer(
  what: string,
  status: number,
  answer: { headers: Headers; text: string },
): ApiError {
  const body = parseStatus(answer.text);
  const said = body.message ?? answer.text.slice(0, 300).trim();
  const retryAfterMs = retryAfter(answer.headers['retry-after'], body.details?.retryAfterSeconds);
  return new ApiError({
    status,
    reason: body.reason ?? '',
    message: `${what}: ${status} ${said}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

type Headers = Record<string, string | string[] | undefined>;

function parseStatus(text: string): StatusBody {
  if (!text.startsWith('{')) return {};
  try {
    const body = JSON.parse(text) as StatusBody;
    return body.kind === 'Status' ? body : {};
  } catch {
    return {};
  }
}

function retryAfter(header: string | string[] | undefined, seconds: number | undefined): number | undefined {
  const fromHeader = Number(Array.isArray(header) ? header[0] : header);
  if (header !== undefined && Number.isFinite(fromHeader)) return fromHeader * 1000;
  return seconds === undefined || seconds <= 0 ? undefined : seconds * 1000;
}

const failuresBeforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Wraps a failure of the connection. Only those known to come before sending count as not sent. */
export function errorOfConnection(what: string, cause: unknown): ApiError {
  const { code, message } = describeCause(cause);
  return new ApiError(
    {
      status: 0,
      reason: code,
      message: `${what}: ${message}`,
      isSent: !failuresBeforeSending.has(code) && !code.startsWith('ERR_TLS') && !code.includes('CERT'),
    },
    { cause },
  );
}

function describeCause(cause: unknown): { code: string; message: string } {
  if (!(cause instanceof Error)) return { code: 'Unknown', message: String(cause) };
  const nested = cause instanceof AggregateError ? (cause.errors as unknown[])[0] : undefined;
  const code = codeOf(cause) ?? codeOf(nested) ?? cause.name;
  return { code, message: cause.message === '' ? code : cause.message };
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
