export { judgeActivity } from './activity.ts';
export type { Activity, ActivityInput } from './activity.ts';
export type { BorrowingLevel } from './available.ts';
export { localAvailableOf, parentOf, rootCohortOf, subtreeOf, usageOf } from './quota-node.ts';
export type { ClusterQueueNode, CohortNode, QuotaLimits, QuotaNode, Quotas } from './quota-node.ts';
export { QuotaTree } from './quota-tree.ts';
export type { Mark } from './quota-tree.ts';
export { compareShares, shareOf, weightedShare } from './shares.ts';
export type { Share } from './shares.ts';
