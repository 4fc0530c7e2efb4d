import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

import { findFreePort } from '../controlplane/free-port.ts';
import { keepDataVariable } from '../controlplane/index.ts';
import { SupervisedProcesses } from '../controlplane/supervised-processes.ts';
import { waitUntil } from '../controlplane/wait-until.ts';
import { accountKubeconfig } from './account-kubeconfig.ts';
import type { Cluster } from './cluster.ts';
import type { WebhookPlace } from './install-quaymaster.ts';
import { settingsOf } from './settings.ts';
import type { SettingsOptions } from './settings.ts';

export interface LaunchOptions
  extends Partial<WebhookPlace>, Pick<SettingsOptions, 'leaderElection' | 'settings'> {
  /** The port that was installed; a free one for a replica that nobody calls. */
  readonly webhookPort?: number;
  readonly healthPort?: number;
  readonly metricsPort?: number;
  readonly featureGates?: Readonly<Record<string, boolean>>;
  /** A name for log lines and messages, where there are several. */
  readonly replica?: string;
  /** Another kubeconfig than that of its service account. */
  readonly kubeconfig?: string;
  readonly logLevel?: string;
  /** Flags of node itself, such as `--cpu-prof`, which writes a profile when the process ends in good order. */
  readonly nodeFlags?: readonly string[];
}

/** A Quaymaster that runs as a process of its own. It ends with this process, whatever way that ends. */
export interface Quaymaster {
  /** The process id, or undefined while it is not running. */
  readonly pid: () => number | undefined;
  /** How it ended since it was last started; undefined while it runs. */
  readonly exit: () => string | undefined;
  /** Returns when it answers `/readyz`; throws with the last log lines when it ended or takes too long. */
  readonly waitReady: (deadlineMs?: number) => Promise<void>;
  /** Sends a signal and does not wait, for SIGSTOP, SIGCONT and SIGUSR2. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Sends a signal, SIGKILL by default, and returns when the process is gone. It stays away until `restart`. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>;
  /** Starts it again, with the same settings and ports, after `kill`. */
  readonly restart: () => Promise<void>;
  /** Ends it in good order, and removes its folder with the log in it. */
  readonly stop: () => Promise<void>;
  readonly logFile: string;
  readonly readLog: () => Promise<string>;
  /** The last lines of its log, for an error message. */
  readonly lastLogLines: (count?: number) => Promise<string>;
  /** Plain HTTP, on loopback. */
  readonly metricsUrl: string;
  readonly healthUrl: string;
  readonly rssBytes: () => Promise<number>;
}

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** As in `config/manager`: much garbage is made, and node would rather let a third of the memory fill up with it. */
const memoryFlags = ['--max-semi-space-size=4'];
const readyDeadlineMs = 60_000;
const stopDeadlineMs = 15_000;
const shownLogLines = 20;

/**
 * Starts `src/main.ts` as a process of its own, with the rights of the service account that `installQuaymaster` made, and
 * returns once it runs; `waitReady` waits until it serves.
 */
export async function launchQuaymaster(cluster: Cluster, options: LaunchOptions = {}): Promise<Quaymaster> {
  const folder = await mkdtemp(join(tmpdir(), 'quaymaster-process-'));
  const keepsData = Boolean(process.env[keepDataVariable]);
  const processes = new SupervisedProcesses({ dataFolder: folder, keepsData });
  try {
    const prepared = await prepare(cluster, { folder, options });
    const launched = describeProcess(processes, prepared);
    await launched.restart();
    return launched;
  } catch (error) {
    await processes.end();
    throw error;
  }
}

interface Prepared {
  readonly name: string;
  readonly folder: string;
  readonly args: readonly string[];
  readonly healthUrl: string;
  readonly metricsUrl: string;
}

