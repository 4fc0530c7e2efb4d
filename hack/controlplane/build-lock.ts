import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const refreshMs = 5_000;
const staleAfterMs = 60_000;
const pollMs = 500;

/** How to take a lock file. */
export interface LockOptions {
  /** Called once when another process holds the lock and this one has to wait. */
  readonly onWait?: (holder: string) => void;
}

/**
 * Runs `work` while this process alone holds the lock file. A lock whose process is gone, or which nobody refreshed for
 * a minute, is taken over. Two waiters may take over the same stale lock: so the work has to be safe to do twice, the
 * lock only saves the time of it.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  await acquire(path, options);
  const refresh = setInterval(() => touch(path), refreshMs);
  refresh.unref();
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    rmSync(path, { force: true });
  }
}

async function acquire(path: string, options: LockOptions): Promise<void> {
  let hasWaited = false;
  while (!tryCreate(path)) {
    if (isStale(path)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!hasWaited) options.onWait?.(holderOf(path));
    hasWaited = true;
    await sleep(pollMs);
  }
}

function tryCreate(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, `${process.pid} ${hostname()}`);
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(path: string): boolean {
  try {
    if (Date.now() - statSync(path).mtimeMs > staleAfterMs) return true;
    const [pid, host] = holderOf(path).split(' ');
    return host === hostname() && !isAlive(Number(pid));
  } catch {
    // It went away while we looked: the next try to create it decides.
    return false;
  }
}

function holderOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Somebody took the lock for stale and removed it; the work goes on and is published atomically.
  }
}
