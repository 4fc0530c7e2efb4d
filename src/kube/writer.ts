import { setMaxListeners } from 'node:events';
import type { ApiError } from './api-error.ts';
import { computeBackoffMs } from './backoff.ts';
import { systemClock } from './clock.ts';
import type { Clock, Random } from './clock.ts';
import type { KubeClient } from './kube-client.ts';
import { TokenBucket } from './token-bucket.ts';
import { attemptWrite, resolveWrite } from './write-attempt.ts';
import type { Unfinished, Unresolved } from './write-attempt.ts';
import { WriteLane } from './write-lane.ts';
import type { WaitingWrite } from './write-lane.ts';
import { writeClasses } from './write-request.ts';
import type { WriteOutcome, WriteRequest } from './write-request.ts';

export interface WriterOptions {
  readonly client: KubeClient;
  /** How many writes may be under way at once. */
  readonly inFlightMax?: number | undefined;
  /** Off without it. */
  readonly rate?: { readonly qps: number; readonly burst: number } | undefined;
  /** How long a write that is known not to be carried out is tried again before it ends as `refused`. */
  readonly retryForMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

/** What happened so far, for metrics. */
export interface WriterCounters {
  submitted: number;
  coalesced: number;
  tries: number;
  retried: number;
  unknown: number;
  ended: Record<WriteOutcome['kind'], number>;
}

const retryBackoff = { firstMs: 50, maxMs: 5000 };

/**
 * Sends writes: one at a time for each object and in order, a bounded number at once, urgent classes first. Who waits for a
 * write hears of its end before the body of the object's next one is made. Every end is a value; nothing is thrown.
 */
export class Writer {
  readonly counters: WriterCounters = {
    submitted: 0,
    coalesced: 0,
    tries: 0,
    retried: 0,
    unknown: 0,
    ended: { ok: 0, skipped: 0, conflict: 0, exists: 0, notFound: 0, refused: 0, stopped: 0 },
  };
  readonly #client: KubeClient;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #inFlightMax: number;
  readonly #retryForMs: number;
  readonly #bucket: TokenBucket | undefined;
  readonly #lanes = new Map<string, WriteLane>();
  /** Lanes that could be sent from, by class, each in the order in which they came. */
  readonly #ready = new Map(writeClasses.map((name) => [name, new Set<WriteLane>()]));
  readonly #stop = new AbortController();
  #inFlight = 0;
  #isClosed = false;
  #cancelRefill: (() => void) | undefined;
  #onEmpty: (() => void)[] = [];

