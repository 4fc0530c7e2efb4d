import { readFile, writeFile } from 'node:fs/promises';
import { connect as dial, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { start } from '../../hack/controlplane/index.ts';
import type { ControlPlane } from '../../hack/controlplane/index.ts';
import { ApiError, connect, resources, Watch } from '../../src/kube/index.ts';
import type { KubeClient, KubeObject, ResourceType, WatchOptions } from '../../src/kube/index.ts';

const userAgent = 'kueue/test';
let controlPlane: ControlPlane;
let client: KubeClient;

beforeAll(async () => {
  controlPlane = await start({ components: [] });
  client = await connect({ kubeconfig: controlPlane.kubeconfig, userAgent });
});
afterAll(async () => {
  await client?.close();
  await controlPlane?.stop();
});

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A watch with the picture it makes: versions by name, and whatever would be wrong about the way there. */
function pictureOf(watching: KubeClient, namespace: string, options: Partial<WatchOptions<KubeObject>> = {}) {
  const picture = new Map<string, string>();
  const faults: string[] = [];
  const watch = new Watch<KubeObject>({
    client: watching,
    type: resources.configMaps,
    namespace,
    decode: (raw) => raw,
    handler: {
      replace: (items) => {
        picture.clear();
        for (const { metadata } of items) picture.set(metadata.name, metadata.resourceVersion);
      },
      upsert: ({ metadata: { name, resourceVersion } }) => {
        if (Number(picture.get(name) ?? 0) >= Number(resourceVersion)) faults.push(`${name} came twice`);
        picture.set(name, resourceVersion);
      },
      remove: ({ metadata: { name } }) => {
        if (!picture.delete(name)) faults.push(`${name} went twice`);
      },
    },
    ...options,
  });
  open.push(() => watch.stop());
  watch.start();
  return { watch, picture, faults };
}

async function aNamespace(name: string): Promise<string> {
  await client.create(resources.namespaces, { body: { metadata: { name } } });
  return name;
}

async function create(namespace: string, name: string): Promise<KubeObject> {
  return client.create(resources.configMaps, { namespace, body: { metadata: { name }, data: { n: '0' } } });
}

async function change(namespace: string, name: string, text: string): Promise<void> {
  await client.mergePatch(resources.configMaps, { namespace, name, body: { data: { n: text } } });
}

async function versionsIn(namespace: string): Promise<Record<string, string>> {
  const { items } = await client.list(resources.configMaps, { namespace });
  return Object.fromEntries(items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
}

/** Waits until the picture is what the server lists. */
async function expectPicture(picture: ReadonlyMap<string, string>, namespace: string): Promise<void> {
  const want = await versionsIn(namespace);
  await expect.poll(() => Object.fromEntries(picture), { timeout: 20_000, interval: 20 }).toEqual(want);
}

/** Writes on, through restarts of the server, until told to stop; a failed write may or may not have been carried out. */
function keepWriting(namespace: string): () => Promise<number> {
  let isStopped = false;
  let written = 0;
  const writing = (async () => {
    for (let step = 0; !isStopped; step += 1) {
      const name = `c${step % 7}`;
      try {
        if (step % 5 === 4) await client.delete(resources.configMaps, { namespace, name });
        else if (step % 3 === 0) await create(namespace, name);
        else await change(namespace, name, String(step));
        written += 1;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.isTransient) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  })();
  return async () => {
    isStopped = true;
    await writing;
    return written;
  };
}

test.each([
  { name: 'as a stream', streamsList: true },
  { name: 'in pages', streamsList: false },
])('a list $name and the changes after it give what the server has', async ({ streamsList }) => {
  const namespace = await aNamespace(`changes-${streamsList}`);
  await Promise.all(['a', 'b', 'no'].map((name) => create(namespace, name)));
  const { watch, picture, faults } = pictureOf(client, namespace, { streamsList });
  await watch.synced;
  expect(Object.fromEntries(picture)).toEqual(await versionsIn(namespace));
  await change(namespace, 'a', '🚢'.repeat(1000));
  await client.delete(resources.configMaps, { namespace, name: 'b' });
  await create(namespace, 'd');
  await expectPicture(picture, namespace);
  expect([...picture.keys()].toSorted()).toEqual(['a', 'd', 'no']);
  expect(faults).toEqual([]);
});

test('a list of more than one page is whole', async () => {
  const namespace = await aNamespace('pages');
  await Promise.all(Array.from({ length: 520 }, (_, index) => create(namespace, `p${index}`)));
  const { watch, picture } = pictureOf(client, namespace, { streamsList: false });
  await watch.synced;
  expect(picture.size).toBe(520);
});

test('an object that leaves the selector leaves the picture', async () => {
  const namespace = await aNamespace('selector');
  const body = { metadata: { name: 'a', labels: { ours: 'true' } } };
  await client.create(resources.configMaps, { namespace, body });
  await create(namespace, 'other');
  const { watch, picture } = pictureOf(client, namespace, { labelSelector: 'ours=true' });
  await watch.synced;
  expect([...picture.keys()]).toEqual(['a']);
  const unlabel = { metadata: { labels: { ours: null } } };
  await client.mergePatch(resources.configMaps, { namespace, name: 'a', body: unlabel });
  await expect.poll(() => picture.size).toBe(0);
});

test('while the server is killed and started again amid writes, nothing is lost and nothing comes twice', async () => {
  const namespace = await aNamespace('restart');
  const { watch, picture, faults } = pictureOf(client, namespace);
  await watch.synced;
  const stopWriting = keepWriting(namespace);
  for (let round = 0; round < 2; round += 1) {
    await controlPlane.killApiServer();
    await expect.poll(() => watch.isConnected).toBe(false);
    await controlPlane.restartApiServer();
    await expect.poll(() => watch.isConnected, { timeout: 20_000 }).toBe(true);
  }
  expect(await stopWriting()).toBeGreaterThan(0);
  await expectPicture(picture, namespace);
  expect(faults).toEqual([]);
});

test('a version that has become too old leads to a fresh list, and the difference is told', async () => {
  const namespace = await aNamespace('too-old');
  const line = await aLine();
  const { watch, picture, faults } = pictureOf(await line.client(), namespace);
  for (const name of ['stays', 'changes', 'goes']) await create(namespace, name);
  await expectPicture(picture, namespace);
  expect(watch.counters.lists).toBe(1);

  line.cut();
  await expect.poll(() => watch.isConnected).toBe(false);
  await change(namespace, 'changes', '1');
  await client.delete(resources.configMaps, { namespace, name: 'goes' });
  await create(namespace, 'comes');
  // A server that has just started remembers nothing of what was before.
  await controlPlane.killApiServer();
  await controlPlane.restartApiServer();
  line.mend();

  await expectPicture(picture, namespace);
  expect([...picture.keys()].toSorted()).toEqual(['changes', 'comes', 'stays']);
  expect(watch.counters.lists).toBe(2);
  expect(faults).toEqual([]);
});

const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'boats.test.quaymaster.dev' },
  spec: {
    group: 'test.quaymaster.dev',
    scope: 'Namespaced',
    names: { plural: 'boats', singular: 'boat', kind: 'Boat' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

test('a type whose CRD comes later is watched then, and is empty again when the CRD goes (O-1.7)', async () => {
  const boats: ResourceType = {
    group: 'test.quaymaster.dev',
    version: 'v1',
    kind: 'Boat',
    plural: 'boats',
    namespaced: true,
  };
  const { watch, picture } = pictureOf(client, 'default', { type: boats });
  await watch.synced;
  expect(watch.isInstalled).toBe(false);
  await client.create(resources.customResourceDefinitions, { body: crd });
  const body = { apiVersion: 'test.quaymaster.dev/v1', kind: 'Boat', metadata: { name: 'b' } };
  const launch = () => client.create(boats, { namespace: 'default', body }).then(String, String);
  await expect.poll(launch, { timeout: 20_000, interval: 100 }).not.toContain('404');
  await expect.poll(() => [...picture.keys()], { timeout: 20_000 }).toEqual(['b']);
  await client.delete(resources.customResourceDefinitions, { name: crd.metadata.name });
  await expect.poll(() => picture.size, { timeout: 20_000 }).toBe(0);
});

/** A line to the server that can be cut and mended. */
async function aLine() {
  const { port, hostname } = new URL(controlPlane.server);
  const sockets = new Set<Socket>();
  let isCut = false;
  const relay = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = dial(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  open.push(async () => {
    cut();
    await new Promise((resolve) => relay.close(resolve));
  });
  return {
    cut,
    mend: () => {
      isCut = false;
    },
    async client(): Promise<KubeClient> {
      const text = await readFile(controlPlane.kubeconfig, 'utf8');
      const path = join(controlPlane.dataDir, 'line.kubeconfig');
      const { port: relayPort } = relay.address() as AddressInfo;
      await writeFile(path, text.replaceAll(controlPlane.server, `https://127.0.0.1:${relayPort}`));
      const overLine = await connect({ kubeconfig: path, userAgent });
      open.push(() => overLine.close());
      return overLine;
    },
  };
}
