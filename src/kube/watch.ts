import { setMaxListeners } from 'node:events';
import { ApiError } from './api-error.ts';
import { computeBackoffMs } from './backoff.ts';
import { sleep, systemClock } from './clock.ts';
import type { Clock, Random } from './clock.ts';
import { JsonLines } from './json-lines.ts';
import type { KubeClient, KubeObject, Selection } from './kube-client.ts';
import { resourcePath } from './resource-type.ts';
import type { ResourceType } from './resource-type.ts';
import { parseWatchLine } from './watch-events.ts';
import type { WatchEvent } from './watch-events.ts';

/** Who is told. All calls are synchronous and in the order of the server. */
export interface WatchHandler<T> {
  /** The whole collection afresh; whatever is not in it is gone. */
  replace(items: readonly T[], resourceVersion: string): void;
  upsert(item: T): void;
  /** The last state before the deletion, with the resourceVersion of the deletion. */
  remove(item: T): void;
  bookmark?(resourceVersion: string): void;
  /** An object that `decode` refused; it was skipped. */
  unreadable?(raw: KubeObject, isGone: boolean): void;
}

export interface WatchOptions<T> extends Selection {
  readonly client: KubeClient;
  readonly type: ResourceType;
  /** Throws for an object it cannot read; that object alone is skipped. */
  readonly decode: (raw: KubeObject) => T;
  readonly handler: WatchHandler<T>;
  /** Told of unreadable objects, lost connections and refusals, all of which are dealt with. */
  readonly onError?: ((error: Error, about: 'object' | 'connection') => void) | undefined;
  /** How long the connection may say nothing; the server sends a bookmark about every minute. */
  readonly silenceMs?: number | undefined;
  /** Asks for the list as a stream of events; a server that cannot is asked for pages. */
  readonly streamsList?: boolean | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

export interface WatchCounters {
  connections: number;
  lists: number;
  events: number;
  unreadable: number;
}

const connectionBackoff = { firstMs: 50, maxMs: 3000 };
const refusalBackoff = { firstMs: 200, maxMs: 30_000 };
const missingTypeBackoff = { firstMs: 1000, maxMs: 120_000 };
/** Answers of 404 in a row until a type that was there is taken for removed. */
const missesUntilRemoved = 3;
/** Why a connection was ended by ourselves. */
const silent = new Error('nothing heard for too long');
/** Refused resumptions in a row until the collection is listed again. */
const refusalsUntilRelist = 5;

/**
 * Keeps a handler's picture of one collection up to date through lost connections, restarts of the server and versions that
 * are too old, until stopped.
 */
export class Watch<T> {
  readonly counters: WatchCounters = { connections: 0, lists: 0, events: 0, unreadable: 0 };
  /** Resolves once the first whole picture was handed over, or the type was found not to be installed. */
  readonly synced: Promise<void>;
  readonly #options: WatchOptions<T>;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #stop = new AbortController();
  readonly #resolveSynced: () => void;
  #retry = new AbortController();
  /** The version that the picture has; undefined while there is none. */
  #resourceVersion: string | undefined;
  /** The version of the last picture, also after it was found too old. */
  #lastVersion = '0';
  /** Objects of a streamed list that has not ended yet. */
  #initial: Map<string, T> | undefined;
  #streamsList: boolean;
  #isConnected = false;
  #isInstalled: boolean | undefined;
  #failures = 0;
  #misses = 0;
  #running: Promise<void> | undefined;
  #connection = new AbortController();
  /** Those who wait for a picture that was asked for after they came. */
  #refreshed: (() => void)[] = [];

