/** As much of a cluster as installing and launching needs; the embedded control plane is one. */
export interface Cluster {
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** Runs kubectl as administrator and returns what it printed; rejects with what it complained of. */
  readonly kubectl: (args: readonly string[], options?: { readonly input?: string }) => Promise<string>;
}

/** Writes objects with server-side apply, so that applying them once more changes nothing that others own. */
export function applyObjects(cluster: Cluster, objects: readonly object[]): Promise<string> {
  const args = [
    'apply',
    '--server-side',
    '--force-conflicts',
    '--field-manager=quaymaster-install',
    '-f',
    '-',
  ];
  return cluster.kubectl(args, { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });
}
