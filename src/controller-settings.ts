import type { Configuration } from './api/index.ts';
import type { ControllerSettings } from './controllers/index.ts';
import { defaultSchedulingOptions, matchesSelector } from './core/workload/index.ts';
import type {
  AdmissionFairSharingOptions,
  FairSharingOptions,
  PreemptionStrategy,
  ReadinessPolicy,
  SchedulingOptions,
} from './core/workload/index.ts';
import { integrations } from './jobs/index.ts';
import type { JobIntegration } from './jobs/index.ts';
import type { WebhookOptions } from '../webhooks/index.ts';

/** The job kinds that are switched on, each known to this version (O-3.7). */
export function enabledIntegrations({ integrations: { frameworks } }: Configuration): JobIntegration[] {
  return integrations.filter(({ framework }) => frameworks.includes(framework));
}

/** The settings as the controllers take them: every gate read once, durations in milliseconds. */
export function controllerSettings(configuration: Configuration): ControllerSettings {
  const { featureGates: gates, objectRetentionPolicies, integrations: jobs } = configuration;
  return {
    scheduling: schedulingOptions(configuration),
    jobs: { partialAdmission: gates.PartialAdmission, elasticJobs: gates.ElasticJobsViaWorkloadSlices },
    start: {
      assignQueueLabelsForPods: gates.AssignQueueLabelsForPods,
      topologyAwareScheduling: gates.TopologyAwareScheduling,
    },
    manageJobsWithoutQueueName: configuration.manageJobsWithoutQueueName,
    managedJobsNamespaceSelector: configuration.managedJobsNamespaceSelector,
    labelKeysToCopy: jobs.labelKeysToCopy,
    readiness: readinessPolicy(configuration),
    finishedRetentionMs: objectRetentionPolicies?.workloads?.afterFinished,
    deactivatedRetentionMs: objectRetentionPolicies?.workloads?.afterDeactivatedByKueue,
    finishOrphanedWorkloads: gates.FinishOrphanedWorkloads,
  };
}

/** The settings as the webhooks take them. */
export function webhookOptions(configuration: Configuration): WebhookOptions {
  const { featureGates: gates, managedJobsNamespaceSelector } = configuration;
  const enabled = enabledIntegrations(configuration);
  return {
    manageJobsWithoutQueueName: configuration.manageJobsWithoutQueueName,
    isManagedNamespace: (labels) => matchesSelector(managedJobsNamespaceSelector, labels),
    isEnabledKind: (apiVersion, kind) =>
      enabled.some(({ type }) => type.kind === kind && `${type.group}/${type.version}` === apiVersion),
    partialAdmission: gates.PartialAdmission,
    elasticJobs: gates.ElasticJobsViaWorkloadSlices,
    // Nobody lifts the gate before workload slices exist: until then an elastic Job runs as a plain one.
    gatesElasticPods: false,
    admissionGatedBy: gates.AdmissionGatedBy,
    priorityBoost: gates.PriorityBoost,
    concurrentAdmission: gates.ConcurrentAdmission,
    rejectInvalidOnFlavors: gates.RejectUpdatesToCQWithInvalidOnFlavors,
    validatePodSetMetadata: gates.WorkloadValidationForPodSetMetadata,
    validateNonNegativeResources: gates.WorkloadValidateResourcesAreNonNegative,
    validateSliceSize: gates.TASValidateWorkloadSliceSize,
    topologyAwareScheduling: gates.TopologyAwareScheduling,
    multiLayerTopology: gates.TASMultiLayerTopology,
    workloadIdentifierAnnotations: gates.WorkloadIdentifierAnnotations,
    priorityClassDefaulting: gates.WorkloadPriorityClassDefaulting,
    skipAncestorsOfDeleted: gates.SkipAncestorCheckForDeletedWorkloads,
    multiKueue: gates.MultiKueue,
  };
}

