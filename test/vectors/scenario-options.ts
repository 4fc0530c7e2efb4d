import { defaultSchedulingOptions } from '../../src/core/workload/index.ts';
import type { SchedulingOptions } from '../../src/core/workload/index.ts';
import type { Scenario } from './scenario.ts';

/** Gates that the core knows, by the option they turn. */
const optionsOfGates: Readonly<Record<string, keyof SchedulingOptions>> = {
  AdmissionGatedBy: 'admissionGatedBy',
  FairSharingPreemptWithinNominal: 'fairSharingPreemptWithinNominal',
  FairSharingPrioritizeNonBorrowing: 'fairSharingPrioritizeNonBorrowing',
  FlavorFungibility: 'flavorFungibility',
  FlavorFungibilityPreserveScanProgress: 'flavorFungibilityPreserveScanProgress',
  PartialAdmission: 'partialAdmission',
  PrioritizePreemptorWorkloads: 'prioritizePreemptorWorkloads',
  PriorityBoost: 'priorityBoost',
  PrioritySortingWithinCohort: 'prioritySortingWithinCohort',
  ReclaimablePods: 'reclaimablePods',
  RecomputeAssignmentUponPreemptionTargetsOverlap: 'recomputeOverlappingTargets',
  SchedulingEquivalenceHashing: 'schedulingEquivalenceHashing',
  UnadmittedWorkloadsExplicitStatus: 'unadmittedWorkloadsExplicitStatus',
  UnadmittedWorkloadsObservability: 'unadmittedWorkloadsObservability',
};

/** The scheduling options that a scenario's configuration asks for. */
export function schedulingOptionsOf({ config = {} }: Scenario): SchedulingOptions {
  const gates = Object.entries(config.featureGates ?? {}).flatMap(([gate, isOn]) => {
    const option = optionsOfGates[gate];
    return option === undefined ? [] : [[option, isOn]];
  });
  const { excludeResourcePrefixes = [], transformations = [] } = config.resources ?? {};
  const { fairSharing, admissionFairSharing: byUsage } = config;
  return {
    ...defaultSchedulingOptions,
    ...Object.fromEntries(gates),
    fairSharing,
    admissionFairSharing:
      byUsage && config.featureGates?.['AdmissionFairSharing'] !== false
        ? {
            usageHalfLifeMs: millisecondsOf(byUsage.usageHalfLifeTime),
            usageSamplingIntervalMs: millisecondsOf(byUsage.usageSamplingInterval),
            resourceWeights: byUsage.resourceWeights ?? {},
          }
        : undefined,
    excludeResourcePrefixes,
    resourceTransformations: transformations.map((one) => ({ strategy: 'Retain', outputs: {}, ...one })),
  };
}

/** Scenarios write durations in seconds. */
function millisecondsOf(duration: string): number {
  return Number(duration.replace(/s$/, '')) * 1000;
}

/** What a scenario needs and nobody has built yet; it is left out until then. */
export function reasonToLeaveOut({ objects, steps }: Scenario): string | undefined {
  const manifests = [...objects, ...steps.flatMap(({ apply = [] }) => apply)];
  return manifests.some(({ kind }) => kind === 'Topology') ? 'asks where pods are placed' : undefined;
}

/** Scenarios that stay red, because we decide otherwise on purpose, with the rule that says so. */
export const disputed: Readonly<Record<string, string>> = {
  'stop-policies-0006': 'D-8: quota released by a workload of a stopped LocalQueue wakes the tree',
};
