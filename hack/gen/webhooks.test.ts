import { expect, test } from 'vitest';
import { renderWebhookConfigurations } from './webhooks.ts';

interface Entry {
  readonly name: string;
  readonly clientConfig: object;
  readonly failurePolicy: string;
  readonly namespaceSelector?: { readonly matchExpressions: object[] };
  readonly rules: readonly object[];
  readonly matchConditions?: readonly { name: string }[];
}

function entriesOf(options = {}): Map<string, Entry> {
  const entries = renderWebhookConfigurations(options).flatMap(({ webhooks }) => webhooks as Entry[]);
  return new Map(entries.map((entry) => [entry.name, entry]));
}

test('O-7.3: our own kinds and the managed job kinds have entries, and no other kind has', () => {
  expect([...entriesOf().keys()]).toEqual([
    'mworkload.kb.io',
    'mclusterqueue.kb.io',
    'mresourceflavor.kb.io',
    'mjob.kb.io',
    'munmarkedjob.kb.io',
    'vworkload.kb.io',
    'vclusterqueue.kb.io',
    'vresourceflavor.kb.io',
    'vcohort.kb.io',
    'vjob.kb.io',
  ]);
});

test('A-6.1: the Workload entry also sees status writes', () => {
  expect(entriesOf().get('vworkload.kb.io')).toMatchObject({
    failurePolicy: 'Fail',
    clientConfig: {
      service: {
        namespace: 'kueue-system',
        name: 'kueue-webhook-service',
        path: '/validate-kueue-x-k8s-io-v1beta2-workload',
      },
    },
    rules: [{ operations: ['CREATE', 'UPDATE'], resources: ['workloads', 'workloads/status'] }],
  });
});

test('O-7.6: every job entry leaves the system namespaces out', () => {
  const jobs = [...entriesOf().values()].filter(({ name }) => name.endsWith('job.kb.io'));
  for (const { namespaceSelector } of jobs) {
    expect(namespaceSelector?.matchExpressions).toEqual([
      { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'kueue-system'] },
    ]);
  }
  expect(jobs).toHaveLength(3);
});

test('with a URL the path follows it', () => {
  expect(entriesOf({ address: { url: 'https://127.0.0.1:1' } }).get('vjob.kb.io')?.clientConfig).toEqual({
    url: 'https://127.0.0.1:1/validate-batch-v1-job',
  });
});

test('to manage jobs without queue name, all of them are sent', () => {
  const entries = entriesOf({ jobs: 'all' });
  expect(entries.get('mjob.kb.io')?.matchConditions).toBeUndefined();
  expect(entries.get('vjob.kb.io')?.matchConditions?.map(({ name }) => name)).toEqual([
    'not-deleting',
    'not-by-manager',
  ]);
  expect(entries.has('munmarkedjob.kb.io')).toBe(false);
});
