// The parent of all processes of one control plane, itself a child of the program that asked for it. When the channel to
// that program closes, however it ended, everything here ends too and the data folder goes away.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';

/** What the parent asks of the supervisor. */
export type SupervisorRequest =
  | {
      readonly kind: 'spawn';
      readonly name: string;
      readonly command: string;
      readonly args: readonly string[];
      readonly logFile: string;
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'signal'; readonly name: string; readonly signal: NodeJS.Signals };

/** What the supervisor tells its parent. */
export type SupervisorEvent =
  | { readonly kind: 'spawned'; readonly name: string; readonly pid: number }
  | { readonly kind: 'exited'; readonly name: string; readonly how: string };

const children = new Map<string, ChildProcess>();

function tell(event: SupervisorEvent): void {
  // The parent may have gone a moment ago; `disconnect` does the rest then.
  if (process.connected) process.send?.(event, undefined, undefined, () => undefined);
}

function handle(request: SupervisorRequest): void {
  if (request.kind === 'signal') {
    children.get(request.name)?.kill(request.signal);
    return;
  }
  const { name } = request;
  const log = openSync(request.logFile, 'a');
  const child = spawn(request.command, request.args, { stdio: ['ignore', log, log], env: request.env });
  closeSync(log);
  children.set(name, child);
  child.once('spawn', () => tell({ kind: 'spawned', name, pid: child.pid ?? -1 }));
  child.once('error', (error) => ended(name, child, error.message));
  child.once('exit', (code, signal) => ended(name, child, signal ?? `code ${code}`));
}

function ended(name: string, child: ChildProcess, how: string): void {
  if (children.get(name) === child) children.delete(name);
  tell({ kind: 'exited', name, how });
}

function endAll(dataFolder: string, keepsData: boolean): void {
  const remove = () => {
    if (children.size > 0) return;
    if (!keepsData) rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
    process.exit(0);
  };
  for (const child of children.values()) {
    child.once('exit', () => setImmediate(remove));
    child.kill('SIGKILL');
  }
  remove();
}

const [, , dataFolder, keep] = process.argv;
if (dataFolder === undefined) throw new Error('usage: supervisor DATA_FOLDER [keep]');
process.on('message', (request) => handle(request as SupervisorRequest));
process.once('disconnect', () => endAll(dataFolder, keep === 'keep'));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.once(signal, () => endAll(dataFolder, keep === 'keep'));
}
