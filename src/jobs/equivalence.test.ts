import { describe, expect, test } from 'vitest';
import {
  aContainer,
  aJob,
  anAdmission,
  aPodTemplate,
  aReservingWorkload,
  aWorkload,
} from '../../test/builders/index.ts';
import type { Container, PodSet, PodTemplateSpec, Toleration, Workload } from '../api/index.ts';
import type { PodSetInfo } from '../core/workload/index.ts';
import { batchJob } from './batch/job.ts';
import { podSetsOf } from './construct-workload.ts';
import { isEquivalent } from './equivalence.ts';
import type { JobObject } from './integration.ts';

const owner = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  name: 'sample',
  uid: 'uid-team-a-sample',
  controller: true,
};
const owned = { ownerReferences: [owner] };
const toleration: Toleration = { key: 'gpu', operator: 'Exists' };
const options = { partialAdmission: true, elasticJobs: true };
const maxExecTime = 'kueue.x-k8s.io/max-exec-time-seconds';

interface Question {
  readonly job?: JobObject;
  readonly podSets: readonly PodSet[];
  readonly isSuspended?: boolean;
  readonly workload: Workload;
  readonly infos?: readonly PodSetInfo[];
}

function ask({ job = aJob(), podSets, isSuspended = true, workload, infos }: Question): boolean {
  return isEquivalent({ job, podSets, isSuspended }, workload, infos);
}

function aPodSet(template: PodTemplateSpec = aPodTemplate(), more: Partial<PodSet> = {}): PodSet {
  return { name: 'main', count: 1, template, ...more };
}

function aContainerSet(container: Partial<Container>): PodSet {
  return aPodSet(aPodTemplate({ spec: { containers: [aContainer(container)] } }));
}

function anInfo(shape: Partial<PodSetInfo> = {}): PodSetInfo {
  const empty = { nodeSelector: {}, tolerations: [], labels: {}, annotations: {}, schedulingGates: [] };
  return { name: 'main', count: 1, ...empty, ...shape };
}

describe('L-3.6: the owner', () => {
  const podSets = [aPodSet()];
  test.each([
    { name: 'the job itself', references: [owner], want: true },
    { name: 'a job of another name', references: [{ ...owner, name: 'other' }], want: false },
    { name: 'a recreated job', references: [{ ...owner, uid: 'other' }], want: false },
    { name: 'nobody (Q-9)', references: [], want: false },
    { name: 'an owner that is no controller', references: [{ ...owner, controller: false }], want: false },
  ])('is $name: $want', ({ references, want }) => {
    const workload = aWorkload({ ownerReferences: references, podSets });
    expect(ask({ podSets, workload })).toBe(want);
  });
});

test.each([
  { label: '60', seconds: 60, want: true },
  { label: '60', seconds: 61, want: false },
  { label: '60', seconds: undefined, want: false },
  { label: undefined, seconds: 60, want: false },
  { label: 'soon', seconds: undefined, want: true },
  { label: '-1', seconds: undefined, want: true },
])(
  'L-3.6: a maximum execution time of $label and $seconds are the same: $want',
  ({ label, seconds, want }) => {
    const job = aJob({ labels: label === undefined ? {} : { [maxExecTime]: label } });
    const spec = seconds === undefined ? {} : { maximumExecutionTimeSeconds: seconds };
    expect(ask({ job, podSets: [aPodSet()], workload: aWorkload({ ...owned, spec }) })).toBe(want);
  },
);

describe('L-3.6: pod sets without quota', () => {
  const plain = aContainerSet({});
  test.each([
    { name: 'another number of them', of: [plain, plain], want: false },
    { name: 'another count', of: [{ ...plain, count: 2 }], want: false },
    { name: 'a least count', of: [{ ...plain, minCount: 1 }], want: false },
    { name: 'another image', of: [aContainerSet({ image: 'other' })], want: false },
    {
      name: 'another order of containers',
      of: [aPodSet(withContainers('b', 'a'))],
      is: [aPodSet(withContainers('a', 'b'))],
      want: false,
    },
    {
      name: 'an init container',
      of: [aPodSet(aPodTemplate({ spec: { containers: [aContainer()], initContainers: [aContainer()] } }))],
      want: false,
    },
    {
      name: 'a toleration',
      of: [aPodSet(aPodTemplate({ spec: { containers: [aContainer()], tolerations: [toleration] } }))],
      want: false,
    },
    { name: 'another name', of: [{ ...plain, name: 'other' }], want: true },
    {
      name: 'labels and annotations',
      of: [
        aPodSet(
          aPodTemplate({
            metadata: { labels: { a: '1' }, annotations: { b: '2' } },
            spec: { containers: [aContainer()] },
          }),
        ),
      ],
      want: true,
    },
    {
      name: 'a node selector',
      of: [aPodSet(aPodTemplate({ spec: { containers: [aContainer()], nodeSelector: { a: '1' } } }))],
      want: true,
    },
    {
      name: 'a priority class',
      of: [aPodSet(aPodTemplate({ spec: { containers: [aContainer()], priorityClassName: 'p' } }))],
      want: true,
    },
    {
      name: 'quantities of another form',
      of: [aContainerSet({ resources: { requests: { cpu: '1000m', memory: '1024Mi' } } })],
      is: [aContainerSet({ resources: { requests: { cpu: '1', memory: '1Gi' } } })],
      want: true,
    },
    {
      name: 'a quantity that is a number',
      of: [aContainerSet({ resources: { requests: { cpu: 2 } } })],
      is: [aContainerSet({ resources: { requests: { cpu: '2' } } })],
      want: true,
    },
    {
      name: 'quantities of another value',
      of: [aContainerSet({ resources: { requests: { cpu: '1001m' } } })],
      is: [aContainerSet({ resources: { requests: { cpu: '1' } } })],
      want: false,
    },
    {
      name: 'limits of another value',
      of: [aContainerSet({ resources: { limits: { cpu: '3' } } })],
      is: [aContainerSet({ resources: { limits: { cpu: '2' } } })],
      want: false,
    },
    {
      name: 'a resource more',
      of: [aContainerSet({ resources: { requests: { cpu: '1', memory: '1' } } })],
      is: [aContainerSet({ resources: { requests: { cpu: '1' } } })],
      want: false,
    },
    { name: 'empty lists and maps', of: [aContainerSet({ env: [], resources: {} })], want: true },
  ])('$name: still equivalent: $want', ({ of: jobs, is = [plain], want }) => {
    expect(ask({ podSets: jobs, workload: aWorkload({ ...owned, podSets: is }) })).toBe(want);
    expect(ask({ podSets: is, workload: aWorkload({ ...owned, podSets: jobs }) })).toBe(want);
  });
});