/** Writes the settings and the kubeconfig, which nobody else may read, into the process's own folder. */
async function prepare(
  cluster: Cluster,
  { folder, options }: { readonly folder: string; readonly options: LaunchOptions },
): Promise<Prepared> {
  const { webhookHost = '127.0.0.1', logLevel = '2', nodeFlags = [], ...given } = options;
  const { replica, featureGates } = given;
  const healthPort = given.healthPort ?? (await findFreePort());
  const metricsPort = given.metricsPort ?? (await findFreePort());
  const webhookPort = given.webhookPort ?? (await findFreePort());
  const settings = settingsOf({ ...given, webhookHost, webhookPort, healthPort, metricsPort });
  const config = join(folder, 'settings.yaml');
  await writeFile(config, stringify(settings));
  const kubeconfig = options.kubeconfig ?? join(folder, 'account.kubeconfig');
  if (options.kubeconfig === undefined)
    await writeFile(kubeconfig, await accountKubeconfig(cluster), { mode: 0o600 });
  return {
    name: replica === undefined ? 'quaymaster' : `quaymaster-${replica}`,
    folder,
    args: [
      ...memoryFlags,
      ...nodeFlags,
      program,
      `--config=${config}`,
      `--kubeconfig=${kubeconfig}`,
      `--zap-log-level=${logLevel}`,
      '--insecure-metrics',
      ...gateArguments(featureGates),
    ],
    healthUrl: `http://127.0.0.1:${healthPort}`,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
  };
}

function gateArguments(featureGates: LaunchOptions['featureGates'] = {}): string[] {
  const gates = Object.entries(featureGates).map(([gate, isOn]) => `${gate}=${isOn}`);
  return gates.length === 0 ? [] : [`--feature-gates=${gates.join(',')}`];
}

function describeProcess(processes: SupervisedProcesses, prepared: Prepared): Quaymaster {
  const { name, folder, args, healthUrl, metricsUrl } = prepared;
  const logFile = join(folder, `${name}.log`);
  const readLog = () => readFile(logFile, 'utf8').catch(() => '');
  const lastLogLines = async (count = shownLogLines) =>
    (await readLog()).trimEnd().split('\n').slice(-count).join('\n');
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => processes.kill(name, signal);
  return {
    pid: () => processes.pids.get(name),
    exit: () => processes.exitOf(name),
    waitReady: async (deadlineMs = readyDeadlineMs) => {
      try {
        await waitForReadiness({ name, processes, healthUrl, deadlineMs });
      } catch (error) {
        const message = `${(error as Error).message}\nLast lines of ${logFile}:\n${await lastLogLines()}`;
        throw new Error(message, { cause: error });
      }
    },
    signal: (signal) => processes.signal(name, signal),
    kill,
    restart: async () => {
      if (processes.pids.has(name)) throw new Error(`${name} runs already.`);
      const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
      await processes.start({ name, command: process.execPath, args, logFile, env });
    },
    stop: async () => {
      const late = setTimeout(() => processes.signal(name, 'SIGKILL'), stopDeadlineMs);
      await kill('SIGTERM');
      clearTimeout(late);
      await processes.end();
    },
    logFile,
    readLog,
    lastLogLines,
    metricsUrl,
    healthUrl,
    rssBytes: () => readRssBytes(processes.pids.get(name)),
  };
}

interface Readiness {
  readonly name: string;
  readonly processes: SupervisedProcesses;
  readonly healthUrl: string;
  readonly deadlineMs: number;
}

function waitForReadiness({ name, processes, healthUrl, deadlineMs }: Readiness): Promise<void> {
  return waitUntil(async () => (await fetch(`${healthUrl}/readyz`)).ok, {
    what: `${name} to become ready`,
    deadlineMs,
    giveUpIf: () => {
      const how = processes.exitOf(name);
      if (how !== undefined) throw new Error(`${name} ended (${how}).`);
    },
  });
}

/** The resident set as Linux tells it. */
async function readRssBytes(pid: number | undefined): Promise<number> {
  if (pid === undefined) throw new Error('Quaymaster is not running.');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status tells no VmRSS.`);
  return Number(kibibytes) * 1024;
}
