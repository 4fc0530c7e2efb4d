import { request } from 'node:http';
import { readFileSync } from 'node:fs';

import type { SendRequest } from './api-request.ts';
import { componentArguments, dataFiles } from './components.ts';
import type { ComponentName, ComponentSettings, DataFiles, OptionalComponent } from './components.ts';
import type { SupervisedProcesses } from './supervised-processes.ts';
import { waitUntil } from './wait-until.ts';

const shownLogLines = 20;

/** What a runner runs, where, and how patiently. */
export interface RunnerOptions {
  readonly binaries: ReadonlyMap<string, string>;
  readonly processes: SupervisedProcesses;
  readonly dataFolder: string;
  readonly deadlineMs: number;
}

/** Starts components and waits for them; a start that fails tells the last lines of the log. */
export class ComponentRunner {
  readonly #options: RunnerOptions;
  readonly #files: DataFiles;
  readonly #logStarts = new Map<string, number>();

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#files = dataFiles(options.dataFolder);
  }

  /** Starts etcd and returns when it is healthy. */
  async startEtcd(settings: ComponentSettings): Promise<void> {
    await this.#launch('etcd', settings);
    await this.wait('etcd to become healthy', ['etcd'], () => isEtcdHealthy(this.#files.etcdSocket));
  }

  /** Starts kube-apiserver and returns when it says that it is ready. */
  async startApiServer(settings: ComponentSettings, send: SendRequest): Promise<void> {
    await this.#launch('kube-apiserver', settings);
    const isReady = async () => (await send('GET', '/readyz')).status === 200;
    await this.wait('the API server to become ready', ['kube-apiserver', 'etcd'], isReady);
  }

  /** Starts one of the other programs, which find the API server by themselves. */
  async start(name: OptionalComponent, settings: ComponentSettings): Promise<void> {
    await this.#launch(name, settings);
    this.#throwIfEnded([name]);
  }

  /** Waits for what the controller manager makes first, and what no pod comes without. */
  async waitForServiceAccount(send: SendRequest, { components }: ComponentSettings): Promise<void> {
    const path = components.includes('kube-controller-manager')
      ? '/api/v1/namespaces/default/serviceaccounts/default'
      : '/api/v1/namespaces/default';
    const isThere = async () => (await send('GET', path)).status === 200;
    await this.wait(path, ['kube-apiserver', ...components], isThere);
  }

  /** Waits for a condition; fails at once when one of the components it depends on has ended. */
  wait(what: string, components: readonly ComponentName[], isSo: () => Promise<boolean>): Promise<void> {
    return waitUntil(isSo, {
      what,
      deadlineMs: this.#options.deadlineMs,
      giveUpIf: () => this.#throwIfEnded(components),
      explain: () => components.map((name) => this.#logTail(name)).join('\n'),
    });
  }

  /** Whether the log of a component's last run has this text. */
  logSays(name: ComponentName, text: string): boolean {
    return this.#log(name).includes(text);
  }

  async #launch(name: ComponentName, settings: ComponentSettings): Promise<void> {
    const { binaries, processes, dataFolder } = this.#options;
    const command = binaries.get(name);
    if (command === undefined) throw new Error(`${name} is not among the programs of this control plane.`);
    if (processes.pids.has(name)) throw new Error(`${name} runs already.`);
    const logFile = this.#files.logOf(name);
    this.#logStarts.set(name, readIfThere(logFile).length);
    // Nothing else of the environment: a proxy or the user's own settings must not reach the components.
    const env = { PATH: process.env['PATH'] ?? '', HOME: dataFolder };
    await processes.start({ name, command, args: componentArguments(name, settings), logFile, env });
  }

  #throwIfEnded(components: readonly ComponentName[]): void {
    for (const name of components) {
      const how = this.#options.processes.exitOf(name);
      if (how !== undefined) throw new Error(`${name} ended (${how}).\n${this.#logTail(name)}`);
    }
  }

  #logTail(name: ComponentName): string {
    const lines = this.#log(name).trimEnd().split('\n').slice(-shownLogLines);
    return [`Last lines of ${this.#files.logOf(name)}:`, ...lines.map((line) => `  ${line}`)].join('\n');
  }

  #log(name: ComponentName): string {
    return readIfThere(this.#files.logOf(name)).slice(this.#logStarts.get(name) ?? 0);
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isEtcdHealthy(socketPath: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path: '/health', agent: false, timeout: 5_000 });
    outgoing.once('timeout', () => outgoing.destroy(new Error('etcd does not answer')));
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    outgoing.end();
  });
}
