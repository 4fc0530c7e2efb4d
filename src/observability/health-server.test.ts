import { afterEach, expect, test } from 'vitest';
import { HealthServer } from './health-server.ts';
import type { HealthServerOptions } from './health-server.ts';

const running: HealthServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

interface Probed {
  readonly server: HealthServer;
  readonly get: (path: string) => Promise<{ status: number; body: string }>;
}

async function startServer(options: Partial<HealthServerOptions> = {}): Promise<Probed> {
  const server = new HealthServer({ bindAddress: '127.0.0.1:0', ...options });
  running.push(server);
  const port = await server.start();
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, body: await response.text() };
  };
  return { server, get };
}

const ok = { status: 200, body: 'ok' };
const notFound = { status: 404, body: '404 page not found' };
const failed = { status: 500, body: '[-]readyz failed: reason withheld\nhealthz check failed' };

test('the liveness path is always fine, by itself and by the name of its check (O-8.1, O-8.2)', async () => {
  const { get } = await startServer();
  expect(await get('/healthz')).toEqual(ok);
  expect(await get('/healthz/')).toEqual(ok);
  expect(await get('/healthz/healthz')).toEqual(ok);
  const verbose = { status: 200, body: '[+]healthz ok\nhealthz check passed' };
  expect(await get('/healthz?verbose')).toEqual(verbose);
});

test('the readiness path exists only from when the server is marked ready (O-8.1)', async () => {
  const { server, get } = await startServer({ readinessChecks: { readyz: async () => {} } });
  expect(await get('/readyz')).toEqual(notFound);
  expect(await get('/readyz/readyz')).toEqual(notFound);
  server.markReady();
  expect(await get('/readyz')).toEqual(ok);
  expect(await get('/readyz/readyz')).toEqual(ok);
});

test('readiness follows its check at each request, and hides why it failed (O-8.2)', async () => {
  let isReachable = false;
  const failures: unknown[] = [];
  const { server, get } = await startServer({
    readinessChecks: {
      readyz: async () => {
        if (!isReachable) throw new Error('connection refused');
      },
    },
    onFailure: (check, error) => failures.push([check, (error as Error).message]),
  });
  server.markReady();
  expect(await get('/readyz')).toEqual(failed);
  expect(await get('/readyz/readyz')).toEqual(failed);
  expect(failures[0]).toEqual(['readyz', 'connection refused']);
  isReachable = true;
  expect(await get('/readyz')).toEqual(ok);
});

test('several checks are listed in order, and one that fails is enough (O-8.2)', async () => {
  const { server, get } = await startServer({
    readinessChecks: { watches: () => Promise.reject(new Error('not yet')), readyz: async () => {} },
  });
  server.markReady();
  expect(await get('/readyz')).toEqual({
    status: 500,
    body: '[+]readyz ok\n[-]watches failed: reason withheld\nhealthz check failed',
  });
  expect(await get('/readyz/readyz')).toEqual(ok);
});

test('paths can be named otherwise, with or without their slash (O-3.1)', async () => {
  const { server, get } = await startServer({
    livenessPath: 'alive',
    readinessPath: '/is/ready',
    readinessChecks: { readyz: async () => {} },
  });
  server.markReady();
  expect(await get('/alive')).toEqual(ok);
  expect(await get('/is/ready')).toEqual(ok);
  expect(await get('/is/ready/readyz')).toEqual(ok);
  expect(await get('/healthz')).toEqual(notFound);
  expect(await get('/is/ready/constructor')).toEqual(notFound);
});

test('"0" switches the probes off (O-3.1)', async () => {
  const server = new HealthServer({ bindAddress: '0' });
  expect(await server.start()).toBeUndefined();
  await server.stop();
});

test('a port that is taken is an error at the start (O-1.4)', async () => {
  const first = new HealthServer({ bindAddress: '127.0.0.1:0' });
  running.push(first);
  const second = new HealthServer({ bindAddress: `127.0.0.1:${await first.start()}` });
  await expect(second.start()).rejects.toThrow('EADDRINUSE');
});
