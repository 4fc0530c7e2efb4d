import { describe, expect, test } from 'vitest';
import { formatDurationMs, parseDurationMs } from './duration.ts';

describe('durations of the settings file (O-3)', () => {
  test.each([
    { text: '90s', want: 90_000, canonical: '1m30s' },
    { text: '1h30m', want: 5_400_000, canonical: '1h30m0s' },
    { text: '1.5h', want: 5_400_000, canonical: '1h30m0s' },
    { text: '250ms', want: 250, canonical: '250ms' },
    { text: '1500ms', want: 1500, canonical: '1.5s' },
    { text: '0', want: 0, canonical: '0s' },
    { text: '-2m', want: -120_000, canonical: '-2m0s' },
  ])('$text is $want ms', ({ text, want, canonical }) => {
    expect(parseDurationMs(text)).toBe(want);
    expect(formatDurationMs(want)).toBe(canonical);
  });

  test.each(['', '5', '1d', 's', '1h 5m', '1h-5m', 'abc'])('%j is no duration', (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
  });
});
