import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renewCertificates } from './certificates.ts';
import type { StoredCertificates } from './certificates.ts';
import { kindWebhooks } from './kinds.ts';
import { defaultWebhookOptions } from './options.ts';
import { WebhookServer } from './server.ts';

const demand = { hosts: ['127.0.0.1'], now: new Date() };
const nothing: StoredCertificates = { authority: '', authorityKey: '', serving: '', servingKey: '' };
const validateQueue = '/validate-kueue-x-k8s-io-v1beta2-clusterqueue';

let stored: StoredCertificates;
let server: WebhookServer;
let port: number;
let agent: Agent;

beforeAll(async () => {
  stored = await renewCertificates(nothing, { kind: 'renewAuthority', reason: '' }, demand);
  const webhooks = kindWebhooks(defaultWebhookOptions, {
    hasLocalQueue: () => false,
    hasPriorityClass: () => false,
    namespaceLabels: async () => ({}),
    owner: async () => undefined,
  });
  server = new WebhookServer({ host: '127.0.0.1', port: 0, webhooks });
  port = await server.start();
  server.setCertificate({ certificate: stored.serving, key: stored.servingKey });
  agent = new Agent({ ca: stored.authority, keepAlive: true });
});

afterAll(async () => {
  agent.destroy();
  await server.stop();
});

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

function send(
  path: string,
  body: string | Buffer,
  {
    headers = {},
    with: through = agent,
    method = 'POST',
  }: { headers?: Record<string, string>; with?: Agent; method?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path,
      method,
      agent: through,
      headers: { 'content-type': 'application/json', ...headers },
    };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, text })).on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}

async function review(
  path: string,
  asked: object,
  through = agent,
): Promise<{ response: Record<string, unknown> }> {
  const body = JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: 'u', operation: 'CREATE', ...asked },
  });
  const { status, text } = await send(path, body, { with: through });
  expect(status).toBe(200);
  return JSON.parse(text) as { response: Record<string, unknown> };
}

const goodQueue = { metadata: { name: 'q', finalizers: ['kueue.x-k8s.io/resource-in-use'] }, spec: {} };
const badQueue = {
  metadata: { name: 'q' },
  spec: { fairSharing: { weight: '-1' }, preemption: { borrowWithinCohort: { policy: 'LowerPriority' } } },
};

test('O-6.2: an answer repeats the uid of the request', async () => {
  expect(await review(validateQueue, { uid: 'seven', object: goodQueue })).toEqual({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: 'seven', allowed: true },
  });
});

test('A-1.9: a denial carries code, reason and all faults in one text', async () => {
  const { response } = await review(validateQueue, { object: badQueue });
  expect(response).toMatchObject({ allowed: false, status: { code: 403, reason: 'Forbidden' } });
  expect((response['status'] as { message: string }).message).toMatch(
    /^\[spec\.preemption: Invalid value: \{.*\}: reclaimWithinCohort=Never and borrowWithinCohort\.Policy!=Never, spec\.fairSharing: Invalid value: "-1": must be greater than or equal to 0\]$/,
  );
});

test('O-6.2: a mutation is a JSON patch in base64; without a change there is none', async () => {
  const path = '/mutate-kueue-x-k8s-io-v1beta2-resourceflavor';
  const { response } = await review(path, { object: { metadata: { name: 'f' } } });
  expect(response).toMatchObject({ allowed: true, patchType: 'JSONPatch' });
  expect(JSON.parse(Buffer.from(response['patch'] as string, 'base64').toString())).toEqual([
    { op: 'add', path: '/metadata/finalizers', value: ['kueue.x-k8s.io/resource-in-use'] },
  ]);
  expect((await review(path, { object: goodQueue })).response).toEqual({ uid: 'u', allowed: true });
});

test.each([
  '/mutate-apps-v1-deployment',
  '/validate--v1-pod',
  '/mutate-ray-io-v1-rayjob',
  '/validate-batch-v1-job',
])('O-6.3: %s answers allowed to what is not ours', async (path) => {
  const object = { metadata: { name: 'x' }, spec: { template: {} } };
  expect((await review(path, { object, namespace: 'team' })).response).toEqual({ uid: 'u', allowed: true });
});

test('A-6.1: a delete is never judged', async () => {
  expect(
    (await review(validateQueue, { operation: 'DELETE', object: null, oldObject: badQueue })).response,
  ).toEqual({ uid: 'u', allowed: true });
});

