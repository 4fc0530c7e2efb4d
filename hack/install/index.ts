export { applyObjects } from './cluster.ts';
export type { Cluster } from './cluster.ts';
export { existingCluster } from './existing-cluster.ts';
export { installQuaymaster, uninstallQuaymaster } from './install-quaymaster.ts';
export type { InstallOptions, WebhookPlace } from './install-quaymaster.ts';
export { launchQuaymaster } from './launch-quaymaster.ts';
export type { LaunchOptions, Quaymaster } from './launch-quaymaster.ts';
export { readManifests } from './manifests.ts';
export type { Manifest } from './manifests.ts';
