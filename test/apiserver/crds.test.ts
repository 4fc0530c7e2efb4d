import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import forge from 'node-forge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';

import { start } from '../../hack/controlplane/index.ts';
import type { ControlPlane } from '../../hack/controlplane/index.ts';
import { convertReview, group, kinds } from '../../src/api/index.ts';
import type { Kind } from '../../src/api/index.ts';
import { ApiError, connect, resourcePath } from '../../src/kube/index.ts';
import type { KubeClient, KubeObject, ResourceType } from '../../src/kube/index.ts';

interface Manifest {
  readonly name: string;
  /** Texts that must all be in the error; none for a manifest that is accepted. */
  readonly refused: readonly string[];
  readonly subresource?: string;
  readonly object: { apiVersion: string; kind: Kind; metadata: { name: string } };
}

const good = readManifests('good');
const bad = readManifests('bad');

let controlPlane: ControlPlane;
let webhook: Server;
let client: KubeClient;

beforeAll(async () => {
  const { key, cert } = selfSignedCertificate();
  webhook = await serveConversion(key, cert);
  const { port } = webhook.address() as AddressInfo;
  controlPlane = await start({ components: [] });
  client = await connect({ kubeconfig: controlPlane.kubeconfig, userAgent: 'crds-test' });
  await controlPlane.kubectl(['apply', '--server-side', '-f', '-'], {
    input: crdsThatConvertAt(`https://127.0.0.1:${port}/convert`, cert),
  });
  await controlPlane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
});
afterAll(async () => {
  await client?.close();
  await controlPlane?.stop();
  webhook?.close();
});

describe('good manifests', () => {
  test.each(good)('$name', async (manifest) => {
    await expect(write(manifest)).resolves.toMatchObject({ metadata: manifest.object.metadata });
  });
});

describe('bad manifests', () => {
  test.each(bad)('$name', async (manifest) => {
    const outcome = await write(manifest).catch((error: unknown) => error);
    if (manifest.refused.length === 0) {
      expect(outcome).not.toBeInstanceOf(Error);
      return;
    }
    expect(outcome).toBeInstanceOf(ApiError);
    expect(outcome).toMatchObject({ status: 422 });
    for (const expected of manifest.refused) expect((outcome as ApiError).message).toContain(expected);
  });
});

describe('what is stored', () => {
  test('a queue without a spec gets no defaults (A-1.12)', async () => {
    expect(await read('ClusterQueue', 'bare')).not.toHaveProperty('spec');
  });

  test('defaults reach as deep as the spec is given, and quantities keep their text (A-1.3, 4.1)', async () => {
    expect(await read('ClusterQueue', 'full')).toMatchObject({
      spec: {
        resourceGroups: [
          { flavors: [{ resources: [{ nominalQuota: 9, lendingLimit: '500m' }, {}] }] },
          { flavors: [{}] },
        ],
        fairSharing: { weight: '500m' },
      },
    });
    expect(await read('LocalQueue', 'main')).toMatchObject({ spec: { stopPolicy: 'None' } });
  });

  test('a pod template keeps defaults of core types and loses what the schema has not (A-3.7)', async () => {
    const { spec } = await created('template', { ports: [{ containerPort: 80, name: 'web', odd: true }] });
    expect(spec).toMatchObject({ active: true });
    expect((spec as { podSets: unknown }).podSets).toEqual([
      {
        name: 'main',
        count: 1,
        template: {
          metadata: { labels: { app: 'x' } },
          spec: {
            containers: [{ name: 'main', ports: [{ containerPort: 80, name: 'web', protocol: 'TCP' }] }],
          },
        },
      },
    ]);
  });

  test('v1beta1 objects are stored as v1beta2 (A-11.2)', async () => {
    expect(await read('ClusterQueue', 'old')).toMatchObject({
      spec: {
        cohortName: 'research',
        admissionChecksStrategy: { admissionChecks: [{ name: 'prov' }] },
        flavorFungibility: { whenCanBorrow: 'MayStopSearch', whenCanPreempt: 'MayStopSearch' },
      },
    });
    expect(await read('Workload', 'old')).toMatchObject({
      spec: { priorityClassRef: { group: 'scheduling.k8s.io', kind: 'PriorityClass', name: 'system' } },
      status: {
        accumulatedPastExecutionTimeSeconds: 7,
        admission: { podSetAssignments: [{ topologyAssignment: { slices: [{ domainCount: 1 }] } }] },
      },
    });
  });

  test('v1beta2 objects are read as v1beta1, without what that version has no place for (A-11.2)', async () => {
    expect(await read('ClusterQueue', 'full', 'v1beta1')).toMatchObject({ spec: { cohort: 'research' } });
    const { spec, status } = await read('Workload', 'full', 'v1beta1');
    expect(spec).toMatchObject({
      priorityClassSource: 'kueue.x-k8s.io/workloadpriorityclass',
      priorityClassName: 'low',
    });
    expect(status).toMatchObject({
      admission: {
        podSetAssignments: [
          {},
          {
            topologyAssignment: {
              domains: [
                { values: ['node-a'], count: 3 },
                { values: ['node-b'], count: 5 },
              ],
            },
          },
        ],
      },
    });
    expect(status).not.toHaveProperty('preemptionGates');
  });
});

