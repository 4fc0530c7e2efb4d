import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createRequester } from './api-request.ts';
import type { SendRequest } from './api-request.ts';
import { ensureBinaries } from './build.ts';
import { ComponentRunner } from './component-runner.ts';
import { dataFiles, schedulerConfiguration } from './components.ts';
import type { ComponentName, ComponentSettings, DataFiles, OptionalComponent } from './components.ts';
import { createCredentials, writeKubeconfigs, writeUserKubeconfig } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { findFreePort } from './free-port.ts';
import { runKubectl } from './kubectl.ts';
import type { KubectlOptions } from './kubectl.ts';
import { addNodes } from './node-setup.ts';
import type { NodeGroup } from './nodes.ts';
import { SupervisedProcesses } from './supervised-processes.ts';

/** What to start. */
export interface StartOptions {
  /** Simulated nodes that exist and are Ready when `start` returns. */
  readonly nodes?: readonly NodeGroup[];
  /** Given to kube-apiserver, kube-controller-manager and kube-scheduler alike. */
  readonly featureGates?: Readonly<Record<string, boolean>>;
  /** Which programs run beside etcd and kube-apiserver; all by default. */
  readonly components?: readonly OptionalComponent[];
  /** Further flags of kube-apiserver, such as `--runtime-config=…`; they override ours. */
  readonly serverArgs?: readonly string[];
  /** How long each step of the start may take on a loaded machine. */
  readonly deadlineMs?: number;
  /** Takes the lines that tell of a build; they go to stderr by default. */
  readonly report?: (line: string) => void;
}

/** A running control plane. Everything in it ends with this process, or earlier with `stop`. */
export interface ControlPlane {
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** The API server's URL. */
  readonly server: string;
  /** The temporary folder with data, certificates and logs (`<component>.log`). */
  readonly dataDir: string;
  /** Process ids by component name, and that of the `supervisor`. */
  readonly pids: () => ReadonlyMap<string, number>;
  /** Runs kubectl as administrator and returns what it printed; rejects with what it complained of. */
  readonly kubectl: (args: readonly string[], options?: KubectlOptions) => Promise<string>;
  /** The path of a new kubeconfig for a user that is known by its name and groups alone. */
  readonly kubeconfigFor: (user: string, groups?: readonly string[]) => Promise<string>;
  /** Adds simulated nodes and returns when they are Ready. */
  readonly addNodes: (groups: readonly NodeGroup[]) => Promise<void>;
  /** Sends a signal and does not wait: SIGSTOP and SIGCONT make a component silent and let it go on. */
  readonly signal: (component: ComponentName, signal: NodeJS.Signals) => void;
  /** Ends a component; it stays away until `restart`. */
  readonly kill: (component: ComponentName, signal?: NodeJS.Signals) => Promise<void>;
  /** Starts a component that was killed. */
  readonly restart: (component: ComponentName) => Promise<void>;
  readonly killApiServer: (signal?: NodeJS.Signals) => Promise<void>;
  /**
   * Starts the API server again, at the same URL and with the same data, and returns when it is ready. The controller
   * manager, the scheduler and KWOK are started anew with it, where they run.
   */
  readonly restartApiServer: () => Promise<void>;
  /** Ends all processes and removes the data folder. */
  readonly stop: () => Promise<void>;
}

/** Set to anything, it keeps the data folder of each control plane, for reading its logs afterwards. */
export const keepDataVariable = 'QUAYMASTER_KEEP_DATA';

const allComponents: readonly OptionalComponent[] = ['kube-controller-manager', 'kube-scheduler', 'kwok'];
const defaultDeadlineMs = 90_000;
const portTries = 5;

/** Starts a control plane of its own on a free loopback port, and returns when it is ready for work. */
export async function start(options: StartOptions = {}): Promise<ControlPlane> {
  const components = options.components ?? allComponents;
  const report = options.report === undefined ? {} : { report: options.report };
  const binaries = await ensureBinaries(['etcd', 'kube-apiserver', 'kubectl', ...components], report);
  const dataDir = await mkdtemp(join(tmpdir(), 'quaymaster-'));
  const keepsData = Boolean(process.env[keepDataVariable]);
  const processes = new SupervisedProcesses({ dataFolder: dataDir, keepsData });
  try {
    const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
    const runner = new ComponentRunner({ binaries, processes, dataFolder: dataDir, deadlineMs });
    return await bringUp({ ...options, components, deadlineMs }, { runner, processes, dataDir, binaries });
  } catch (error) {
    await processes.end();
    throw error;
  }
}

interface Parts {
  readonly runner: ComponentRunner;
  readonly processes: SupervisedProcesses;
  readonly dataDir: string;
  readonly binaries: ReadonlyMap<string, string>;
}

