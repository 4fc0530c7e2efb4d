import { afterAll, beforeAll, expect, test } from 'vitest';

import { start } from '../../hack/controlplane/index.ts';
import type { ControlPlane } from '../../hack/controlplane/index.ts';
import { connect, EventRecorder, resources, Writer } from '../../src/kube/index.ts';
import type { KubeClient, KubeEvent, KubeObject } from '../../src/kube/index.ts';

let controlPlane: ControlPlane;
let client: KubeClient;
let writer: Writer;
let recorder: EventRecorder;
const errors: string[] = [];

beforeAll(async () => {
  controlPlane = await start({ components: [] });
  client = await connect({ kubeconfig: controlPlane.kubeconfig, userAgent: 'kueue/test' });
  writer = new Writer({ client });
  recorder = new EventRecorder({
    writer,
    hostname: 'host-1',
    onError: ({ message }) => errors.push(message),
  });
});
afterAll(async () => {
  writer?.stop();
  await client?.close();
  await controlPlane?.stop();
});

function anEvent(name: string, overrides: Partial<KubeEvent> = {}): KubeEvent {
  return {
    regarding: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name, uid: `uid-of-${name}` },
    type: 'Normal',
    reason: 'QuotaReserved',
    note: 'Quota reserved in ClusterQueue team-a, wait time since queued was 1s',
    component: 'kueue-admission',
    ...overrides,
  };
}

async function eventsAbout(name: string): Promise<readonly KubeObject[]> {
  const { items } = await client.list(resources.events, { namespace: 'default' });
  return items.filter((item) => (item as { regarding?: { name?: string } }).regarding?.name === name);
}

test('an event reaches the server and is shown by kubectl (A-8.1)', async () => {
  recorder.record(anEvent('shown', { type: 'Warning', reason: 'Pending', action: 'Wait' }));
  await expect
    .poll(() => eventsAbout('shown'))
    .toMatchObject([
      {
        type: 'Warning',
        reason: 'Pending',
        action: 'Wait',
        reportingController: 'kueue-admission',
        reportingInstance: 'kueue-admission-host-1',
        regarding: { kind: 'ConfigMap', name: 'shown', uid: 'uid-of-shown' },
      },
    ]);
  const table = await controlPlane.kubectl(['events', '--for', 'configmap/shown']);
  expect(table).toContain('Quota reserved in ClusterQueue team-a');
});

test('equal events become one with a count, whose first note stays (A-8.1)', async () => {
  for (const note of ['first', 'second', 'third', 'fourth']) recorder.record(anEvent('counted', { note }));
  await expect
    .poll(() => eventsAbout('counted'), { timeout: 10_000 })
    .toMatchObject([{ note: 'first', series: { count: 4 } }]);
});

test('an event about a cluster-wide object lies in the namespace default (A-8.1)', async () => {
  const regarding = { apiVersion: 'kueue.x-k8s.io/v1beta2', kind: 'ClusterQueue', name: 'team-a', uid: 'u' };
  recorder.record(anEvent('', { regarding }));
  await expect.poll(() => eventsAbout('team-a')).toMatchObject([{ metadata: { namespace: 'default' } }]);
});

test('an event in a namespace that is gone is reported, or lost, without harm', async () => {
  const regarding = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'gone', name: 'a' };
  recorder.record(anEvent('', { regarding }));
  recorder.record(anEvent('after'));
  await expect.poll(() => eventsAbout('after')).toHaveLength(1);
  expect(errors).toEqual([]);
});
