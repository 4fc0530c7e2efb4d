import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';

import { start } from '../../hack/controlplane/index.ts';
import type { ControlPlane } from '../../hack/controlplane/index.ts';
import { renderWebhookConfigurations } from '../../hack/gen/webhooks.ts';
import { convertedResources, group, names } from '../../src/api/index.ts';
import { ApiError, connect, resources } from '../../src/kube/index.ts';
import type { KubeClient, KubeObject, ResourceType } from '../../src/kube/index.ts';
import {
  CertificateKeeper,
  defaultWebhookOptions,
  kindWebhooks,
  WebhookServer,
} from '../../webhooks/index.ts';
import type { AdmissionLookups, ServingPair } from '../../webhooks/index.ts';
import {
  aJob,
  aWorkload,
  groupsWith,
  queued,
  queueLabel,
  queuesV1beta1,
  refused,
} from './webhook-manifests.ts';
import type { Manifest } from './webhook-manifests.ts';

const managerUser = `system:serviceaccount:${names.namespace}:${names.serviceAccount}`;
const finalizer = 'kueue.x-k8s.io/resource-in-use';
const secretPlace = { namespace: names.namespace, name: names.webhookSecret };

let controlPlane: ControlPlane;
let client: KubeClient;
let server: WebhookServer;
let keeper: CertificateKeeper;
let port: number;
const served: ServingPair[] = [];
const failures: unknown[] = [];

beforeAll(async () => {
  controlPlane = await start({ components: [] });
  client = await connect({ kubeconfig: controlPlane.kubeconfig, userAgent: 'kueue/test' });
  server = aServer(0);
  port = await server.start();
  const address = { url: `https://127.0.0.1:${port}` };
  for (const crd of crdsThatConvertAt(`${address.url}/convert`))
    await apply(resources.customResourceDefinitions, crd);
  await controlPlane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
  for (const name of [names.namespace, 'team', 'defaulted'])
    await apply(resources.namespaces, { metadata: { name } });
  await client.mergePatch(resources.namespaces, {
    name: 'defaulted',
    body: { metadata: { labels: { 'quaymaster.io/default-queue': 'true' } } },
  });
  const [mutating, validating] = renderWebhookConfigurations({ address });
  await apply(resources.mutatingWebhookConfigurations, mutating!);
  await apply(resources.validatingWebhookConfigurations, validating!);
  keeper = aKeeper();
  keeper.start();
  // The keeper must have looked for the Secret before there is one.
  await vi.waitUntil(() => failures.length > 0, { timeout: 30_000, interval: 20 });
  await apply(resources.secrets, { metadata: secretPlace });
  await keeper.ready;
  await vi.waitUntil(() => createdQueue('probe'), { timeout: 30_000, interval: 50 });
});
afterAll(async () => {
  await keeper?.stop();
  await server?.stop();
  await client?.close();
  await controlPlane?.stop();
});

const lookups: AdmissionLookups = {
  hasLocalQueue: (_namespace, name) => name === 'default',
  hasPriorityClass: () => false,
  namespaceLabels: async (name) => (await client.get(resources.namespaces, { name })).metadata.labels,
  owner: async () => undefined,
};

function aServer(onPort: number): WebhookServer {
  const webhooks = kindWebhooks(defaultWebhookOptions, lookups);
  return new WebhookServer({ host: '127.0.0.1', port: onPort, webhooks });
}

function aKeeper(): CertificateKeeper {
  return new CertificateKeeper({
    client,
    namespace: names.namespace,
    secretName: names.webhookSecret,
    serviceName: names.webhookService,
    extraHosts: ['127.0.0.1', 'localhost'],
    settleMs: 2000,
    serve: (pair) => {
      served.push(pair);
      server.setCertificate(pair);
    },
    log: (level, message, details) => level === 'error' && failures.push({ message, ...details }),
  });
}

function crdsThatConvertAt(url: string): { metadata: { name: string } }[] {
  const folder = new URL('../../config/crd/', import.meta.url);
  return readdirSync(folder).map((file) => {
    const crd = parse(readFileSync(new URL(file, folder), 'utf8')) as {
      metadata: { name: string };
      spec: { conversion?: { webhook: { clientConfig: object } } };
    };
    if (crd.spec.conversion) crd.spec.conversion.webhook.clientConfig = { url };
    return crd;
  });
}

