import { deprecatedVersion, group, kinds, names, schemas, version } from '../../src/api/index.ts';
import type { Kind } from '../../src/api/index.ts';
import { compactYaml } from './compact-yaml.ts';
import { crdSchema } from './crd-schema.ts';
import { settle } from './generated-files.ts';
import type { GeneratedFolder } from './generated-files.ts';
import { printerColumns } from './printer-columns.ts';

type Version = typeof version | typeof deprecatedVersion;

/** The CustomResourceDefinition of a kind, with both versions. */
export function customResourceDefinition(kind: Kind): object {
  const { plural, namespaced, shortNames, convertedByWebhook } = kinds[kind];
  const singular = kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames },
      scope: namespaced ? 'Namespaced' : 'Cluster',
      ...(convertedByWebhook && { conversion: conversion() }),
      versions: [versionEntry(kind, deprecatedVersion), versionEntry(kind, version)],
    },
  };
}

/** One YAML file for each kind. */
export function crdFiles(): GeneratedFolder {
  const files = new Map<string, string>();
  for (const kind of Object.keys(kinds) as Kind[]) {
    files.set(`${kinds[kind].plural}.yaml`, compactYaml(customResourceDefinition(kind)));
  }
  return { folder: 'config/crd', files };
}

/** The CA bundle is filled in at run time. */
function conversion(): object {
  return {
    strategy: 'Webhook',
    webhook: {
      conversionReviewVersions: ['v1'],
      clientConfig: {
        service: { namespace: names.namespace, name: names.webhookService, path: names.conversionPath },
      },
    },
  };
}

function versionEntry(kind: Kind, name: Version): object {
  const additionalPrinterColumns = printerColumns(kind, name);
  return {
    name,
    served: true,
    storage: name === version,
    // MultiKueueConfig alone is not marked as deprecated.
    ...(name === deprecatedVersion &&
      kind !== 'MultiKueueConfig' && {
        deprecated: true,
        deprecationWarning: 'This version is deprecated. Use v1beta2 instead.',
      }),
    ...(additionalPrinterColumns && { additionalPrinterColumns }),
    ...(kind === 'Workload' &&
      name === version && { selectableFields: [{ jsonPath: '.status.admission.clusterQueue' }] }),
    ...(kinds[kind].hasStatus && { subresources: { status: {} } }),
    schema: { openAPIV3Schema: crdSchema(schemas[kind][name]) },
  };
}

if (import.meta.main) settle([crdFiles()]);
