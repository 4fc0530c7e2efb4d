import type { z } from 'zod';
import { configurationFile } from './configuration-schema.ts';
import type { Configuration, ConfigurationFile } from './configuration-schema.ts';
import { validateConfiguration } from './configuration-validation.ts';
import { resolveFeatureGates } from './feature-gates.ts';
import type { FeatureGates } from './feature-gates.ts';
import type { LabelSelector } from './label-selector.ts';
import { names } from './names.ts';

export const configurationApiVersion = 'config.kueue.x-k8s.io/v1beta2';

export type ConfigurationResult =
  | { kind: 'valid'; configuration: Configuration }
  | { kind: 'unreadable'; errors: readonly string[] }
  | { kind: 'conflictingGates'; errors: readonly string[] }
  | { kind: 'invalid'; errors: readonly string[] };

export interface ConfigurationOptions {
  /** The namespace the program runs in, if it is in a cluster (O-3.2). */
  readonly podNamespace?: string;
  /** Gates given on the command line, which exclude those of the file (O-5.1). */
  readonly featureGates?: Readonly<Record<string, boolean>>;
}

/** Decodes, defaults and validates a settings file; with nothing given, all is default (O-2 to O-5). */
export function readConfiguration(raw: unknown, options: ConfigurationOptions = {}): ConfigurationResult {
  const file = raw ?? { apiVersion: configurationApiVersion, kind: 'Configuration' };
  const decoded = configurationFile.safeParse(file);
  const wrongKind = findWrongKind(file);
  if (wrongKind !== undefined) return { kind: 'unreadable', errors: [wrongKind] };
  if (!decoded.success) return { kind: 'unreadable', errors: describe(decoded.error.issues) };
  if (options.featureGates && decoded.data.featureGates) {
    const text = JSON.stringify(options.featureGates);
    const detail = 'feature gates for CLI and configuration cannot both specified';
    return { kind: 'conflictingGates', errors: [`featureGates: Invalid value: ${text}: ${detail}`] };
  }
  const { gates, errors } = resolveFeatureGates(options.featureGates ?? decoded.data.featureGates);
  if (errors.length > 0) {
    return {
      kind: 'conflictingGates',
      errors: errors.map((error) => `featureGates: Invalid value: ${error}`),
    };
  }
  const configuration = complete(decoded.data, gates, options.podNamespace);
  const faults = [...new Set(validateConfiguration(configuration))];
  return faults.length > 0 ? { kind: 'invalid', errors: faults } : { kind: 'valid', configuration };
}

function findWrongKind(file: unknown): string | undefined {
  const { apiVersion, kind } = file as { apiVersion?: unknown; kind?: unknown };
  if (apiVersion === configurationApiVersion && kind === 'Configuration') return undefined;
  return `no kind "${String(kind)}" is registered for version "${String(apiVersion)}"`;
}

/** Fills in what depends on other settings. */
function complete(file: ConfigurationFile, featureGates: FeatureGates, podNamespace?: string): Configuration {
  const namespace = file.namespace || podNamespace || names.namespace;
  const { waitForPodsReady, integrations, ...rest } = file;
  return {
    ...rest,
    namespace,
    featureGates,
    integrations: {
      ...integrations,
      frameworks: integrations.frameworks.length > 0 ? integrations.frameworks : ['batch/job'],
    },
    managedJobsNamespaceSelector: file.managedJobsNamespaceSelector ?? allBut(['kube-system', namespace]),
    waitForPodsReady: featureGates.DisableWaitForPodsReady
      ? undefined
      : {
          ...waitForPodsReady,
          recoveryTimeout: waitForPodsReady.recoveryTimeout ?? waitForPodsReady.timeout,
        },
  };
}

function allBut(values: string[]): LabelSelector {
  return { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values }] };
}

/** All faults of decoding as texts, unknown fields gathered into one (O-2.2). */
function describe(issues: readonly z.core.$ZodIssue[]): string[] {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `unknown field "${[...issue.path, key].join('.')}"`)
      : [],
  );
  const others = issues
    .filter((issue) => issue.code !== 'unrecognized_keys')
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  return unknown.length > 0 ? [`strict decoding error: ${unknown.join(', ')}`, ...others] : others;
}
