import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { KubeObject } from './kube-client.ts';
import { resources } from './resources.ts';
import { refusal, startScriptedServer } from './testing/scripted-server.ts';
import type { Script, ScriptedAnswer, SeenRequest } from './testing/scripted-server.ts';
import { Watch } from './watch.ts';
import type { WatchOptions } from './watch.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A watch of config maps whose picture is the last version by name. */
async function watchBefore(script: Script, options: Partial<WatchOptions<KubeObject>> = {}) {
  const server = await startScriptedServer(script);
  const picture = new Map<string, string>();
  const told: string[] = [];
  const errors: string[] = [];
  const watch = new Watch<KubeObject>({
    client: server.client,
    type: resources.configMaps,
    random: () => 0,
    decode: (raw) => raw,
    onError: (error, about) => errors.push(`${about}: ${error.message}`),
    handler: {
      replace: (items, version) => {
        told.push(`replace ${items.map(({ metadata }) => metadata.name).join(',')} at ${version}`);
        picture.clear();
        for (const { metadata } of items) picture.set(metadata.name, metadata.resourceVersion);
      },
      upsert: ({ metadata }) => {
        told.push(`upsert ${metadata.name}`);
        picture.set(metadata.name, metadata.resourceVersion);
      },
      remove: ({ metadata }) => {
        told.push(`remove ${metadata.name}`);
        picture.delete(metadata.name);
      },
    },
    ...options,
  });
  open.push(async () => {
    await watch.stop();
    await server.close();
  });
  watch.start();
  return { watch, server, picture, told, errors };
}

function event(type: string, name: string, resourceVersion: string): object {
  return { type, object: { kind: 'ConfigMap', metadata: { name, namespace: 'default', resourceVersion } } };
}

function bookmark(resourceVersion: string): object {
  return { type: 'BOOKMARK', object: { metadata: { resourceVersion } } };
}

function initialEnd(resourceVersion: string): object {
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  return { type: 'BOOKMARK', object: { metadata: { resourceVersion, annotations } } };
}

const tooOld = {
  type: 'ERROR',
  object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' },
};

/** A stream of events that stays open, or ends after them. */
function events(list: readonly object[], { ends = false } = {}): ScriptedAnswer {
  return (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(list.map((each) => `${JSON.stringify(each)}\n`).join(''));
    if (ends) response.end();
  };
}

/** Answers each request in turn; after the last, connections stay open and silent. */
function inTurn(...answers: ((request: SeenRequest) => ScriptedAnswer)[]): Script {
  return (request) => answers.shift()?.(request) ?? events([]);
}

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { interval: 2, timeout: 10_000 }).toBe(true);
}

test('a streamed list is handed over whole, with the changes that came before its end', async () => {
  const list = [event('ADDED', 'a', '1'), event('ADDED', 'b', '2'), event('MODIFIED', 'a', '3')];
  const { watch, told, picture, server } = await watchBefore(
    inTurn(() => events([...list, event('DELETED', 'b', '4'), initialEnd('5'), event('ADDED', 'c', '6')])),
  );
  await until(() => picture.has('c'));
  expect(told).toEqual(['replace a at 5', 'upsert c']);
  expect(Object.fromEntries(picture)).toEqual({ a: '3', c: '6' });
  expect(watch.isConnected).toBe(true);
  expect(server.requests[0]?.query.get('sendInitialEvents')).toBe('true');
  expect(server.requests[0]?.query.get('resourceVersionMatch')).toBe('NotOlderThan');
});

test('a refresh waits for a list that was asked for afterwards, and drops what was under way', async () => {
  const { watch, told, server, errors } = await watchBefore(
    inTurn(
      () => events([event('ADDED', 'a', '1'), initialEnd('5')]),
      () => events([event('ADDED', 'a', '1'), event('ADDED', 'b', '7')]),
      () => events([event('ADDED', 'b', '7'), initialEnd('9'), event('ADDED', 'c', '10')]),
    ),
  );
  await watch.synced;
  const first = watch.refresh();
  await until(() => server.requests.length === 2);
  const second = watch.refresh();
  await Promise.all([first, second]);
  await until(() => told.includes('upsert c'));
  expect(told).toEqual(['replace a at 5', 'replace b at 9', 'upsert c']);
  expect(server.requests.map(({ query }) => query.get('sendInitialEvents'))).toEqual([
    'true',
    'true',
    'true',
  ]);
  expect(errors).toEqual([]);
});

