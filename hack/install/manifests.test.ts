import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import {
  names,
  ports,
  parseClusterQueue,
  parseLocalQueue,
  parseResourceFlavor,
  parseWorkloadPriorityClass,
  readConfiguration,
} from '../../src/api/index.ts';
import { podAnnotations } from '../controlplane/index.ts';
import { readManifests } from './manifests.ts';
import type { Manifest } from './manifests.ts';
import { settingsOf } from './settings.ts';

const config = fileURLToPath(new URL('../../config/', import.meta.url));

function yamlFilesIn(folder: string): string[] {
  return readdirSync(join(config, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`);
}

async function find(path: string, kind: string): Promise<Manifest> {
  const found = (await readManifests(path)).find((manifest) => manifest.kind === kind);
  if (!found) throw new Error(`no ${kind} in ${path}`);
  return found;
}

describe('config', () => {
  test('the kustomization lists every manifest that is installed', async () => {
    const { resources } = (await readManifests('kustomization.yaml'))[0] as unknown as {
      resources: string[];
    };
    const files = ['crd', 'manager', 'rbac', 'webhook'].flatMap(yamlFilesIn);
    expect(resources).toEqual(files.sort());
  });

  test('the shipped settings are valid, and say only what is the default (O-3.12)', async () => {
    const configMap = await find('manager/settings.yaml', 'ConfigMap');
    expect(configMap.metadata).toMatchObject({ name: names.configMap, namespace: names.namespace });
    const text = (configMap['data'] as Record<string, string>)[names.configMapKey];
    const shipped = readConfiguration(parse(text ?? ''));
    expect(shipped).toEqual(readConfiguration(undefined));
    expect(shipped.kind).toBe('valid');
  });

  test('names and ports are those that the program expects (O-12.2, O-12.5)', async () => {
    const deployment = await find('manager/deployment.yaml', 'Deployment');
    expect(deployment).toMatchObject({
      metadata: { name: names.deployment, namespace: names.namespace },
      spec: {
        template: {
          spec: {
            serviceAccountName: names.serviceAccount,
            containers: [
              {
                name: 'manager',
                ports: [
                  { containerPort: ports.webhook },
                  { containerPort: ports.metrics },
                  { containerPort: ports.visibility },
                ],
                readinessProbe: { httpGet: { port: ports.health } },
              },
            ],
          },
        },
      },
    });
    const services = await readManifests('manager/services.yaml');
    expect(services.map(({ metadata }) => metadata.name).sort()).toEqual(
      [names.webhookService, names.visibilityService, names.metricsService].sort(),
    );
    const secret = await find('manager/webhook-certificate.yaml', 'Secret');
    expect(secret.metadata).toMatchObject({ name: names.webhookSecret, namespace: names.namespace });
  });
});

const readers: Readonly<Record<string, (raw: unknown) => unknown>> = {
  ClusterQueue: parseClusterQueue,
  LocalQueue: parseLocalQueue,
  ResourceFlavor: parseResourceFlavor,
  WorkloadPriorityClass: parseWorkloadPriorityClass,
};

describe.each(['samples/quickstart', 'samples/two-teams', 'samples/two-teams/jobs'])('%s', (folder) => {
  test('every object of ours is one that the schemas accept', async () => {
    const stored = {
      uid: 'u',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
    };
    for (const manifest of await readManifests(folder)) {
      const read = readers[manifest.kind] ?? ((raw: unknown) => raw);
      expect(() => read({ ...manifest, metadata: { ...stored, ...manifest.metadata } })).not.toThrow();
    }
  });
});

interface SampleJob {
  readonly metadata: { readonly labels: Readonly<Record<string, string>>; readonly namespace: string };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly { readonly command: readonly string[] }[] };
    };
  };
}

test('the Jobs of the two teams name a queue and a priority that exist, and run as long simulated as for real', async () => {
  const jobs = (await readManifests('samples/two-teams/jobs')) as unknown as SampleJob[];
  const setup = await readManifests('samples/two-teams');
  const namesOf = (kind: string) =>
    setup
      .filter((each) => each.kind === kind)
      .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
  expect(jobs.length).toBeGreaterThanOrEqual(36);
  for (const { metadata, spec } of jobs) {
    const queue = metadata.labels['kueue.x-k8s.io/queue-name'];
    expect(namesOf('LocalQueue')).toContain(`${metadata.namespace}/${queue}`);
    expect(namesOf('WorkloadPriorityClass')).toContain(
      `/${metadata.labels['kueue.x-k8s.io/priority-class']}`,
    );
    const seconds = spec.template.spec.containers[0]?.command[1];
    expect(spec.template.metadata.annotations[podAnnotations.runFor]).toBe(`${seconds}s`);
  }
});

describe('settings of a launched process', () => {
  const place = { webhookHost: '127.0.0.1', webhookPort: 21_001, healthPort: 21_002, metricsPort: 21_003 };

  test('are valid, and listen on loopback only', () => {
    expect(readConfiguration(settingsOf(place))).toMatchObject({
      kind: 'valid',
      configuration: {
        namespace: names.namespace,
        webhook: { host: '127.0.0.1', port: 21_001 },
        health: { healthProbeBindAddress: '127.0.0.1:21002' },
        metrics: { bindAddress: '127.0.0.1:21003' },
        leaderElection: { leaderElect: true, leaseDuration: 15_000 },
      },
    });
  });

  test.each([
    { name: 'no leader election', leaderElection: false as const, want: { leaderElect: false } },
    {
      name: 'other times',
      leaderElection: { leaseDuration: '4s', renewDeadline: '3s' },
      want: { leaseDuration: 4000 },
    },
  ])('can ask for $name', ({ leaderElection, want }) => {
    const result = readConfiguration(settingsOf({ ...place, leaderElection }));
    expect(result).toMatchObject({ kind: 'valid', configuration: { leaderElection: want } });
  });
});
