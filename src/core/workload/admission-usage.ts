import type { PodSetAssignment, Workload } from '../../api/index.ts';
import { addAmounts, amountOfNano, flavorResource, scaleAmount } from '../amounts/index.ts';
import type { Amount, FlavorResource, Usage } from '../amounts/index.ts';
import type { SchedulingOptions } from './options.ts';
import { effectiveCount, readNano } from './pod-requests.ts';

/** What a reserving workload holds, taken from its admission and not from its spec, less what reclaimable pods have
 * given back (S-1.10). Empty without an admission. */
export function usageOfAdmission(
  workload: Workload,
  options: Pick<SchedulingOptions, 'reclaimablePods'>,
): Usage {
  const usage = new Map<FlavorResource, Amount>();
  for (const assignment of workload.status.admission?.podSetAssignments ?? []) {
    const { admitted, remaining } = countsOf(workload, assignment, options);
    for (const [resource, flavor] of Object.entries(assignment.flavors ?? {})) {
      const key = flavorResource(flavor, resource);
      const total = amountOfNano(resource, readNano(assignment.resourceUsage?.[resource] ?? 0));
      const held = remaining < admitted ? scaleAmount(total, admitted, remaining) : total;
      usage.set(key, addAmounts(usage.get(key) ?? 0n, held));
    }
  }
  return usage;
}

/** The flavors of an admission, over all pod sets and resources, sorted (L-9.2). */
export function assignedFlavors(workload: Workload): readonly string[] {
  const assignments = workload.status.admission?.podSetAssignments ?? [];
  return [...new Set(assignments.flatMap(({ flavors }) => Object.values(flavors ?? {})))].toSorted();
}

function countsOf(
  workload: Workload,
  assignment: PodSetAssignment,
  options: Pick<SchedulingOptions, 'reclaimablePods'>,
): { admitted: number; remaining: number } {
  const podSet = workload.spec.podSets.find(({ name }) => name === assignment.name);
  const admitted = assignment.count ?? podSet?.count ?? 0;
  const remaining = podSet === undefined ? admitted : effectiveCount(workload, podSet, options);
  return { admitted, remaining };
}
