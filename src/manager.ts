import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { admissionLookups } from './admission-lookups.ts';
import type { Configuration } from './api/index.ts';
import { ClusterWatches } from './cluster-watches.ts';
import { controllerSettings, enabledIntegrations, webhookOptions } from './controller-settings.ts';
import { ControlLoop, decisionKinds, figureSource, jobKindOf, ObjectWriter } from './controllers/index.ts';
import type { ControllerContext } from './controllers/index.ts';
import { EventRecorder, LeaderElection, systemClock, Writer } from './kube/index.ts';
import type { KubeClient } from './kube/index.ts';
import { Metrics } from './observability/index.ts';
import type { Logger } from './observability/index.ts';
import { Servers } from './servers.ts';
import { ClusterState } from './state/index.ts';
import { kindWebhooks } from '../webhooks/index.ts';

/** What a manager is made of, beside its settings. */
export interface ManagerParts {
  readonly configuration: Configuration;
  readonly client: KubeClient;
  readonly logger: Logger;
  readonly build: { readonly version: string; readonly commit: string; readonly date: string };
  /** Metrics over plain HTTP without authentication (loopback only). */
  readonly insecureMetrics: boolean;
  /** Called when the lease is lost: the process must end, and quickly. */
  readonly onLeadershipLost: () => void;
}

/** The pod's termination grace period is 10 s (O-8.8); what is under way gets half of it. */
const DRAIN_MS = 5000;

/** One replica: servers and watches always, and while it leads the controllers and the scheduler (O-8.9). */
export class Manager {
  readonly #parts: ManagerParts;
  readonly #state: ClusterState;
  readonly #writer: Writer;
  readonly #watches: ClusterWatches;
  readonly #servers: Servers;
  readonly #metrics: Metrics;
  readonly #controlLoop: ControlLoop;
  readonly #election: LeaderElection | undefined;
  #isStopping = false;
  #isLeading = false;

  constructor(parts: ManagerParts) {
    this.#parts = parts;
    const { configuration, client, logger } = parts;
    const settings = controllerSettings(configuration);
    const integrations = enabledIntegrations(configuration);
    this.#state = new ClusterState({ scheduling: settings.scheduling, clock: () => systemClock.now() });
    this.#metrics = this.#createMetrics();
    this.#writer = new Writer({ client, rate: rateOf(configuration) });
    const kinds = [...decisionKinds, ...integrations.map(jobKindOf)];
    this.#watches = new ClusterWatches({ client, state: this.#state, logger: logger.child('watch') }, kinds);
    const context: ControllerContext = {
      state: this.#state,
      objects: new ObjectWriter(this.#writer, this.#state, kinds),
      client,
      events: new EventRecorder({ writer: this.#writer, hostname: hostname() }),
      metrics: this.#metrics,
      logger: logger.child('controllers'),
      clock: systemClock,
      settings,
      integrations,
    };
    this.#controlLoop = new ControlLoop(context);
    const webhooks = kindWebhooks(webhookOptions(configuration), admissionLookups(this.#state, client));
    this.#servers = new Servers({ ...parts, metrics: this.#metrics, webhooks });
    this.#election = configuration.leaderElection.leaderElect ? this.#createElection() : undefined;
  }

  /** Starts everything and returns once this replica serves; leading may come later. */
  async start(): Promise<void> {
    const { logger } = this.#parts;
    this.#watches.start();
    await this.#servers.start();
    await this.#watches.synced;
    logger.info('Caches are in sync');
    if (this.#election) void this.#election.run();
    else this.#lead();
  }

  /** Stops deciding, lets writes under way end, and gives the lease back so that another can lead at once. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#controlLoop.stop(DRAIN_MS);
    await this.#writer.drain(DRAIN_MS);
    await this.#election?.release();
    await Promise.all([this.#watches.stop(), this.#servers.stop()]);
    this.#metrics.stop();
  }

  #createMetrics(): Metrics {
    const { configuration, build } = this.#parts;
    const { metrics, leaderElection, featureGates } = configuration;
    const created = new Metrics({
      role: leaderElection.leaderElect ? 'follower' : 'standalone',
      enableClusterQueueResources: metrics.enableClusterQueueResources,
      fairSharing: configuration.fairSharing !== undefined,
      localQueues: featureGates.LocalQueueMetrics && metrics.localQueueMetrics.enable,
      build,
      gated: {
        cohortInfo: featureGates.MetricsForCohorts,
        schedulingHashes: featureGates.SchedulingEquivalenceHashing,
        unadmitted: featureGates.UnadmittedWorkloadsObservability,
        creationLatency: featureGates.MetricForWorkloadCreationLatency,
      },
      ...(leaderElection.leaderElect ? { leaseName: leaderElection.resourceName } : {}),
    });
    const { localQueueSelector } = metrics.localQueueMetrics;
    created.attach(figureSource(this.#state, localQueueSelector ? { localQueueSelector } : {}));
    created.attachWrites(() => this.#writer.counters.ended);
    return created;
  }

  #createElection(): LeaderElection {
    const { configuration, client, logger, onLeadershipLost } = this.#parts;
    const { leaderElection, namespace } = configuration;
    return new LeaderElection({
      client,
      namespace: leaderElection.resourceNamespace || namespace,
      name: leaderElection.resourceName,
      identity: `${hostname()}_${randomUUID()}`,
      leaseDurationMs: leaderElection.leaseDuration,
      renewDeadlineMs: leaderElection.renewDeadline,
      retryPeriodMs: leaderElection.retryPeriod,
      onStartedLeading: () => void this.#takeOver(),
      onStoppedLeading: () => {
        // Nothing may be written from here on: another replica may lead already (O-8.7).
        this.#writer.stop();
        logger.error('leader election lost');
        onLeadershipLost();
      },
      onNewLeader: (identity) => logger.info('A new leader has been elected', { leader: identity }),
      onError: (error) => logger.verbose(2, 'Lease not written', { error: error.message }),
    });
  }

  async #takeOver(): Promise<void> {
    await this.#watches.catchUpWithReservations();
    this.#lead();
  }

  #lead(): void {
    if (this.#isStopping || this.#isLeading) return;
    this.#isLeading = true;
    if (this.#election) this.#metrics.setRole('leader');
    this.#parts.logger.info('Started leading');
    this.#controlLoop.start();
  }
}

/** One bucket for all writes; a negative rate means none (O-3.1). */
function rateOf({
  clientConnection: { qps, burst },
}: Configuration): { qps: number; burst: number } | undefined {
  return qps < 0 ? undefined : { qps, burst };
}