  constructor(options: WriterOptions) {
    this.#client = options.client;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#inFlightMax = options.inFlightMax ?? 32;
    this.#retryForMs = options.retryForMs ?? 30_000;
    this.#bucket = options.rate && new TokenBucket(options.rate, this.#clock);
    setMaxListeners(0, this.#stop.signal);
  }

  /** Writes under way now. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Objects with a write waiting or under way. */
  get laneCount(): number {
    return this.#lanes.size;
  }

  /** Takes a write; the promise tells how it ended and never rejects. */
  submit(request: WriteRequest): Promise<WriteOutcome> {
    this.counters.submitted += 1;
    if (this.#isClosed) return Promise.resolve(this.#count({ kind: 'stopped' }));
    const { promise, resolve } = Promise.withResolvers<WriteOutcome>();
    const lane = this.#laneOf(request);
    const replaced = lane.add({ request, dueMs: request.notBeforeMs ?? 0, resolve, attempts: 0 });
    if (replaced !== undefined) {
      this.counters.coalesced += 1;
      this.#end(replaced, { kind: 'skipped' });
    }
    this.#schedule(lane);
    return promise;
  }

  /**
   * Takes no more writes, sends also those that wait for a later time, and waits for all, at most `deadlineMs`; what is left
   * then is stopped.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#isClosed = true;
    for (const lane of this.#lanes.values()) {
      lane.hurry();
      this.#schedule(lane);
    }
    if (this.#lanes.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onEmpty.push(resolve);
      const cancel = this.#clock.after(deadlineMs, resolve);
      await promise;
      cancel();
    }
    this.stop();
  }

  /** Stops at once; requests under way are cut off. */
  stop(): void {
    this.#isClosed = true;
    this.#stop.abort();
    this.#cancelRefill?.();
    for (const ready of this.#ready.values()) ready.clear();
    for (const lane of this.#lanes.values()) {
      for (const waiting of lane.takeAll()) this.#end(waiting, { kind: 'stopped' });
      this.#schedule(lane);
    }
  }

  #laneOf(request: WriteRequest): WriteLane {
    const { group, plural } = request.type;
    const key = `${group}/${plural}/${request.namespace ?? ''}/${request.name}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = new WriteLane(key);
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  /** Puts a lane where it belongs: running, ready in its class, waiting for a time, or forgotten when empty. */
  #schedule(lane: WriteLane): void {
    lane.cancelTimer?.();
    lane.cancelTimer = undefined;
    const now = this.#clock.now();
    const urgency = lane.isRunning ? undefined : lane.urgencyAt(now);
    for (const [name, ready] of this.#ready) {
      if (name === urgency) ready.add(lane);
      else ready.delete(lane);
    }
    if (urgency !== undefined) this.#pump();
    else if (lane.isEmpty && !lane.isRunning) this.#forget(lane);
    else if (!lane.isRunning) this.#wakeAt(lane, lane.nextDueMs() - now);
  }

  #wakeAt(lane: WriteLane, delayMs: number): void {
    lane.cancelTimer = this.#clock.after(Math.max(1, delayMs), () => this.#schedule(lane));
  }

  #forget(lane: WriteLane): void {
    this.#lanes.delete(lane.key);
    if (this.#lanes.size > 0) return;
    for (const resolve of this.#onEmpty.splice(0)) resolve();
  }

  #pump(): void {
    while (this.#inFlight < this.#inFlightMax) {
      const ready = this.#mostUrgent();
      if (ready === undefined || !this.#takeToken()) return;
      const lane = ready.values().next().value as WriteLane;
      ready.delete(lane);
      const next = lane.start(this.#clock.now());
      if (next === undefined) this.#schedule(lane);
      else void this.#run(lane, next);
    }
  }

  #mostUrgent(): Set<WriteLane> | undefined {
    for (const ready of this.#ready.values()) if (ready.size > 0) return ready;
    return undefined;
  }

  #takeToken(): boolean {
    const waitMs = this.#bucket?.take() ?? 0;
    if (waitMs === 0) return true;
    this.#cancelRefill ??= this.#clock.after(waitMs, () => {
      this.#cancelRefill = undefined;
      this.#pump();
    });
    return false;
  }

  async #run(lane: WriteLane, write: WaitingWrite): Promise<void> {
    this.#inFlight += 1;
    const result = await this.#attempt(write);
    if (result.kind !== 'again') this.#end(write, result);
    else if (this.#stop.signal.aborted) this.#end(write, { kind: 'stopped' });
    else this.#tryAgain(lane, write, result);
    // After all promises that wait for this outcome have run: the object's next body may be computed from it.
    process.nextTick(() => {
      this.#inFlight -= 1;
      lane.isRunning = false;
      this.#schedule(lane);
      this.#pump();
    });
  }

  async #attempt(write: WaitingWrite): Promise<WriteOutcome | Unfinished> {
    const signal = this.#stop.signal;
    this.counters.tries += 1;
    if (write.unresolved === undefined) return attemptWrite(this.#client, write.request, signal);
    const { unresolved, error } = write as { unresolved: Unresolved; error: ApiError };
    const resolved = await resolveWrite(this.#client, write.request, { unresolved, error, signal });
    if (resolved.kind !== 'again' || resolved.unresolved !== undefined) return resolved;
    return attemptWrite(this.#client, write.request, signal);
  }

  #tryAgain(lane: WriteLane, write: WaitingWrite, { error, unresolved }: Unfinished): void {
    const nowMs = this.#clock.monotonicMs();
    write.firstFailedMs ??= nowMs;
    if (unresolved === undefined && nowMs - write.firstFailedMs > this.#retryForMs) {
      this.#end(write, { kind: 'refused', error });
      return;
    }
    if (unresolved !== undefined && write.unresolved === undefined) this.counters.unknown += 1;
    this.counters.retried += 1;
    write.attempts += 1;
    write.error = error;
    write.unresolved = unresolved;
    const backoffMs = computeBackoffMs(retryBackoff, write.attempts, this.#random);
    lane.putBack(write, this.#clock.now() + Math.max(backoffMs, error.retryAfterMs ?? 0));
  }

  #end(write: WaitingWrite, outcome: WriteOutcome): void {
    write.resolve(this.#count(outcome));
  }

  #count(outcome: WriteOutcome): WriteOutcome {
    this.counters.ended[outcome.kind] += 1;
    return outcome;
  }
}
