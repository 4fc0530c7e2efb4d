import type { ClusterQueueActiveReason } from '../../api/index.ts';

/** What decides whether a ClusterQueue takes part in rounds (S-2.15); lists are in the order in which they are shown. */
export interface ActivityInput {
  readonly isTerminating: boolean;
  readonly isStopped: boolean;
  /** In spec order (S-2.16). */
  readonly missingFlavors: readonly string[];
  /** Names of checks, sorted. */
  readonly missingChecks: readonly string[];
  readonly inactiveChecks: readonly string[];
  readonly multiKueueChecks: readonly string[];
  /** MultiKueue checks that do not apply to all flavors. */
  readonly multiKueueChecksPerFlavor: readonly string[];
  readonly provisioningChecks: readonly string[];
  /** Inactive for a reason that has no text of its own, such as a cycle of cohorts. */
  readonly isOtherwiseInactive: boolean;
}

export type Activity =
  | { readonly isActive: true; readonly reason: 'Ready'; readonly message: string }
  | { readonly isActive: false; readonly reason: ClusterQueueActiveReason; readonly message: string };

interface Fault {
  readonly reason: ClusterQueueActiveReason;
  readonly message: string;
}

/** Whether a ClusterQueue is active, with reason and message of its Active condition (S-2.15). */
export function judgeActivity(input: ActivityInput): Activity {
  if (input.isTerminating) {
    const message = "Can't admit new workloads; clusterQueue is terminating";
    return { isActive: false, reason: 'Terminating', message };
  }
  const faults = findFaults(input);
  const first = faults[0];
  if (first !== undefined) {
    const message = `Can't admit new workloads: ${faults.map((fault) => fault.message).join(', ')}.`;
    return { isActive: false, reason: first.reason, message };
  }
  if (input.isOtherwiseInactive) {
    return { isActive: false, reason: 'Unknown', message: "Can't admit new workloads." };
  }
  return { isActive: true, reason: 'Ready', message: 'Can admit new workloads' };
}

function findFaults(input: ActivityInput): readonly Fault[] {
  return [
    ...(input.isStopped ? [{ reason: 'Stopped', message: 'is stopped' } as const] : []),
    ...missingOrInactive(input),
    ...multiKueueFaults(input),
  ];
}

function missingOrInactive(input: ActivityInput): readonly Fault[] {
  const lists = [
    ['FlavorNotFound', 'references missing ResourceFlavor(s)', input.missingFlavors],
    ['AdmissionCheckNotFound', 'references missing AdmissionCheck(s)', input.missingChecks],
    ['AdmissionCheckInactive', 'references inactive AdmissionCheck(s)', input.inactiveChecks],
  ] as const;
  return lists
    .filter(([, , names]) => names.length > 0)
    .map(([reason, text, names]) => ({ reason, message: `${text}: ${names.join(',')}` }));
}

function multiKueueFaults(input: ActivityInput): readonly Fault[] {
  const { multiKueueChecks, multiKueueChecksPerFlavor, provisioningChecks } = input;
  const faults: Fault[] = [];
  if (multiKueueChecks.length > 1) {
    const message = `Cannot use multiple MultiKueue AdmissionChecks on the same ClusterQueue, found: ${multiKueueChecks.join(',')}`;
    faults.push({ reason: 'MultipleMultiKueueAdmissionChecks', message });
  }
  if (multiKueueChecksPerFlavor.length > 0) {
    const message = `Cannot specify MultiKueue AdmissionCheck per flavor, found: ${multiKueueChecksPerFlavor.join(',')}`;
    faults.push({ reason: 'MultiKueueAdmissionCheckAppliedPerFlavor', message });
  }
  if (multiKueueChecks.length > 0 && provisioningChecks.length > 0) {
    const message = `Cannot use both MultiKueue and ProvisioningRequest AdmissionChecks together, found: ${multiKueueChecks.join(',')}, ${provisioningChecks.join(',')}`;
    faults.push({ reason: 'MultiKueueWithProvisioningRequest', message });
  }
  return faults;
}
