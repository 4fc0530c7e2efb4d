/** What the greatest 64-bit integer becomes when it is read from JSON; as a weighted share it means infinite (4.1). */
export const INFINITE_SHARE = 2 ** 63;

const infiniteOnTheWire = '9223372036854775807';

/** JSON's way to write a number that a double cannot hold, which the types of the language do not know yet. */
declare global {
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/** An object, or a patch of one, in which an infinite share is written to the last digit; the same if it has none. */
export function withExactShare<T extends object>(object: T): T {
  const { status } = object as { status?: { fairSharing?: { weightedShare?: unknown } | null } | null };
  if (status?.fairSharing?.weightedShare !== INFINITE_SHARE) return object;
  const fairSharing = { ...status.fairSharing, weightedShare: JSON.rawJSON(infiniteOnTheWire) };
  return { ...object, status: { ...status, fairSharing } };
}
