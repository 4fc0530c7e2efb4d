import type { KubeObject } from '../src/kube/index.ts';

interface ClientConfig {
  readonly caBundle?: string;
}

type WebhookConfiguration = KubeObject & {
  readonly webhooks?: readonly { readonly clientConfig: ClientConfig }[];
};

interface CrdSpec {
  readonly conversion?: { readonly webhook?: { readonly clientConfig?: ClientConfig } };
}

/**
 * A webhook configuration with the bundle in every entry, or a CRD with it in its conversion; the object itself where
 * nothing is to be changed (O-6.10).
 */
export function injectCaBundle(object: KubeObject, caBundle: string): KubeObject {
  const { webhooks } = object as WebhookConfiguration;
  if (webhooks) return injectIntoEntries(object, webhooks, caBundle);
  const spec = object.spec as CrdSpec | undefined;
  const webhook = spec?.conversion?.webhook;
  if (!webhook || webhook.clientConfig?.caBundle === caBundle) return object;
  const injected = { ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } };
  return { ...object, spec: { ...spec, conversion: { ...spec.conversion, webhook: injected } } };
}

function injectIntoEntries(
  object: KubeObject,
  webhooks: NonNullable<WebhookConfiguration['webhooks']>,
  caBundle: string,
): KubeObject {
  if (webhooks.every(({ clientConfig }) => clientConfig.caBundle === caBundle)) return object;
  const injected = webhooks.map((entry) => ({ ...entry, clientConfig: { ...entry.clientConfig, caBundle } }));
  return { ...object, webhooks: injected } as KubeObject;
}
