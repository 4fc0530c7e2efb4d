import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { SupervisorEvent, SupervisorRequest } from './supervisor.ts';

const endDeadlineMs = 30_000;

/** A program to run under the supervisor. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Where the processes keep their data, and whether it stays when they end. */
export interface SupervisionOptions {
  readonly dataFolder: string;
  readonly keepsData: boolean;
}

/**
 * The processes of one control plane. They run under a supervisor process, so that they end and their data goes away when
 * this process ends in whatever way, SIGKILL included. They do not keep this process alive by themselves.
 */
export class SupervisedProcesses {
  readonly #supervisor: ChildProcess;
  readonly #options: SupervisionOptions;
  readonly #pids = new Map<string, number>();
  readonly #exits = new Map<string, string>();
  readonly #changes = new EventEmitter();
  #hasEnded = false;
  #waiting = 0;

  constructor(options: SupervisionOptions) {
    this.#options = options;
    const log = openSync(join(options.dataFolder, 'supervisor.log'), 'a');
    // Detached: a Ctrl-C on the terminal reaches this process alone, which then ends the others in order.
    this.#supervisor = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'supervisor.ts'),
        options.dataFolder,
        options.keepsData ? 'keep' : 'remove',
      ],
      { stdio: ['ignore', log, log, 'ipc'], detached: true },
    );
    closeSync(log);
    this.#supervisor.on('message', (event) => this.#take(event as SupervisorEvent));
    this.#supervisor.once('exit', (code, signal) => this.#supervisorExited(signal ?? `code ${code}`));
    this.#supervisor.once('error', (error) => this.#supervisorExited(error.message));
    this.#letGo();
  }

  /** The process ids by name; the supervisor's own is among them. */
  get pids(): ReadonlyMap<string, number> {
    return new Map([...this.#pids, ['supervisor', this.#supervisor.pid ?? -1]]);
  }

  /** How the process ended since it was last started; undefined while it runs. */
  exitOf(name: string): string | undefined {
    return this.#exits.get(name);
  }

  /** Starts a program and returns once it runs or has failed to: `exitOf` tells which. */
  async start(spec: ProcessSpec): Promise<void> {
    this.#exits.delete(spec.name);
    this.#request({ kind: 'spawn', ...spec });
    await this.#until(() => this.#pids.has(spec.name) || this.#exits.has(spec.name));
  }

  /** Sends a signal to a process, and does not wait for what it does. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.#request({ kind: 'signal', name, signal });
  }

  /** Sends a signal to a process and waits until it is gone. */
  async kill(name: string, signal: NodeJS.Signals): Promise<void> {
    if (!this.#pids.has(name)) return;
    this.signal(name, signal);
    await this.#until(() => !this.#pids.has(name));
  }

  /** Ends all processes and returns when they are gone and so is their data. */
  async end(): Promise<void> {
    if (this.#hasEnded) return;
    const deadline = setTimeout(() => this.#killGroup(), endDeadlineMs);
    if (this.#supervisor.connected) this.#supervisor.disconnect();
    await this.#until(() => this.#hasEnded);
    clearTimeout(deadline);
  }

  #request(request: SupervisorRequest): void {
    if (this.#hasEnded) throw new Error('The control plane has ended.');
    this.#supervisor.send(request);
  }

  #take(event: SupervisorEvent): void {
    if (event.kind === 'spawned') this.#pids.set(event.name, event.pid);
    else {
      this.#pids.delete(event.name);
      this.#exits.set(event.name, event.how);
    }
    this.#changes.emit('change');
  }

  // The supervisor normally leaves last. When somebody killed it, its work is done from here.
  #supervisorExited(how: string): void {
    this.#hasEnded = true;
    this.#killGroup();
    for (const name of this.#pids.keys()) this.#exits.set(name, `the supervisor ended: ${how}`);
    this.#pids.clear();
    const { dataFolder, keepsData } = this.#options;
    if (!keepsData) rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
    this.#changes.emit('change');
  }

  // Being detached, the supervisor leads a process group that all the others belong to.
  #killGroup(): void {
    const leader = this.#supervisor.pid;
    if (leader === undefined) return;
    try {
      process.kill(-leader, 'SIGKILL');
    } catch {
      // Nobody of the group is left.
    }
  }

  // While somebody waits for news of the supervisor, it does keep this process alive.
  async #until(isSo: () => boolean): Promise<void> {
    this.#waiting += 1;
    this.#supervisor.ref();
    this.#supervisor.channel?.ref();
    try {
      while (!isSo() && !this.#hasEnded) await once(this.#changes, 'change');
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#letGo();
    }
  }

  #letGo(): void {
    this.#supervisor.unref();
    this.#supervisor.channel?.unref();
  }
}
