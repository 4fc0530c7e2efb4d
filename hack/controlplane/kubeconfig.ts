import { stringify } from 'yaml';

import type { KeyedCertificate } from './certificates.ts';

/** What a kubeconfig needs to know. */
export interface KubeconfigContent {
  readonly server: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string;
  readonly user: string;
  readonly client: KeyedCertificate;
}

/** The text of a kubeconfig with everything inside, so that the one file can be copied elsewhere. */
export function renderKubeconfig({ server, authority, user, client }: KubeconfigContent): string {
  const cluster = 'quaymaster';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: cluster, cluster: { server, 'certificate-authority-data': encode(authority) } }],
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': encode(client.certificate),
          'client-key-data': encode(client.key),
        },
      },
    ],
    contexts: [{ name: cluster, context: { cluster, user } }],
    'current-context': cluster,
  });
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
