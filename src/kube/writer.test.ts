import { afterEach, expect, test } from 'vitest';
import { resources } from './resources.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { refusal, startScriptedServer } from './testing/scripted-server.ts';
import type { Script, ScriptedAnswer, ScriptedServer, SeenRequest } from './testing/scripted-server.ts';
import { Writer } from './writer.ts';
import type { WriterOptions } from './writer.ts';
import type { WriteRequest } from './write-request.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A writer in front of a server that answers by script. */
async function writerBefore(script: Script, options: Partial<WriterOptions> = {}) {
  const server = await startScriptedServer(script);
  const writer = new Writer({ client: server.client, random: () => 0, ...options });
  open.push(async () => {
    writer.stop();
    await server.close();
  });
  return { server, writer };
}

/** The answers of the script in turn, the last for ever. */
function inTurn(...answers: ScriptedAnswer[]): Script {
  let turn = 0;
  return () => answers[Math.min(turn++, answers.length - 1)] ?? ok({});
}

function ok(object: object): ScriptedAnswer {
  return { status: 200, body: object };
}

function aConfigMap(resourceVersion: string): object {
  return { metadata: { name: 'a', namespace: 'default', uid: 'u', resourceVersion } };
}

function aWrite(overrides: Partial<WriteRequest> = {}): WriteRequest {
  return {
    verb: 'mergePatch',
    type: resources.configMaps,
    namespace: 'default',
    name: 'a',
    class: 'status',
    body: () => ({ metadata: { resourceVersion: '1' }, data: {} }),
    ...overrides,
  };
}

/** Requests stay unanswered until released, one after another. */
function heldServer(): { script: Script; release: () => void; held: () => number } {
  const held: ((answer: ScriptedAnswer) => void)[] = [];
  return {
    script: () => new Promise((resolve) => held.push(resolve)),
    release: () => held.shift()?.(ok(aConfigMap('2'))),
    held: () => held.length,
  };
}

function summary(server: ScriptedServer): string[] {
  return server.requests.map(({ method, path }: SeenRequest) => `${method} ${path.split('/').at(-1)}`);
}

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { interval: 2, timeout: 5000 }).toBe(true);
}

test('a write carries the field manager kueue unless it names another (A-10.5)', async () => {
  const { server, writer } = await writerBefore(inTurn(ok(aConfigMap('2'))));
  await writer.submit(aWrite());
  await writer.submit(aWrite({ fieldManager: 'kueue-admission' }));
  expect(server.requests.map(({ query }) => query.get('fieldManager'))).toEqual(['kueue', 'kueue-admission']);
});

test('writes of one object go one after another in order, those of others meanwhile', async () => {
  const { script, release, held } = heldServer();
  const { server, writer } = await writerBefore(script);
  for (const name of ['first', 'second']) {
    void writer.submit(aWrite({ body: () => ({ data: { name } }) }));
  }
  void writer.submit(aWrite({ name: 'b' }));
  await until(() => held() === 2);
  expect(writer.inFlight).toBe(2);
  release();
  await until(() => server.requests.length === 3);
  expect(server.requests.filter(({ path }) => path.endsWith('/a')).map(({ body }) => body)).toEqual([
    { data: { name: 'first' } },
    { data: { name: 'second' } },
  ]);
});

test('the next write of an object is computed after the answer to the one before was taken in', async () => {
  const { server, writer } = await writerBefore(inTurn(ok(aConfigMap('2')), ok(aConfigMap('3'))));
  let seen = '1';
  const write = async (): Promise<void> => {
    const outcome = await writer.submit(aWrite({ body: () => ({ metadata: { resourceVersion: seen } }) }));
    if (outcome.kind === 'ok') seen = outcome.object.metadata.resourceVersion;
  };
  await Promise.all([write(), write()]);
  expect(server.requests.map(({ body }) => body)).toEqual(
    ['1', '2'].map((resourceVersion) => ({ metadata: { resourceVersion } })),
  );
});

