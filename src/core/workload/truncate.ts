const TAIL = ' ...';

/** A text of at most `bytesMax` bytes of UTF-8: a longer one is cut before a whole character and ends in ` ...`
 * (A-1.8, L-1.3, S-9.2). */
export function truncateBytes(text: string, bytesMax: number): string {
  // No character needs more than three bytes a code unit, so short texts need no counting.
  if (text.length * 3 <= bytesMax) return text;
  let bytes = 0;
  let kept = 0;
  for (const character of text) {
    bytes += byteLength(character);
    if (bytes <= bytesMax - TAIL.length) kept += character.length;
    if (bytes > bytesMax) return text.slice(0, kept) + TAIL;
  }
  return text;
}

function byteLength(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x1_00_00 ? 3 : 4;
}