test('a refresh does not wait for the end of a pause between two tries', async () => {
  const { watch, told, errors } = await watchBefore(
    inTurn(
      () => refusal(500, 'InternalError', { 'retry-after': '60' }),
      () => events([event('ADDED', 'a', '1'), initialEnd('5')]),
    ),
  );
  await until(() => errors.length === 1);
  await watch.refresh();
  expect(told).toEqual(['replace a at 5']);
});

test('a connection that ends is resumed from the last version, bookmarks included', async () => {
  const { told, server } = await watchBefore(
    inTurn(
      () => events([initialEnd('5'), event('ADDED', 'a', '6'), bookmark('9')], { ends: true }),
      () => events([event('DELETED', 'a', '10')]),
    ),
  );
  await until(() => told.includes('remove a'));
  expect(server.requests.map(({ query }) => query.get('resourceVersion'))).toEqual([null, '9']);
  expect(told).toEqual(['replace  at 5', 'upsert a', 'remove a']);
});

test('a connection cut in the middle of a line is resumed and the line is read once, whole', async () => {
  const line = JSON.stringify(event('ADDED', 'a', '6'));
  const { told } = await watchBefore(
    inTurn(
      () => (response) => {
        response.writeHead(200);
        response.write(`${JSON.stringify(initialEnd('5'))}\n${line.slice(0, 20)}`, () => response.destroy());
      },
      () => events([event('ADDED', 'a', '6')]),
    ),
  );
  await until(() => told.length === 2);
  expect(told).toEqual(['replace  at 5', 'upsert a']);
});

test.each([
  { name: 'a 410 on the watch', gone: () => refusal(410, 'Expired') },
  { name: 'an ERROR event of code 410', gone: () => events([tooOld]) },
])('$name leads to a fresh list', async ({ gone }) => {
  const { told, server } = await watchBefore(
    inTurn(
      () => events([event('ADDED', 'a', '1'), initialEnd('5')], { ends: true }),
      gone,
      () => events([event('ADDED', 'b', '7'), initialEnd('8')]),
    ),
  );
  await until(() => told.length === 2);
  expect(told).toEqual(['replace a at 5', 'replace b at 8']);
  expect(server.requests.map(({ query }) => query.get('resourceVersion'))).toEqual([null, '5', null]);
});

test('a server that refuses streamed lists is asked for pages, then watched from their version', async () => {
  const page = (names: string[], metadata: object): ScriptedAnswer => ({
    status: 200,
    body: { metadata, items: names.map((name) => ({ metadata: { name, resourceVersion: '1' } })) },
  });
  const { told, server } = await watchBefore(
    inTurn(
      () => refusal(422, 'Invalid'),
      () => page(['a', 'b'], { resourceVersion: '7', continue: 'more' }),
      () => page(['c'], { resourceVersion: '7' }),
      () => events([event('MODIFIED', 'c', '8')]),
    ),
  );
  await until(() => told.length === 2);
  expect(told).toEqual(['replace a,b,c at 7', 'upsert c']);
  const [, first, second, watch] = server.requests.map(({ query }) => query);
  expect([first?.get('limit'), second?.get('continue')]).toEqual(['500', 'more']);
  expect(watch?.get('resourceVersion')).toBe('7');
});

test('a server that ignores the wish for a streamed list is asked for pages after the silence', async () => {
  const list = { metadata: { resourceVersion: '7' }, items: [] };
  const { watch, told } = await watchBefore(
    ({ query }) => (query.has('watch') ? events([event('ADDED', 'a', '1')]) : { status: 200, body: list }),
    { silenceMs: 40 },
  );
  await watch.synced;
  expect(told[0]).toBe('replace  at 7');
});