function apply(
  type: ResourceType,
  object: { metadata: { name: string; namespace?: string } },
): Promise<KubeObject> {
  const { name, namespace } = object.metadata;
  const body = {
    apiVersion: type.group === '' ? type.version : `${type.group}/${type.version}`,
    kind: type.kind,
    ...object,
  };
  return client.apply(type, { namespace, name, body, fieldManager: 'install' });
}

/** Whether the API server creates a queue; nothing is stored. */
async function createdQueue(name: string): Promise<boolean> {
  const path = `/apis/${group}/v1beta2/clusterqueues`;
  const body = { apiVersion: `${group}/v1beta2`, kind: 'ClusterQueue', metadata: { name } };
  return client.raw('POST', path, { query: { dryRun: 'All' }, body }).then(
    () => true,
    () => false,
  );
}

function create(type: ResourceType, object: Manifest): Promise<KubeObject> {
  const version = type.group === '' ? type.version : `${type.group}/${type.version}`;
  const namespace = type.namespaced
    ? ((object.metadata as { namespace?: string }).namespace ?? 'team')
    : undefined;
  return client.create(type, { namespace, body: { apiVersion: version, kind: type.kind, ...object } });
}

async function refusalOf(attempt: Promise<unknown>): Promise<ApiError> {
  const outcome = await attempt.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(ApiError);
  return outcome as ApiError;
}

describe('what the user sees', () => {
  test.each(refused)('$name', async ({ type, object, status = 403, want }) => {
    const { message, status: answered } = await refusalOf(create(type, object));
    expect(message).toContain(want);
    expect(answered).toBe(status);
  });

  test('kubectl shows the path and the text (A-1.9)', async () => {
    const input = JSON.stringify({
      apiVersion: 'batch/v1',
      kind: 'Job',
      ...aJob('bad', {
        namespace: 'team',
        labels: { ...queued.labels, 'kueue.x-k8s.io/max-exec-time-seconds': '0' },
      }),
    });
    await expect(controlPlane.kubectl(['apply', '-f', '-'], { input })).rejects.toThrow(
      'admission webhook "vjob.kb.io" denied the request: metadata.labels[kueue.x-k8s.io/max-exec-time-seconds]: Invalid value: 0: should be greater than 0',
    );
  });
});

