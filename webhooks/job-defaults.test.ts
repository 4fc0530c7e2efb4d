import { expect, test } from 'vitest';
import { batchJob } from '../src/jobs/batch/job.ts';
import { defaultBatchJob } from './job.ts';
import type { AdmissionLookups } from './job-defaults.ts';
import { jsonPatch } from './json-patch.ts';
import { defaultWebhookOptions } from './options.ts';
import type { WebhookOptions } from './options.ts';

const queueName = 'kueue.x-k8s.io/queue-name';
const queued = { labels: { [queueName]: 'a' } };
const suspendPatch = { op: 'add', path: '/spec/suspend', value: true };
const controlledBy = (name: string, kind = 'Job', apiVersion = 'batch/v1'): object => ({
  ownerReferences: [{ apiVersion, kind, name, uid: `uid-${name}`, controller: true }],
});

interface World {
  readonly queues?: string[];
  readonly classes?: string[];
  readonly namespace?: Record<string, string>;
  readonly owners?: Record<string, object>;
  readonly multiKueueQueues?: string[];
}

function lookupsOf(world: World): AdmissionLookups {
  return {
    hasLocalQueue: (namespace, name) => namespace === 'team' && (world.queues ?? []).includes(name),
    hasPriorityClass: (name) => (world.classes ?? []).includes(name),
    namespaceLabels: async () => world.namespace ?? { 'kubernetes.io/metadata.name': 'team' },
    owner: async ({ name }) => world.owners?.[name],
    isMultiKueueQueue: (_namespace, name) => (world.multiKueueQueues ?? []).includes(name),
  };
}

async function patchOf(metadata: object, { world = {}, options = {}, spec = {} }: Partial<Case> = {}) {
  const job = batchJob.parse({
    metadata: { name: 'j', ...metadata },
    spec: { template: { spec: { containers: [] } }, ...spec },
  });
  const context = {
    namespace: 'team',
    lookups: lookupsOf(world),
    options: { ...defaultWebhookOptions, ...options },
  };
  return jsonPatch(job, await defaultBatchJob(job, context));
}

interface Case {
  readonly rule: string;
  readonly name: string;
  readonly metadata: object;
  readonly spec?: object;
  readonly world?: World;
  readonly options?: Partial<WebhookOptions>;
  readonly want: object[];
}

const defaultLabel = (key: string): object => ({
  op: 'add',
  path: `/metadata/labels`,
  value: { [key]: 'default' },
});
const everyJob = { manageJobsWithoutQueueName: true };
const managedOwner = { parent: { metadata: { uid: 'uid-parent', labels: { [queueName]: 'a' } } } };

