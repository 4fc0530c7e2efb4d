import { z } from 'zod';

const unitsMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const whole = /^[-+]?((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/;

/** Milliseconds of a duration such as `1h30m` or `90s`; undefined if it is none. */
export function parseDurationMs(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  if (!whole.test(text)) return undefined;
  const sum = [...text.matchAll(part)].reduce(
    (total, [, amount, unit]) => total + Number(amount) * (unitsMs[unit ?? ''] ?? 0),
    0,
  );
  return text.startsWith('-') ? -sum : sum;
}

/** The canonical text of a duration, as `1h30m0s` or `250ms`. */
export function formatDurationMs(durationMs: number): string {
  if (durationMs < 0) return `-${formatDurationMs(-durationMs)}`;
  if (durationMs > 0 && durationMs < 1000) return `${durationMs}ms`;
  const hours = Math.floor(durationMs / 3_600_000);
  const minutes = Math.floor((durationMs % 3_600_000) / 60_000);
  const seconds = `${(durationMs % 60_000) / 1000}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

/** A duration text in a settings file; the parsed value is in milliseconds. */
export const durationMs = z.string().transform((text, context) => {
  const parsed = parseDurationMs(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: `invalid duration "${text}"` });
  return z.NEVER;
});
