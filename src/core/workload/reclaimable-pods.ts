import type { Workload } from '../../api/index.ts';
import { withStatusFields } from './status-fields.ts';

/** Records how many pods of each pod set will not be needed again. While quota is held counts only grow and entries
 * stay, as the API demands; the same workload when nothing changes (section 12 of the lifecycle). */
export function setReclaimablePods(workload: Workload, counts: ReadonlyMap<string, number>): Workload {
  const before = new Map((workload.status.reclaimablePods ?? []).map(({ name, count }) => [name, count]));
  const after = new Map(before);
  for (const [name, count] of counts) after.set(name, Math.max(count, before.get(name) ?? 0));
  const isSame =
    after.size === before.size && [...after].every(([name, count]) => before.get(name) === count);
  if (isSame) return workload;
  return withStatusFields(workload, {
    reclaimablePods: [...after].map(([name, count]) => ({ name, count })),
  });
}
