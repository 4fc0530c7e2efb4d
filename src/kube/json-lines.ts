const newline = 0x0a;

/**
 * Cuts a byte stream into lines at `\n`. Lines are found on bytes, so a character split between two chunks is whole
 * again in its line; each byte is copied at most once, however small the chunks.
 */
export class JsonLines {
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  /** The texts of all lines that this chunk completes, empty lines left out. */
  *push(chunk: Uint8Array): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const text = this.#take(chunk.subarray(start, end));
      start = end + 1;
      if (text.trim() !== '') yield text;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** Bytes of a line whose end has not come yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  #keep(rest: Uint8Array): void {
    this.#pending.push(rest);
    this.#pendingBytes += rest.length;
  }

  #take(last: Uint8Array): string {
    if (this.#pending.length === 0) return toText(last);
    this.#pending.push(last);
    const whole = Buffer.concat(this.#pending, this.#pendingBytes + last.length);
    this.#pending = [];
    this.#pendingBytes = 0;
    return toText(whole);
  }
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
