/** Milliseconds since 1970, given by the caller: nothing here reads a clock. */
export type EpochMs = number;

/** A time as it is stored: RFC 3339, UTC, whole seconds, cut and not rounded (A-1.4, L-1.4). */
export function formatTime(time: EpochMs): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** A stored time as milliseconds; NaN when the text is no time. */
export function parseTime(text: string): EpochMs {
  return Date.parse(text);
}