test('a silent connection is torn down and resumed', async () => {
  const { told, errors } = await watchBefore(
    inTurn(
      () => events([initialEnd('5')]),
      () => events([event('ADDED', 'a', '6')]),
    ),
    { silenceMs: 40 },
  );
  await until(() => told.includes('upsert a'));
  expect(errors[0]).toContain('nothing heard for too long');
});

test('one object that cannot be read is reported and skipped, and the rest goes on', async () => {
  const unreadable: string[] = [];
  const seen: string[] = [];
  const { watch, errors } = await watchBefore(
    inTurn(() =>
      events([
        event('ADDED', 'bad', '1'),
        event('ADDED', 'a', '2'),
        initialEnd('5'),
        event('MODIFIED', 'bad', '6'),
        event('ADDED', 'b', '7'),
        event('DELETED', 'bad', '8'),
      ]),
    ),
    {
      decode: (raw) => {
        if (raw.metadata.name === 'bad') throw new Error('negative replicas');
        return raw;
      },
      handler: {
        replace: (items) => seen.push(...items.map(({ metadata }) => metadata.name)),
        upsert: ({ metadata }) => seen.push(metadata.name),
        remove: ({ metadata }) => seen.push(`-${metadata.name}`),
        unreadable: ({ metadata }, isGone) => unreadable.push(`${metadata.name} ${isGone}`),
      },
    },
  );
  await until(() => watch.counters.unreadable === 3);
  expect(seen).toEqual(['a', 'b']);
  expect(unreadable).toEqual(['bad false', 'bad false', 'bad true']);
  expect(errors[0]).toBe('object: ConfigMap default/bad cannot be read: Error: negative replicas');
  expect(watch.isConnected).toBe(true);
});

test('a type that is not installed counts as synced, and is found at once when told so (O-1.7)', async () => {
  let isInstalled = false;
  const { watch, told, server } = await watchBefore(() =>
    isInstalled ? events([event('ADDED', 'a', '1'), initialEnd('2')]) : refusal(404, 'NotFound'),
  );
  await watch.synced;
  expect({ isInstalled: watch.isInstalled, told, asked: server.requests.length }).toEqual({
    isInstalled: false,
    told: [],
    asked: 1,
  });
  isInstalled = true;
  watch.retryNow();
  await until(() => told.length === 1);
  expect(watch.isInstalled).toBe(true);
});

test('what a connection failure leaves is not lost: the list is asked for until it comes', async () => {
  const { told } = await watchBefore(
    inTurn(
      () => 'reset',
      () => events([event('ADDED', 'a', '1')], { ends: true }),
      () => refusal(500, 'InternalError'),
      () => events([event('ADDED', 'b', '2'), initialEnd('3')]),
    ),
  );
  await until(() => told.length > 0);
  expect(told).toEqual(['replace b at 3']);
});

test('a version that the server keeps refusing is given up for a fresh list', async () => {
  const { told } = await watchBefore(
    (() => {
      let isListed = false;
      return ({ query }: SeenRequest) => {
        if (query.has('resourceVersion')) return refusal(504, 'Timeout', { 'retry-after': '0' });
        const answer = events([initialEnd(isListed ? '3' : '9')], { ends: !isListed });
        isListed = true;
        return answer;
      };
    })(),
    { random: () => 0 },
  );
  await until(() => told.length === 2);
  expect(told).toEqual(['replace  at 9', 'replace  at 3']);
});

test('a handler that throws on a list gets it again', async () => {
  let calls = 0;
  const { watch } = await watchBefore(() => events([initialEnd('3')]), {
    handler: {
      replace: () => {
        calls += 1;
        if (calls === 1) throw new Error('not now');
      },
      upsert: () => undefined,
      remove: () => undefined,
    },
  });
  await watch.synced;
  expect(calls).toBe(2);
});

test('stopping ends the connection and any wait', async () => {
  const { watch, server } = await watchBefore(() => refusal(404, 'NotFound'));
  await watch.synced;
  await watch.stop();
  const asked = server.requests.length;
  watch.retryNow();
  expect(server.requests).toHaveLength(asked);
});
