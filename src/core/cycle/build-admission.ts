import type { Admission, PodSetAssignment } from '../../api/index.ts';
import { formatAmount } from '../amounts/index.ts';
import type { Requests } from '../amounts/index.ts';
import { assignedRequests } from '../flavors/index.ts';
import type { Assignment, PodSetFlavors } from '../flavors/index.ts';

/** `status.admission` of an assignment that fits, in the order of the pod sets (S-4.22). */
export function buildAdmission(clusterQueue: string, assignment: Assignment): Admission {
  return { clusterQueue, podSetAssignments: assignment.podSets.map(buildPodSetAssignment) };
}

function buildPodSetAssignment(podSet: PodSetFlavors): PodSetAssignment {
  const flavors = [...podSet.flavors].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    name: podSet.name,
    flavors: Object.fromEntries(flavors.map(([resource, { flavor }]) => [resource, flavor])),
    resourceUsage: quantities(assignedRequests(podSet)),
    count: podSet.count,
  };
}

function quantities(requests: Requests): Record<string, string> {
  const sorted = [...requests].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([resource, amount]) => [resource, formatAmount(resource, amount)]));
}
