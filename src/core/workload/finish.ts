import type { Workload } from '../../api/index.ts';
import { setCondition } from './conditions.ts';
import { isFinished } from './predicates.ts';
import type { EpochMs } from './times.ts';

export interface FinishInput {
  readonly reason: string;
  readonly message: string;
}

/** Ends a workload for good; nothing else changes, and a finished one stays as it is (L-10.4). */
export function finish(workload: Workload, { reason, message }: FinishInput, now: EpochMs): Workload {
  if (isFinished(workload)) return workload;
  return setCondition(workload, { type: 'Finished', status: 'True', reason, message }, now);
}
