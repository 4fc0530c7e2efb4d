import type { FairSharingStatus } from '../api/index.ts';
import { weightedShare } from '../core/quota/index.ts';
import type { Share } from '../core/quota/index.ts';

/** The greatest 64-bit integer stands for an infinite share; read from JSON it is this number, one more (S-7.4). */
const INFINITE_SHARE = 2 ** 63;
const infiniteOnTheWire = '9223372036854775807';

/** JSON's way to write a number that a double cannot hold; the standard library's types do not know it yet. */
declare global {
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/** The share as a status shows it: rounded up (S-7.4, L-13.8). */
export function shareStatus(share: Share): FairSharingStatus {
  return { weightedShare: Math.min(Math.ceil(weightedShare(share)), INFINITE_SHARE) };
}

/** A patch in which an infinite share is written to the last digit, as no double can. */
export function withExactShare(patch: object | undefined): object | undefined {
  const { status } = (patch ?? {}) as { status?: { fairSharing?: Partial<FairSharingStatus> | null } };
  if (status?.fairSharing?.weightedShare !== INFINITE_SHARE) return patch;
  const fairSharing = { ...status.fairSharing, weightedShare: JSON.rawJSON(infiniteOnTheWire) };
  return { ...patch, status: { ...status, fairSharing } };
}
