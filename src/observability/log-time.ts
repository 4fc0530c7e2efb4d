const NANO_PER_MILLI = 1_000_000n;
/** How far the fine clock may be from the wall clock before it is set anew. */
const DRIFT_NANO_MAX = 20n * NANO_PER_MILLI;

/** A clock that follows the wall clock and tells nanoseconds, which the wall clock does not. */
export function nanosecondClock(): () => bigint {
  let offset: bigint | undefined;
  return () => {
    const wall = BigInt(Date.now()) * NANO_PER_MILLI;
    const fine = process.hrtime.bigint();
    offset ??= wall - fine;
    const drift = fine + offset - wall;
    if (drift > DRIFT_NANO_MAX || drift < -DRIFT_NANO_MAX) offset = wall - fine;
    return fine + offset;
  };
}

/** RFC 3339 in UTC with nine digits after the second (O-8.11). */
export function rfc3339Nano(nanoseconds: bigint): string {
  const toSecond = new Date(Number(nanoseconds / NANO_PER_MILLI)).toISOString().slice(0, 19);
  return `${toSecond}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}Z`;
}