/** The settings and gates that change scheduling decisions (scheduling, section 10). */
function schedulingOptions(configuration: Configuration): SchedulingOptions {
  const { featureGates: gates, resources, waitForPodsReady } = configuration;
  return {
    ...defaultSchedulingOptions,
    admissionFairSharing: admissionFairSharingOptions(configuration),
    admissionGatedBy: gates.AdmissionGatedBy,
    blockAdmission: waitForPodsReady?.blockAdmission ?? false,
    excludeResourcePrefixes: resources.excludeResourcePrefixes,
    fairSharing: fairSharingOptions(configuration),
    fairSharingPreemptWithinNominal: gates.FairSharingPreemptWithinNominal,
    fairSharingPrioritizeNonBorrowing: gates.FairSharingPrioritizeNonBorrowing,
    flavorFungibility: gates.FlavorFungibility,
    flavorFungibilityPreserveScanProgress: gates.FlavorFungibilityPreserveScanProgress,
    partialAdmission: gates.PartialAdmission,
    prioritizePreemptorWorkloads: gates.PrioritizePreemptorWorkloads,
    priorityBoost: gates.PriorityBoost,
    prioritySortingWithinCohort: gates.PrioritySortingWithinCohort,
    quotaCheckStrategy: gates.QuotaCheckStrategy ? resources.quotaCheckStrategy : 'BlockUndeclared',
    reclaimablePods: gates.ReclaimablePods,
    recomputeOverlappingTargets: gates.RecomputeAssignmentUponPreemptionTargetsOverlap,
    requeuingTimestamp: waitForPodsReady?.requeuingStrategy.timestamp ?? 'Eviction',
    resourceTransformations: resources.transformations.map(({ outputs = {}, multiplyBy, ...rest }) => ({
      ...rest,
      outputs,
      ...(multiplyBy === undefined ? {} : { multiplyBy }),
    })),
    schedulingEquivalenceHashing: gates.SchedulingEquivalenceHashing,
    skipReassignmentForPodOwnedWorkloads: gates.SkipReassignmentForPodOwnedWorkloads,
    unadmittedWorkloadsExplicitStatus: gates.UnadmittedWorkloadsExplicitStatus,
    unadmittedWorkloadsObservability: gates.UnadmittedWorkloadsObservability,
  };
}

/** The strategies have been validated to be a legal list (O-4.5). */
function fairSharingOptions({ fairSharing }: Configuration): FairSharingOptions | undefined {
  if (!fairSharing) return undefined;
  return { preemptionStrategies: fairSharing.preemptionStrategies as PreemptionStrategy[] };
}

/** Goes away with gate AdmissionFairSharing. */
function admissionFairSharingOptions({
  featureGates,
  admissionFairSharing,
}: Configuration): AdmissionFairSharingOptions | undefined {
  if (!admissionFairSharing || !featureGates.AdmissionFairSharing) return undefined;
  const { usageHalfLifeTime, usageSamplingInterval, resourceWeights = {} } = admissionFairSharing;
  return {
    usageHalfLifeMs: usageHalfLifeTime,
    usageSamplingIntervalMs: usageSamplingInterval,
    resourceWeights,
  };
}

/** `recoveryTimeout: 0s` means that a failed pod never evicts (O-3.9). */
function readinessPolicy({ waitForPodsReady }: Configuration): ReadinessPolicy | undefined {
  if (!waitForPodsReady) return undefined;
  const { timeout, recoveryTimeout, requeuingStrategy } = waitForPodsReady;
  return {
    timeoutMs: timeout,
    recoveryTimeoutMs: recoveryTimeout === 0 ? undefined : recoveryTimeout,
    backoffBaseSeconds: requeuingStrategy.backoffBaseSeconds,
    backoffMaxSeconds: requeuingStrategy.backoffMaxSeconds,
    backoffLimitCount: requeuingStrategy.backoffLimitCount,
  };
}
