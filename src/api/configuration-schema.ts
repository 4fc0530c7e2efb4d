import { z } from 'zod';
import { durationMs } from './duration.ts';
import type { FeatureGates } from './feature-gates.ts';
import type { LabelSelector } from './label-selector.ts';
import { labelSelector } from './label-selector.ts';
import { quantityMap } from './quantity.ts';
import { names, ports } from './names.ts';

/** Text that stands for its default when it is empty, as addresses in the settings do. */
function textOr(fallback: string) {
  return z
    .string()
    .default(fallback)
    .transform((text) => (text === '' ? fallback : text));
}

/** A text whose allowed values are checked later, so that the fault gets the wording of O-4. */
function oneOf<Value extends string>() {
  return z.custom<Value>((value) => typeof value === 'string', 'must be a string');
}

const flag = (isOn: boolean) => z.boolean().default(isOn);
const strings = z.array(z.string());
/** Settings of features that come later: accepted and kept, not looked at. */
const later = z.looseObject({});

const webhook = z.strictObject({
  port: z.int32().default(ports.webhook),
  host: z.string().default(''),
  certDir: textOr('/tmp/k8s-webhook-server/serving-certs'),
});

const metrics = z.strictObject({
  bindAddress: textOr(`:${ports.metrics}`),
  enableClusterQueueResources: flag(false),
  customLabels: z.array(later).optional(),
  // Written out without `enable` it means off, left out it means on (O-3.1).
  localQueueMetrics: z
    .strictObject({ enable: flag(false), localQueueSelector: labelSelector.optional() })
    .default({ enable: true }),
});

const health = z.strictObject({
  healthProbeBindAddress: textOr(`:${ports.health}`),
  readinessEndpointName: textOr('/readyz'),
  livenessEndpointName: textOr('/healthz'),
});

const leaderElection = z.strictObject({
  leaderElect: flag(true),
  resourceName: textOr(names.lease),
  resourceNamespace: z.string().default(''),
  resourceLock: textOr('leases'),
  leaseDuration: durationMs.prefault('15s'),
  renewDeadline: durationMs.prefault('10s'),
  retryPeriod: durationMs.prefault('2s'),
});

const internalCertManagement = z.strictObject({
  enable: flag(true),
  webhookServiceName: textOr(names.webhookService),
  webhookSecretName: textOr(names.webhookSecret),
});

const waitForPodsReady = z.strictObject({
  timeout: durationMs.prefault('30m').transform((given) => (given === 0 ? 30 * 60_000 : given)),
  blockAdmission: flag(false),
  recoveryTimeout: durationMs.optional(),
  requeuingStrategy: z
    .strictObject({
      timestamp: oneOf<'Eviction' | 'Creation'>().default('Eviction'),
      backoffLimitCount: z.int32().optional(),
      backoffBaseSeconds: z.int32().default(60),
      backoffMaxSeconds: z.int32().default(3600),
    })
    .prefault({}),
});

const resourceTransformation = z.strictObject({
  input: z.string(),
  strategy: oneOf<'Retain' | 'Replace'>().default('Retain'),
  multiplyBy: z.string().optional(),
  outputs: quantityMap.optional(),
});

const resources = z.strictObject({
  excludeResourcePrefixes: strings.default([]),
  quotaCheckStrategy: oneOf<'BlockUndeclared' | 'IgnoreUndeclared'>().default('BlockUndeclared'),
  transformations: z.array(resourceTransformation).default([]),
  deviceClassMappings: z.array(later).optional(),
});

const admissionFairSharing = z.strictObject({
  usageHalfLifeTime: durationMs.prefault('0s'),
  usageSamplingInterval: durationMs.prefault('5m').transform((given) => (given === 0 ? 5 * 60_000 : given)),
  resourceWeights: z.record(z.string(), z.number()).optional(),
});

const objectRetentionPolicies = z.strictObject({
  workloads: z
    .strictObject({
      afterFinished: durationMs.optional(),
      afterDeactivatedByKueue: durationMs.optional(),
    })
    .optional(),
});

/** The settings file, kind Configuration (O-3). Unknown fields are faults; durations come out in milliseconds. */
export const configurationFile = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  webhook: webhook.prefault({}),
  metrics: metrics.prefault({}),
  health: health.prefault({}),
  pprofBindAddress: z.string().default(''),
  leaderElection: leaderElection.prefault({}),
  tls: later.optional(),
  internalCertManagement: internalCertManagement.prefault({}),
  visibilityServer: z
    .strictObject({
      bindAddress: z.string().default('0.0.0.0'),
      bindPort: z.int32().default(ports.visibility),
    })
    .prefault({}),
  clientConnection: z
    .strictObject({ qps: z.number().default(300), burst: z.int32().default(500) })
    .prefault({}),
  controller: z
    .strictObject({
      groupKindConcurrency: z.record(z.string(), z.int()).optional(),
      // The one duration that is an integer of nanoseconds.
      cacheSyncTimeout: z.int().optional(),
    })
    .prefault({}),
  manageJobsWithoutQueueName: flag(false),
  managedJobsNamespaceSelector: labelSelector.optional(),
  integrations: z
    .strictObject({
      frameworks: strings.default([]),
      externalFrameworks: strings.default([]),
      labelKeysToCopy: strings.default([]),
    })
    .prefault({}),
  waitForPodsReady: waitForPodsReady.prefault({}),
  fairSharing: z.strictObject({ preemptionStrategies: strings.default([]) }).optional(),
  admissionFairSharing: admissionFairSharing.optional(),
  resources: resources.prefault({}),
  objectRetentionPolicies: objectRetentionPolicies.optional(),
  multiKueue: later.optional(),
  featureGates: z.record(z.string(), z.boolean()).optional(),
});
export type ConfigurationFile = z.output<typeof configurationFile>;

type Requeuing = ConfigurationFile['waitForPodsReady'];

/** The settings with every default filled in (O-3). Durations are in milliseconds. */
export type Configuration = Omit<ConfigurationFile, 'featureGates' | 'waitForPodsReady'> & {
  namespace: string;
  managedJobsNamespaceSelector: LabelSelector;
  /** Absent when gate DisableWaitForPodsReady turns it off (O-3.10). */
  waitForPodsReady?: Requeuing & { recoveryTimeout: number };
  featureGates: FeatureGates;
};
