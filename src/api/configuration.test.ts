import { describe, expect, test } from 'vitest';
import { readConfiguration } from './configuration.ts';
import type { ConfigurationResult } from './configuration.ts';
import type { Configuration } from './configuration-schema.ts';

const head = { apiVersion: 'config.kueue.x-k8s.io/v1beta2', kind: 'Configuration' };

function read(settings: object): ConfigurationResult {
  return readConfiguration({ ...head, ...settings });
}

function valid(settings: object): Configuration {
  const result = read(settings);
  if (result.kind !== 'valid') throw new Error(result.errors.join('\n'));
  return result.configuration;
}

describe('defaults of the settings (O-3)', () => {
  test('no file and an empty file are the same', () => {
    expect(readConfiguration(undefined)).toEqual(read({}));
  });

  test('the server side (O-3.1)', () => {
    expect(valid({})).toMatchObject({
      namespace: 'kueue-system',
      webhook: { port: 9443, host: '' },
      metrics: {
        bindAddress: ':8443',
        enableClusterQueueResources: false,
        localQueueMetrics: { enable: true },
      },
      health: {
        healthProbeBindAddress: ':8081',
        readinessEndpointName: '/readyz',
        livenessEndpointName: '/healthz',
      },
      leaderElection: {
        leaderElect: true,
        resourceName: 'c1f6bfd2.kueue.x-k8s.io',
        leaseDuration: 15_000,
        renewDeadline: 10_000,
        retryPeriod: 2_000,
      },
      internalCertManagement: {
        enable: true,
        webhookServiceName: 'kueue-webhook-service',
        webhookSecretName: 'kueue-webhook-server-cert',
      },
      clientConnection: { qps: 300, burst: 500 },
    });
  });

  test('jobs and scheduling (O-3.5, O-3.9)', () => {
    const configuration = valid({});
    expect(configuration).toMatchObject({
      manageJobsWithoutQueueName: false,
      managedJobsNamespaceSelector: {
        matchExpressions: [
          {
            key: 'kubernetes.io/metadata.name',
            operator: 'NotIn',
            values: ['kube-system', 'kueue-system'],
          },
        ],
      },
      integrations: { frameworks: ['batch/job'], externalFrameworks: [], labelKeysToCopy: [] },
      waitForPodsReady: {
        timeout: 1_800_000,
        recoveryTimeout: 1_800_000,
        blockAdmission: false,
        requeuingStrategy: { timestamp: 'Eviction', backoffBaseSeconds: 60, backoffMaxSeconds: 3600 },
      },
      resources: { quotaCheckStrategy: 'BlockUndeclared' },
    });
    expect(configuration.fairSharing).toBeUndefined();
    expect(configuration.waitForPodsReady?.requeuingStrategy.backoffLimitCount).toBeUndefined();
  });

  test.each([
    {
      name: 'metrics of LocalQueues are off when they are written out empty',
      settings: { metrics: { localQueueMetrics: {} } },
      want: { metrics: { localQueueMetrics: { enable: false } } },
    },
    {
      name: 'an empty address is the default, 0 is kept',
      settings: { metrics: { bindAddress: '0' }, health: { healthProbeBindAddress: '' } },
      want: { metrics: { bindAddress: '0' }, health: { healthProbeBindAddress: ':8081' } },
    },
    {
      name: 'a timeout of 0 is the default, a recovery timeout of 0 is kept',
      settings: { waitForPodsReady: { timeout: '0s', recoveryTimeout: '0s' } },
      want: { waitForPodsReady: { timeout: 1_800_000, recoveryTimeout: 0 } },
    },
    {
      name: 'the recovery timeout follows the timeout',
      settings: { waitForPodsReady: { timeout: '5m' } },
      want: { waitForPodsReady: { timeout: 300_000, recoveryTimeout: 300_000 } },
    },
    {
      name: 'gate DisableWaitForPodsReady turns it off (O-3.10)',
      settings: { featureGates: { DisableWaitForPodsReady: true }, waitForPodsReady: { timeout: '-1s' } },
      want: { waitForPodsReady: undefined },
    },
  ])('$name', ({ settings, want }) => expect(valid(settings)).toMatchObject(want));

  test('the namespace is that of the file, else of the pod (O-3.2)', () => {
    expect(valid({ namespace: 'queueing' }).namespace).toBe('queueing');
    expect(readConfiguration(head, { podNamespace: 'mine' })).toMatchObject({
      configuration: {
        namespace: 'mine',
        managedJobsNamespaceSelector: { matchExpressions: [{ values: ['kube-system', 'mine'] }] },
      },
    });
  });
});

describe('a file that cannot be read (O-2.2)', () => {
  test.each([
    {
      name: 'unknown fields are all listed',
      settings: { a: 1, webhook: { b: 2 } },
      want: ['strict decoding error: unknown field "webhook.b", unknown field "a"'],
    },
    {
      name: 'metadata is unknown too (O-2.1)',
      settings: { metadata: {} },
      want: ['strict decoding error: unknown field "metadata"'],
    },
    {
      name: 'a duration must be one',
      settings: { leaderElection: { leaseDuration: '15' } },
      want: ['leaderElection.leaseDuration: invalid duration "15"'],
    },
    {
      name: 'another version is not known',
      settings: { apiVersion: 'config.kueue.x-k8s.io/v9' },
      want: ['no kind "Configuration" is registered for version "config.kueue.x-k8s.io/v9"'],
    },
  ])('$name', ({ settings, want }) => expect(read(settings)).toEqual({ kind: 'unreadable', errors: want }));
});

