import { connect as connectHttp2 } from 'node:http2';
import { get as getHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { createGunzip } from 'node:zlib';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createCertificateAuthority } from '../../hack/controlplane/certificates.ts';
import type { CertificateAuthority } from '../../hack/controlplane/certificates.ts';
import { Metrics } from './metrics.ts';
import { MetricsServer } from './metrics-server.ts';
import type { MetricsServerOptions, SecureMetrics } from './metrics-server.ts';
import { parseExposition } from './testing/exposition.ts';

const contentType = 'text/plain; version=0.0.4; charset=utf-8';
const metrics = { contentType, text: async () => 'a_metric 1\n' };
const reviews: SecureMetrics['reviews'] = {
  authenticate: async (token) => (token === 'bad' ? undefined : { username: token }),
  authorize: async ({ username }) => username === 'reader',
};

let authority: CertificateAuthority;
let pair: { certificate: string; key: string };
const running: MetricsServer[] = [];

beforeAll(async () => {
  authority = await createCertificateAuthority('metrics-test');
  pair = await authority.issue({ commonName: 'first', hosts: ['127.0.0.1'] });
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function startServer(options: Partial<MetricsServerOptions> = {}): Promise<number> {
  const access = { kind: 'secure', pair, reviews } as const;
  const server = new MetricsServer({ bindAddress: '127.0.0.1:0', metrics, access, ...options });
  running.push(server);
  return (await server.start()) as number;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

function ask(
  port: number,
  {
    token,
    path = '/metrics',
    method = 'GET',
    encoding,
  }: { token?: string; path?: string; method?: string; encoding?: string } = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(encoding !== undefined && { 'accept-encoding': encoding }),
  };
  const request = requestHttps(
    { host: '127.0.0.1', port, path, method, ca: authority.certificate, headers, agent: false },
    (response) => void readAnswer(response).then(resolve, reject),
  );
  request.once('error', reject);
  request.end();
  return promise;
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const isCompressed = response.headers['content-encoding'] === 'gzip';
  const body = await text(isCompressed ? response.pipe(createGunzip()) : response);
  return { status: response.statusCode, headers: response.headers, body };
}

test('who may read gets the metrics over HTTPS (O-9.1)', async () => {
  const answer = await ask(await startServer(), { token: 'reader' });
  expect(answer).toMatchObject({ status: 200, body: 'a_metric 1\n' });
  expect(answer.headers['content-type']).toBe(contentType);
  expect(answer.headers['content-encoding']).toBeUndefined();
});

test.each([
  { name: 'no token', request: {}, want: { status: 401, body: 'Unauthorized' } },
  { name: 'a bad token', request: { token: 'bad' }, want: { status: 401, body: 'Unauthorized' } },
  {
    name: 'a user without permission',
    request: { token: 'stranger' },
    want: { status: 403, body: 'Authorization denied for user stranger' },
  },
  {
    name: 'another path',
    request: { token: 'reader', path: '/' },
    want: { status: 404, body: '404 page not found' },
  },
])('$name gets the answer it is due (O-9.3)', async ({ request, want }) => {
  expect(await ask(await startServer(), request)).toMatchObject(want);
});

test.each([
  { encoding: 'gzip', want: 'gzip' },
  { encoding: 'br, GZIP;q=0.5', want: 'gzip' },
  { encoding: 'gzip;q=0', want: undefined },
  { encoding: 'identity', want: undefined },
])('Accept-Encoding "$encoding" is heeded (O-9.1)', async ({ encoding, want }) => {
  const answer = await ask(await startServer(), { token: 'reader', encoding });
  expect(answer.headers['content-encoding']).toBe(want);
  expect(answer.body).toBe('a_metric 1\n');
});

test('HEAD tells the length and sends no body', async () => {
  const answer = await ask(await startServer(), { token: 'reader', method: 'HEAD' });
  expect(answer).toMatchObject({ status: 200, body: '', headers: { 'content-length': '11' } });
});

test('HTTP/2 is served on the same port (O-9.1)', async () => {
  const port = await startServer();
  const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: authority.certificate });
  const stream = session.request({ ':path': '/metrics', authorization: 'Bearer reader' });
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  stream.once('response', (headers) => resolve(headers[':status']));
  session.once('error', reject);
  expect(await promise).toBe(200);
  expect(await text(stream)).toBe('a_metric 1\n');
  expect(session.alpnProtocol).toBe('h2');
  session.close();
});

test('a renewed certificate is served on the next connection (O-6.14)', async () => {
  let served = pair;
  const port = await startServer({ access: { kind: 'secure', pair: () => served, reviews } });
  expect(await servedName(port)).toBe('first');
  served = await authority.issue({ commonName: 'second', hosts: ['127.0.0.1'] });
  expect(await servedName(port)).toBe('second');
});

test('without a certificate yet nobody gets in, and with one everybody is served', async () => {
  let served: typeof pair | undefined = undefined;
  const port = await startServer({ access: { kind: 'secure', pair: () => served, reviews } });
  await expect(ask(port, { token: 'reader' })).rejects.toThrow();
  served = pair;
  expect(await ask(port, { token: 'reader' })).toMatchObject({ status: 200 });
});

test('a lowest TLS version is kept to (O-3.3)', async () => {
  const access = { kind: 'secure', pair, reviews, tls: { minVersion: 'TLSv1.3' } } as const;
  const port = await startServer({ access });
  const { promise, resolve } = Promise.withResolvers<string>();
  const ca = authority.certificate;
  const socket = connectTls({ host: '127.0.0.1', port, ca, maxVersion: 'TLSv1.2' }, () =>
    resolve('connected'),
  );
  socket.once('error', () => resolve('refused'));
  expect(await promise).toBe('refused');
  socket.destroy();
});

test('metrics that cannot be read are an error of the server, and reported', async () => {
  const failures: unknown[] = [];
  const port = await startServer({
    metrics: { contentType, text: () => Promise.reject(new Error('no figures')) },
    onFailure: (error) => failures.push((error as Error).message),
  });
  expect(await ask(port, { token: 'reader' })).toMatchObject({ status: 500, body: 'Internal Server Error' });
  expect(failures).toEqual(['no figures']);
});

test('plain HTTP without access control serves on the loopback address', async () => {
  const real = new Metrics({
    role: 'standalone',
    enableClusterQueueResources: false,
    localQueues: true,
    build: { version: 'v1', commit: 'c', date: 'd' },
  });
  const port = await startServer({ metrics: real, access: { kind: 'plain' } });
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  getHttp({ host: '127.0.0.1', port, path: '/metrics', agent: false }, resolve).once('error', reject);
  const answer = await readAnswer(await promise);
  real.stop();
  expect(answer.status).toBe(200);
  expect(parseExposition(answer.body).get('kueue_build_info')?.samples[0]?.value).toBe(1);
});

test.each([':0', '0.0.0.0:0', 'localhost:0'])('plain HTTP on %s is refused', async (bindAddress) => {
  const server = new MetricsServer({ bindAddress, metrics, access: { kind: 'plain' } });
  await expect(server.start()).rejects.toThrow('served on 127.0.0.1 only');
});

test('"0" switches the server off (O-3.1)', async () => {
  expect(await startServer({ bindAddress: '0' })).toBeUndefined();
});

async function servedName(port: number): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connectTls({ host: '127.0.0.1', port, ca: authority.certificate }, () => {
    resolve(String(socket.getPeerCertificate().subject.CN));
  });
  socket.once('error', reject);
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
