import { names } from '../../src/api/index.ts';
import { start } from '../controlplane/index.ts';
import { existingCluster, uninstallQuaymaster } from '../install/index.ts';
import type { Cluster } from '../install/index.ts';
import type { DemoOptions } from './command-line.ts';
import { sampleFolder, teams } from './samples.ts';

/** The cluster of the demo, and how to leave it. */
export interface DemoCluster extends Cluster {
  /** Takes away what the demo has made, while Quaymaster still runs. */
  readonly clean: () => Promise<void>;
  /** Ends the cluster, or takes Quaymaster out of it: all of it where its objects are gone, else what would block others. */
  readonly leave: (state: { readonly isClean: boolean }) => Promise<void>;
}

const gpuModelLabel = 'cloud.example.com/gpu-model';

/** A little more than the quotas of the samples, so that pods of any mix find a place. */
const nodes = [
  {
    name: 'a100',
    count: 3,
    labels: { [gpuModelLabel]: 'a100' },
    allocatable: { cpu: '64', memory: '512Gi', 'nvidia.com/gpu': '8' },
  },
  {
    name: 'l40s',
    count: 4,
    labels: { [gpuModelLabel]: 'l40s' },
    allocatable: { cpu: '48', memory: '384Gi', 'nvidia.com/gpu': '4' },
  },
];

/** Starts the embedded control plane with simulated GPU nodes, or takes the cluster that was named. */
export async function openCluster(
  { kubeconfig }: DemoOptions,
  say: (line: string) => void,
): Promise<DemoCluster> {
  if (kubeconfig !== undefined) return takeExisting(kubeconfig, say);
  const controlPlane = await start({ nodes, report: say });
  return { ...controlPlane, clean: () => Promise.resolve(), leave: () => controlPlane.stop() };
}

async function takeExisting(kubeconfig: string, say: (line: string) => void): Promise<DemoCluster> {
  const cluster = await existingCluster(kubeconfig);
  const find = (...args: string[]) =>
    cluster.kubectl(['get', ...args, '--ignore-not-found', '-o', 'name']).then((text) => text.trim());
  const controller = await find('deployment', names.deployment, `--namespace=${names.namespace}`);
  if (controller !== '')
    throw new Error(
      `${names.namespace} has ${controller} already: two of its kind would work against each other.`,
    );
  const left = await find('namespace', ...teams);
  if (left !== '')
    throw new Error(`There are namespaces of the demo already: ${left.split('\n').join(', ')}.`);
  const hadDefinitions = (await find('crd', 'workloads.kueue.x-k8s.io')) !== '';
  const remove = (...args: string[]) => cluster.kubectl(['delete', '--ignore-not-found', ...args]);
  return {
    ...cluster,
    clean: async () => {
      say('\nRemoving what the demo has made …');
      await remove('namespace', ...teams);
      await remove('-f', sampleFolder);
    },
    leave: async ({ isClean }) => {
      if (isClean && !hadDefinitions) return uninstallQuaymaster(cluster);
      // They would refuse queues and queued jobs, now that nobody answers any more.
      await remove('mutatingwebhookconfiguration', names.mutatingWebhookConfiguration);
      await remove('validatingwebhookconfiguration', names.validatingWebhookConfiguration);
      if (!isClean)
        say(`Left behind, since Quaymaster has ended: ${teams.join(', ')}, ${names.namespace} and the CRDs.`);
    },
  };
}
