import type { Usage } from '../core/amounts/index.ts';

/** What one workload was accounted with, remembered so that exactly this is taken back (S-2.18). */
export interface Account {
  readonly clusterQueue: string;
  readonly localQueue: string;
  readonly usage: Usage;
  readonly isAdmitted: boolean;
}
