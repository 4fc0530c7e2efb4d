import { names } from '../../src/api/index.ts';
import type { Cluster } from './cluster.ts';

interface KubeconfigView {
  readonly clusters: readonly { readonly name: string; readonly cluster: object }[];
}

const tokenLifetime = '24h';

/**
 * The text of a kubeconfig with the rights of Quaymaster's own service account and no others. The token is one that
 * `kubectl create token` asks for; it lasts a day at most.
 */
export async function accountKubeconfig(cluster: Cluster): Promise<string> {
  const token = await cluster.kubectl([
    'create',
    'token',
    names.serviceAccount,
    `--namespace=${names.namespace}`,
    `--duration=${tokenLifetime}`,
  ]);
  const view = JSON.parse(
    await cluster.kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']),
  ) as KubeconfigView;
  const [entry] = view.clusters;
  if (entry === undefined) throw new Error('The kubeconfig names no cluster.');
  const context = { cluster: entry.name, user: names.serviceAccount, namespace: names.namespace };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [entry],
    users: [{ name: names.serviceAccount, user: { token: token.trim() } }],
    contexts: [{ name: names.serviceAccount, context }],
    'current-context': names.serviceAccount,
  });
}