type ResolvedOptions = StartOptions & Required<Pick<StartOptions, 'components' | 'deadlineMs'>>;

async function bringUp(options: ResolvedOptions, parts: Parts): Promise<ControlPlane> {
  const { runner, dataDir } = parts;
  const files = dataFiles(dataDir);
  const baseSettings = {
    dataFolder: dataDir,
    components: options.components,
    featureGates: options.featureGates ?? {},
    serverArgs: options.serverArgs ?? [],
  };
  const [credentials] = await Promise.all([
    createCredentials(files),
    runner.startEtcd({ ...baseSettings, port: 0 }),
  ]);
  const settings = await startOnFreePort(baseSettings, { runner, credentials });
  const server = serverUrl(settings.port);
  await Promise.all([
    writeKubeconfigs(credentials, files, server),
    writeFile(files.schedulerConfiguration, schedulerConfiguration(files.kubeconfigOf('kube-scheduler'))),
  ]);
  await Promise.all(options.components.map((name) => runner.start(name, settings)));
  const access = { server, authority: credentials.authority.certificate, client: credentials.admin };
  const { send, close } = createRequester(access);
  const controlPlane = assemble({ ...parts, files, settings, credentials, send, close });
  await runner.waitForServiceAccount(send, settings);
  await controlPlane.addNodes(options.nodes ?? []);
  return controlPlane;
}

/** Another process may take the port between our look and the server's start: then the next one is tried. */
async function startOnFreePort(
  baseSettings: Omit<ComponentSettings, 'port'>,
  { runner, credentials }: { runner: ComponentRunner; credentials: Credentials },
): Promise<ComponentSettings> {
  for (let attempt = 1; ; attempt++) {
    const settings = { ...baseSettings, port: await findFreePort() };
    try {
      await startApiServer(runner, settings, credentials);
      return settings;
    } catch (error) {
      if (attempt === portTries || !runner.logSays('kube-apiserver', 'address already in use')) throw error;
    }
  }
}

async function startApiServer(
  runner: ComponentRunner,
  settings: ComponentSettings,
  credentials: Credentials,
) {
  const { send, close } = createRequester({
    server: serverUrl(settings.port),
    authority: credentials.authority.certificate,
    client: credentials.admin,
  });
  try {
    await runner.startApiServer(settings, send);
  } finally {
    close();
  }
}

interface Assembly extends Parts {
  readonly files: DataFiles;
  readonly settings: ComponentSettings;
  readonly credentials: Credentials;
  readonly send: SendRequest;
  readonly close: () => void;
}

function assemble(assembly: Assembly): ControlPlane {
  const { runner, processes, files, settings, credentials, binaries, dataDir, send } = assembly;
  const server = serverUrl(settings.port);
  const kubeconfig = files.kubeconfigOf('admin');
  const kubectlPath = binaries.get('kubectl') ?? 'kubectl';
  const kill = (component: ComponentName, signal: NodeJS.Signals = 'SIGKILL') =>
    processes.kill(component, signal);
  const restartApiServer = async () => {
    await startApiServer(runner, settings, credentials);
    await restartClients(assembly);
  };
  let userCount = 0;
  return {
    kubeconfig,
    server,
    dataDir,
    pids: () => processes.pids,
    kubectl: (args, options) => runKubectl({ path: kubectlPath, kubeconfig, dataDir }, args, options),
    kubeconfigFor: (user, groups = []) => {
      userCount += 1;
      const clusterUser = { file: `user-${userCount}`, user, groups };
      return writeUserKubeconfig(credentials.authority, { files, server, user: clusterUser });
    },
    addNodes: (groups) => addNodes(groups, { send, runner, settings }),
    signal: (component, signal) => processes.signal(component, signal),
    kill,
    restart: (component) => {
      if (component === 'kube-apiserver') return restartApiServer();
      return component === 'etcd' ? runner.startEtcd(settings) : runner.start(component, settings);
    },
    killApiServer: (signal) => kill('kube-apiserver', signal),
    restartApiServer,
    stop: async () => {
      assembly.close();
      await processes.end();
    },
  };
}

// The longer the server was away, the longer its clients wait before they try again: more than a minute after an outage
// of half a minute. Started anew they are there at once.
async function restartClients({ runner, processes, settings }: Assembly): Promise<void> {
  const running = settings.components.filter((name) => processes.pids.has(name));
  await Promise.all(
    running.map(async (name) => {
      await processes.kill(name, 'SIGKILL');
      await runner.start(name, settings);
    }),
  );
}

function serverUrl(port: number): string {
  return `https://127.0.0.1:${port}`;
}