describe('our own kinds', () => {
  test('ClusterQueues and ResourceFlavors get their finalizer, in either version (A-2.6)', async () => {
    const made = [
      await create(resources.clusterQueues, { metadata: { name: 'good' } }),
      await create(resources.resourceFlavors, { metadata: { name: 'good', finalizers: ['acme.io/other'] } }),
      await create(queuesV1beta1, { metadata: { name: 'old' }, spec: { cohort: 'all' } }),
    ];
    expect(made.map(({ metadata }) => metadata.finalizers)).toEqual([
      [finalizer],
      ['acme.io/other', finalizer],
      [finalizer],
    ]);
    expect((await client.get(resources.clusterQueues, { name: 'old' })).spec).toMatchObject({
      cohortName: 'all',
    });
    expect((await client.get(queuesV1beta1, { name: 'old' })).spec).toMatchObject({ cohort: 'all' });
  });

  test('good Cohorts, Workloads and LocalQueues are taken as they are', async () => {
    const spec = { parentName: 'root', resourceGroups: groupsWith({ lendingLimit: 20 }) };
    expect(
      (await create(resources.cohorts, { metadata: { name: 'good' }, spec })).metadata.finalizers,
    ).toBeUndefined();
    expect((await create(resources.workloads, aWorkload('good'))).metadata.finalizers).toBeUndefined();
    await create(resources.localQueues, {
      metadata: { name: 'good' },
      spec: { clusterQueue: 'good' },
    });
  });

  test('an admission is not changed, except by the manager, which is asked about its changes of the spec only (A-6.31)', async () => {
    await create(resources.workloads, aWorkload('admitted'));
    const reserved = {
      type: 'QuotaReserved',
      status: 'True',
      reason: 'QuotaReserved',
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    const statusWith = (clusterQueue: string): object => ({
      status: {
        conditions: [reserved],
        admission: { clusterQueue, podSetAssignments: [{ name: 'main', count: 3 }] },
      },
    });
    const patch = { namespace: 'team', name: 'admitted', subresource: 'status' };
    await client.mergePatch(resources.workloads, { ...patch, body: statusWith('a') });
    const { message } = await refusalOf(
      client.mergePatch(resources.workloads, { ...patch, body: statusWith('b') }),
    );
    expect(message).toMatch(/status\.admission: Invalid value: \{.*\}: field is immutable$/);
    const kubeconfig = await controlPlane.kubeconfigFor(managerUser, ['system:masters']);
    const manager = await connect({ kubeconfig, userAgent: 'kueue/test' });
    await manager.mergePatch(resources.workloads, { ...patch, body: statusWith('b') });
    const { spec } = aWorkload('admitted') as { readonly spec: { readonly podSets: readonly object[] } };
    const body = { spec: { podSets: spec.podSets.map((podSet) => ({ ...podSet, name: 'renamed' })) } };
    const renaming = manager.mergePatch(resources.workloads, { namespace: 'team', name: 'admitted', body });
    await expect(renaming).rejects.toThrow('field is immutable');
    await manager.close();
  });
});

describe('Jobs', () => {
  test('a queued Job is suspended, one without queue is untouched (L-2.4)', async () => {
    expect((await create(resources.jobs, aJob('queued', queued))).spec).toMatchObject({ suspend: true });
    expect((await create(resources.jobs, aJob('free'))).spec).toMatchObject({ suspend: false });
  });

  test('a queued Job that gets its name from the server is suspended too', async () => {
    const { spec } = aJob('', {});
    const made = await create(resources.jobs, { metadata: { generateName: 'made-', ...queued }, spec });
    expect(made.metadata.name).toMatch(/^made-./);
    expect(made.spec).toMatchObject({ suspend: true });
  });

  test('the system namespaces are left alone (O-7.6)', async () => {
    const job = aJob('queued', { ...queued, namespace: 'kube-system' });
    expect((await create(resources.jobs, job)).spec).toMatchObject({ suspend: false });
  });

  test('the default queue takes in the Jobs of namespaces that say so (L-2.2)', async () => {
    const job = await create(resources.jobs, aJob('plain', { namespace: 'defaulted' }));
    expect(job).toMatchObject({ metadata: { labels: { [queueLabel]: 'default' } }, spec: { suspend: true } });
  });

  test('a label that comes or goes is judged by what was there before (L-2.7)', async () => {
    await create(resources.jobs, aJob('late'));
    const labelled = (value: string | null): object => ({ metadata: { labels: { [queueLabel]: value } } });
    const patch = { namespace: 'team', name: 'late' };
    const { message } = await refusalOf(
      client.mergePatch(resources.jobs, { ...patch, body: labelled('main') }),
    );
    expect(message).toContain(`metadata.labels[${queueLabel}]: Invalid value: "main": field is immutable`);
    await client.mergePatch(resources.jobs, { namespace: 'team', name: 'queued', body: labelled('other') });
    const gone = await refusalOf(
      client.mergePatch(resources.jobs, { namespace: 'team', name: 'queued', body: labelled(null) }),
    );
    expect(gone.message).toContain('queue-name must not be empty in namespace with default queue');
  });
});

describe('certificates', () => {
  async function bundles(): Promise<(string | undefined)[]> {
    const configurations = [
      await client.get(resources.mutatingWebhookConfigurations, { name: names.mutatingWebhookConfiguration }),
      await client.get(resources.validatingWebhookConfigurations, {
        name: names.validatingWebhookConfiguration,
      }),
    ] as unknown as { webhooks: { clientConfig: { caBundle?: string } }[] }[];
    const crds = await Promise.all(
      convertedResources.map((plural) =>
        client.get(resources.customResourceDefinitions, { name: `${plural}.${group}` }),
      ),
    );
    return [
      ...configurations.flatMap(({ webhooks }) => webhooks.map(({ clientConfig }) => clientConfig.caBundle)),
      ...crds.map(
        ({ spec }) =>
          (spec as { conversion: { webhook: { clientConfig: { caBundle?: string } } } }).conversion.webhook
            .clientConfig.caBundle,
      ),
    ];
  }

  async function secretData(): Promise<Record<string, string>> {
    return ((await client.get(resources.secrets, secretPlace)) as unknown as { data: Record<string, string> })
      .data;
  }

  test('a Secret that was missing is waited for, then filled, and its CA is everywhere (O-6.6, O-6.10)', async () => {
    expect(failures).toContainEqual(expect.objectContaining({ error: expect.stringContaining('404') }));
    const data = await secretData();
    expect(Object.keys(data).toSorted()).toEqual(['ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
    expect(new Set(await bundles())).toEqual(new Set([data['ca.crt']]));
  });

  test('a bundle that somebody took away comes back (O-6.9)', async () => {
    const name = names.validatingWebhookConfiguration;
    const { version } = resources.validatingWebhookConfigurations;
    expect(version).toBe('v1');
    const found = (await client.get(resources.validatingWebhookConfigurations, { name })) as unknown as {
      webhooks: { clientConfig: object }[];
    };
    const webhooks = found.webhooks.map((entry) => ({
      ...entry,
      clientConfig: { ...entry.clientConfig, caBundle: null },
    }));
    await client.mergePatch(resources.validatingWebhookConfigurations, { name, body: { webhooks } });
    await expect
      .poll(async () => new Set(await bundles()), { timeout: 20_000 })
      .toEqual(new Set([(await secretData())['ca.crt']]));
  });

  test('the CA changes under load, and no request fails (O-6.12)', async () => {
    const before = served.length;
    const lost: string[] = [];
    let isLoading = true;
    let asked = 0;
    const load = async (attempt: () => Promise<unknown>): Promise<void> => {
      while (isLoading) {
        await attempt().catch((error: unknown) => lost.push(String(error)));
        asked += 1;
      }
    };
    const loads = [
      load(async () => expect(await createdQueue('load')).toBe(true)),
      load(() => client.get(queuesV1beta1, { name: 'old' })),
    ];
    await client.mergePatch(resources.secrets, { ...secretPlace, body: { data: { 'ca.key': null } } });
    await expect.poll(() => served.length, { timeout: 30_000 }).toBeGreaterThan(before);
    const atChange = asked;
    await expect.poll(() => asked, { timeout: 20_000 }).toBeGreaterThan(atChange + 40);
    isLoading = false;
    await Promise.all(loads);
    expect(lost).toEqual([]);
    const bundle = Buffer.from((await secretData())['ca.crt']!, 'base64').toString();
    expect(bundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });
});

describe('with the webhooks down', () => {
  test('queued Jobs are refused, all others live on', async () => {
    const doomed = await create(resources.jobs, aJob('doomed', queued));
    await client.delete(resources.jobs, {
      namespace: 'team',
      name: 'doomed',
      body: { propagationPolicy: 'Foreground' },
    });
    await server.stop();
    const { status, message } = await refusalOf(create(resources.jobs, aJob('refused', queued)));
    expect(status).toBe(500);
    expect(message).toContain('failed calling webhook "mjob.kb.io"');
    expect((await create(resources.jobs, aJob('free-still'))).spec).toMatchObject({ suspend: false });
    await client.mergePatch(resources.jobs, {
      namespace: 'team',
      name: 'free-still',
      body: { spec: { suspend: true } },
    });
    await create(resources.jobs, aJob('system-still', { ...queued, namespace: 'kube-system' }));
    expect(doomed.metadata.finalizers ?? []).toEqual([]);
    await client.mergePatch(resources.jobs, {
      namespace: 'team',
      name: 'doomed',
      body: { metadata: { finalizers: null } },
    });
    await refusalOf(client.get(resources.jobs, { namespace: 'team', name: 'doomed' }));
    server = aServer(port);
    await server.start();
    server.setCertificate(served.at(-1)!);
    expect((await create(resources.jobs, aJob('back', queued))).spec).toMatchObject({ suspend: true });
  });
});
