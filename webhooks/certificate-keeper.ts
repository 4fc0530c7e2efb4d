import { setTimeout as delay } from 'node:timers/promises';
import { convertedResources, group } from '../src/api/index.ts';
import { ApiError, resources, Watch, WorkQueue } from '../src/kube/index.ts';
import type { KubeClient, KubeObject, ReconcileResult, ResourceType } from '../src/kube/index.ts';
import { injectCaBundle } from './ca-bundle.ts';
import { isIssuedBy, isValidAt, judgeCertificates, renewCertificates } from './certificates.ts';
import type { StoredCertificates } from './certificates.ts';
import type { ServingPair } from './server.ts';

export interface CertificateKeeperOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly secretName: string;
  readonly serviceName: string;
  /** Hosts and addresses beside the Service's, where the API server calls us by a URL; the same for all replicas. */
  readonly extraHosts?: readonly string[];
  /** Takes each pair that is to be served from now on. */
  readonly serve: (pair: ServingPair) => void;
  readonly log: (
    level: 'info' | 'error',
    message: string,
    details?: Readonly<Record<string, unknown>>,
  ) => void;
  readonly now?: () => Date;
  /** How long API servers are given to take up a new CA before a certificate of it is served. */
  readonly settleMs?: number;
}

const CHECK_INTERVAL_MS = 12 * 3_600_000;
const SETTLE_MS = 10_000;
const WRITE_TRIES_MAX = 10;
const WRITE_BACKOFF_FIRST_MS = 10;
const queueKey = 'certificates';

/**
 * Keeps the webhooks' certificates (O-6.6 to O-6.12): in the Secret that all replicas share, as CA bundle in the objects
 * by which the API server calls us, and in the server. Every replica does all of it; what is as it should be is left.
 */
export class CertificateKeeper {
  /** Resolves when a pair is served and the bundle was injected for the first time. */
  readonly ready: Promise<void>;
  readonly #options: CertificateKeeperOptions;
  readonly #queue: WorkQueue;
  readonly #watches: readonly Watch<KubeObject>[];
  readonly #stop = new AbortController();
  readonly #resolveReady: () => void;
  #served: StoredCertificates | undefined;

