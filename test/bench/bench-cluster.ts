import { start } from '../../hack/controlplane/index.ts';
import type { ControlPlane } from '../../hack/controlplane/index.ts';
import { applyObjects, installQuaymaster, launchQuaymaster } from '../../hack/install/index.ts';
import type { Quaymaster } from '../../hack/install/index.ts';
import { connect } from '../../src/kube/index.ts';
import type { KubeClient } from '../../src/kube/index.ts';
import { gpuNodes } from './bench-load.ts';
import { progress } from './progress.ts';

export interface BenchClusterOptions {
  /** Queues, flavors and namespaces that are there before the measuring begins. */
  readonly objects: readonly object[];
  /** How many Jobs the bench has under way at most while it creates them. */
  readonly creators: number;
  readonly profileFolder: string | undefined;
}

/** A control plane with GPU nodes, and Quaymaster beside it as a process of its own with its service account's rights. */
export interface BenchCluster {
  readonly controlPlane: ControlPlane;
  readonly quaymaster: Quaymaster;
  /** An administrator's; it has a connection for each creator. */
  readonly client: KubeClient;
}

/** Starts a cluster, hands it to `measure`, and takes it away whatever comes of that. */
export async function withBenchCluster<T>(
  options: BenchClusterOptions,
  measure: (cluster: BenchCluster) => Promise<T>,
): Promise<T> {
  progress('starting a control plane');
  const controlPlane = await start({ nodes: gpuNodes });
  try {
    const place = await installQuaymaster(controlPlane);
    const { profileFolder } = options;
    const nodeFlags = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
    const quaymaster = await launchQuaymaster(controlPlane, { ...place, nodeFlags });
    await quaymaster.waitReady();
    await applyObjects(controlPlane, options.objects);
    await waitUntilQueuesAreActive(controlPlane);
    const connection = { kubeconfig: controlPlane.kubeconfig, userAgent: 'quaymaster-bench' };
    const client = await connect({ ...connection, connections: options.creators });
    try {
      return await measure({ controlPlane, quaymaster, client });
    } finally {
      await client.close();
      await quaymaster.stop();
    }
  } finally {
    await controlPlane.stop();
  }
}

async function waitUntilQueuesAreActive({ kubectl }: ControlPlane): Promise<void> {
  const condition = ['--for=condition=Active', '--timeout=60s'];
  await kubectl(['wait', ...condition, 'clusterqueues.kueue.x-k8s.io', '--all']);
  await kubectl(['wait', ...condition, 'localqueues.kueue.x-k8s.io', '--all', '--all-namespaces']);
}
