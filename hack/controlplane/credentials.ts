import { writeFile } from 'node:fs/promises';

import { createCertificateAuthority, generateKeys } from './certificates.ts';
import type { CertificateAuthority, KeyedCertificate } from './certificates.ts';
import { kubernetesServiceAddress, proxyUser } from './components.ts';
import type { DataFiles } from './components.ts';
import { renderKubeconfig } from './kubeconfig.ts';

/** A user of the cluster, as its client certificate names it. */
export interface ClusterUser {
  /** The name of its kubeconfig file. */
  readonly file: string;
  readonly user: string;
  readonly groups?: readonly string[];
}

/** The control plane's authority, and the certificate of its administrator. */
export interface Credentials {
  readonly authority: CertificateAuthority;
  readonly admin: KeyedCertificate;
}

const masters = ['system:masters'];
const adminUser: ClusterUser = { file: 'admin', user: 'admin', groups: masters };
const componentUsers: readonly ClusterUser[] = [
  { file: 'kube-controller-manager', user: 'system:kube-controller-manager' },
  { file: 'kube-scheduler', user: 'system:kube-scheduler' },
  { file: 'kwok', user: 'kwok', groups: masters },
];

const serverHosts = [
  'localhost',
  '127.0.0.1',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  kubernetesServiceAddress,
];

/** Makes the keys and certificates that do not depend on the server's port, and writes them into the data folder. */
export async function createCredentials(files: DataFiles): Promise<Credentials> {
  const [authority, serviceAccount] = await Promise.all([
    createCertificateAuthority('quaymaster-controlplane'),
    generateKeys(),
  ]);
  const [server, proxy, admin] = await Promise.all([
    authority.issue({ commonName: 'kube-apiserver', hosts: serverHosts }),
    authority.issue({ commonName: proxyUser }),
    issueFor(authority, adminUser),
  ]);
  await Promise.all([
    writeSecret(files.authority, authority.certificate),
    writeSecret(files.authorityKey, authority.key),
    writeSecret(files.serverCertificate, server.certificate),
    writeSecret(files.serverKey, server.key),
    writeSecret(files.proxyCertificate, proxy.certificate),
    writeSecret(files.proxyKey, proxy.key),
    writeSecret(files.serviceAccountKey, serviceAccount.privateKey),
  ]);
  return { authority, admin };
}

/** Writes the kubeconfigs of the administrator and of the components. */
export async function writeKubeconfigs(
  credentials: Credentials,
  files: DataFiles,
  server: string,
): Promise<void> {
  const { authority, admin } = credentials;
  const adminText = renderKubeconfig({
    server,
    authority: authority.certificate,
    user: 'admin',
    client: admin,
  });
  await Promise.all([
    writeSecret(files.kubeconfigOf(adminUser.file), adminText),
    ...componentUsers.map((user) => writeUserKubeconfig(authority, { files, server, user })),
  ]);
}

/** Issues a client certificate for a user and returns the path of a kubeconfig with it. */
export async function writeUserKubeconfig(
  authority: CertificateAuthority,
  { files, server, user }: { files: DataFiles; server: string; user: ClusterUser },
): Promise<string> {
  const client = await issueFor(authority, user);
  const path = files.kubeconfigOf(user.file);
  const text = renderKubeconfig({ server, authority: authority.certificate, user: user.user, client });
  await writeSecret(path, text);
  return path;
}

function issueFor(
  authority: CertificateAuthority,
  { user, groups = [] }: ClusterUser,
): Promise<KeyedCertificate> {
  return authority.issue({ commonName: user, organizations: groups });
}

function writeSecret(path: string, text: string): Promise<void> {
  return writeFile(path, text, { mode: 0o600 });
}
