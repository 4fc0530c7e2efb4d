/** Remembers answers of a remote check for a while; questions asked meanwhile share one call, failures are not kept. */
export class ExpiringCache<Value> {
  readonly #sizeMax: number;
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, { readonly value: Promise<Value>; untilMs: number }>();

  constructor({ sizeMax, nowMs }: { readonly sizeMax: number; readonly nowMs: () => number }) {
    this.#sizeMax = sizeMax;
    this.#nowMs = nowMs;
  }

  /** The remembered answer, or a new one that is kept for as long as `lifetimeMs` says. */
  get(key: string, ask: () => Promise<Value>, lifetimeMs: (value: Value) => number): Promise<Value> {
    const known = this.#entries.get(key);
    if (known && known.untilMs > this.#nowMs()) return known.value;
    this.#entries.delete(key);
    this.#makeRoom();
    const entry = { value: ask(), untilMs: Number.POSITIVE_INFINITY };
    this.#entries.set(key, entry);
    entry.value.then(
      (value) => {
        entry.untilMs = this.#nowMs() + lifetimeMs(value);
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    return entry.value;
  }

  /** The oldest entry goes first: callers may not make us remember without end. */
  #makeRoom(): void {
    if (this.#entries.size < this.#sizeMax) return;
    const oldest = this.#entries.keys().next().value;
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
