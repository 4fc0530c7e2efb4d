import type { ApiError } from './api-error.ts';
import type { Unresolved } from './write-attempt.ts';
import { writeClasses } from './write-request.ts';
import type { WriteClass, WriteOutcome, WriteRequest } from './write-request.ts';

/** A write on its way, with what its earlier tries left. */
export interface WaitingWrite {
  readonly request: WriteRequest;
  readonly resolve: (outcome: WriteOutcome) => void;
  dueMs: number;
  attempts: number;
  firstFailedMs?: number;
  error?: ApiError | undefined;
  unresolved?: Unresolved | undefined;
}

/** The writes of one object, of which one at a time is under way. */
export class WriteLane {
  readonly key: string;
  isRunning = false;
  cancelTimer: (() => void) | undefined;
  #waiting: WaitingWrite[] = [];
  /** The write that is to be tried again, and until when all others wait behind it. */
  #retry: WaitingWrite | undefined;

  constructor(key: string) {
    this.key = key;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#retry === undefined;
  }

  /** Adds a write at the end, or in the place of one with the same key, which is returned. */
  add(write: WaitingWrite): WaitingWrite | undefined {
    const { coalesceKey } = write.request;
    const index =
      coalesceKey === undefined
        ? -1
        : this.#waiting.findIndex(({ request }) => request.coalesceKey === coalesceKey);
    const replaced = this.#waiting[index];
    if (replaced === undefined) {
      this.#waiting.push(write);
      return undefined;
    }
    // The earlier time holds, or a steady stream of changes would put the write off for ever.
    write.dueMs = Math.min(write.dueMs, replaced.dueMs);
    this.#waiting[index] = write;
    return replaced;
  }

  /** The most urgent class among the writes that are due; undefined when none is. */
  urgencyAt(now: number): WriteClass | undefined {
    if (this.#retry !== undefined && this.#retry.dueMs > now) return undefined;
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= now);
    if (this.#retry !== undefined) due.push(this.#retry);
    return writeClasses.find((name) => due.some(({ request }) => request.class === name));
  }

  /** When the lane has something to send. */
  nextDueMs(): number {
    return this.#retry?.dueMs ?? Math.min(...this.#waiting.map(({ dueMs }) => dueMs));
  }

  /** Takes out the write whose turn it is, in the order of arrival among those that are due. */
  start(now: number): WaitingWrite | undefined {
    const retry = this.#retry;
    this.#retry = undefined;
    const index = this.#waiting.findIndex(({ dueMs }) => dueMs <= now);
    const next = retry ?? (index === -1 ? undefined : this.#waiting.splice(index, 1)[0]);
    this.isRunning = next !== undefined;
    return next;
  }

  putBack(write: WaitingWrite, dueMs: number): void {
    write.dueMs = dueMs;
    this.#retry = write;
  }

  /** Makes the writes due that wait for a later time, except one that is being tried again. */
  hurry(): void {
    for (const write of this.#waiting) write.dueMs = 0;
  }

  takeAll(): WaitingWrite[] {
    const all = this.#retry === undefined ? this.#waiting : [this.#retry, ...this.#waiting];
    this.#waiting = [];
    this.#retry = undefined;
    return all;
  }
}
