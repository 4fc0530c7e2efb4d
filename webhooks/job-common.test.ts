import { expect, test } from 'vitest';
import type { JobObject } from '../src/jobs/index.ts';
import { jobCreateErrors } from './job-common.ts';
import { defaultWebhookOptions } from './options.ts';

const sparkRules = {
  type: {
    group: 'sparkoperator.k8s.io',
    version: 'v1beta2',
    kind: 'SparkApplication',
    plural: 'sparkapplications',
    namespaced: true,
  },
  supportsPrebuilt: false,
  isSuspended: () => true,
  options: defaultWebhookOptions,
} as const;

function aJob(annotations: Record<string, string>): JobObject {
  const metadata = {
    name: 'j',
    uid: '',
    resourceVersion: '',
    generation: 1,
    creationTimestamp: '',
    annotations,
  };
  return { metadata };
}

test('L-2.6: kinds without prebuilt Workloads and without slices say so', () => {
  const job = aJob({ 'kueue.x-k8s.io/prebuilt-workload-name': 'w', 'kueue.x-k8s.io/elastic-job': 'true' });
  expect(jobCreateErrors(job, sparkRules)).toEqual([
    {
      path: 'metadata.annotations[kueue.x-k8s.io/prebuilt-workload-name]',
      message: 'Forbidden: Is not supported for "sparkoperator.k8s.io/v1beta2, Kind=SparkApplication"',
    },
    {
      path: 'metadata.annotations[kueue.x-k8s.io/elastic-job]',
      message:
        'Forbidden: elastic job is not supported for "sparkoperator.k8s.io/v1beta2, Kind=SparkApplication"',
    },
  ]);
});

test.each([
  { name: 'a short name is not read', value: 'W', want: 0 },
  { name: 'one that fits no label is', value: `${'w'.repeat(63)}-`, want: 2 },
])('I-1.13: with its gate off, of the prebuilt annotation $name', ({ value, want }) => {
  const options = { ...defaultWebhookOptions, workloadIdentifierAnnotations: false };
  const errors = jobCreateErrors(aJob({ 'kueue.x-k8s.io/prebuilt-workload-name': value }), {
    ...sparkRules,
    options,
  });
  expect(errors).toHaveLength(want);
});
