import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import express from 'express';
import type { Express, Request, Response } from 'express';
import { convertReview, names } from '../src/api/index.ts';
import { allow, answerMutation, answerValidation, reject } from './admission.ts';
import type { AdmissionRequest, AdmissionResponse, KindWebhook } from './admission.ts';
import { admissionEndpoints, admissionPath } from './endpoints.ts';

/** A server certificate and its key, as PEM text. */
export interface ServingPair {
  readonly certificate: string;
  readonly key: string;
}

export interface WebhookServerOptions {
  /** An empty host means all addresses. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Defaulting and validation by kind; a kind that is not there is let through (O-6.3). */
  readonly webhooks: ReadonlyMap<string, KindWebhook>;
  /** Lowest version, ciphers and curves, as far as they are restricted (O-3.3). */
  readonly tls?: Pick<SecureContextOptions, 'minVersion' | 'ciphers' | 'ecdhCurve'>;
}

const MEBIBYTE = 1024 * 1024;
/** Room for an object of etcd's limit with its old state (O-6.2). */
const ADMISSION_BYTES_MAX = 7 * MEBIBYTE;
/** A list of old objects is converted in one request. */
const CONVERSION_BYTES_MAX = 256 * MEBIBYTE;
/** Longer than the API server keeps an idle connection, so that we never close one that it is about to use. */
const KEEP_ALIVE_MS = 120_000;
const STOP_GRACE_MS = 300;
const STOP_DEADLINE_MS = 5000;

/** The HTTPS server that answers admission and conversion requests on every replica (O-6.1 to O-6.5). */
export class WebhookServer {
  readonly #server: Server;
  readonly #options: WebhookServerOptions;
  /** Connections that have not carried a request yet: clients open some in advance, and Node never calls them idle. */
  readonly #unused = new Set<Socket>();
  #isStopping = false;

  constructor(options: WebhookServerOptions) {
    this.#options = options;
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, minVersion: 'TLSv1.2', ...options.tls });
    const app = webhookApp(options, () => this.#isStopping);
    this.#server.on('request', app);
    this.#server.on('request', ({ socket }) => this.#unused.delete(socket));
    this.#server.on('secureConnection', (socket) => {
      this.#unused.add(socket);
      socket.on('close', () => this.#unused.delete(socket));
    });
  }

  /** Listens, and returns the port. Until `setCertificate` was called, no client gets past the TLS handshake. */
  async start(): Promise<number> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, fail) => {
      this.#server.once('error', fail);
      this.#server.listen({ port, ...(host === '' ? {} : { host }) }, () => {
        this.#server.off('error', fail);
        resolve();
      });
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Serves another certificate on new connections; those that are open go on undisturbed (O-6.12). */
  setCertificate({ certificate, key }: ServingPair): void {
    this.#server.setSecureContext({ minVersion: 'TLSv1.2', ...this.#options.tls, cert: certificate, key });
  }

  /** Takes no new connections, and ends the others once their requests are answered. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const grace = setTimeout(() => {
      for (const socket of this.#unused) socket.destroy();
    }, STOP_GRACE_MS);
    const deadline = setTimeout(() => this.#server.closeAllConnections(), STOP_DEADLINE_MS);
    await closed;
    clearTimeout(grace);
    clearTimeout(deadline);
  }
}

function webhookApp({ webhooks }: WebhookServerOptions, isStopping: () => boolean): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use((_request, response, next) => {
    if (isStopping()) response.set('connection', 'close');
    next();
  });
  app.get('/healthz', (_request, response) => void response.type('text').send('ok'));
  app.post(names.conversionPath, conversionHandler());
  for (const endpoint of admissionEndpoints) {
    const webhook = webhooks.get(endpoint.kind) ?? {};
    app.post(admissionPath('mutate', endpoint), admissionHandler(webhook, answerMutation));
    app.post(admissionPath('validate', endpoint), admissionHandler(webhook, answerValidation));
  }
  return app;
}

type Handler = (request: Request, response: Response) => Promise<void>;
type Answer = (
  request: AdmissionRequest,
  webhook: KindWebhook,
) => AdmissionResponse | Promise<AdmissionResponse>;

function admissionHandler(webhook: KindWebhook, answer: Answer): Handler {
  const read = bodyReader(ADMISSION_BYTES_MAX);
  return async (request, response) => {
    const body = await read(request, response);
    const asked = body.kind === 'read' ? requestOf(body.value) : undefined;
    if (asked === undefined) {
      const fault =
        body.kind === 'fault'
          ? body
          : { status: 400, message: 'the body is no AdmissionReview with a request' };
      sendReview(response, reject('', fault.status, fault.message));
      return;
    }
    const isAnswered = asked.operation === 'CREATE' || asked.operation === 'UPDATE';
    sendReview(response, isAnswered ? await answer(asked, webhook) : allow(asked.uid));
  };
}

function requestOf(review: unknown): AdmissionRequest | undefined {
  const asked = (review as { request?: AdmissionRequest } | undefined)?.request;
  return typeof asked?.uid === 'string' ? asked : undefined;
}

function conversionHandler(): Handler {
  const read = bodyReader(CONVERSION_BYTES_MAX);
  return async (request, response) => {
    const body = await read(request, response);
    if (body.kind === 'fault') {
      response.status(body.status).type('text').send(body.message);
      return;
    }
    const answer = convertReview(body.value);
    if (answer.kind === 'review') response.json(answer.review);
    else response.status(400).type('text').send(answer.message);
  };
}

type Body =
  | { readonly kind: 'read'; readonly value: unknown }
  | { readonly kind: 'fault'; readonly status: number; readonly message: string };

/** Reads a JSON body of at most so many bytes; what is too large or no JSON is a fault of the caller (O-6.2). */
function bodyReader(limit: number): (request: Request, response: Response) => Promise<Body> {
  const parse = express.json({ limit });
  return async (request, response) => {
    if (!request.is('application/json')) {
      const given = request.get('content-type') ?? '';
      return { kind: 'fault', status: 400, message: `contentType=${given}, expected application/json` };
    }
    const error = await new Promise<unknown>((resolve) => parse(request, response, resolve));
    if (error === undefined) return { kind: 'read', value: request.body };
    const status = (error as { status?: number }).status ?? 400;
    const message =
      status === 413 ? `request entity is too large; limit is ${limit} bytes` : messageOf(error);
    return { kind: 'fault', status, message };
  };
}

/** A request that could not be read has no uid to answer to, so the HTTP status says it too. */
function sendReview(response: Response, answer: AdmissionResponse): void {
  const code = answer.uid === '' ? (answer.status?.code ?? 400) : 200;
  response
    .status(code)
    .json({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
