import { onTestFailed } from 'vitest';

import { start } from '../../hack/controlplane/index.ts';
import type { ControlPlane } from '../../hack/controlplane/index.ts';
import { applyObjects, installQuaymaster, launchQuaymaster } from '../../hack/install/index.ts';
import type { LaunchOptions, Quaymaster, WebhookPlace } from '../../hack/install/index.ts';
import { connect } from '../../src/kube/index.ts';
import type { KubeClient } from '../../src/kube/index.ts';

type StartOptions = NonNullable<Parameters<typeof start>[0]>;

export interface EnvironmentOptions extends Pick<StartOptions, 'nodes'> {
  readonly launch?: LaunchOptions;
  /** Started before the one that the webhooks are sent to. */
  readonly beforeLaunch?: (controlPlane: ControlPlane, place: WebhookPlace) => Promise<void>;
}

/** A whole control plane with Quaymaster installed from its manifests and running as a process of its own. */
export interface Environment {
  readonly controlPlane: ControlPlane;
  readonly quaymaster: Quaymaster;
  /** An administrator's. */
  readonly client: KubeClient;
  readonly place: WebhookPlace;
  readonly apply: (objects: readonly object[]) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts everything, and returns when Quaymaster answers the API server. */
export async function startEnvironment(options: EnvironmentOptions = {}): Promise<Environment> {
  const controlPlane = await start(options.nodes === undefined ? {} : { nodes: options.nodes });
  try {
    const place = await installQuaymaster(controlPlane);
    await options.beforeLaunch?.(controlPlane, place);
    const quaymaster = await launchQuaymaster(controlPlane, { ...place, ...options.launch });
    await quaymaster.waitReady();
    const client = await connect({ kubeconfig: controlPlane.kubeconfig, userAgent: 'quaymaster-e2e' });
    return {
      controlPlane,
      quaymaster,
      client,
      place,
      apply: (objects) => applyObjects(controlPlane, objects),
      stop: async () => {
        await client.close();
        await quaymaster.stop();
        await controlPlane.stop();
      },
    };
  } catch (error) {
    await controlPlane.stop();
    throw error;
  }
}

/** When the running test fails, prints the last lines that each Quaymaster logged. */
export function showLogsOnFailure(replicas: () => readonly Quaymaster[]): void {
  onTestFailed(async () => {
    for (const replica of replicas())
      process.stderr.write(`\nLast lines of ${replica.logFile}:\n${await replica.lastLogLines(30)}\n`);
  });
}
