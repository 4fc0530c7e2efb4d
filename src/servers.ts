import { connect as connectTls } from 'node:tls';
import { accessReviews } from './access-reviews.ts';
import type { Configuration } from './api/index.ts';
import type { KubeClient } from './kube/index.ts';
import { HealthServer, MetricsServer } from './observability/index.ts';
import type { Logger, Metrics } from './observability/index.ts';
import { servingCertificates } from './serving-certificates.ts';
import type { ServingCertificates } from './serving-certificates.ts';
import { WebhookServer } from '../webhooks/index.ts';
import type { ServingPair, WebhookServerOptions } from '../webhooks/index.ts';

/** What the servers serve. */
export interface ServersOptions {
  readonly configuration: Configuration;
  readonly client: KubeClient;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly webhooks: WebhookServerOptions['webhooks'];
  readonly insecureMetrics: boolean;
}

const READY_CHECK_MS = 5000;

/** Webhooks, probes and metrics of one replica, in the order in which they may be reached (O-1.3, O-6.11). */
export class Servers {
  readonly #options: ServersOptions;
  readonly #webhooks: WebhookServer;
  readonly #certificates: ServingCertificates;
  readonly #health: HealthServer;
  readonly #metrics: MetricsServer;
  #pair: ServingPair | undefined;
  #webhookPort = 0;

  constructor(options: ServersOptions) {
    this.#options = options;
    const { configuration, client, logger, webhooks } = options;
    const { webhook, health, metrics } = configuration;
    this.#webhooks = new WebhookServer({ host: webhook.host, port: webhook.port, webhooks });
    this.#certificates = servingCertificates({
      configuration,
      client,
      logger: logger.child('certificates'),
      serve: (pair) => this.#serve(pair),
    });
    this.#health = new HealthServer({
      bindAddress: health.healthProbeBindAddress,
      livenessPath: health.livenessEndpointName,
      readinessPath: health.readinessEndpointName,
      readinessChecks: { readyz: () => this.#reachWebhooks() },
    });
    this.#metrics = new MetricsServer({
      bindAddress: metrics.bindAddress,
      metrics: options.metrics,
      access: options.insecureMetrics
        ? { kind: 'plain' }
        : { kind: 'secure', pair: () => this.#servedPair(), reviews: accessReviews(client) },
      onFailure: (error) => logger.error('Metrics request failed', { error }),
    });
  }

  /** Returns when the API server can reach the webhooks with the certificates that it was told to expect. */
  async start(): Promise<void> {
    const { logger } = this.#options;
    await this.#health.start();
    this.#webhookPort = await this.#webhooks.start();
    await this.#certificates.start();
    await this.#metrics.start();
    this.#health.markReady();
    logger.info('Serving webhooks', { port: this.#webhookPort });
  }

  async stop(): Promise<void> {
    await this.#certificates.stop();
    await Promise.all([this.#webhooks.stop(), this.#health.stop(), this.#metrics.stop()]);
  }

  #serve(pair: ServingPair): void {
    this.#pair = pair;
    this.#webhooks.setCertificate(pair);
  }

  #servedPair(): ServingPair {
    if (!this.#pair) throw new Error('no certificate is served yet');
    return this.#pair;
  }

  /** Readiness dials the webhook port as the API server would (O-8.1). */
  #reachWebhooks(): Promise<void> {
    const { host } = this.#options.configuration.webhook;
    return new Promise((resolve, reject) => {
      const socket = connectTls(
        {
          host: host === '' ? '127.0.0.1' : host,
          port: this.#webhookPort,
          rejectUnauthorized: false,
          timeout: READY_CHECK_MS,
        },
        () => {
          socket.end();
          resolve();
        },
      );
      socket.once('error', reject);
      socket.once('timeout', () => socket.destroy(new Error('the webhook server does not answer')));
    });
  }
}
