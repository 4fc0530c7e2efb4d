import { afterAll, beforeAll, expect, test } from 'vitest';

import { start } from '../../hack/controlplane/index.ts';
import type { ControlPlane } from '../../hack/controlplane/index.ts';
import { connect, resources, Watch, WorkQueue, Writer } from '../../src/kube/index.ts';
import type { KubeClient, KubeObject, ReconcileResult } from '../../src/kube/index.ts';

const namespace = 'default';
let controlPlane: ControlPlane;
let client: KubeClient;

beforeAll(async () => {
  controlPlane = await start({ components: [] });
  client = await connect({ kubeconfig: controlPlane.kubeconfig, userAgent: 'kueue/test' });
});
afterAll(async () => {
  await client?.close();
  await controlPlane?.stop();
});

type Counter = KubeObject & { readonly data?: Readonly<Record<string, string>> };

/** A small controller as all of ours are: watch, queue, writer. It copies `want` to `is` on each config map of ours. */
function copier() {
  const picture = new Map<string, Counter>();
  const writer = new Writer({ client });
  const failures: string[] = [];

  const reconcile = async (name: string): Promise<ReconcileResult> => {
    const seen = picture.get(name);
    if (seen === undefined || seen.data?.is === seen.data?.want) return { kind: 'done' };
    const { resourceVersion } = seen.metadata;
    const outcome = await writer.submit({
      verb: 'mergePatch',
      type: resources.configMaps,
      namespace,
      name,
      class: 'status',
      body: () => ({ metadata: { resourceVersion }, data: { is: seen.data?.want } }),
    });
    if (outcome.kind === 'ok') picture.set(name, outcome.object);
    if (outcome.kind === 'refused') throw outcome.error;
    return outcome.kind === 'conflict' ? { kind: 'again', afterMs: 20 } : { kind: 'done' };
  };
  const queue = new WorkQueue({
    name: 'copier',
    concurrency: 8,
    reconcile,
    onFailure: ({ key, error }) => failures.push(`${key}: ${String(error)}`),
  });
  const take = (item: Counter): void => {
    const { name, resourceVersion } = item.metadata;
    const known = picture.get(name)?.metadata.resourceVersion ?? '0';
    if (Number(known) < Number(resourceVersion)) picture.set(name, item);
    queue.add(name);
  };
  const watch = new Watch<Counter>({
    client,
    type: resources.configMaps,
    namespace,
    labelSelector: 'copied=true',
    decode: (raw) => raw,
    handler: {
      replace: (items) => {
        for (const item of items) take(item);
      },
      upsert: take,
      remove: ({ metadata }) => picture.delete(metadata.name),
    },
  });
  const stop = async (): Promise<void> => {
    await watch.stop();
    await queue.stop();
    await writer.drain(1000);
  };
  return { watch, queue, failures, stop };
}

test('a controller of watch, queue and writer brings every object home through a restart of the server', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `copy-${index}`);
  const labels = { copied: 'true' };
  const { watch, queue, stop } = copier();
  watch.start();
  queue.start();
  await watch.synced;
  await Promise.all(
    names.map((name) =>
      client.create(resources.configMaps, {
        namespace,
        body: { metadata: { name, labels }, data: { want: 'first' } },
      }),
    ),
  );
  await controlPlane.killApiServer();
  await controlPlane.restartApiServer();
  for (const name of names) {
    await client.mergePatch(resources.configMaps, { namespace, name, body: { data: { want: name } } });
  }
  const done = async (): Promise<string[]> => {
    const { items } = await client.list(resources.configMaps, { namespace, labelSelector: 'copied=true' });
    return items.map((item) => (item as Counter).data?.is ?? '').toSorted();
  };
  await expect.poll(done, { timeout: 30_000, interval: 100 }).toEqual(names.toSorted());
  await stop();
  expect({ depth: queue.depth, running: queue.running }).toEqual({ depth: 0, running: 0 });
});
