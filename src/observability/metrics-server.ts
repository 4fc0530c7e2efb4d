import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { Http2SecureServer, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Server } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AccessGuard } from './access-guard.ts';
import type { Access, AccessReviews } from './access-guard.ts';
import { parseBindAddress } from './bind-address.ts';
import { Listener } from './listener.ts';

/** A server certificate and its key, as PEM text. */
export interface ServingPair {
  readonly certificate: string;
  readonly key: string;
}

/** What there is to read; `Metrics` is one. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

export interface SecureMetrics {
  readonly kind: 'secure';
  /** A function is asked at each new connection, so that a renewed certificate is served without a restart (O-6.14).
   * Without a pair the handshake fails. */
  readonly pair: ServingPair | (() => ServingPair | undefined);
  readonly reviews: AccessReviews;
  /** Lowest version, ciphers and curves, as far as they are restricted (O-3.3). */
  readonly tls?: Pick<SecureContextOptions, 'minVersion' | 'ciphers' | 'ecdhCurve'>;
}

/** Plain HTTP for anyone, for a demo or a measurement on one's own machine. */
export interface PlainMetrics {
  readonly kind: 'plain';
}

export interface MetricsServerOptions {
  /** `host:port`; `0` switches the server off (O-3.1). */
  readonly bindAddress: string;
  readonly metrics: MetricsText;
  readonly access: SecureMetrics | PlainMetrics;
  /** Told why a request could not be answered. */
  readonly onFailure?: (error: unknown) => void;
}

type AnyRequest = IncomingMessage | Http2ServerRequest;
type AnyResponse = ServerResponse | Http2ServerResponse;

const METRICS_PATH = '/metrics';
const PLAIN_HOST = '127.0.0.1';
const compress = promisify(gzip);

/** Serves `/metrics` over HTTPS to those who may read it (O-9.1 to O-9.3). */
export class MetricsServer {
  readonly #options: MetricsServerOptions;
  readonly #listener: Listener;
  readonly #guard: AccessGuard | undefined;

  constructor(options: MetricsServerOptions) {
    const { access } = options;
    this.#options = options;
    this.#guard = access.kind === 'secure' ? new AccessGuard(access.reviews) : undefined;
    const answer = (request: AnyRequest, response: AnyResponse): void => void this.#answer(request, response);
    this.#listener = new Listener(
      access.kind === 'secure' ? secureServer(access, answer) : createServer(answer),
    );
  }

  /** Listens, and returns the port; undefined when the server is switched off. */
  async start(): Promise<number | undefined> {
    const { bindAddress, access } = this.#options;
    const address = parseBindAddress(bindAddress);
    if (access.kind === 'plain' && address && address.host !== PLAIN_HOST) {
      throw new Error(
        `metrics without access control are served on ${PLAIN_HOST} only, not on ${bindAddress}`,
      );
    }
    return address && this.#listener.start(address);
  }

  stop(): Promise<void> {
    return this.#listener.stop();
  }

  async #answer(request: AnyRequest, response: AnyResponse): Promise<void> {
    try {
      const [path = ''] = (request.url ?? '/').split('?', 1);
      if (path !== METRICS_PATH) return sendText(response, 404, '404 page not found');
      const access = await this.#judge(request);
      if (access.kind === 'refused') return sendText(response, access.status, access.message);
      await this.#sendMetrics(request, response);
    } catch (error) {
      this.#options.onFailure?.(error);
      if (!response.headersSent) sendText(response, 500, 'Internal Server Error');
    }
  }

  async #judge({ headers, method = 'GET' }: AnyRequest): Promise<Access> {
    if (!this.#guard) return { kind: 'granted' };
    return this.#guard.check({ authorization: headers.authorization, path: METRICS_PATH, method });
  }

  async #sendMetrics(request: AnyRequest, response: AnyResponse): Promise<void> {
    const { metrics } = this.#options;
    const text = await metrics.text();
    const isCompressed = acceptsGzip(request);
    const body = isCompressed ? await compress(text) : Buffer.from(text);
    response.setHeader('content-type', metrics.contentType);
    response.setHeader('content-length', body.length);
    response.setHeader('vary', 'accept-encoding');
    if (isCompressed) response.setHeader('content-encoding', 'gzip');
    end(response, 200, request.method === 'HEAD' ? undefined : body);
  }
}

function secureServer(
  { pair, tls }: SecureMetrics,
  answer: (request: AnyRequest, response: AnyResponse) => void,
): Server {
  const current = typeof pair === 'function' ? pair : () => pair;
  const restrictions = { minVersion: 'TLSv1.2', ...tls } as const;
  let served: ServingPair | undefined;
  const server: Http2SecureServer = createSecureServer({ allowHTTP1: true, ...restrictions }, answer);
  // Before the server's own listener, which starts the handshake with the certificate set by then.
  server.prependListener('connection', () => {
    const latest = current();
    if (!latest || (latest.certificate === served?.certificate && latest.key === served.key)) return;
    served = latest;
    server.setSecureContext({ ...restrictions, cert: latest.certificate, key: latest.key });
  });
  return server;
}

function acceptsGzip(request: AnyRequest): boolean {
  const accepted = String(request.headers['accept-encoding'] ?? '').split(',');
  return accepted.some((coding) => /^\s*gzip\s*(;\s*q\s*=\s*(1|0?\.\d*[1-9]).*)?$/i.test(coding));
}

function sendText(response: AnyResponse, status: number, message: string): void {
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('x-content-type-options', 'nosniff');
  end(response, status, message);
}

/** The two kinds of response differ in their overloads only. */
function end(response: AnyResponse, status: number, body: string | Uint8Array | undefined): void {
  response.statusCode = status;
  (response as ServerResponse).end(body);
}