test('no more writes than allowed are under way at once', async () => {
  const { script, release, held } = heldServer();
  const { writer } = await writerBefore(script, { inFlightMax: 2 });
  const ends = ['a', 'b', 'c', 'd'].map((name) => writer.submit(aWrite({ name })));
  await until(() => held() === 2);
  for (let left = 4; left > 0; left -= 1) {
    await until(() => held() === Math.min(2, left));
    release();
  }
  expect((await Promise.all(ends)).map(({ kind }) => kind)).toEqual(['ok', 'ok', 'ok', 'ok']);
});

test('when a place is free the most urgent class goes first', async () => {
  const { script, release, held } = heldServer();
  const { server, writer } = await writerBefore(script, { inFlightMax: 1 });
  const classes = ['event', 'status', 'finish', 'create', 'admission'] as const;
  const ends = [writer.submit(aWrite({ name: 'running' }))];
  for (const name of classes) ends.push(writer.submit(aWrite({ name, class: name })));
  for (let left = 6; left > 0; left -= 1) {
    await until(() => held() === 1);
    release();
  }
  await Promise.all(ends);
  expect(summary(server)).toEqual([
    'PATCH running',
    ...['admission', 'create', 'finish', 'status', 'event'].map((name) => `PATCH ${name}`),
  ]);
});

test('an urgent write of an object pulls the earlier ones of that object along', async () => {
  const { script, release, held } = heldServer();
  const { server, writer } = await writerBefore(script, { inFlightMax: 1 });
  const ends = [
    writer.submit(aWrite({ name: 'running' })),
    writer.submit(aWrite({ name: 'other', class: 'create' })),
    writer.submit(aWrite({ name: 'a', class: 'event' })),
    writer.submit(aWrite({ name: 'a', class: 'admission' })),
  ];
  for (let left = 4; left > 0; left -= 1) {
    await until(() => held() === 1);
    release();
  }
  await Promise.all(ends);
  expect(summary(server)).toEqual(['PATCH running', 'PATCH a', 'PATCH a', 'PATCH other']);
});

test('a waiting write is replaced by one with the same key, which takes its place', async () => {
  const { script, release, held } = heldServer();
  const { server, writer } = await writerBefore(script);
  const running = writer.submit(aWrite({ body: () => ({ data: { n: '0' } }) }));
  const old = writer.submit(aWrite({ coalesceKey: 'status', body: () => ({ data: { n: '1' } }) }));
  const between = writer.submit(aWrite({ body: () => ({ data: { n: '2' } }) }));
  const recent = writer.submit(aWrite({ coalesceKey: 'status', body: () => ({ data: { n: '3' } }) }));
  expect(await old).toEqual({ kind: 'skipped' });
  for (let left = 3; left > 0; left -= 1) {
    await until(() => held() === 1);
    release();
  }
  await Promise.all([running, between, recent]);
  expect(server.requests.map(({ body }) => body)).toEqual(['0', '3', '2'].map((n) => ({ data: { n } })));
  expect(writer.counters.coalesced).toBe(1);
});

test('a body that has nothing left to write sends nothing', async () => {
  const { server, writer } = await writerBefore(inTurn(ok({})));
  expect(await writer.submit(aWrite({ body: () => undefined }))).toEqual({ kind: 'skipped' });
  expect(server.requests).toEqual([]);
});

test('a body that cannot be made is refused and the object goes on', async () => {
  const { writer } = await writerBefore(inTurn(ok(aConfigMap('2'))));
  const broken = (): never => {
    throw new Error('no such field');
  };
  const outcome = await writer.submit(aWrite({ body: broken }));
  expect(outcome).toMatchObject({ kind: 'refused', error: { status: 400, reason: 'NotMade' } });
  expect((await writer.submit(aWrite())).kind).toBe('ok');
});

test('a lazy write waits for its time, is passed by others, and keeps its time when replaced', async () => {
  const clock = new ManualClock();
  const { server, writer } = await writerBefore(inTurn(ok(aConfigMap('2'))), { clock });
  const lazy = { coalesceKey: 'pending', class: 'event' } as const;
  void writer.submit(aWrite({ ...lazy, notBeforeMs: clock.now() + 1000, body: () => ({ n: 'old' }) }));
  const last = writer.submit(
    aWrite({ ...lazy, notBeforeMs: clock.now() + 1900, body: () => ({ n: 'lazy' }) }),
  );
  await writer.submit(aWrite({ body: () => ({ n: 'now' }) }));
  await clock.advance(999);
  expect(server.requests.map(({ body }) => body)).toEqual([{ n: 'now' }]);
  await clock.advance(1);
  expect((await last).kind).toBe('ok');
  expect(server.requests.map(({ body }) => body)).toEqual([{ n: 'now' }, { n: 'lazy' }]);
});