describe('kubectl', () => {
  test.each([
    { args: ['get', 'clusterqueues'], want: ['NAME', 'COHORT', 'PENDING WORKLOADS'] },
    {
      args: ['get', 'cq', '-o', 'wide'],
      want: ['NAME', 'COHORT', 'STRATEGY', 'PENDING WORKLOADS', 'ADMITTED WORKLOADS'],
    },
    { args: ['get', 'clusterqueues.v1beta1.kueue.x-k8s.io'], want: ['NAME', 'COHORT', 'PENDING WORKLOADS'] },
    { args: ['get', 'lq'], want: ['NAME', 'CLUSTERQUEUE', 'PENDING WORKLOADS', 'ADMITTED WORKLOADS'] },
    { args: ['get', 'kwl'], want: ['NAME', 'QUEUE', 'RESERVED IN', 'ADMITTED', 'FINISHED', 'AGE'] },
    { args: ['get', 'wpc'], want: ['NAME', 'VALUE'] },
    { args: ['get', 'mkc'], want: ['NAME', 'CONNECTED', 'AGE'] },
    { args: ['get', 'resourceflavors'], want: ['NAME', 'AGE'] },
    { args: ['get', 'cohorts'], want: ['NAME', 'AGE'] },
  ])('$args prints the columns of A-2.3', async ({ args, want }) => {
    const [header = ''] = (await controlPlane.kubectl(args)).split('\n');
    expect(header.trim().split(/\s{2,}/)).toEqual(want);
  });

  test('the columns show what the object says', async () => {
    const lines = (await controlPlane.kubectl(['get', 'clusterqueues', '-o', 'wide'])).split('\n');
    const full = lines.find((line) => line.startsWith('full ')) ?? '';
    expect(full.split(/\s+/)).toEqual(['full', 'research', 'StrictFIFO', '3', '1']);
  });

  test('every short name works (section 2)', async () => {
    const answers = Object.values(kinds).flatMap(({ plural, shortNames }) =>
      shortNames.map(async (shortName) => [
        plural,
        await controlPlane.kubectl(['get', shortName, '-o', 'name']),
      ]),
    );
    for (const [plural, output] of await Promise.all(answers)) {
      expect(output).toMatch(new RegExp(`^[a-z]+\\.${group}/`));
      expect(plural).toContain(output?.split('.')[0]?.slice(0, -1));
    }
  });

  test('workloads are found by the queue that admitted them (A-2.4)', async () => {
    const found = (queue: string) =>
      controlPlane.kubectl([
        'get',
        `workloads.${group}`,
        '-o',
        'name',
        `--field-selector=status.admission.clusterQueue=${queue}`,
      ]);
    expect((await found('full')).trim().split('\n')).toContain('workload.kueue.x-k8s.io/full');
    expect(await found('elsewhere')).toBe('');
  });

  test('v1beta1 warns that it is deprecated, except for MultiKueueConfig (A-2.2)', async () => {
    const crds = JSON.parse(await controlPlane.kubectl(['get', 'crd', '-o', 'json'])) as {
      items: {
        spec: { names: { kind: string }; versions: { name: string; deprecationWarning?: string }[] };
      }[];
    };
    const warned = crds.items.filter(({ spec }) => spec.versions[0]?.deprecationWarning !== undefined);
    expect(crds.items).toHaveLength(11);
    expect(warned).toHaveLength(10);
    expect(warned.map(({ spec }) => spec.names.kind)).not.toContain('MultiKueueConfig');
  });
});

