import type { Configuration } from './configuration-schema.ts';
import { formatDurationMs } from './duration.ts';
import type { LabelSelector, LabelSelectorRequirement } from './label-selector.ts';

/** Names of the integrations a settings file may list (O-3.7), sorted. */
export const frameworkNames = [
  'batch/job',
  'deployment',
  'jobset.x-k8s.io/jobset',
  'kubeflow.org/jaxjob',
  'kubeflow.org/mpijob',
  'kubeflow.org/paddlejob',
  'kubeflow.org/pytorchjob',
  'kubeflow.org/tfjob',
  'kubeflow.org/xgboostjob',
  'leaderworkerset.x-k8s.io/leaderworkerset',
  'pod',
  'ray.io/raycluster',
  'ray.io/rayjob',
  'ray.io/rayservice',
  'sparkoperator.k8s.io/sparkapplication',
  'statefulset',
  'trainer.kubeflow.org/trainjob',
  'workload.codeflare.dev/appwrapper',
] as const;

const nonNegative = 'must be greater than or equal to 0';
const strategyLists = [
  'LessThanOrEqualToFinalShare',
  'LessThanInitialShare',
  'LessThanOrEqualToFinalShare,LessThanInitialShare',
];

/** All faults of defaulted settings, in the order and words of O-4. */
export function validateConfiguration(configuration: Configuration): string[] {
  return [
    ...validateWaitForPodsReady(configuration),
    ...validateIntegrations(configuration),
    ...validateFairSharing(configuration),
    ...validateAdmissionFairSharing(configuration),
    ...validateTransformations(configuration),
    ...validateNamespaceSelector(configuration),
    ...validateRetention(configuration),
    ...validateVisibility(configuration),
    ...validateQuotaCheck(configuration),
  ];
}

function validateWaitForPodsReady({ waitForPodsReady }: Configuration): string[] {
  if (!waitForPodsReady) return [];
  const { timeout, recoveryTimeout, requeuingStrategy } = waitForPodsReady;
  const path = 'waitForPodsReady.requeuingStrategy';
  return [
    ...notNegativeDuration('waitForPodsReady.timeout', timeout),
    ...notNegativeDuration('waitForPodsReady.recoveryTimeout', recoveryTimeout),
    ...supported(`${path}.timestamp`, requeuingStrategy.timestamp, ['Creation', 'Eviction']),
    ...notNegative(`${path}.backoffLimitCount`, requeuingStrategy.backoffLimitCount),
    ...notNegative(`${path}.backoffBaseSeconds`, requeuingStrategy.backoffBaseSeconds),
    ...notNegative(`${path}.backoffMaxSeconds`, requeuingStrategy.backoffMaxSeconds),
  ];
}

function validateIntegrations(configuration: Configuration): string[] {
  const { frameworks, externalFrameworks } = configuration.integrations;
  const errors = frameworks.flatMap((name, index) => {
    const path = `integrations.frameworks[${index}]`;
    const fault = supported(path, name, frameworkNames);
    return frameworks.indexOf(name) < index ? [...fault, `${path}: Duplicate value: "${name}"`] : fault;
  });
  externalFrameworks.forEach((name, index) => {
    const path = `integrations.externalFrameworks[${index}]`;
    if (!/^[^.]+\.[^.]+\.[^.]+\..+$|^[^.]+\.[^.]+\.[^.]+$/.test(name)) {
      errors.push(`${path}: Invalid value: "${name}": must be format, 'Kind.version.group.com'`);
    }
    if (externalFrameworks.indexOf(name) < index) errors.push(`${path}: Duplicate value: "${name}"`);
  });
  return frameworks.includes('pod') ? [...errors, ...validateNamespaceSelector(configuration)] : errors;
}

/** System namespaces must not be managed (O-4.4); the selector is tried on the name label alone. */
function validateNamespaceSelector({ managedJobsNamespaceSelector, namespace }: Configuration): string[] {
  const value = JSON.stringify(managedJobsNamespaceSelector);
  return ['kube-system', namespace]
    .filter((name) => selectsName(managedJobsNamespaceSelector, name))
    .map(
      (name) =>
        `managedJobsNamespaceSelector: Invalid value: ${value}: should not match the "${name}" namespace`,
    );
}

