import { readFile, watch } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from './api/index.ts';
import type { KubeClient } from './kube/index.ts';
import type { Logger } from './observability/index.ts';
import { CertificateKeeper } from '../webhooks/index.ts';
import type { ServingPair } from '../webhooks/index.ts';

/** Where the serving certificate comes from; `serve` is called with each pair that is to be used from now on. */
export interface ServingCertificates {
  readonly ready: Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** What the certificates are made for, and who takes them. */
export interface CertificateDemand {
  readonly configuration: Configuration;
  readonly client: KubeClient;
  readonly logger: Logger;
  readonly serve: (pair: ServingPair) => void;
}

/** Certificates of our own making, or, where internal management is off, the files of `certDir` (O-6). */
export function servingCertificates(demand: CertificateDemand): ServingCertificates {
  const { internalCertManagement, webhook } = demand.configuration;
  return internalCertManagement.enable
    ? keptCertificates(demand)
    : new CertificateFiles(webhook.certDir, demand);
}

function keptCertificates({ configuration, client, logger, serve }: CertificateDemand): CertificateKeeper {
  const { internalCertManagement, namespace, webhook } = configuration;
  return new CertificateKeeper({
    client,
    namespace,
    secretName: internalCertManagement.webhookSecretName,
    serviceName: internalCertManagement.webhookServiceName,
    // A host that is set is one that the API server may be told to call us by.
    extraHosts: webhook.host === '' ? [] : [webhook.host],
    serve,
    log: (level, message, details) => logger[level](message, details),
  });
}

/** Reads `tls.crt` and `tls.key` and again whenever they change, without a restart (O-6.1, O-6.13). */
class CertificateFiles implements ServingCertificates {
  readonly ready: Promise<void>;
  readonly #folder: string;
  readonly #demand: CertificateDemand;
  readonly #stop = new AbortController();
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;

  constructor(folder: string, demand: CertificateDemand) {
    this.#folder = folder;
    this.#demand = demand;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    this.#load().then(this.#resolve, this.#reject);
    void this.#follow();
  }

  stop(): Promise<void> {
    this.#stop.abort();
    return Promise.resolve();
  }

  async #load(): Promise<void> {
    const read = (name: string): Promise<string> => readFile(join(this.#folder, name), 'utf8');
    const [certificate, key] = await Promise.all([read('tls.crt'), read('tls.key')]);
    this.#demand.serve({ certificate, key });
  }

  async #follow(): Promise<void> {
    try {
      for await (const _change of watch(this.#folder, { signal: this.#stop.signal })) {
        await this.#load().catch((error: unknown) =>
          this.#demand.logger.error('Certificate files are not readable; the last pair stays', { error }),
        );
      }
    } catch (error) {
      if (!this.#stop.signal.aborted)
        this.#demand.logger.error('Certificate files are not watched', { error });
    }
  }
}
