export { IndexedHeap } from './indexed-heap.ts';
export type { HeapItem } from './indexed-heap.ts';
export { PendingQueues } from './pending-queues.ts';
export type { Head, Place } from './pending-queues.ts';
export type { LineSettings, RequeueRequest } from './cluster-queue-line.ts';
export { UsageLedger } from './usage-ledger.ts';
export type { NanoAmounts, UsageSample } from './usage-ledger.ts';
export type { RequeueReason } from './requeue-reason.ts';