const cases: Case[] = [
  { rule: 'L-2.4', name: 'a queued Job is suspended', metadata: queued, want: [suspendPatch] },
  {
    rule: 'L-2.4',
    name: 'one that says it runs is suspended',
    metadata: queued,
    spec: { suspend: false },
    want: [{ op: 'replace', path: '/spec/suspend', value: true }],
  },
  {
    rule: 'L-2.4',
    name: 'a suspended one stays as it is',
    metadata: queued,
    spec: { suspend: true },
    want: [],
  },
  { rule: 'L-2.4', name: 'a Job without queue is left alone', metadata: {}, want: [] },
  {
    rule: 'L-2.4',
    name: 'unless all jobs are managed',
    metadata: {},
    options: everyJob,
    want: [suspendPatch],
  },
  {
    rule: 'L-2.4',
    name: 'but only in managed namespaces',
    metadata: {},
    options: everyJob,
    world: { namespace: { 'kubernetes.io/metadata.name': 'kube-system' } },
    want: [],
  },
  {
    rule: 'Q-3',
    name: 'a queued Job in a namespace that is not managed would wait for ever',
    metadata: queued,
    world: { namespace: { 'kubernetes.io/metadata.name': 'kube-system' } },
    want: [],
  },
  {
    rule: 'L-2.4',
    name: 'a child of a managed job is its parent’s business',
    metadata: { ...queued, ...controlledBy('parent') },
    world: { owners: managedOwner },
    want: [],
  },
  {
    rule: 'L-2.4',
    name: 'a child of an unmanaged job is not',
    metadata: { ...queued, ...controlledBy('parent') },
    world: { owners: { parent: { metadata: { uid: 'uid-parent' } } } },
    want: [suspendPatch],
  },
  {
    rule: 'L-2.4',
    name: 'a Job being deleted is left alone',
    metadata: { ...queued, deletionTimestamp: '2026-01-01T00:00:00Z' },
    want: [],
  },
  {
    rule: 'L-2.2',
    name: 'a Job without queue goes to the default one',
    metadata: {},
    world: { queues: ['default'] },
    want: [defaultLabel(queueName), suspendPatch],
  },
  {
    rule: 'L-2.2',
    name: 'one with a queue does not',
    metadata: queued,
    world: { queues: ['default'] },
    want: [suspendPatch],
  },
  {
    rule: 'L-2.2',
    name: 'nor does a child of an enabled kind',
    metadata: controlledBy('parent'),
    world: { queues: ['default'], owners: managedOwner },
    want: [],
  },
  {
    rule: 'L-2.2',
    name: 'a child of another kind does',
    metadata: controlledBy('cron', 'CronJob'),
    world: { queues: ['default'] },
    want: [defaultLabel(queueName), suspendPatch],
  },
  {
    rule: 'L-2.2',
    name: 'nor does one in a namespace that is not managed',
    metadata: {},
    world: { queues: ['default'], namespace: { 'kubernetes.io/metadata.name': 'kube-system' } },
    want: [],
  },
  {
    rule: 'L-2.3',
    name: 'the default class is written, queue or not',
    metadata: {},
    world: { classes: ['default'] },
    want: [defaultLabel('kueue.x-k8s.io/priority-class')],
  },
  {
    rule: 'L-2.3',
    name: 'not with its gate off',
    metadata: {},
    world: { classes: ['default'] },
    options: { priorityClassDefaulting: false },
    want: [],
  },
  {
    rule: 'L-2.3',
    name: 'not where a class is named',
    metadata: { labels: { 'kueue.x-k8s.io/priority-class': 'a' } },
    world: { classes: ['default'] },
    want: [],
  },
  {
    rule: 'L-2.5',
    name: 'a Job of a queue for other clusters is left to its dispatcher',
    metadata: queued,
    world: { multiKueueQueues: ['a'] },
    want: [{ ...suspendPatch }, { op: 'add', path: '/spec/managedBy', value: 'kueue.x-k8s.io/multikueue' }],
  },
  {
    rule: 'L-2.5',
    name: 'not where another manager is named',
    metadata: queued,
    spec: { managedBy: 'acme.io/x' },
    world: { multiKueueQueues: ['a'] },
    want: [suspendPatch],
  },
  {
    rule: 'I-2.1',
    name: 'pods of an elastic Job are gated',
    metadata: { ...queued, annotations: { 'kueue.x-k8s.io/elastic-job': 'true' } },
    want: [
      {
        op: 'add',
        path: '/spec/template/spec/schedulingGates',
        value: [{ name: 'kueue.x-k8s.io/elastic-job' }],
      },
      suspendPatch,
    ],
  },
];

test.each(cases)('$rule: $name', async ({ metadata, want, ...rest }) => {
  expect(await patchOf(metadata, rest)).toEqual(want);
});

test('L-2.2: a namespace that cannot be read rejects the request', async () => {
  const lookups: AdmissionLookups = {
    ...lookupsOf({ queues: ['default'] }),
    namespaceLabels: async () => undefined,
  };
  const job = batchJob.parse({ metadata: { name: 'j' }, spec: { template: {} } });
  await expect(
    defaultBatchJob(job, { namespace: 'team', lookups, options: defaultWebhookOptions }),
  ).rejects.toThrow('namespace "team" not found');
});

test('L-3.2: an owner that is gone rejects the request', async () => {
  await expect(patchOf({ ...queued, ...controlledBy('parent') })).rejects.toThrow('workload owner not found');
});
