import { expect, test } from 'vitest';
import type { KubeObject } from '../src/kube/index.ts';
import { injectCaBundle } from './ca-bundle.ts';

const metadata = { name: 'n', uid: 'u', resourceVersion: '1', generation: 1, creationTimestamp: '' };

test('O-6.10: the bundle goes into every entry of a webhook configuration', () => {
  const before = {
    metadata,
    webhooks: [
      { name: 'a', clientConfig: { url: 'https://x' } },
      { name: 'b', clientConfig: { caBundle: 'old' } },
    ],
  };
  expect(injectCaBundle(before as KubeObject, 'new')).toEqual({
    metadata,
    webhooks: [
      { name: 'a', clientConfig: { url: 'https://x', caBundle: 'new' } },
      { name: 'b', clientConfig: { caBundle: 'new' } },
    ],
  });
});

test('O-6.10: the bundle goes into the conversion of a CRD', () => {
  const conversion = {
    strategy: 'Webhook',
    webhook: { clientConfig: { service: { name: 's' } }, conversionReviewVersions: ['v1'] },
  };
  expect(injectCaBundle({ metadata, spec: { group: 'g', conversion } }, 'new')).toEqual({
    metadata,
    spec: {
      group: 'g',
      conversion: {
        strategy: 'Webhook',
        webhook: {
          clientConfig: { service: { name: 's' }, caBundle: 'new' },
          conversionReviewVersions: ['v1'],
        },
      },
    },
  });
});

test.each([
  { name: 'entries that have it', object: { metadata, webhooks: [{ clientConfig: { caBundle: 'new' } }] } },
  {
    name: 'a CRD that has it',
    object: { metadata, spec: { conversion: { webhook: { clientConfig: { caBundle: 'new' } } } } },
  },
  { name: 'a CRD without conversion', object: { metadata, spec: { conversion: { strategy: 'None' } } } },
])('O-6.10: $name are left alone', ({ object }) => {
  expect(injectCaBundle(object as KubeObject, 'new')).toBe(object);
});