test('a 429 is tried again no sooner than the server asks', async () => {
  const clock = new ManualClock();
  const script = inTurn(refusal(429, 'TooManyRequests', { 'retry-after': '3' }), ok(aConfigMap('2')));
  const { server, writer } = await writerBefore(script, { clock });
  const end = writer.submit(aWrite());
  await until(() => clock.timerCount === 1);
  await clock.advance(2999);
  expect(server.requests).toHaveLength(1);
  await clock.advance(1);
  expect((await end).kind).toBe('ok');
});

test('after a 500 the object is read, and the write sent again when its version is the same', async () => {
  const script = inTurn(refusal(500, 'InternalError'), ok(aConfigMap('1')), ok(aConfigMap('2')));
  const { server, writer } = await writerBefore(script);
  expect(await writer.submit(aWrite())).toMatchObject({ kind: 'ok', object: aConfigMap('2') });
  expect(summary(server)).toEqual(['PATCH a', 'GET a', 'PATCH a']);
  expect(writer.counters).toMatchObject({ unknown: 1, retried: 1 });
});

test('a retry computes its body afresh', async () => {
  const versions = ['1', '5'];
  const { server, writer } = await writerBefore(
    inTurn(refusal(503, 'ServiceUnavailable'), ok(aConfigMap('6'))),
  );
  await writer.submit(aWrite({ body: () => ({ metadata: { resourceVersion: versions.shift() } }) }));
  expect(server.requests.map(({ body }) => body)).toEqual([
    { metadata: { resourceVersion: '1' } },
    { metadata: { resourceVersion: '5' } },
  ]);
});

test('a write cut off after it was sent is a conflict when the object has moved on', async () => {
  const { server, writer } = await writerBefore(inTurn('reset', ok(aConfigMap('2'))));
  expect(await writer.submit(aWrite())).toEqual({ kind: 'conflict', current: aConfigMap('2') });
  expect(summary(server)).toEqual(['PATCH a', 'GET a']);
});

test('a create cut off after it was sent ends as exists when the object is there, else it is sent again', async () => {
  const create = aWrite({ verb: 'create', body: () => ({ metadata: { name: 'a' } }) });
  const there = await writerBefore(inTurn('reset', ok(aConfigMap('2'))));
  expect(await there.writer.submit(create)).toEqual({ kind: 'exists', current: aConfigMap('2') });
  const absent = await writerBefore(inTurn('reset', refusal(404, 'NotFound'), ok(aConfigMap('3'))));
  expect(await absent.writer.submit(create)).toMatchObject({ kind: 'ok', object: aConfigMap('3') });
  expect(summary(absent.server)).toEqual(['POST configmaps', 'GET a', 'POST configmaps']);
});

test('a delete cut off after it was sent ends as notFound when the object is gone', async () => {
  const { writer } = await writerBefore(inTurn('reset', refusal(404, 'NotFound')));
  expect(await writer.submit(aWrite({ verb: 'delete', body: () => ({}) }))).toEqual({ kind: 'notFound' });
});

test('while it cannot be read, a write without known outcome is neither sent again nor given up', async () => {
  const script = inTurn('reset', 'reset', 'reset', 'reset', ok(aConfigMap('1')), ok(aConfigMap('2')));
  const { server, writer } = await writerBefore(script, { retryForMs: 0 });
  expect((await writer.submit(aWrite())).kind).toBe('ok');
  expect(summary(server)).toEqual(['PATCH a', 'GET a', 'GET a', 'GET a', 'GET a', 'PATCH a']);
});

