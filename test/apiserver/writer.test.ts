import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { start } from '../../hack/controlplane/index.ts';
import type { ControlPlane } from '../../hack/controlplane/index.ts';
import { connect, resources, Writer } from '../../src/kube/index.ts';
import type { KubeClient, WriteRequest } from '../../src/kube/index.ts';

let controlPlane: ControlPlane;
let client: KubeClient;
let writer: Writer;

beforeAll(async () => {
  controlPlane = await start({ components: [] });
  client = await connect({ kubeconfig: controlPlane.kubeconfig, userAgent: 'kueue/test' });
});
afterAll(async () => {
  await client?.close();
  await controlPlane?.stop();
});
afterEach(() => writer.stop());

const namespace = 'default';

function aWriter(): Writer {
  writer = new Writer({ client });
  return writer;
}

function aCreate(name: string, data: Record<string, string> = {}): WriteRequest {
  const body = { metadata: { name, namespace }, data };
  return { verb: 'create', type: resources.configMaps, namespace, name, class: 'create', body: () => body };
}

function aPatch(name: string, resourceVersion: string, data: Record<string, string>): WriteRequest {
  const body = { metadata: { resourceVersion }, data };
  return {
    verb: 'mergePatch',
    type: resources.configMaps,
    namespace,
    name,
    class: 'status',
    body: () => body,
  };
}

function get(name: string) {
  return client.get(resources.configMaps, { namespace, name });
}

async function create(name: string): Promise<string> {
  const object = await client.create(resources.configMaps, { namespace, body: { metadata: { name } } });
  return object.metadata.resourceVersion;
}

test('a create is carried out and answers with the object', async () => {
  const outcome = await aWriter().submit(aCreate('created', { n: '1' }));
  expect(outcome).toEqual({ kind: 'ok', object: await get('created') });
});

test('the field manager of a write is kueue, or the one it names (A-10.5)', async () => {
  await aWriter().submit(aCreate('managed', { n: '1' }));
  const { resourceVersion } = (await get('managed')).metadata;
  await writer.submit({ ...aPatch('managed', resourceVersion, { m: '1' }), fieldManager: 'kueue-admission' });
  const managers = 'jsonpath={.metadata.managedFields[*].manager}';
  const show = ['get', 'configmap', 'managed', '--show-managed-fields', '-o', managers];
  const fields = await controlPlane.kubectl(show);
  expect(fields.split(' ').toSorted()).toEqual(['kueue', 'kueue-admission']);
});

test('creating what is there ends as exists with what is there', async () => {
  await create('there');
  const outcome = await aWriter().submit(aCreate('there', { n: '1' }));
  expect(outcome).toEqual({ kind: 'exists', current: await get('there') });
});

test('a strict merge patch of the newest version is carried out', async () => {
  const version = await create('newest');
  const outcome = await aWriter().submit(aPatch('newest', version, { n: '1' }));
  expect(outcome).toMatchObject({ kind: 'ok', object: { data: { n: '1' } } });
});

test('a strict merge patch of an older version is a conflict with the object as it is, which stays (A-10.2)', async () => {
  const version = await create('older');
  await client.mergePatch(resources.configMaps, {
    namespace,
    name: 'older',
    body: { data: { n: 'theirs' } },
  });
  const outcome = await aWriter().submit(aPatch('older', version, { n: 'ours' }));
  const current = await get('older');
  expect(current).toMatchObject({ data: { n: 'theirs' } });
  expect(outcome).toEqual({ kind: 'conflict', current });
});

test('a strict update of an older version is a conflict (A-10.3)', async () => {
  const version = await create('put');
  await client.mergePatch(resources.configMaps, { namespace, name: 'put', body: { data: { n: 'theirs' } } });
  const outcome = await aWriter().submit({
    ...aPatch('put', version, {}),
    verb: 'update',
    body: () => ({
      metadata: { name: 'put', namespace, resourceVersion: version },
    }),
  });
  expect(outcome).toMatchObject({ kind: 'conflict', current: { data: { n: 'theirs' } } });
});

test.each(['mergePatch', 'update', 'delete'] as const)(
  '%s of what is not there ends as notFound',
  async (verb) => {
    const body = () =>
      verb === 'delete' ? {} : { metadata: { name: 'missing', namespace, resourceVersion: '1' } };
    const outcome = await aWriter().submit({ ...aPatch('missing', '1', {}), verb, body });
    expect(outcome).toEqual({ kind: 'notFound' });
  },
);

test('a delete removes the object; a precondition on another uid keeps it', async () => {
  await create('removed');
  const remove = (body: object): WriteRequest => ({
    ...aPatch('removed', '', {}),
    verb: 'delete',
    body: () => body,
  });
  const other = await aWriter().submit(remove({ preconditions: { uid: 'another' } }));
  expect(other.kind).toBe('conflict');
  const { uid } = (await get('removed')).metadata;
  expect((await writer.submit(remove({ preconditions: { uid } }))).kind).toBe('ok');
  await expect(get('removed')).rejects.toMatchObject({ status: 404 });
});

test('a body that the server finds wrong is refused with its reason', async () => {
  const outcome = await aWriter().submit(aCreate('NOT A NAME'));
  expect(outcome).toMatchObject({
    kind: 'refused',
    error: { status: 422, reason: 'Invalid', isTransient: false },
  });
});

test('writes of one object arrive in order, each computed from the answer to the one before', async () => {
  await create('ordered');
  let { resourceVersion } = (await get('ordered')).metadata;
  aWriter();
  const ends = Array.from({ length: 20 }, async (_, index) => {
    const body = () => ({ metadata: { resourceVersion }, data: { [`n${index}`]: 'x', last: String(index) } });
    const outcome = await writer.submit({ ...aPatch('ordered', '', {}), body });
    if (outcome.kind === 'ok') ({ resourceVersion } = outcome.object.metadata);
    return outcome.kind;
  });
  expect(new Set(await Promise.all(ends))).toEqual(new Set(['ok']));
  expect(await get('ordered')).toMatchObject({ data: { last: '19', n0: 'x', n10: 'x' } });
});

test('while the server is killed and started again every write ends as what really became of it', async () => {
  aWriter();
  const names = Array.from({ length: 300 }, (_, index) => `burst-${index}`);
  const ends = names.map((name) => writer.submit(aCreate(name, { by: name })));
  await expect.poll(() => writer.counters.ended.ok, { interval: 1 }).toBeGreaterThan(20);
  await controlPlane.killApiServer();
  await controlPlane.restartApiServer();
  const outcomes = await Promise.all(ends);
  const kinds = new Set(outcomes.map(({ kind }) => kind));
  expect([...kinds].filter((kind) => kind !== 'ok' && kind !== 'exists')).toEqual([]);
  for (const outcome of outcomes) {
    if (outcome.kind === 'exists')
      expect(outcome.current).toMatchObject({ data: { by: outcome.current.metadata.name } });
  }
  const { items } = await client.list(resources.configMaps, { namespace });
  const there = new Set(items.map(({ metadata }) => metadata.name));
  expect(names.filter((name) => !there.has(name))).toEqual([]);
  expect(writer.counters.retried).toBeGreaterThan(0);
});