describe('gates in the file (O-5)', () => {
  test('an unknown gate is an error', () => {
    expect(read({ featureGates: { Xyz: true } })).toEqual({
      kind: 'conflictingGates',
      errors: ['featureGates: Invalid value: unrecognized feature gate: Xyz'],
    });
  });

  test('gates may not come from both file and command line, even if the file has an empty map (O-5.1)', () => {
    const result = readConfiguration(
      { ...head, featureGates: {} },
      { featureGates: { PriorityBoost: true } },
    );
    expect(result).toMatchObject({ kind: 'conflictingGates' });
  });

  test('gates of the command line count where the file has none', () => {
    const result = readConfiguration(head, { featureGates: { PriorityBoost: true } });
    expect(result).toMatchObject({ configuration: { featureGates: { PriorityBoost: true } } });
  });
});

describe('faults (O-4)', () => {
  const negative = 'must be greater than or equal to 0';

  test.each<{ name: string; settings: object; want: string[] }>([
    {
      name: 'waiting for pods',
      settings: {
        waitForPodsReady: {
          timeout: '-90s',
          recoveryTimeout: '1s',
          requeuingStrategy: { timestamp: 'Never', backoffLimitCount: -1 },
        },
      },
      want: [
        `waitForPodsReady.timeout: Invalid value: "-1m30s": ${negative}`,
        'waitForPodsReady.requeuingStrategy.timestamp: Unsupported value: "Never": supported values: "Creation", "Eviction"',
        `waitForPodsReady.requeuingStrategy.backoffLimitCount: Invalid value: -1: ${negative}`,
      ],
    },
    {
      name: 'frameworks given twice, and external ones of the wrong form',
      settings: {
        integrations: {
          frameworks: ['batch/job', 'batch/job'],
          externalFrameworks: ['Foo.v1.example.com', 'Foo'],
        },
      },
      want: [
        'integrations.frameworks[1]: Duplicate value: "batch/job"',
        `integrations.externalFrameworks[1]: Invalid value: "Foo": must be format, 'Kind.version.group.com'`,
      ],
    },
    {
      name: 'a selector that takes in system namespaces is told once, also with pods (O-4.4)',
      settings: {
        integrations: { frameworks: ['pod'] },
        managedJobsNamespaceSelector: {
          matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['x'] }],
        },
      },
      want: ['kube-system', 'kueue-system'].map(
        (name) =>
          `managedJobsNamespaceSelector: Invalid value: {"matchExpressions":[{"key":"team","operator":"NotIn","values":["x"]}]}: should not match the "${name}" namespace`,
      ),
    },
    {
      name: 'strategies of fair sharing in the wrong order (O-4.5)',
      settings: {
        fairSharing: { preemptionStrategies: ['LessThanInitialShare', 'LessThanOrEqualToFinalShare'] },
      },
      want: [
        'fairSharing.preemptionStrategies: Unsupported value: "LessThanInitialShare,LessThanOrEqualToFinalShare": supported values: "LessThanOrEqualToFinalShare", "LessThanInitialShare", "LessThanOrEqualToFinalShare,LessThanInitialShare"',
      ],
    },
    {
      name: 'fair sharing without strategies',
      settings: { fairSharing: {} },
      want: ['fairSharing.preemptionStrategies: Required value: must be specified'],
    },
    {
      name: 'a transformation given twice',
      settings: { resources: { transformations: [{ input: 'a' }, { input: 'a', strategy: 'Keep' }] } },
      want: [
        'resources.transformations[1].strategy: Unsupported value: "Keep": supported values: "Retain", "Replace"',
        'resources.transformations[1].input: Duplicate value: "a"',
      ],
    },
    {
      name: 'both ways to ignore resources (O-4.6)',
      settings: {
        resources: { quotaCheckStrategy: 'IgnoreUndeclared', excludeResourcePrefixes: ['example.com/'] },
      },
      want: [
        'resources.quotaCheckStrategy: Invalid value: "IgnoreUndeclared": excludeResourcePrefixes is not allowed when quotaCheckStrategy is IgnoreUndeclared',
      ],
    },
    {
      name: 'negative retention and weights',
      settings: {
        objectRetentionPolicies: { workloads: { afterFinished: '-1h' } },
        admissionFairSharing: { resourceWeights: { cpu: -1 } },
      },
      want: [
        `admissionFairSharing.resourceWeights[cpu]: Invalid value: -1: ${negative}`,
        `objectRetentionPolicies.workloads.afterFinished: Invalid value: "-1h0m0s": ${negative}`,
      ],
    },
  ])('$name', ({ settings, want }) => expect(read(settings)).toEqual({ kind: 'invalid', errors: want }));

  test('a selector that leaves system namespaces out passes', () => {
    expect(read({ managedJobsNamespaceSelector: { matchLabels: { managed: 'yes' } } }).kind).toBe('valid');
  });
});