describe('L-3.6: pod sets with quota', () => {
  const info = anInfo({ tolerations: [toleration] });
  const plain = aPodSet();
  const started = aPodSet(aPodTemplate({ spec: { tolerations: [toleration] } }));
  const reserved = aReservingWorkload({ ...owned, podSets: [plain], isAdmitted: false });
  const admitted = aReservingWorkload({ ...owned, podSets: [plain] });

  test.each([
    {
      name: 'a running job as it was started',
      podSet: started,
      workload: reserved,
      isSuspended: false,
      want: true,
    },
    {
      name: 'a running job without what the start adds',
      podSet: plain,
      workload: reserved,
      isSuspended: false,
      want: false,
    },
    {
      name: 'a suspended job as it was before',
      podSet: plain,
      workload: reserved,
      isSuspended: true,
      want: true,
    },
    {
      name: 'a suspended job that is not yet restored',
      podSet: started,
      workload: reserved,
      isSuspended: true,
      want: true,
    },
    {
      name: 'once admitted, tolerations of any kind',
      podSet: plain,
      workload: admitted,
      isSuspended: false,
      want: true,
    },
    {
      name: 'once admitted, another count',
      podSet: { ...plain, count: 2 },
      workload: admitted,
      isSuspended: false,
      want: false,
    },
  ])('$name: equivalent: $want', ({ podSet, workload, isSuspended, want }) => {
    expect(ask({ podSets: [podSet], workload, isSuspended, infos: [info] })).toBe(want);
  });

  test.each([
    { name: 'flavors are unknown', infos: undefined },
    { name: 'an info is missing', infos: [anInfo({ name: 'other' })] },
    { name: 'infos conflict with the template', infos: [anInfo({ labels: { a: '2' } })] },
  ])('while $name, the plain pod sets count, also for a running job', ({ infos }) => {
    const podSet = aPodSet(aPodTemplate({ metadata: { labels: { a: '1' } } }));
    const workload = aReservingWorkload({ ...owned, podSets: [podSet], isAdmitted: false });
    const question = { workload, isSuspended: false, ...(infos && { infos }) };
    expect(ask({ ...question, podSets: [podSet] })).toBe(true);
    expect(ask({ ...question, podSets: [{ ...podSet, count: 2 }] })).toBe(false);
  });

  test.each([
    { name: 'running with what was admitted', count: 2, isSuspended: false, want: true },
    { name: 'running with all its pods', count: 4, isSuspended: false, want: false },
    { name: 'suspended with all its pods', count: 4, isSuspended: true, want: true },
    { name: 'suspended with a third number', count: 3, isSuspended: true, want: false },
  ])('a partially admitted job $name: $want', ({ count, isSuspended, want }) => {
    const partial = { ...plain, count: 4, minCount: 1 };
    const admission = anAdmission({ podSetAssignments: [{ count: 2 }] });
    const workload = aReservingWorkload({ ...owned, podSets: [partial], admission });
    const podSets = [{ ...partial, count }];
    expect(ask({ podSets, workload, isSuspended, infos: [anInfo({ count: 2 })] })).toBe(want);
  });
});

test('a job is equivalent to the Workload that was stored for it, fields that our schema lacks included', () => {
  const container = { ...aContainer(), ports: [{ containerPort: 80 }], fromTheFuture: { a: 1 } };
  const job = batchJob.parse(aJob({ template: aPodTemplate({ spec: { containers: [container] } }) }));
  const podSets = podSetsOf(batchJob as never, job, options);
  expect(JSON.stringify(podSets)).not.toContain('fromTheFuture');
  expect(JSON.stringify(podSets)).toContain('"protocol":"TCP"');
  expect(ask({ podSets, workload: aWorkload({ ...owned, podSets }) })).toBe(true);
});

function withContainers(...names: string[]): PodTemplateSpec {
  return aPodTemplate({ spec: { containers: names.map((name) => aContainer({ name })) } });
}
