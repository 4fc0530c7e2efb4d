import { existsSync, readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node';

/** What a connection to the server needs; read anew for each connection, so that rotated files are taken up. */
export type TlsOptions = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;

/** Where the API server is and how to be let in. */
export interface ServerAccess {
  readonly server: string;
  readonly proxyUrl?: string | undefined;
  /** The namespace of the kubeconfig's context or of the pod's service account. */
  readonly namespace: string;
  tls(): Promise<TlsOptions> | TlsOptions;
  /** Headers of each request; tokens are refreshed in here. */
  headers(): Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
}

const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';
const tokenReadAgainMs = 60_000;
const credentialsGoodForMs = 1000;

/** Finds the API server: the kubeconfig file if named, else the pod's service account, else the usual kubeconfig. */
export async function findServer(kubeconfig: string | undefined): Promise<ServerAccess> {
  if (kubeconfig === undefined && isInCluster()) return inClusterAccess(process.env, serviceAccountFolder);
  return kubeconfigAccess(kubeconfig);
}

function isInCluster(): boolean {
  return process.env.KUBERNETES_SERVICE_HOST !== undefined && existsSync(`${serviceAccountFolder}/token`);
}

/**
 * The pod's service account, read without the client library, which would cost 65 MB of memory for three files.
 */
export function inClusterAccess(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): ServerAccess {
  const host = environment.KUBERNETES_SERVICE_HOST ?? '';
  const port = environment.KUBERNETES_SERVICE_PORT ?? '443';
  const token = fileReadEvery(`${folder}/token`, tokenReadAgainMs);
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    namespace: existsSync(`${folder}/namespace`)
      ? readFileSync(`${folder}/namespace`, 'utf8').trim()
      : 'default',
    tls: () => ({ ca: readFileSync(`${folder}/ca.crt`, 'utf8') }),
    headers: () => ({ authorization: `Bearer ${token()}` }),
  };
}

function fileReadEvery(path: string, everyMs: number): () => string {
  let text = '';
  let readAtMs = -Infinity;
  return () => {
    if (performance.now() - readAtMs > everyMs) {
      text = readFileSync(path, 'utf8').trim();
      readAtMs = performance.now();
    }
    return text;
  };
}

async function kubeconfigAccess(path: string | undefined): Promise<ServerAccess> {
  // Loaded on demand: it is large, and a pod does not need it.
  const library = await import('@kubernetes/client-node');
  const config = new library.KubeConfig();
  if (path === undefined) config.loadFromDefault();
  else config.loadFromFile(path);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`no current cluster in the kubeconfig ${path ?? 'of this user'}`);
  return {
    server: cluster.server,
    proxyUrl: cluster.proxyUrl,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
    tls: async () => (await securityOf(config)).tls,
    headers: await headersOf(config),
  };
}

/** Fixed credentials are worked out once; those that can change are asked for again once they are a second old. */
async function headersOf(config: KubeConfig): Promise<ServerAccess['headers']> {
  const user = config.getCurrentUser();
  let { headers } = await securityOf(config);
  if (user?.exec === undefined && user?.authProvider === undefined) return () => headers;
  let askedAtMs = performance.now();
  return async () => {
    if (performance.now() - askedAtMs > credentialsGoodForMs) {
      askedAtMs = performance.now();
      headers = (await securityOf(config)).headers;
    }
    return headers;
  };
}

interface Security {
  readonly tls: TlsOptions;
  readonly headers: Readonly<Record<string, string>>;
}

/** Asks the library, which runs exec plugins, refreshes OIDC tokens and reads token files again when they are due. */
async function securityOf(config: KubeConfig): Promise<Security> {
  const options: RequestOptions & TlsOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {}))
    headers[name.toLowerCase()] = String(value);
  if (typeof options.auth === 'string') {
    headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  return { tls: { ca, cert, key, servername, rejectUnauthorized }, headers };
}
