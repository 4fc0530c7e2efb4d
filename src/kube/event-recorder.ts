import type { ApiError } from './api-error.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { microTime } from './lease.ts';
import { apiVersionOf } from './resource-type.ts';
import { resources } from './resources.ts';
import type { WriteOutcome, WriteRequest } from './write-request.ts';

/** The object that an event is about. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

export interface KubeEvent {
  readonly regarding: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  /** The reason unless given. */
  readonly action?: string | undefined;
  readonly note: string;
  /** Which part of the program speaks: the `reportingController`. */
  readonly component: string;
}

export interface EventRecorderOptions {
  readonly writer: { submit(request: WriteRequest): Promise<WriteOutcome> };
  readonly hostname: string;
  readonly onError?: ((error: ApiError) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** One Event object and how often it happened. */
interface Series {
  readonly name: string;
  readonly namespace: string;
  readonly body: object;
  count: number;
  lastMs: number;
}

/** a series ends when it was not repeated for this long. */
const seriesEndMs = 6 * 60_000;
/** Repeats are counted on the object at most this often. */
const countEveryMs = 1000;
/** What events tell of goes on at once, and its next writes must not find them in their way at the server. */
const patienceMs = 200;
const seriesMax = 4096;
/** More waiting events than this are dropped: they must never weigh on what they tell about. */
const waitingMax = 1000;
const noteBytesMax = 1024;

/** Records events; equal ones become one Event with a count. */
export class EventRecorder {
  readonly counters = { recorded: 0, dropped: 0 };
  readonly #options: EventRecorderOptions;
  readonly #clock: Clock;
  /** By what makes events equal; least recently repeated first. */
  readonly #series = new Map<string, Series>();
  #waiting = 0;
  #lastStamp = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Takes an event; it is written when there is time, and its loss is reported but not mended. */
  record(event: KubeEvent): void {
    const now = this.#clock.now();
    this.counters.recorded += 1;
    const key = keyOf(event);
    const series = this.#series.get(key);
    this.#series.delete(key);
    if (series !== undefined && now - series.lastMs < seriesEndMs) this.#repeat(key, series, now);
    else this.#begin(key, event, now);
  }

  #begin(key: string, event: KubeEvent, now: number): void {
    if (this.#waiting >= waitingMax) {
      this.counters.dropped += 1;
      return;
    }
    const series = this.#newSeries(event, now);
    this.#keep(key, series);
    void this.#submit(series, { verb: 'create', body: () => series.body, notBeforeMs: now + patienceMs });
  }

  #repeat(key: string, series: Series, now: number): void {
    series.count += 1;
    series.lastMs = now;
    this.#keep(key, series);
    const body = (): object => ({
      series: { count: series.count, lastObservedTime: microTime(series.lastMs) },
    });
    void this.#submit(series, {
      verb: 'mergePatch',
      body,
      coalesceKey: 'series',
      notBeforeMs: now + countEveryMs,
    });
  }

  #keep(key: string, series: Series): void {
    this.#series.set(key, series);
    if (this.#series.size <= seriesMax) return;
    const [oldest] = this.#series.keys();
    if (oldest !== undefined) this.#series.delete(oldest);
  }

  async #submit(
    { name, namespace }: Series,
    write: Pick<WriteRequest, 'verb' | 'body' | 'coalesceKey' | 'notBeforeMs'>,
  ): Promise<void> {
    this.#waiting += 1;
    const outcome = await this.#options.writer.submit({
      ...write,
      type: resources.events,
      namespace,
      name,
      class: 'event',
    });
    this.#waiting -= 1;
    if (outcome.kind !== 'refused') return;
    this.counters.dropped += 1;
    this.#options.onError?.(outcome.error);
  }

  #newSeries(event: KubeEvent, now: number): Series {
    const { regarding } = event;
    const namespace = regarding.namespace ?? 'default';
    const name = `${regarding.name.slice(0, 230)}.${this.#stamp(now)}`;
    const body = {
      apiVersion: apiVersionOf(resources.events),
      kind: 'Event',
      metadata: { name, namespace },
      eventTime: microTime(now),
      reportingController: event.component,
      reportingInstance: `${event.component}-${this.#options.hostname}`.slice(0, 128),
      action: event.action ?? event.reason,
      reason: event.reason,
      regarding,
      note: cutToBytes(event.note, noteBytesMax),
      type: event.type,
    };
    return { name, namespace, body, count: 1, lastMs: now };
  }

  /** Microseconds in hex that never repeat within this process. */
  #stamp(now: number): string {
    this.#lastStamp = Math.max(this.#lastStamp + 1, now * 1000);
    return this.#lastStamp.toString(16);
  }
}

function keyOf({ regarding, type, reason, action, component }: KubeEvent): string {
  const { apiVersion, kind, namespace, name, uid } = regarding;
  return [apiVersion, kind, namespace, name, uid, type, reason, action ?? reason, component].join('\n');
}

/** Cuts at a whole character. */
function cutToBytes(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const bytes = Buffer.from(text);
  let end = bytesMax;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
