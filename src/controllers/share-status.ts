import { INFINITE_SHARE } from '../api/index.ts';
import type { FairSharingStatus } from '../api/index.ts';
import { weightedShare } from '../core/quota/index.ts';
import type { Share } from '../core/quota/index.ts';

/** The share as a status shows it: rounded up, or the number that stands for infinite (S-7.4, L-13.8). */
export function shareStatus(share: Share): FairSharingStatus {
  return { weightedShare: Math.min(Math.ceil(weightedShare(share)), INFINITE_SHARE) };
}
