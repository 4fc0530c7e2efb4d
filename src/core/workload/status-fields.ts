import type { Workload, WorkloadStatus } from '../../api/index.ts';

/** The workload with status fields set, and those given as undefined taken away; all others stay, unknown ones too. */
export function withStatusFields(workload: Workload, fields: Partial<WorkloadStatus>): Workload {
  const status: WorkloadStatus = { ...workload.status, ...fields };
  for (const name of Object.keys(fields) as (keyof WorkloadStatus)[]) {
    if (fields[name] === undefined) delete status[name];
  }
  return { ...workload, status };
}
