import type { Configuration } from './api/index.ts';
import type { KubeClient } from './kube/index.ts';
import type { Logger } from './observability/index.ts';
import { CertificateFiles, CertificateKeeper } from '../webhooks/index.ts';
import type { ServingPair } from '../webhooks/index.ts';

/** Where the serving certificate comes from; `serve` is called with each pair that is to be used from now on. */
export interface ServingCertificates {
  /** Returns when a pair is served that the API server was told to expect. */
  start(): Promise<void>;
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
  return demand.configuration.internalCertManagement.enable ? kept(demand) : fromFiles(demand);
}

function kept({ configuration, client, logger, serve }: CertificateDemand): ServingCertificates {
  const { internalCertManagement, namespace, webhook } = configuration;
  const keeper = new CertificateKeeper({
    client,
    namespace,
    secretName: internalCertManagement.webhookSecretName,
    serviceName: internalCertManagement.webhookServiceName,
    // A host that is set is one that the API server may be told to call us by.
    extraHosts: webhook.host === '' ? [] : [webhook.host],
    serve,
    log: (level, message, details) => logger[level](message, details),
  });
  return {
    start: () => {
      keeper.start();
      return keeper.ready;
    },
    stop: () => keeper.stop(),
  };
}

function fromFiles({ configuration, logger, serve }: CertificateDemand): ServingCertificates {
  const files = new CertificateFiles({
    directory: configuration.webhook.certDir,
    serve,
    onError: (error) => logger.error('Certificate files cannot be used; the last pair stays', { error }),
  });
  return {
    start: () => files.start(),
    stop: () => {
      files.stop();
      return Promise.resolve();
    },
  };
}