test('a server that does not answer the door is given up after a while, with a transient error', async () => {
  const { server, writer } = await writerBefore(inTurn(ok({})), { retryForMs: 100 });
  await server.goAway();
  const outcome = await writer.submit(aWrite());
  expect(outcome).toMatchObject({ kind: 'refused', error: { status: 0, isSent: false, isTransient: true } });
});

test.each([
  {
    name: 'a 409 is a conflict with the object as it is',
    first: refusal(409, 'Conflict'),
    second: ok(aConfigMap('9')),
    want: { kind: 'conflict', current: aConfigMap('9') },
  },
  {
    name: 'a 409 about an object gone meanwhile is notFound',
    first: refusal(409, 'Conflict'),
    second: refusal(404, 'NotFound'),
    want: { kind: 'notFound' },
  },
  {
    name: 'a 409 AlreadyExists is exists with the object',
    first: refusal(409, 'AlreadyExists'),
    second: ok(aConfigMap('9')),
    want: { kind: 'exists', current: aConfigMap('9') },
    verb: 'create' as const,
  },
  { name: 'a 404 is notFound', first: refusal(404, 'NotFound'), second: ok({}), want: { kind: 'notFound' } },
  {
    name: 'a 422 is refused',
    first: refusal(422, 'Invalid'),
    second: ok({}),
    want: { kind: 'refused', error: { status: 422, reason: 'Invalid' } },
  },
  {
    name: 'a 403 of a webhook is refused (A-10.7)',
    first: refusal(403, 'Forbidden'),
    second: ok({}),
    want: { kind: 'refused', error: { status: 403 } },
  },
])('$name', async ({ first, second, want, verb }) => {
  const { writer } = await writerBefore(inTurn(first, second));
  expect(await writer.submit(aWrite(verb === undefined ? {} : { verb }))).toMatchObject(want);
});

test('a write that is tried again holds no place meanwhile', async () => {
  const clock = new ManualClock();
  const script: Script = ({ path }) =>
    path.endsWith('/bad') ? refusal(503, 'Unavailable') : ok(aConfigMap('2'));
  const { writer } = await writerBefore(script, { inFlightMax: 1, clock });
  void writer.submit(aWrite({ name: 'bad', class: 'admission' }));
  expect((await writer.submit(aWrite({ name: 'good' }))).kind).toBe('ok');
});

test('a rate limit lets the burst through and the rest at its pace', async () => {
  const clock = new ManualClock();
  const rate = { qps: 10, burst: 2 };
  const { server, writer } = await writerBefore(inTurn(ok(aConfigMap('2'))), { clock, rate });
  const ends = ['a', 'b', 'c'].map((name) => writer.submit(aWrite({ name })));
  await Promise.all(ends.slice(0, 2));
  await clock.advance(99);
  expect(server.requests).toHaveLength(2);
  await clock.advance(1);
  await ends[2];
  expect(server.requests).toHaveLength(3);
});

test('draining sends what is waiting, also for a later time, and takes nothing new', async () => {
  const { script, release, held } = heldServer();
  const { writer } = await writerBefore(script, { inFlightMax: 1 });
  const due = [writer.submit(aWrite()), writer.submit(aWrite({ name: 'b' }))];
  const lazy = writer.submit(aWrite({ name: 'c', notBeforeMs: Date.now() + 60_000 }));
  const drained = writer.drain(5000);
  expect(await writer.submit(aWrite({ name: 'd' }))).toEqual({ kind: 'stopped' });
  for (let left = 3; left > 0; left -= 1) {
    await until(() => held() === 1);
    release();
  }
  expect((await Promise.all([...due, lazy])).map(({ kind }) => kind)).toEqual(['ok', 'ok', 'ok']);
  await drained;
  expect(writer.laneCount).toBe(0);
});

test('draining cuts off at its deadline what is not answered', async () => {
  const { script, held } = heldServer();
  const { writer } = await writerBefore(script, { inFlightMax: 1 });
  const ends = [writer.submit(aWrite()), writer.submit(aWrite({ name: 'b' }))];
  await until(() => held() === 1);
  await writer.drain(20);
  expect(await Promise.all(ends)).toEqual([{ kind: 'stopped' }, { kind: 'stopped' }]);
  await until(() => writer.inFlight === 0 && writer.laneCount === 0);
});
