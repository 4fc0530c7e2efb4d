import { names } from '../../src/api/index.ts';
import { findFreePort } from '../controlplane/free-port.ts';
import { waitUntil } from '../controlplane/wait-until.ts';
import { renderWebhookConfigurations } from '../gen/webhooks.ts';
import type { WebhookConfigurationOptions } from '../gen/webhooks.ts';
import { applyObjects } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { readManifests } from './manifests.ts';
import type { Manifest } from './manifests.ts';

/** Where the API server will find a Quaymaster that runs outside the cluster. */
export interface WebhookPlace {
  readonly webhookHost: string;
  readonly webhookPort: number;
}

export interface InstallOptions extends Partial<WebhookPlace> {
  /** Which Jobs are sent to the webhooks; `all` goes with `manageJobsWithoutQueueName`. */
  readonly jobs?: WebhookConfigurationOptions['jobs'];
}

const establishDeadlineMs = 60_000;

/**
 * Puts into a cluster what Quaymaster needs there while it runs outside as a process: CRDs, namespace, RBAC, the empty
 * certificate Secret, and webhooks by URL. The answer is what `launchQuaymaster` has to be told. Doing it again is
 * harmless, also with another port.
 */
export async function installQuaymaster(
  cluster: Cluster,
  options: InstallOptions = {},
): Promise<WebhookPlace> {
  const place = {
    webhookHost: options.webhookHost ?? '127.0.0.1',
    webhookPort: options.webhookPort ?? (await findFreePort()),
  };
  const url = `https://${place.webhookHost}:${place.webhookPort}`;
  const definitions = (await readManifests('crd')).map((definition) => convertingAt(url, definition));
  await applyObjects(cluster, [...definitions, ...(await readManifests('manager/namespace.yaml'))]);
  await applyObjects(cluster, [
    ...(await readManifests('rbac')),
    ...(await readManifests('manager/webhook-certificate.yaml')),
  ]);
  const jobs = options.jobs === undefined ? {} : { jobs: options.jobs };
  await applyObjects(cluster, renderWebhookConfigurations({ address: { url }, ...jobs }));
  await waitUntilServed(cluster);
  return place;
}

/** Takes away all that `installQuaymaster` brought, our kinds with their objects included. */
export async function uninstallQuaymaster(cluster: Cluster): Promise<void> {
  const remove = (...args: string[]) => cluster.kubectl(['delete', '--ignore-not-found', ...args]);
  await remove('mutatingwebhookconfiguration', names.mutatingWebhookConfiguration);
  await remove('validatingwebhookconfiguration', names.validatingWebhookConfiguration);
  const objects = [...(await readManifests('rbac')), ...(await readManifests('crd'))];
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await cluster.kubectl(['delete', '--ignore-not-found', '-f', '-'], { input });
  await remove('namespace', names.namespace);
}

/** A CRD whose conversion webhook is called by URL, in place of the Service. */
function convertingAt(url: string, definition: Manifest): Manifest {
  const spec = definition['spec'] as { readonly conversion?: { readonly webhook: object } };
  if (spec.conversion === undefined) return definition;
  const clientConfig = { url: `${url}${names.conversionPath}` };
  const conversion = { ...spec.conversion, webhook: { ...spec.conversion.webhook, clientConfig } };
  return { ...definition, spec: { ...spec, conversion } };
}

async function waitUntilServed(cluster: Cluster): Promise<void> {
  const seconds = `${establishDeadlineMs / 1000}s`;
  const definitions = (await readManifests('crd')).map(({ metadata }) => `crd/${metadata.name}`);
  await cluster.kubectl(['wait', '--for=condition=Established', `--timeout=${seconds}`, ...definitions]);
  // Established is a promise: the path is served a moment later.
  const isListed = () => cluster.kubectl(['get', 'workloads.kueue.x-k8s.io', '-A']).then(() => true);
  await waitUntil(isListed, { what: 'our kinds to be served', deadlineMs: establishDeadlineMs });
}