function selectsName(selector: LabelSelector, name: string): boolean {
  const labels: Readonly<Record<string, string>> = { 'kubernetes.io/metadata.name': name };
  const byLabel = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return byLabel && (selector.matchExpressions ?? []).every((requirement) => meets(labels, requirement));
}

function meets(labels: Readonly<Record<string, string>>, requirement: LabelSelectorRequirement): boolean {
  const value = labels[requirement.key];
  const isListed = value !== undefined && (requirement.values ?? []).includes(value);
  switch (requirement.operator) {
    case 'In':
      return isListed;
    case 'NotIn':
      return !isListed;
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}

function validateFairSharing({ fairSharing }: Configuration): string[] {
  if (!fairSharing) return [];
  const path = 'fairSharing.preemptionStrategies';
  if (fairSharing.preemptionStrategies.length === 0) return [`${path}: Required value: must be specified`];
  return supported(path, fairSharing.preemptionStrategies.join(','), strategyLists);
}

function validateAdmissionFairSharing({ admissionFairSharing }: Configuration): string[] {
  if (!admissionFairSharing) return [];
  const { usageHalfLifeTime, usageSamplingInterval, resourceWeights } = admissionFairSharing;
  const errors = notNegativeDuration('admissionFairSharing.usageHalfLifeTime', usageHalfLifeTime);
  if (usageSamplingInterval <= 0) {
    const value = `"${formatDurationMs(usageSamplingInterval)}"`;
    errors.push(
      `admissionFairSharing.usageSamplingInterval: Invalid value: ${value}: must be greater than 0`,
    );
  }
  for (const [name, weight] of Object.entries(resourceWeights ?? {})) {
    errors.push(...notNegative(`admissionFairSharing.resourceWeights[${name}]`, weight));
  }
  return errors;
}

function validateTransformations({ resources: { transformations } }: Configuration): string[] {
  return transformations.flatMap(({ input, strategy }, index) => {
    const path = `resources.transformations[${index}]`;
    const errors = supported(`${path}.strategy`, strategy, ['Retain', 'Replace']);
    const isRepeated = transformations.findIndex((other) => other.input === input) < index;
    return isRepeated ? [...errors, `${path}.input: Duplicate value: "${input}"`] : errors;
  });
}

function validateRetention({ objectRetentionPolicies }: Configuration): string[] {
  const { afterFinished, afterDeactivatedByKueue } = objectRetentionPolicies?.workloads ?? {};
  const path = 'objectRetentionPolicies.workloads';
  return [
    ...notNegativeDuration(`${path}.afterFinished`, afterFinished),
    ...notNegativeDuration(`${path}.afterDeactivatedByKueue`, afterDeactivatedByKueue),
  ];
}

function validateVisibility({ visibilityServer: { bindPort } }: Configuration): string[] {
  if (bindPort >= 1 && bindPort <= 65_535) return [];
  return [`visibilityServer.bindPort: Invalid value: ${bindPort}: must be a valid port number (1-65535)`];
}

function validateQuotaCheck({ resources, featureGates }: Configuration): string[] {
  if (!featureGates.QuotaCheckStrategy) return [];
  const { quotaCheckStrategy, excludeResourcePrefixes } = resources;
  const path = 'resources.quotaCheckStrategy';
  if (quotaCheckStrategy === 'IgnoreUndeclared' && excludeResourcePrefixes.length > 0) {
    const detail = 'excludeResourcePrefixes is not allowed when quotaCheckStrategy is IgnoreUndeclared';
    return [`${path}: Invalid value: "${quotaCheckStrategy}": ${detail}`];
  }
  return supported(path, quotaCheckStrategy, ['IgnoreUndeclared', 'BlockUndeclared']);
}

function supported(path: string, value: string, allowed: readonly string[]): string[] {
  if (allowed.includes(value)) return [];
  const list = allowed.map((name) => `"${name}"`).join(', ');
  return [`${path}: Unsupported value: "${value}": supported values: ${list}`];
}

function notNegative(path: string, value: number | undefined): string[] {
  return value !== undefined && value < 0 ? [`${path}: Invalid value: ${value}: ${nonNegative}`] : [];
}

function notNegativeDuration(path: string, valueMs: number | undefined): string[] {
  if (valueMs === undefined || valueMs >= 0) return [];
  return [`${path}: Invalid value: "${formatDurationMs(valueMs)}": ${nonNegative}`];
}
