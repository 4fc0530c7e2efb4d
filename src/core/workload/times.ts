/** Milliseconds since 1970, given by the caller: nothing here reads a clock. */
export type EpochMs = number;

// Lists of objects made together repeat their times.
let lastText = '';
let lastTime: EpochMs = NaN;

/** A time as it is stored: RFC 3339, UTC, whole seconds, cut and not rounded (A-1.4, L-1.4). */
export function formatTime(time: EpochMs): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** A stored time as milliseconds; NaN when the text is no time. */
export function parseTime(text: string): EpochMs {
  if (text === lastText) return lastTime;
  lastText = text;
  lastTime = Date.parse(text);
  return lastTime;
}
