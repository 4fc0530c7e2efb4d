import { describe, expect, test } from 'vitest';
import { aContainer, aJob, aPodTemplate } from '../../test/builders/index.ts';
import { batchJob } from './batch/job.ts';
import { constructSpec, constructWorkload } from './construct-workload.ts';
import type { ConstructionContext } from './construct-workload.ts';
import type { JobIntegration } from './integration.ts';

const integration = batchJob as JobIntegration;
const context: ConstructionContext = {
  options: { partialAdmission: true, elasticJobs: true },
  priority: { value: 0 },
  labelKeysToCopy: [],
};

type Shape = Parameters<typeof aJob>[0];

function construct(shape: Shape = {}, changes: Partial<ConstructionContext> = {}) {
  return constructWorkload(integration, aJob(shape), { ...context, ...changes });
}

describe('L-3.7: the Workload of a Job', () => {
  test('is named after it, in its namespace, and owned by it', () => {
    const { metadata } = construct({ name: 'test-job', uid: 'test-job', namespace: 'ns' });
    expect(metadata).toEqual({
      name: 'job-test-job-ce737',
      namespace: 'ns',
      labels: { 'kueue.x-k8s.io/job-uid': 'test-job' },
      annotations: {},
      finalizers: ['kueue.x-k8s.io/resource-in-use'],
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          name: 'test-job',
          uid: 'test-job',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    });
  });

  test('repeats the labels that the settings name, if they are there', () => {
    const { metadata } = construct(
      { labels: { team: 'a', other: 'b' } },
      { labelKeysToCopy: ['team', 'missing'] },
    );
    expect(metadata.labels).toEqual({ team: 'a', 'kueue.x-k8s.io/job-uid': 'uid-team-a-sample' });
  });

  test.each([
    { name: 'too long', uid: 'u'.repeat(64) },
    { name: 'of other characters', uid: 'a/b' },
  ])('has no label for a uid that is $name', ({ uid }) => {
    expect(construct({ uid }).metadata.labels).toEqual({});
  });

  test('hands on annotations for provisioning and admission gates, and no others', () => {
    const handedOn = {
      'provreq.kueue.x-k8s.io/a': '1',
      'kueue.x-k8s.io/admission-gated-by': 'example.com/gate',
    };
    const { metadata } = construct({
      annotations: { ...handedOn, note: 'n', 'kueue.x-k8s.io/stopping': 'true' },
    });
    expect(metadata.annotations).toEqual(handedOn);
  });

  test('has no gate annotation for an empty one', () => {
    const { metadata } = construct({ annotations: { 'kueue.x-k8s.io/admission-gated-by': '' } });
    expect(metadata.annotations).toEqual({});
  });
});

describe('L-3.7: the spec of the Workload', () => {
  test('asks for the queue, the pod sets, the priority and its class, and the time', () => {
    const ref = { group: 'kueue.x-k8s.io', kind: 'WorkloadPriorityClass', name: 'high' } as const;
    const job = aJob({ queueName: 'q', labels: { 'kueue.x-k8s.io/max-exec-time-seconds': '30' } });
    const spec = constructSpec(integration, job, { ...context, priority: { value: 7, ref } });
    expect(spec).toMatchObject({
      queueName: 'q',
      priority: 7,
      priorityClassRef: ref,
      maximumExecutionTimeSeconds: 30,
      active: true,
      podSets: [{ name: 'main', count: 1 }],
    });
  });

  test('leaves out what the Job does not say', () => {
    const spec = constructSpec(integration, aJob({ queueName: '' }), context);
    expect(Object.keys(spec).toSorted()).toEqual(['active', 'podSets', 'priority']);
  });

  test('I-1.18: reduces doubled variables to the last value', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
      { name: 'A', value: '3' },
    ];
    const template = aPodTemplate({ spec: { containers: [aContainer({ env })] } });
    const { podSets } = constructSpec(integration, aJob({ template }), context);
    expect(podSets[0]?.template.spec?.containers[0]?.env).toEqual([
      { name: 'A', value: '3' },
      { name: 'B', value: '2' },
    ]);
  });
});
