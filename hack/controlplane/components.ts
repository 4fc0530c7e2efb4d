import { join } from 'node:path';

/** The programs of a control plane that run for as long as it does. */
export type ComponentName = 'etcd' | 'kube-apiserver' | OptionalComponent;

/** The programs a control plane can do without. */
export type OptionalComponent = 'kube-controller-manager' | 'kube-scheduler' | 'kwok';

/** What the components' command lines depend on. */
export interface ComponentSettings {
  readonly dataFolder: string;
  readonly port: number;
  readonly components: readonly OptionalComponent[];
  readonly featureGates: Readonly<Record<string, boolean>>;
  /** Further flags of kube-apiserver. They come last, and so override ours. */
  readonly serverArgs: readonly string[];
}

/** The files of a control plane's data folder that its components read. */
export interface DataFiles {
  readonly authority: string;
  readonly authorityKey: string;
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly proxyCertificate: string;
  readonly proxyKey: string;
  readonly serviceAccountKey: string;
  readonly etcdSocket: string;
  readonly schedulerConfiguration: string;
  readonly kubeconfigOf: (user: string) => string;
  readonly logOf: (component: string) => string;
}

/** Network of the simulated pods: large enough that no test runs out of addresses. */
const podNetwork = '10.128.0.0/9';
const serviceNetwork = '10.96.0.0/16';
const serviceAccountIssuer = 'https://kubernetes.default.svc';

/** The address that the service `kubernetes` gets, which the server's certificate has to name. */
export const kubernetesServiceAddress = '10.96.0.1';
/** The name by which the API server introduces itself to extension API servers. */
export const proxyUser = 'front-proxy-client';

/** Where each file lies. */
export function dataFiles(dataFolder: string): DataFiles {
  const at = (...parts: string[]) => join(dataFolder, ...parts);
  return {
    authority: at('ca.crt'),
    authorityKey: at('ca.key'),
    serverCertificate: at('server.crt'),
    serverKey: at('server.key'),
    proxyCertificate: at('proxy.crt'),
    proxyKey: at('proxy.key'),
    serviceAccountKey: at('service-account.key'),
    etcdSocket: at('etcd.sock'),
    schedulerConfiguration: at('scheduler.json'),
    kubeconfigOf: (user) => at(`${user}.kubeconfig`),
    logOf: (component) => at(`${component}.log`),
  };
}

/** The arguments of one component's command line. */
export function componentArguments(name: ComponentName, settings: ComponentSettings): string[] {
  const files = dataFiles(settings.dataFolder);
  switch (name) {
    case 'etcd':
      return etcdArguments(settings.dataFolder, files);
    case 'kube-apiserver':
      return apiServerArguments(settings, files);
    case 'kube-controller-manager':
      return controllerManagerArguments(settings, files);
    case 'kube-scheduler':
      return [`--config=${files.schedulerConfiguration}`, '--secure-port=0', ...gateArguments(settings)];
    case 'kwok':
      return kwokArguments(files);
  }
}

/** The scheduler's configuration file: JSON, which is YAML too. */
export function schedulerConfiguration(kubeconfig: string): string {
  return JSON.stringify({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    leaderElection: { leaderElect: false },
    clientConnection: { kubeconfig, qps: 1000, burst: 1000 },
    podMaxBackoffSeconds: 2,
  });
}

// Sockets in the data folder instead of ports: nobody else reaches them, and two control planes can't collide.
function etcdArguments(dataFolder: string, files: DataFiles): string[] {
  const client = `unix://${files.etcdSocket}`;
  const peer = `unix://${join(dataFolder, 'etcd-peer.sock')}`;
  return [
    '--name=quaymaster',
    `--data-dir=${join(dataFolder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=quaymaster=${peer}`,
    '--unsafe-no-fsync',
    '--quota-backend-bytes=8589934592',
    '--log-level=warn',
  ];
}

function apiServerArguments(settings: ComponentSettings, files: DataFiles): string[] {
  return [
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${settings.port}`,
    // A loopback address may not be an endpoint of the service `kubernetes`.
    '--endpoint-reconciler-type=none',
    `--etcd-servers=unix://${files.etcdSocket}`,
    `--client-ca-file=${files.authority}`,
    `--tls-cert-file=${files.serverCertificate}`,
    `--tls-private-key-file=${files.serverKey}`,
    '--authorization-mode=RBAC',
    `--service-cluster-ip-range=${serviceNetwork}`,
    `--service-account-issuer=${serviceAccountIssuer}`,
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    // For extension API servers; the aggregation layer resolves a service of type ExternalName itself.
    `--requestheader-client-ca-file=${files.authority}`,
    `--requestheader-allowed-names=${proxyUser}`,
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${files.proxyCertificate}`,
    `--proxy-client-key-file=${files.proxyKey}`,
    '--allow-privileged=true',
    '--max-requests-inflight=1600',
    '--max-mutating-requests-inflight=800',
    '--profiling=false',
    ...admissionArguments(settings),
    ...gateArguments(settings),
    ...settings.serverArgs,
  ];
}

// Without the controller manager nobody makes the service accounts that this plugin insists on.
function admissionArguments({ components }: ComponentSettings): string[] {
  return components.includes('kube-controller-manager') ? [] : ['--disable-admission-plugins=ServiceAccount'];
}

function controllerManagerArguments(settings: ComponentSettings, files: DataFiles): string[] {
  const kubeconfig = files.kubeconfigOf('kube-controller-manager');
  return [
    `--kubeconfig=${kubeconfig}`,
    '--secure-port=0',
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--root-ca-file=${files.authority}`,
    `--cluster-signing-cert-file=${files.authority}`,
    `--cluster-signing-key-file=${files.authorityKey}`,
    '--kube-api-qps=1000',
    '--kube-api-burst=1000',
    '--concurrent-job-syncs=50',
    '--concurrent-gc-syncs=50',
    '--concurrent-namespace-syncs=20',
    '--concurrent-ttl-after-finished-syncs=20',
    // Simulated nodes send no heartbeats: only a written condition makes one of them fail.
    '--node-monitor-grace-period=240h',
    ...gateArguments(settings),
  ];
}

function kwokArguments(files: DataFiles): string[] {
  const stages = ['kwok.yaml', 'node.yaml', 'pod.yaml'].map((file) =>
    join(import.meta.dirname, 'stages', file),
  );
  return [
    `--kubeconfig=${files.kubeconfigOf('kwok')}`,
    '--manage-all-nodes=true',
    `--cidr=${podNetwork}`,
    '--node-lease-duration-seconds=0',
    ...stages.map((file) => `--config=${file}`),
  ];
}

function gateArguments({ featureGates }: ComponentSettings): string[] {
  const gates = Object.entries(featureGates).map(([name, isOn]) => `${name}=${isOn}`);
  return gates.length === 0 ? [] : [`--feature-gates=${gates.join(',')}`];
}
