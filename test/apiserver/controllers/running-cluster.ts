import { vi } from 'vitest';

import { start } from '../../../hack/controlplane/index.ts';
import type { ControlPlane } from '../../../hack/controlplane/index.ts';
import { installQuaymaster } from '../../../hack/install/index.ts';
import type { InstallOptions, WebhookPlace } from '../../../hack/install/index.ts';
import { configurationApiVersion, readConfiguration } from '../../../src/api/index.ts';
import type { ObjectMeta } from '../../../src/api/index.ts';
import { ApiError, connect, resources } from '../../../src/kube/index.ts';
import type { KubeClient, ResourceType } from '../../../src/kube/index.ts';
import { Manager } from '../../../src/manager.ts';
import { createLogger } from '../../../src/observability/index.ts';

/** An object as the API server returns it, as far as every kind has the same. */
export interface StoredObject {
  readonly kind?: string;
  readonly metadata: ObjectMeta;
}

/** An object to be created; the kind tells its apiVersion. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

const nodes = [{ name: 'node', count: 2, allocatable: { cpu: '200', memory: '2000Gi', pods: '500' } }];
const timeoutMs = 40_000;

/** A control plane with Quaymaster in this very process, as often as it is started. */
export class RunningCluster {
  readonly controlPlane: ControlPlane;
  readonly client: KubeClient;
  readonly #place: WebhookPlace;
  #manager: Manager | undefined;
  #managerClient: KubeClient | undefined;
  readonly #log: string[] = [];

  private constructor(controlPlane: ControlPlane, client: KubeClient, place: WebhookPlace) {
    this.controlPlane = controlPlane;
    this.client = client;
    this.#place = place;
  }

  static async start(options: Pick<InstallOptions, 'jobs'> = {}): Promise<RunningCluster> {
    const controlPlane = await start({ nodes });
    const place = await installQuaymaster(controlPlane, options);
    const client = await connect({ kubeconfig: controlPlane.kubeconfig, userAgent: 'controllers-test' });
    return new RunningCluster(controlPlane, client, place);
  }

  /** Starts Quaymaster with these settings beside those that let it run here; one that runs is stopped first. */
  async launch(settings: object = {}): Promise<void> {
    await this.halt();
    const { webhookHost, webhookPort } = this.#place;
    const read = readConfiguration({
      apiVersion: configurationApiVersion,
      kind: 'Configuration',
      webhook: { host: webhookHost, port: webhookPort },
      health: { healthProbeBindAddress: '0' },
      metrics: { bindAddress: '0' },
      leaderElection: { leaderElect: false },
      ...settings,
    });
    if (read.kind !== 'valid') throw new Error(read.errors.join(', '));
    const { kubeconfig } = this.controlPlane;
    this.#managerClient = await connect({ kubeconfig, userAgent: 'quaymaster' });
    this.#manager = new Manager({
      configuration: read.configuration,
      client: this.#managerClient,
      logger: createLogger({ level: 'warn', sink: (line) => void this.#log.push(line) }),
      build: { version: 'test', commit: '', date: '' },
      insecureMetrics: true,
      onLeadershipLost: () => undefined,
    });
    await this.#manager.start();
  }

  async halt(): Promise<void> {
    await this.#manager?.stop();
    await this.#managerClient?.close();
    this.#manager = undefined;
  }

  async stop(): Promise<void> {
    if (process.env['QUAYMASTER_SHOW_LOG']) process.stderr.write(this.#log.join(''));
    await this.halt();
    await this.client.close();
    await this.controlPlane.stop();
  }

  async create(manifest: Manifest): Promise<void> {
    const type = typeOf(manifest.kind);
    const body = { apiVersion: [type.group, type.version].filter(Boolean).join('/'), ...manifest };
    await this.client.create(type, { namespace: manifest.metadata.namespace, body });
  }

  /** The object at `name` or `namespace/name`; undefined where there is none. */
  async find<T extends StoredObject>(kind: string, key: string): Promise<T | undefined> {
    try {
      return (await this.client.get(typeOf(kind), placeOf(key))) as unknown as T;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  async get<T extends StoredObject>(kind: string, key: string): Promise<T> {
    const found = await this.find<T>(kind, key);
    if (!found) throw new Error(`There is no ${kind} ${key}.`);
    return found;
  }

  async list<T extends StoredObject>(kind: string, namespace?: string): Promise<T[]> {
    const { items } = await this.client.list(typeOf(kind), { namespace });
    return items as unknown as T[];
  }

  async patch(kind: string, key: string, body: object): Promise<void> {
    await this.client.mergePatch(typeOf(kind), { ...placeOf(key), body, fieldManager: 'test' });
  }

  async patchStatus(kind: string, key: string, status: object): Promise<void> {
    const place = { ...placeOf(key), subresource: 'status' };
    await this.client.mergePatch(typeOf(kind), { ...place, body: { status }, fieldManager: 'test' });
  }

  async remove(kind: string, key: string, propagationPolicy = 'Background'): Promise<void> {
    await this.client.delete(typeOf(kind), { ...placeOf(key), body: { propagationPolicy } });
  }

  /** What was told about an object, as `Type Reason: note`, each once. */
  async eventsOf({ metadata }: StoredObject): Promise<string[]> {
    const events = await this.client.list(resources.events, { namespace: metadata.namespace ?? 'default' });
    const told = (events.items as unknown as EventObject[]).filter(
      ({ regarding }) => regarding?.uid === metadata.uid,
    );
    const byTime = told.toSorted((a, b) => (a.eventTime < b.eventTime ? -1 : 1));
    return [...new Set(byTime.map(({ type, reason, note }) => `${type} ${reason}: ${note}`))];
  }
}

interface EventObject {
  readonly regarding?: { readonly uid?: string };
  readonly eventTime: string;
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

/** Asks again and again until nothing is thrown any more, and returns the answer. */
export function eventually<T>(ask: () => Promise<T>): Promise<T> {
  return vi.waitFor(ask, { timeout: timeoutMs, interval: 100 });
}

function typeOf(kind: string): ResourceType {
  const found = Object.values(resources).find((type) => type.kind === kind);
  if (!found) throw new Error(`No such kind: ${kind}.`);
  return found;
}

function placeOf(key: string): { name: string; namespace?: string } {
  const [first = '', name] = key.split('/');
  return name === undefined ? { name: first } : { namespace: first, name };
}
