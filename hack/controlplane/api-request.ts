import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';

import type { KeyedCertificate } from './certificates.ts';

const requestDeadlineMs = 20_000;

/** An answer of the API server: the body is parsed where it is JSON. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Sends one request to the API server; rejects only when no answer came. */
export type SendRequest = (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;

/** Whom to talk to, and as whom. */
export interface ApiAccess {
  readonly server: string;
  readonly authority: string;
  readonly client: KeyedCertificate;
}

/**
 * The few requests that starting a control plane needs. It does not use the product's own client, which is tested
 * against this control plane.
 */
export function createRequester({ server, authority, client }: ApiAccess): {
  send: SendRequest;
  close: () => void;
} {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 16,
    ca: authority,
    cert: client.certificate,
    key: client.key,
  });
  const send: SendRequest = (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'content-type': 'application/json' };
      const outgoing = request(`${server}${path}`, { method, agent, headers, timeout: requestDeadlineMs });
      outgoing.once('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer`)));
      outgoing.once('error', reject);
      outgoing.once('response', (response) => void readAnswer(response).then(resolve, reject));
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return { send, close: () => agent.destroy() };
}

async function readAnswer(response: IncomingMessage): Promise<ApiAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const isJson = response.headers['content-type']?.startsWith('application/json') ?? false;
  return { status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text };
}
