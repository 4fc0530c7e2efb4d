import { configurationApiVersion } from '../../src/api/index.ts';
import type { WebhookPlace } from './install-quaymaster.ts';

/** How a replica elects its leader: the defaults, other times, or not at all. */
export type LeaderElectionSettings =
  false | { readonly leaseDuration?: string; readonly renewDeadline?: string; readonly retryPeriod?: string };

export interface SettingsOptions extends WebhookPlace {
  readonly healthPort: number;
  readonly metricsPort: number;
  readonly leaderElection?: LeaderElectionSettings;
  /** Further fields of the settings file, which override ours (O-3). */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The settings of a Quaymaster that runs as a process beside others, all on loopback but the webhooks (O-2). */
export function settingsOf(options: SettingsOptions): Readonly<Record<string, unknown>> {
  const { webhookHost, webhookPort, healthPort, metricsPort, leaderElection = {}, settings = {} } = options;
  return {
    apiVersion: configurationApiVersion,
    kind: 'Configuration',
    webhook: { host: webhookHost, port: webhookPort },
    health: { healthProbeBindAddress: `127.0.0.1:${healthPort}` },
    metrics: { bindAddress: `127.0.0.1:${metricsPort}`, enableClusterQueueResources: true },
    leaderElection:
      leaderElection === false ? { leaderElect: false } : { leaderElect: true, ...leaderElection },
    ...settings,
  };
}