/** Documents of a folder with what their leading comments say about them. */
function readManifests(folder: string): Manifest[] {
  const directory = new URL(`manifests/${folder}/`, import.meta.url);
  return readdirSync(directory)
    .sort()
    .flatMap((file) => {
      const documents = readFileSync(new URL(file, directory), 'utf8').split(/^---$/m);
      return documents.map((document, index) => {
        const said = (what: string) =>
          [...document.matchAll(new RegExp(`^# ${what}: (.*)$`, 'gm'))].map((match) => match[1] ?? '');
        const refused = said('refused');
        const title = refused.length > 0 ? `refused, ${refused.join(', ')}` : said('accepted').join();
        return {
          name: `${file} ${index + 1}: ${title}`,
          refused,
          subresource: said('subresource')[0],
          object: parse(document) as Manifest['object'],
        };
      });
    });
}

function typeOf(kind: Kind, version: string): ResourceType {
  const { plural, namespaced } = kinds[kind];
  return { group, version, kind, plural, namespaced };
}

function namespaceOf(kind: Kind): string | undefined {
  return kinds[kind].namespaced ? 'default' : undefined;
}

function read(kind: Kind, name: string, version = 'v1beta2'): Promise<KubeObject> {
  return client.get(typeOf(kind, version), { name, namespace: namespaceOf(kind) });
}

/** Creates the object, or puts it in the place of the one that is there. */
async function write({ object, subresource }: Manifest): Promise<KubeObject> {
  const { kind, metadata } = object;
  const type = typeOf(kind, object.apiVersion.split('/')[1] ?? '');
  const place = { name: metadata.name, namespace: namespaceOf(kind) };
  const present = await client.get(type, place).catch((error: unknown) => {
    if (error instanceof ApiError && error.isNotFound) return undefined;
    throw error;
  });
  if (!present) return client.create(type, { namespace: place.namespace, body: object });
  const { resourceVersion } = present.metadata;
  const body = { ...object, metadata: { ...metadata, resourceVersion } };
  return client.update(type, { ...place, subresource, body: subresource ? { ...present, ...body } : body });
}

async function created(name: string, container: object): Promise<KubeObject> {
  const template = {
    metadata: { labels: { app: 'x' }, creationTimestamp: '2026-08-22T10:00:00Z' },
    spec: { containers: [{ name: 'main', ...container }], notAField: 1 },
  };
  const body = {
    apiVersion: `${group}/v1beta2`,
    kind: 'Workload',
    metadata: { name },
    spec: { podSets: [{ template }] },
  };
  const path = resourcePath(typeOf('Workload', 'v1beta2'), { namespace: 'default' });
  return JSON.parse((await client.raw('POST', path, { body })).text) as KubeObject;
}

/** The CRDs as they are shipped, but with our own server as their conversion webhook. */
function crdsThatConvertAt(url: string, certificate: string): string {
  const directory = new URL('../../config/crd/', import.meta.url);
  const caBundle = Buffer.from(certificate).toString('base64');
  return readdirSync(directory)
    .flatMap((file) => parseAllDocuments(readFileSync(new URL(file, directory), 'utf8')))
    .map((document) => {
      if ('hasIn' in document && document.hasIn(['spec', 'conversion'])) {
        document.setIn(['spec', 'conversion', 'webhook', 'clientConfig'], { url, caBundle });
      }
      return stringify(document);
    })
    .join('---\n');
}

function serveConversion(key: string, cert: string): Promise<Server> {
  const server = createServer({ key, cert }, (request, response) => {
    const answer = text(request).then((body) => convertReview(JSON.parse(body)));
    answer.then(
      (result) => {
        response.writeHead(result.kind === 'review' ? 200 : 400, { 'content-type': 'application/json' });
        response.end(JSON.stringify(result.kind === 'review' ? result.review : result));
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function selfSignedCertificate(): { key: string; cert: string } {
  const { privateKey, publicKey } = forge.pki.rsa.generateKeyPair(2048);
  const certificate = forge.pki.createCertificate();
  const name = [{ name: 'commonName', value: 'conversion' }];
  certificate.publicKey = publicKey;
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date(Date.now() - 3_600_000);
  certificate.validity.notAfter = new Date(Date.now() + 24 * 3_600_000);
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
  ]);
  certificate.sign(privateKey, forge.md.sha256.create());
  return {
    key: forge.pki.privateKeyToPem(privateKey),
    cert: forge.pki.certificateToPem(certificate),
  };
}
