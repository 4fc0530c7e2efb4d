import type { Workload } from '../../api/index.ts';
import { withStatusFields } from './status-fields.ts';

/**
 * Records how many pods of each pod set will not be needed again, capped at the pod set's count; the same workload
 * when it says so already (L-3.3 J17). Counts never shrink while quota is held, as the API refuses that.
 */
export function setReclaimablePods(workload: Workload, counts: ReadonlyMap<string, number>): Workload {
  const before = new Map((workload.status.reclaimablePods ?? []).map(({ name, count }) => [name, count]));
  const after = workload.spec.podSets.flatMap(({ name, count }) => {
    const known = before.get(name);
    const reported = counts.get(name);
    if (known === undefined && reported === undefined) return [];
    return [{ name, count: Math.max(known ?? 0, Math.min(reported ?? 0, count)) }];
  });
  const isSame = after.length === before.size && after.every(({ name, count }) => before.get(name) === count);
  return isSame ? workload : withStatusFields(workload, { reclaimablePods: after });
}
