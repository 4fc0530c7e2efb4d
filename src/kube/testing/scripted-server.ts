import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectTo } from '../connect.ts';
import type { KubeClient } from '../kube-client.ts';

/** A request as it reached the server. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** What the server does with it: answers, cuts the connection without an answer, or writes at its leisure. */
export type ScriptedAnswer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  | 'reset'
  | ((response: ServerResponse) => void);

export type Script = (request: SeenRequest) => ScriptedAnswer | Promise<ScriptedAnswer>;

export interface ScriptedServer {
  readonly client: KubeClient;
  readonly url: string;
  readonly requests: SeenRequest[];
  /** Cuts all connections and lets none in any more; the client stays. */
  goAway(): Promise<void>;
  close(): Promise<void>;
}

/** A peer on 127.0.0.1 that answers by script, for what a real API server cannot be made to do on demand. */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((incoming, response) => {
    void (async () => {
      const request = await readRequest(incoming);
      requests.push(request);
      reply(await script(request), response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const access = { server: url, namespace: 'default', tls: () => ({}), headers: () => ({}) };
  const client = await connectTo(access, { userAgent: 'kueue/test', answerTimeoutMs: 5000 });
  const goAway = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const close = async (): Promise<void> => {
    await client.close();
    await goAway();
  };
  return { client, url, requests, goAway, close };
}

async function readRequest(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(incoming.url ?? '/', 'http://server');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
}

function reply(answer: ScriptedAnswer, response: ServerResponse): void {
  if (answer === 'reset') {
    response.destroy();
    return;
  }
  if (typeof answer === 'function') {
    answer(response);
    return;
  }
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
}

/** The Status object of a refusal. */
export function refusal(
  status: number,
  reason: string,
  headers: Record<string, string> = {},
): ScriptedAnswer {
  return {
    status,
    headers,
    body: { kind: 'Status', apiVersion: 'v1', code: status, reason, message: reason },
  };
}