  constructor(options: WatchOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#streamsList = options.streamsList ?? true;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.synced = promise;
    this.#resolveSynced = resolve;
    setMaxListeners(0, this.#stop.signal);
  }

  /** The picture is whole and changes flow. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Whether the server knows the type; undefined until it was asked. */
  get isInstalled(): boolean | undefined {
    return this.#isInstalled;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the connection; the handler is not called any more. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Ends the present wait, if any: for example because the CRD appeared. */
  retryNow(): void {
    this.#failures = 0;
    this.#misses = 0;
    this.#retry.abort();
  }

  /**
   * Asks for the whole collection as it is from now on, and resolves when it was handed over. Until then the picture may
   * lag behind by any time, since a connection that fell silent cannot be told from one that has nothing to say.
   */
  refresh(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#refreshed.push(resolve);
    this.#resourceVersion = undefined;
    this.#connection.abort();
    this.retryNow();
    return promise;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const connectedMs = this.#clock.monotonicMs();
      const eventsBefore = this.counters.events;
      let waitMs: number;
      try {
        await this.#connectOnce();
        const hadProgress =
          this.counters.events > eventsBefore || this.#clock.monotonicMs() - connectedMs > 1000;
        waitMs = hadProgress ? this.#forgetFailures() : this.#backoff(connectionBackoff);
      } catch (error) {
        waitMs = this.#judgeFailure(error);
      }
      this.#isConnected = false;
      this.#initial = undefined;
      await this.#pause(waitMs);
    }
  }

  async #pause(waitMs: number): Promise<void> {
    this.#retry = new AbortController();
    if (waitMs > 0)
      await sleep(this.#clock, waitMs, AbortSignal.any([this.#stop.signal, this.#retry.signal]));
  }

  /** One connection from its first byte to its last. */
  async #connectOnce(): Promise<void> {
    const connection = new AbortController();
    this.#connection = connection;
    const end = (): void => connection.abort();
    this.#stop.signal.addEventListener('abort', end);
    const silence = this.#watchSilence(() => connection.abort(silent));
    try {
      if (this.#resourceVersion === undefined && !this.#streamsList) {
        await this.#listPages(connection.signal, silence.heard);
        if (connection.signal.aborted) return;
      }
      await this.#follow(connection.signal, silence.heard);
    } catch (error) {
      if (!connection.signal.aborted) throw error;
      if (connection.signal.reason !== silent) return;
      // Neither an object nor the end of a streamed list came: a server that ignores the wish for one.
      if (this.#initial !== undefined) this.#streamsList = false;
      this.#report(new Error(`watch of ${this.#options.type.plural}: ${silent.message}`), 'connection');
    } finally {
      silence.cancel();
      this.#stop.signal.removeEventListener('abort', end);
      connection.abort();
    }
  }

  async #follow(signal: AbortSignal, heard: () => void): Promise<void> {
    const { client, type, namespace } = this.#options;
    this.#initial = this.#resourceVersion === undefined ? new Map() : undefined;
    const stream = await client.stream(resourcePath(type, { namespace }), { query: this.#query(), signal });
    this.counters.connections += 1;
    this.#isInstalled = true;
    this.#isConnected = this.#resourceVersion !== undefined;
    const lines = new JsonLines();
    for await (const chunk of stream) {
      heard();
      for (const line of lines.push(chunk)) {
        if (signal.aborted) return;
        this.#take(parseWatchLine(line));
      }
    }
  }

  #query(): Record<string, string | number | boolean | undefined> {
    const { labelSelector, fieldSelector } = this.#options;
    return {
      watch: true,
      allowWatchBookmarks: true,
      // Spread, so that not all watches of a server end together.
      timeoutSeconds: Math.round(300 + this.#random() * 300),
      labelSelector,
      fieldSelector,
      ...(this.#resourceVersion === undefined
        ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
        : { resourceVersion: this.#resourceVersion }),
    };
  }

  #take(event: WatchEvent): void {
    this.counters.events += 1;
    if (this.#initial !== undefined) return this.#takeInitial(this.#initial, event);
    if (event.kind === 'bookmark') {
      this.#moveTo(event.resourceVersion);
      this.#options.handler.bookmark?.(event.resourceVersion);
      return;
    }
    this.#moveTo(event.object.metadata.resourceVersion);
    this.#deliver(event.object, event.kind === 'deleted');
  }

  /** One object that cannot be read or taken in must not stop the rest. */
  #deliver(raw: KubeObject, isGone: boolean): void {
    const { decode, handler } = this.#options;
    try {
      if (isGone) handler.remove(decode(raw));
      else handler.upsert(decode(raw));
    } catch (cause) {
      this.#skip(raw, isGone, cause);
    }
  }

  /** Until the list has ended, changes go into it; the handler hears of the whole only. */
  #takeInitial(initial: Map<string, T>, event: WatchEvent): void {
    if (event.kind !== 'bookmark') {
      this.#collect(initial, event.object, event.kind === 'deleted');
      return;
    }
    if (!event.endsInitialEvents) return;
    this.#replace(initial, event.resourceVersion);
    this.#initial = undefined;
    this.#isConnected = true;
  }

  /** Objects are decoded as they come, since a whole list of raw ones can be larger than the picture made from it. */
  #collect(into: Map<string, T>, raw: KubeObject, isGone: boolean): void {
    const key = `${raw.metadata.namespace}/${raw.metadata.name}`;
    if (isGone) {
      into.delete(key);
      return;
    }
    try {
      into.set(key, this.#options.decode(raw));
    } catch (cause) {
      this.#skip(raw, isGone, cause);
    }
  }

  #replace(collected: ReadonlyMap<string, T>, resourceVersion: string): void {
    this.counters.lists += 1;
    this.#options.handler.replace([...collected.values()], resourceVersion);
    this.#moveTo(resourceVersion);
    this.#resolveSynced();
    for (const resolve of this.#refreshed.splice(0)) resolve();
  }

  #moveTo(resourceVersion: string): void {
    this.#resourceVersion = resourceVersion;
    this.#lastVersion = resourceVersion;
    this.#misses = 0;
  }

  async #listPages(signal: AbortSignal, heard: () => void): Promise<void> {
    const { client, type, namespace, labelSelector, fieldSelector } = this.#options;
    const collected = new Map<string, T>();
    let resourceVersion = '';
    for await (const page of client.pages(type, { namespace, labelSelector, fieldSelector, signal })) {
      heard();
      for (const item of page.items) this.#collect(collected, item, false);
      resourceVersion = page.resourceVersion;
    }
    if (signal.aborted) return;
    this.#isInstalled = true;
    this.#replace(collected, resourceVersion);
  }

