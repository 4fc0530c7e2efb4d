import { afterEach, expect, test } from 'vitest';
import { ApiError } from './api-error.ts';
import { userAgentOf } from './connect.ts';
import { apiVersionOf, resourcePath } from './resource-type.ts';
import { resources } from './resources.ts';
import { refusal, startScriptedServer } from './testing/scripted-server.ts';
import type { Script } from './testing/scripted-server.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function serverBy(script: Script) {
  const server = await startScriptedServer(script);
  open.push(() => server.close());
  return server;
}

test.each([
  { type: resources.pods, place: { namespace: 'a', name: 'p' }, want: '/api/v1/namespaces/a/pods/p' },
  { type: resources.pods, place: {}, want: '/api/v1/pods' },
  { type: resources.jobs, place: { namespace: 'a' }, want: '/apis/batch/v1/namespaces/a/jobs' },
  {
    type: resources.clusterQueues,
    place: { namespace: 'ignored', name: 'q', subresource: 'status' },
    want: '/apis/kueue.x-k8s.io/v1beta2/clusterqueues/q/status',
  },
])('the path $want', ({ type, place, want }) => expect(resourcePath(type, place)).toBe(want));

test('core types have a bare apiVersion', () => {
  expect([resources.pods, resources.jobs].map(apiVersionOf)).toEqual(['v1', 'batch/v1']);
});

test('the user agent names version, platform and the commit in short (O-1.5)', () => {
  expect(userAgentOf('0.1.0', '0123456789abcdef')).toMatch(/^kueue\/0\.1\.0 \(linux\/[a-z0-9]+\) 0123456$/);
});

test('a list is put together from its pages, and its items know their kind', async () => {
  const { client } = await serverBy(({ query }) => ({
    status: 200,
    body: {
      metadata: { resourceVersion: '7', ...(!query.has('continue') && { continue: 'more' }) },
      items: [{ metadata: { name: query.get('continue') ?? 'first' } }],
    },
  }));
  expect(await client.list(resources.jobs, { labelSelector: 'a=b' })).toEqual({
    resourceVersion: '7',
    items: ['first', 'more'].map((name) => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name } })),
  });
});

test('a refusal is thrown with reason, message and the time to wait', async () => {
  const { client } = await serverBy(() => refusal(429, 'TooManyRequests', { 'retry-after': '2' }));
  const error: unknown = await client
    .get(resources.pods, { name: 'p', namespace: 'a' })
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 429,
    reason: 'TooManyRequests',
    retryAfterMs: 2000,
    isTransient: true,
  });
});

test('a connection cut without an answer may have been served, one that was refused was not', async () => {
  const server = await serverBy(() => 'reset');
  const failure = () => server.client.get(resources.pods, { name: 'p' }).catch((thrown: unknown) => thrown);
  expect(await failure()).toMatchObject({ status: 0, isSent: true });
  await server.goAway();
  expect(await failure()).toMatchObject({ status: 0, isSent: false, reason: 'ECONNREFUSED' });
});

test('a delete answers with the object that stays, and with nothing when it is gone', async () => {
  const answers = [
    { kind: 'Pod', metadata: { name: 'p' } },
    { kind: 'Status', status: 'Success' },
  ];
  const { client } = await serverBy(() => ({ status: 200, body: answers.shift() }));
  const remove = () => client.delete(resources.pods, { namespace: 'a', name: 'p' });
  expect([await remove(), await remove()]).toEqual([{ kind: 'Pod', metadata: { name: 'p' } }, undefined]);
});

test('an apply takes fields over and says under which name (A-10.1)', async () => {
  const { client, requests } = await serverBy(() => ({ status: 200, body: {} }));
  const body = { status: {} };
  await client.apply(resources.workloads, {
    namespace: 'a',
    name: 'w',
    subresource: 'status',
    body,
    fieldManager: 'kueue-admission',
  });
  const [request] = requests;
  expect({ path: request?.path, query: Object.fromEntries(request?.query ?? []) }).toEqual({
    path: '/apis/kueue.x-k8s.io/v1beta2/namespaces/a/workloads/w/status',
    query: { fieldManager: 'kueue-admission', force: 'true' },
  });
});
