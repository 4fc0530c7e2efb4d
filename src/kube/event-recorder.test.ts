import { afterEach, expect, test } from 'vitest';
import { EventRecorder } from './event-recorder.ts';
import type { KubeEvent } from './event-recorder.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { refusal, startScriptedServer } from './testing/scripted-server.ts';
import type { Script, SeenRequest } from './testing/scripted-server.ts';
import { Writer } from './writer.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function recorderBefore(script: Script = () => ({ status: 201, body: {} })) {
  const clock = new ManualClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  const server = await startScriptedServer(script);
  const writer = new Writer({ client: server.client, clock });
  const errors: string[] = [];
  const onError = (error: Error): void => void errors.push(error.message);
  const recorder = new EventRecorder({ writer, hostname: 'host-1', clock, onError });
  open.push(async () => {
    writer.stop();
    await server.close();
  });
  const until = async (count: number) => {
    // Events wait a little before they are written.
    await clock.advance(200);
    await expect.poll(() => server.requests.length, { interval: 2, timeout: 5000 }).toBe(count);
  };
  return { clock, recorder, server, until, errors };
}

function anEvent(overrides: Partial<KubeEvent> = {}): KubeEvent {
  return {
    regarding: {
      apiVersion: 'kueue.x-k8s.io/v1beta2',
      kind: 'Workload',
      namespace: 'team-a',
      name: 'w',
      uid: 'u',
    },
    type: 'Normal',
    reason: 'Admitted',
    note: 'first',
    component: 'kueue-admission',
    ...overrides,
  };
}

test('an event says who reports what about whom (A-8.1)', async () => {
  const { recorder, server, until } = await recorderBefore();
  recorder.record(anEvent());
  await until(1);
  expect(server.requests[0]).toMatchObject({
    method: 'POST',
    path: '/apis/events.k8s.io/v1/namespaces/team-a/events',
    body: {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace: 'team-a', name: expect.stringMatching(/^w\.[0-9a-f]+$/) as string },
      eventTime: '2026-01-02T03:04:05.678000Z',
      reportingController: 'kueue-admission',
      reportingInstance: 'kueue-admission-host-1',
      action: 'Admitted',
      reason: 'Admitted',
      note: 'first',
      type: 'Normal',
      regarding: { kind: 'Workload', uid: 'u' },
    },
  });
});

test('an event about a cluster-wide object lies in the namespace default (A-8.1)', async () => {
  const { recorder, server, until } = await recorderBefore();
  recorder.record(anEvent({ regarding: { apiVersion: 'v1', kind: 'Node', name: 'n' }, action: 'Look' }));
  await until(1);
  expect(server.requests[0]).toMatchObject({
    path: '/apis/events.k8s.io/v1/namespaces/default/events',
    body: { action: 'Look' },
  });
});

test('repeats within a second become one count on the first event, whose note stays (A-8.1)', async () => {
  const { recorder, server, until, clock } = await recorderBefore();
  recorder.record(anEvent());
  await until(1);
  recorder.record(anEvent({ note: 'second' }));
  await clock.advance(500);
  recorder.record(anEvent({ note: 'third' }));
  await clock.advance(300);
  await until(2);
  const [create, patch] = server.requests as [SeenRequest, SeenRequest];
  const { metadata } = create.body as { metadata: { name: string } };
  expect(patch).toMatchObject({
    method: 'PATCH',
    path: expect.stringContaining(`/${metadata.name}`) as string,
  });
  expect(patch.body).toEqual({ series: { count: 3, lastObservedTime: '2026-01-02T03:04:06.378000Z' } });
});

test.each([
  { name: 'type', change: { type: 'Warning' as const } },
  { name: 'reason', change: { reason: 'Other' } },
  { name: 'action', change: { action: 'Other' } },
  { name: 'component', change: { component: 'other' } },
  { name: 'object', change: { regarding: { ...anEvent().regarding, uid: 'other' } } },
])('events of another $name are another event (A-8.1)', async ({ change }) => {
  const { recorder, server, until } = await recorderBefore();
  recorder.record(anEvent());
  recorder.record(anEvent(change));
  await until(2);
  expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'POST']);
});

test('a series ends six minutes after its last repeat (A-8.1)', async () => {
  const { recorder, server, until, clock } = await recorderBefore();
  recorder.record(anEvent());
  await clock.advance(5 * 60_000);
  recorder.record(anEvent());
  await clock.advance(6 * 60_000 - 1);
  recorder.record(anEvent());
  await clock.advance(6 * 60_000);
  recorder.record(anEvent());
  await until(4);
  expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PATCH', 'POST']);
});

test('a note is cut to 1024 bytes at a whole character (A-8.1)', async () => {
  const { recorder, server, until } = await recorderBefore();
  recorder.record(anEvent({ note: `${'x'.repeat(1022)}ü🚢` }));
  await until(1);
  expect(server.requests[0]?.body).toMatchObject({ note: `${'x'.repeat(1022)}ü` });
});

test('a refused event is reported and lost, and the next is recorded', async () => {
  const { recorder, server, until, errors } = await recorderBefore(() => refusal(403, 'Forbidden'));
  recorder.record(anEvent());
  recorder.record(anEvent({ reason: 'Other' }));
  await until(2);
  await expect.poll(() => errors.length).toBe(2);
  expect({ requests: server.requests.length, dropped: recorder.counters.dropped }).toEqual({
    requests: 2,
    dropped: 2,
  });
});
