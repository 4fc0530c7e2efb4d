/**
 * Counts the different indexes below `limit` in lists such as `0,2-4,7` (I-2.13). Malformed and descending
 * intervals are skipped, as the Job controller's status may be ahead of or behind a resize.
 */
export function countIndexes(texts: readonly string[], limit: number): number {
  const intervals = texts.flatMap((text) => text.split(',').flatMap((part) => parseInterval(part, limit)));
  intervals.sort(([first], [second]) => first - second);
  let count = 0;
  let next = 0;
  for (const [first, last] of intervals) {
    const start = Math.max(first, next);
    if (last < start) continue;
    count += last - start + 1;
    next = last + 1;
  }
  return count;
}

function parseInterval(text: string, limit: number): [first: number, last: number][] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) return [];
  const first = Number(match[1]);
  const last = Math.min(Number(match[2] ?? match[1]), limit - 1);
  return last < first ? [] : [[first, last]];
}