  #skip(raw: KubeObject, isGone: boolean, cause: unknown): void {
    const { namespace, name } = raw.metadata;
    const what = `${this.#options.type.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
    this.counters.unreadable += 1;
    this.#report(new Error(`${what} cannot be read: ${String(cause)}`, { cause }), 'object');
    this.#options.handler.unreadable?.(raw, isGone);
  }

  /** How long to wait after a failed connection; also decides whether to list again. */
  #judgeFailure(error: unknown): number {
    const fault = error instanceof Error ? error : new Error(String(error));
    if (!(fault instanceof ApiError)) {
      this.#report(fault, 'connection');
      return this.#backoff(connectionBackoff);
    }
    if (fault.isNotFound) return this.#judgeMissing();
    if (fault.isGone) return this.#relist();
    this.#report(fault, 'connection');
    if (this.#isListRefused(fault)) {
      this.#streamsList = false;
      return 0;
    }
    if (fault.status === 0) return this.#backoff(connectionBackoff);
    const backoffMs = this.#backoff(refusalBackoff);
    if (this.#failures >= refusalsUntilRelist) this.#resourceVersion = undefined;
    return Math.max(backoffMs, fault.retryAfterMs ?? 0);
  }

  /** A server without streamed lists calls the parameters invalid. */
  #isListRefused({ status }: ApiError): boolean {
    return this.#resourceVersion === undefined && this.#streamsList && (status === 422 || status === 400);
  }

  #relist(): number {
    this.#resourceVersion = undefined;
    this.#failures += 1;
    // At once the first time; a server that calls every version too old is not asked in a tight loop.
    return this.#failures === 1 ? 0 : this.#backoff(connectionBackoff);
  }

  #judgeMissing(): number {
    this.#misses += 1;
    const wasInstalled = this.#lastVersion !== '0';
    if (!wasInstalled || this.#misses >= missesUntilRemoved) {
      this.#isInstalled = false;
      this.#resourceVersion = undefined;
      if (wasInstalled) this.#options.handler.replace([], this.#lastVersion);
      this.#lastVersion = '0';
      this.#resolveSynced();
    }
    return computeBackoffMs(missingTypeBackoff, this.#misses, this.#random);
  }

  #backoff(policy: { firstMs: number; maxMs: number }): number {
    this.#failures += 1;
    return computeBackoffMs(policy, this.#failures, this.#random);
  }

  #forgetFailures(): number {
    this.#failures = 0;
    return 0;
  }

  /** Calls `end` when `heard` was not called for too long; one timer, however many chunks come. */
  #watchSilence(end: () => void): { heard: () => void; cancel: () => void } {
    const silenceMs = this.#options.silenceMs ?? 90_000;
    let heardMs = this.#clock.monotonicMs();
    const check = (): void => {
      const restMs = heardMs + silenceMs - this.#clock.monotonicMs();
      if (restMs <= 0) end();
      else cancelTimer = this.#clock.after(restMs, check);
    };
    let cancelTimer = this.#clock.after(silenceMs, check);
    return {
      heard: () => {
        heardMs = this.#clock.monotonicMs();
      },
      cancel: () => cancelTimer(),
    };
  }

  #report(error: Error, about: 'object' | 'connection'): void {
    this.#options.onError?.(error, about);
  }
}
