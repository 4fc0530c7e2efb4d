const LINES_LENGTH_MAX = 80;

/** A short text for a long one: 104 bits, mixed by four multiplications a character. Equal texts have equal digests;
 * different ones differ but for bad luck. It is no protection against somebody who looks for a collision. */
export function digest(text: string): string {
  let a = 0x9e3779b1;
  let b = 0x85ebca77;
  let c = 0xc2b2ae3d;
  let d = 0x27d4eb2f;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x85ebca6b) ^ (b >>> 15);
    b = Math.imul(b ^ unit, 0xc2b2ae35) ^ (c >>> 13);
    c = Math.imul(c ^ unit, 0x27d4eb4f) ^ (d >>> 16);
    d = Math.imul(d ^ unit, 0x165667b1) ^ (a >>> 14);
  }
  return mix(a ^ d, b).toString(36) + mix(c ^ b, d).toString(36);
}

/** Short lines as they are, long ones as a digest; the two cannot be mistaken for each other, since a digest is one
 * line. Most workloads have short ones, which saves the work and the doubt. */
export function digestLines(lines: readonly (string | number | boolean)[]): string {
  const text = lines.join('\n');
  return text.length <= LINES_LENGTH_MAX ? text : digest(text);
}

/** Two 32-bit halves spread over one integer of 52 bits. */
function mix(high: number, low: number): number {
  const top = Math.imul(high ^ (high >>> 16), 0x7feb352d) ^ Math.imul(low ^ (low >>> 13), 0x846ca68b);
  const bottom = Math.imul(low ^ (low >>> 16), 0x846ca68b) ^ Math.imul(top ^ (top >>> 13), 0x7feb352d);
  return (top >>> 12) * 2 ** 32 + (bottom >>> 0);
}
