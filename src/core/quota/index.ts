export { judgeActivity } from './activity.ts';
export type { Activity, ActivityInput } from './activity.ts';
export type { BorrowingLevel } from './available.ts';
export type { QuotaLimits, Quotas } from './quota-node.ts';
export { QuotaTree } from './quota-tree.ts';
export type { Mark, TreePlace } from './quota-tree.ts';
export { compareShares, weightedShare } from './shares.ts';
export type { Share } from './shares.ts';