test('I-1.6: an object that breaks the rules of reading is a denial, not a crash', async () => {
  const { response } = await review('/validate-batch-v1-job', {
    object: { metadata: { name: 'x' }, spec: 'no' },
    namespace: 'team',
  });
  expect(response).toMatchObject({
    allowed: false,
    status: { code: 403, message: 'spec.template: Required value' },
  });
});

test.each<{ name: string; body: string; headers: Record<string, string>; code: number; message: RegExp }>([
  { name: 'no JSON', body: '{', headers: {}, code: 400, message: /JSON/ },
  {
    name: 'no review',
    body: '{}',
    headers: {},
    code: 400,
    message: /^the body is no AdmissionReview with a request$/,
  },
  {
    name: 'another content type',
    body: '{}',
    headers: { 'content-type': 'text/plain' },
    code: 400,
    message: /^contentType=text\/plain, expected application\/json$/,
  },
  {
    name: 'a body of more than 7 MiB',
    body: `"${'x'.repeat(7 * 1024 * 1024)}"`,
    headers: {},
    code: 413,
    message: /^request entity is too large; limit is 7340032 bytes$/,
  },
])('O-6.2: $name is refused with code $code', async ({ body, headers, code, message }) => {
  const { status, text } = await send(validateQueue, body, { headers });
  expect(status).toBe(code);
  const { response } = JSON.parse(text) as { response: { allowed: boolean; status: { message: string } } };
  expect(response).toMatchObject({ allowed: false, status: { code } });
  expect(response.status.message).toMatch(message);
});

test('A-11.1: /convert converts, and calls a malformed review HTTP 400', async () => {
  const object = {
    apiVersion: 'kueue.x-k8s.io/v1beta1',
    kind: 'ClusterQueue',
    metadata: { name: 'q' },
    spec: { cohort: 'all' },
  };
  const asked = { uid: 'c', desiredAPIVersion: 'kueue.x-k8s.io/v1beta2', objects: [object] };
  const { status, text } = await send(
    '/convert',
    JSON.stringify({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview', request: asked }),
  );
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({
    response: {
      uid: 'c',
      result: { status: 'Success' },
      convertedObjects: [{ apiVersion: 'kueue.x-k8s.io/v1beta2', spec: { cohortName: 'all' } }],
    },
  });
  expect((await send('/convert', '{}')).status).toBe(400);
  expect((await send('/convert', 'x')).status).toBe(400);
});

test('the server says that it lives', async () => {
  expect(await send('/healthz', '', { method: 'GET' })).toEqual({ status: 200, text: 'ok' });
});

test('O-6.12: certificates change under load, to another CA and back, without a failed request', async () => {
  const expired = { kind: 'renewAuthority', reason: 'a test' } as const;
  const next = await renewCertificates(stored, expired, demand);
  let isLoading = true;
  let answered = 0;
  const failures: unknown[] = [];
  const load = async (keepAlive: boolean): Promise<void> => {
    const through = new Agent({ ca: next.authority, keepAlive });
    while (isLoading) {
      await review(validateQueue, { object: goodQueue }, through).catch((error: unknown) =>
        failures.push(error),
      );
      answered += 1;
    }
    through.destroy();
  };
  const loads = [true, true, false, false].map(load);
  for (const pair of [next, stored, next]) {
    const before = answered;
    server.setCertificate({ certificate: pair.serving, key: pair.servingKey });
    await expect.poll(() => answered).toBeGreaterThan(before + 40);
  }
  isLoading = false;
  await Promise.all(loads);
  expect(failures).toEqual([]);
  const onlyOld = new Agent({ ca: stored.authority });
  await expect(send('/healthz', '', { method: 'GET', with: onlyOld })).rejects.toThrow(/certificate/);
  onlyOld.destroy();
});

test('a stop waits for no connection that carries nothing', async () => {
  const other = new WebhookServer({ host: '127.0.0.1', port: 0, webhooks: new Map() });
  const otherPort = await other.start();
  other.setCertificate({ certificate: stored.serving, key: stored.servingKey });
  const unused = connect({ host: '127.0.0.1', port: otherPort, ca: stored.authority });
  await once(unused, 'secureConnect');
  const stopped = other.stop();
  await once(unused, 'close');
  await stopped;
  await expect(once(connect({ host: '127.0.0.1', port: otherPort }), 'secureConnect')).rejects.toThrow(
    /ECONNREFUSED/,
  );
});
