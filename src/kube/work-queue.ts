import { computeBackoffMs } from './backoff.ts';
import { systemClock } from './clock.ts';
import type { Clock, Random } from './clock.ts';

/** Thrown by a reconciler that gives up on a key: trying the same again would not help. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

export type ReconcileResult =
  { readonly kind: 'done' } | { readonly kind: 'again'; readonly afterMs: number };

export interface WorkQueueOptions {
  readonly name: string;
  readonly concurrency: number;
  readonly reconcile: (key: string) => Promise<ReconcileResult>;
  /** Told of each failure; the key is tried again unless `isTerminal`. */
  readonly onFailure: (failure: {
    key: string;
    error: unknown;
    attempts: number;
    isTerminal: boolean;
  }) => void;
  /** Told of each finished pass, for metrics. */
  readonly onPass?: ((pass: { key: string; waitedMs: number; tookMs: number }) => void) | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

export interface WorkQueueCounters {
  added: number;
  passes: number;
  retried: number;
  failed: number;
  givenUp: number;
}

interface Delayed {
  readonly atMs: number;
  readonly cancel: () => void;
}

const failureBackoff = { firstMs: 10, maxMs: 60_000 };
/** Passes may follow each other without letting watches and webhooks in for this long. */
const turnMaxMs = 10;

/**
 * Keys to reconcile. A key waits at most once, is never worked on twice at the same time, and is worked on again when it was
 * added meanwhile. A failed pass comes back after a growing delay.
 */
export class WorkQueue {
  readonly name: string;
  readonly counters: WorkQueueCounters = { added: 0, passes: 0, retried: 0, failed: 0, givenUp: 0 };
  readonly #options: WorkQueueOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  /** Waiting keys in order, with the time since when. */
  readonly #waiting = new Map<string, number>();
  /** Keys under way; true when added again meanwhile. */
  readonly #running = new Map<string, boolean>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #attempts = new Map<string, number>();
  #state: 'new' | 'started' | 'stopped' = 'new';
  #isTurnPlanned = false;
  #turnStartedMs = 0;
  #onIdle: (() => void)[] = [];

  constructor(options: WorkQueueOptions) {
    this.name = options.name;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  /** Keys that wait to be worked on now. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Keys under way. */
  get running(): number {
    return this.#running.size;
  }

  /** Asks for a pass over the key as soon as may be. The pass starts after the caller's own turn, never inside it. */
  add(key: string): void {
    if (this.#state === 'stopped') return;
    this.counters.added += 1;
    this.#undelay(key);
    if (this.#running.has(key)) this.#running.set(key, true);
    else if (!this.#waiting.has(key)) this.#waiting.set(key, this.#clock.monotonicMs());
    this.#planTurn();
  }

  /** Asks for a pass later; of several such wishes the earliest counts, and a plain `add` fulfils them all. */
  addAfter(key: string, delayMs: number): void {
    if (this.#state === 'stopped') return;
    if (delayMs <= 0) return this.add(key);
    if (this.#waiting.has(key)) return;
    const atMs = this.#clock.monotonicMs() + delayMs;
    const earlier = this.#delayed.get(key);
    if (earlier !== undefined && earlier.atMs <= atMs) return;
    earlier?.cancel();
    this.#delayed.set(key, { atMs, cancel: this.#clock.after(delayMs, () => this.add(key)) });
  }

  /** Keys may be added before; they are worked on from now on. */
  start(): void {
    if (this.#state === 'new') this.#state = 'started';
    this.#planTurn();
  }

  /** Starts no pass any more and waits for those under way, at most `deadlineMs`. */
  async stop(deadlineMs = 5000): Promise<void> {
    this.#state = 'stopped';
    this.#waiting.clear();
    for (const key of this.#delayed.keys()) this.#undelay(key);
    if (this.#running.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle.push(resolve);
    const cancel = this.#clock.after(deadlineMs, resolve);
    await promise;
    cancel();
  }

  #undelay(key: string): void {
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
  }

  #planTurn(): void {
    if (this.#isTurnPlanned || this.#state !== 'started') return;
    if (this.#waiting.size === 0 || this.#running.size >= this.#options.concurrency) return;
    this.#isTurnPlanned = true;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#turnStartedMs < turnMaxMs) queueMicrotask(() => this.#turn());
    else setImmediate(() => this.#beginTurn());
  }

  #beginTurn(): void {
    this.#turnStartedMs = this.#clock.monotonicMs();
    this.#turn();
  }

  #turn(): void {
    this.#isTurnPlanned = false;
    while (this.#state === 'started' && this.#running.size < this.#options.concurrency) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      if (this.#clock.monotonicMs() - this.#turnStartedMs > turnMaxMs) return this.#planTurn();
      const [key, sinceMs] = next;
      this.#waiting.delete(key);
      this.#running.set(key, false);
      void this.#pass(key, sinceMs);
    }
  }

  async #pass(key: string, sinceMs: number): Promise<void> {
    const startedMs = this.#clock.monotonicMs();
    let nextMs: number | undefined;
    try {
      const result = await this.#options.reconcile(key);
      this.#attempts.delete(key);
      if (result.kind === 'again') nextMs = result.afterMs;
    } catch (error) {
      nextMs = this.#judgeFailure(key, error);
    }
    this.counters.passes += 1;
    this.#options.onPass?.({
      key,
      waitedMs: startedMs - sinceMs,
      tookMs: this.#clock.monotonicMs() - startedMs,
    });
    this.#finish(key, nextMs);
  }

  #finish(key: string, nextMs: number | undefined): void {
    const isAddedMeanwhile = this.#running.get(key) === true;
    this.#running.delete(key);
    if (this.#running.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
    if (this.#state === 'stopped') return;
    if (isAddedMeanwhile) this.#waiting.set(key, this.#clock.monotonicMs());
    else if (nextMs !== undefined) this.addAfter(key, nextMs);
    this.#planTurn();
  }

  #judgeFailure(key: string, error: unknown): number | undefined {
    const attempts = (this.#attempts.get(key) ?? 0) + 1;
    const isTerminal = error instanceof TerminalError;
    this.counters.failed += 1;
    this.#options.onFailure({ key, error, attempts, isTerminal });
    if (isTerminal) {
      this.counters.givenUp += 1;
      this.#attempts.delete(key);
      return undefined;
    }
    this.counters.retried += 1;
    this.#attempts.set(key, attempts);
    return computeBackoffMs(failureBackoff, attempts, this.#random);
  }
}
