export { judgeActivity } from './activity.ts';
export type { Activity, ActivityInput } from './activity.ts';
export type { BorrowingLevel } from './available.ts';
export type { QuotaLimits, Quotas } from './quota-node.ts';
export { QuotaTree } from './quota-tree.ts';
export type { Mark } from './quota-tree.ts';
