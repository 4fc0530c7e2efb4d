import { setTimeout as sleep } from 'node:timers/promises';

/** What is waited for, and how long. */
export interface WaitOptions {
  /** Completes the sentence "Waited … for …". */
  readonly what: string;
  readonly deadlineMs: number;
  readonly pollMs?: number;
  /** Throws when there is no use in waiting on. */
  readonly giveUpIf?: () => void;
  /** Added to the error when the deadline passes. */
  readonly explain?: () => string;
}

/** Asks `isSo` again and again until it says yes. An error of it counts as a no. */
export async function waitUntil(isSo: () => Promise<boolean> | boolean, options: WaitOptions): Promise<void> {
  const { what, deadlineMs, pollMs = 50, giveUpIf, explain } = options;
  const endsAt = Date.now() + deadlineMs;
  let lastError: unknown;
  for (;;) {
    giveUpIf?.();
    try {
      if (await isSo()) return;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > endsAt) {
      const seconds = Math.round(deadlineMs / 1000);
      throw new Error([`Waited ${seconds} s for ${what}.`, explain?.()].filter(Boolean).join('\n'), {
        cause: lastError,
      });
    }
    await sleep(pollMs);
  }
}