  constructor(options: CertificateKeeperOptions) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#resolveReady = resolve;
    this.#queue = new WorkQueue({
      name: queueKey,
      concurrency: 1,
      reconcile: () => this.#check(),
      onFailure: ({ error, attempts }) => {
        if (this.#stop.signal.aborted) return;
        options.log('error', 'webhook certificates are not in order yet', { error: String(error), attempts });
      },
    });
    this.#watches = watchedObjects(options).map(({ type, namespace, name }) =>
      this.#watch(type, { namespace, name }),
    );
  }

  start(): void {
    this.#queue.start();
    this.#queue.add(queueKey);
    for (const watch of this.#watches) watch.start();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#watches.map((watch) => watch.stop()), this.#queue.stop()]);
  }

  #watch(
    type: ResourceType,
    { namespace, name }: { namespace: string | undefined; name: string },
  ): Watch<KubeObject> {
    const changed = (): void => this.#queue.add(queueKey);
    return new Watch({
      client: this.#options.client,
      type,
      namespace,
      fieldSelector: `metadata.name=${name}`,
      decode: (object) => object,
      handler: { replace: changed, upsert: changed, remove: changed },
    });
  }

  async #check(): Promise<ReconcileResult> {
    const stored = await this.#renew();
    // The first pair is served at once: an API server that knows the bundle from before can call us.
    if (this.#isServedAtOnce(stored)) this.#serve(stored);
    await this.#inject(stored.authority);
    if (this.#served?.serving !== stored.serving) {
      await delay(this.#options.settleMs ?? SETTLE_MS, undefined, { signal: this.#stop.signal });
      this.#serve(stored);
    }
    this.#resolveReady();
    return { kind: 'again', afterMs: CHECK_INTERVAL_MS };
  }

  /** The sound content of the Secret, renewed where it was not; lost races are run again. */
  async #renew(): Promise<StoredCertificates> {
    const { client, namespace, secretName, serviceName, extraHosts = [], log } = this.#options;
    const place = { namespace, name: secretName };
    return this.#retryConflicts(async () => {
      const secret = (await client.get(resources.secrets, place)) as SecretObject;
      const stored = readSecret(secret);
      const demand = { hosts: [`${serviceName}.${namespace}.svc`, ...extraHosts], now: this.#now() };
      const verdict = judgeCertificates(stored, demand);
      if (verdict.kind === 'sound') return stored;
      const renewed = await renewCertificates(stored, verdict, demand);
      await client.update(resources.secrets, { ...place, body: writeSecret(secret, renewed) });
      log('info', 'webhook certificates renewed', { reason: verdict.reason });
      return renewed;
    });
  }

  async #inject(authority: string): Promise<void> {
    const bundle = Buffer.from(authority).toString('base64');
    for (const { type, name, isTarget } of watchedObjects(this.#options)) {
      if (isTarget) await this.#injectInto(type, name, bundle);
    }
  }

  async #injectInto(type: ResourceType, name: string, bundle: string): Promise<void> {
    const { client, log } = this.#options;
    await this.#retryConflicts(async () => {
      const object = await this.#findTarget(type, name);
      if (!object) return log('info', 'no object to put the CA bundle into', { kind: type.kind, name });
      const injected = injectCaBundle(object, bundle);
      if (injected !== object) await client.update(type, { name, body: injected });
    });
  }

  async #findTarget(type: ResourceType, name: string): Promise<KubeObject | undefined> {
    try {
      return await this.#options.client.get(type, { name });
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return undefined;
      throw error;
    }
  }

  /** A certificate of another CA than the one served waits until that CA is known, unless what is served is of no use. */
  #isServedAtOnce({ serving, authority }: StoredCertificates): boolean {
    const current = this.#served;
    if (!current || !isValidAt(current.serving, this.#now())) return true;
    return serving !== current.serving && isIssuedBy(current.serving, authority);
  }

  #serve(stored: StoredCertificates): void {
    this.#served = stored;
    this.#options.serve({ certificate: stored.serving, key: stored.servingKey });
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  async #retryConflicts<Result>(attempt: () => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        const isConflict = error instanceof ApiError && error.isConflict;
        if (!isConflict || tries === WRITE_TRIES_MAX) throw error;
        await delay(WRITE_BACKOFF_FIRST_MS * 2 ** (tries - 1), undefined, { signal: this.#stop.signal });
      }
    }
  }
}

interface WatchedObject {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Whether the CA bundle goes into it. */
  readonly isTarget: boolean;
}

/** The Secret, both configurations and the CRDs with conversion (O-6.4, O-6.9, O-6.10). */
function watchedObjects({ namespace, secretName, serviceName }: CertificateKeeperOptions): WatchedObject[] {
  const prefix = serviceName.replace(/-webhook-service$/, '');
  const target = (type: ResourceType, name: string): WatchedObject => ({
    type,
    name,
    namespace: undefined,
    isTarget: true,
  });
  return [
    { type: resources.secrets, namespace, name: secretName, isTarget: false },
    target(resources.mutatingWebhookConfigurations, `${prefix}-mutating-webhook-configuration`),
    target(resources.validatingWebhookConfigurations, `${prefix}-validating-webhook-configuration`),
    ...convertedResources.map((plural) => target(resources.customResourceDefinitions, `${plural}.${group}`)),
  ];
}

type SecretObject = KubeObject & { readonly data?: Readonly<Record<string, string>> };

const secretKeys = {
  authority: 'ca.crt',
  authorityKey: 'ca.key',
  serving: 'tls.crt',
  servingKey: 'tls.key',
} as const;

function readSecret({ data = {} }: SecretObject): StoredCertificates {
  const read = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();
  return {
    authority: read(secretKeys.authority),
    authorityKey: read(secretKeys.authorityKey),
    serving: read(secretKeys.serving),
    servingKey: read(secretKeys.servingKey),
  };
}

function writeSecret(secret: SecretObject, stored: StoredCertificates): SecretObject {
  const entries = Object.entries(secretKeys).map(([field, key]) => [
    key,
    Buffer.from(stored[field as keyof StoredCertificates]).toString('base64'),
  ]);
  return { ...secret, data: { ...secret.data, ...(Object.fromEntries(entries) as Record<string, string>) } };
}
