import { buildConnector, Pool, ProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';
import { ApiError, errorOfAnswer, errorOfConnection } from './api-error.ts';
import type { ServerAccess, TlsOptions } from './server-access.ts';

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How long the transport waits and how many connections it opens. */
export interface TransportLimits {
  /** Connections for requests; watches have their own. */
  readonly connections: number;
  /** The longest wait for an answer to begin. */
  readonly answerTimeoutMs: number;
}

/** Opens the two pools: a bounded one for requests, an unbounded one for endless answers. */
export async function openTransport(
  access: ServerAccess,
  fixedHeaders: Readonly<Record<string, string>>,
  limits: TransportLimits,
): Promise<HttpTransport> {
  const timeouts = { headersTimeout: limits.answerTimeoutMs, bodyTimeout: limits.answerTimeoutMs };
  return new HttpTransport(access, fixedHeaders, {
    requests: await openPool(access, { connections: limits.connections, ...timeouts }),
    streams: await openPool(access, { headersTimeout: limits.answerTimeoutMs, bodyTimeout: 0 }),
  });
}

/** Requests over kept-alive HTTP/1.1 connections. */
export class HttpTransport {
  readonly #access: ServerAccess;
  readonly #fixedHeaders: Readonly<Record<string, string>>;
  readonly #pools: Pools;
  readonly #origin: string;
  readonly #basePath: string;

  constructor(access: ServerAccess, fixedHeaders: Readonly<Record<string, string>>, pools: Pools) {
    this.#access = access;
    this.#fixedHeaders = fixedHeaders;
    this.#pools = pools;
    const url = new URL(access.server);
    this.#origin = url.origin;
    this.#basePath = url.pathname.replace(/\/$/, '');
  }

  /** The answer's status and whole text; 400 and more is thrown as an `ApiError`. */
  async send(request: WireRequest): Promise<{ status: number; text: string }> {
    const what = `${request.method} ${request.path}`;
    const { statusCode, headers, body } = await this.#dispatch(this.#pools.requests, request, what);
    let text: string;
    try {
      text = await body.text();
    } catch (cause) {
      throw errorOfConnection(what, cause);
    }
    if (statusCode >= 400) throw errorOfAnswer(what, statusCode, { headers, text });
    return { status: statusCode, text };
  }

  /** The answer's bytes as they come. */
  async stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const what = `GET ${path}`;
    const { statusCode, headers, body } = await this.#dispatch(
      this.#pools.streams,
      { method: 'GET', path, signal },
      what,
    );
    if (statusCode < 400) return body;
    const text = await body.text().catch(() => '');
    throw errorOfAnswer(what, statusCode, { headers, text });
  }

  async close(): Promise<void> {
    await Promise.all([this.#pools.requests.destroy(), this.#pools.streams.destroy()]);
  }

  async #dispatch(pool: Dispatcher, request: WireRequest, what: string): Promise<Dispatcher.ResponseData> {
    const headers = { ...this.#fixedHeaders, ...(await this.#credentials(what)) };
    try {
      return await pool.request({
        origin: this.#origin,
        method: request.method,
        path: this.#basePath + request.path,
        headers: {
          ...headers,
          ...(request.body !== undefined && { 'content-type': request.contentType ?? 'application/json' }),
        },
        body: request.body ?? null,
        signal: request.signal ?? null,
      });
    } catch (cause) {
      throw errorOfConnection(what, cause);
    }
  }

  async #credentials(what: string): Promise<Readonly<Record<string, string>>> {
    try {
      return await this.#access.headers();
    } catch (cause) {
      const message = `${what}: no credentials: ${String(cause)}`;
      throw new ApiError({ status: 0, reason: 'NoCredentials', message, isSent: false }, { cause });
    }
  }
}

interface Pools {
  readonly requests: Dispatcher;
  readonly streams: Dispatcher;
}

interface PoolLimits {
  readonly connections?: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
}

async function openPool(access: ServerAccess, limits: PoolLimits): Promise<Dispatcher> {
  // HTTP/2 stays off: there, a server that goes away can end this process by an error that nobody can catch.
  const options = {
    ...limits,
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: 60_000,
    keepAliveMaxTimeout: 300_000,
  };
  if (access.proxyUrl !== undefined) {
    return new ProxyAgent({ ...options, uri: access.proxyUrl, requestTls: await access.tls() });
  }
  return new Pool(new URL(access.server).origin, { ...options, connect: connectorOf(access) });
}

/** Opens connections with the certificates of the moment; as long as these stay the same, TLS sessions are resumed. */
function connectorOf(access: ServerAccess): buildConnector.connector {
  let current: { fingerprint: string; connect: buildConnector.connector } | undefined;
  const connectWith = (tls: TlsOptions): buildConnector.connector => {
    const fingerprint = JSON.stringify([tls.ca, tls.cert, tls.key]);
    if (current?.fingerprint !== fingerprint) {
      current = {
        fingerprint,
        connect: buildConnector({ ...tls, allowH2: false, timeout: 10_000, keepAlive: true }),
      };
    }
    return current.connect;
  };
  return (options, callback) => {
    void Promise.resolve()
      .then(() => access.tls())
      .then(connectWith)
      .then(
        (connect) => connect(options, callback),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
      );
  };
}
