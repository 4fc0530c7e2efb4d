import { expect, test } from 'vitest';
import { batchJob } from '../src/jobs/batch/job.ts';
import { batchJobCreateErrors, batchJobUpdateErrors } from './job.ts';
import { defaultWebhookOptions } from './options.ts';

interface Loose {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly spec?: object;
  readonly templateAnnotations?: Record<string, string>;
}

/** Keys of the tests are written without their common prefix. */
function withPrefix(map: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [`kueue.x-k8s.io/${key}`, value]));
}

function aJob({ labels, annotations, spec = {}, templateAnnotations }: Loose) {
  return batchJob.parse({
    metadata: { name: 'j', labels: withPrefix(labels), annotations: withPrefix(annotations) },
    spec: {
      template: { metadata: { annotations: withPrefix(templateAnnotations) }, spec: { containers: [] } },
      ...spec,
    },
  });
}

interface Case {
  readonly rule: string;
  readonly name: string;
  readonly job: Loose;
  readonly want: (string | RegExp)[];
}

const label = (key: string): string => `metadata.labels[kueue.x-k8s.io/${key}]`;
const annotation = (key: string): string => `metadata.annotations[kueue.x-k8s.io/${key}]`;
const minP = annotation('job-min-parallelism');
const sync = annotation('job-completions-equal-parallelism');

const createCases: Case[] = [
  { rule: 'L-2.6', name: 'a plain Job is fine', job: {}, want: [] },
  {
    rule: 'L-2.6',
    name: 'a queue name is a subdomain',
    job: { labels: { 'queue-name': 'A b' } },
    want: [/^metadata\.labels\[kueue\.x-k8s\.io\/queue-name\]: Invalid value: "A b": a lowercase RFC 1123/],
  },
  {
    rule: 'L-2.6',
    name: 'an empty queue name is none',
    job: { labels: { 'queue-name': '' } },
    want: [/queue-name\]: Invalid value: "": a lowercase/],
  },
  {
    rule: 'I-1.13',
    name: 'the prebuilt name of the label',
    job: { labels: { 'prebuilt-workload-name': 'A' } },
    want: [/^metadata\.labels\[kueue\.x-k8s\.io\/prebuilt-workload-name\]: Invalid value: "A"/],
  },
  {
    rule: 'I-1.13',
    name: 'the prebuilt name of the annotation goes first',
    job: { labels: { 'prebuilt-workload-name': 'ok' }, annotations: { 'prebuilt-workload-name': 'A' } },
    want: [/^metadata\.annotations\[kueue\.x-k8s\.io\/prebuilt-workload-name\]: Invalid value: "A"/],
  },
  {
    rule: 'L-2.6',
    name: 'a maximum time is an integer',
    job: { labels: { 'max-exec-time-seconds': 'NaN' } },
    want: [
      `${label('max-exec-time-seconds')}: Invalid value: "NaN": strconv.Atoi: parsing "NaN": invalid syntax`,
    ],
  },
  {
    rule: 'L-2.6',
    name: 'a maximum time fits',
    job: { labels: { 'max-exec-time-seconds': '9223372036854775808' } },
    want: [/strconv\.Atoi: parsing "9223372036854775808": value out of range$/],
  },
  {
    rule: 'L-2.6',
    name: 'a maximum time is positive',
    job: { labels: { 'max-exec-time-seconds': '0' } },
    want: [`${label('max-exec-time-seconds')}: Invalid value: 0: should be greater than 0`],
  },
  {
    rule: 'L-2.6',
    name: 'admission gates have a form',
    job: { annotations: { 'admission-gated-by': 'a/b,,' } },
    want: [
      `${annotation('admission-gated-by')}: Invalid value: "a/b,,": cannot contain empty gate names`,
      `${annotation('admission-gated-by')}: Invalid value: "a/b,,": cannot contain empty gate names`,
    ],
  },
  {
    rule: 'I-2.3',
    name: 'a least parallelism is an integer',
    job: { annotations: { 'job-min-parallelism': 'x' } },
    want: [`${minP}: Invalid value: "x": strconv.Atoi: parsing "x": invalid syntax`],
  },
  {
    rule: 'I-2.3',
    name: 'a least parallelism is below the count',
    job: { annotations: { 'job-min-parallelism': '3' }, spec: { parallelism: 5, completions: 3 } },
    want: [`${minP}: Invalid value: 3: should be between 0 and 2`],
  },
  {
    rule: 'I-2.3',
    name: 'a least parallelism is positive',
    job: { annotations: { 'job-min-parallelism': '0' }, spec: { parallelism: 5 } },
    want: [`${minP}: Invalid value: 0: should be between 0 and 4`],
  },
  {
    rule: 'I-2.3',
    name: 'a least parallelism in range is fine',
    job: { annotations: { 'job-min-parallelism': '2' }, spec: { parallelism: 3 } },
    want: [],
  },
  {
    rule: 'I-2.3',
    name: 'an elastic Job has none',
    job: { annotations: { 'job-min-parallelism': '2', 'elastic-job': 'true' }, spec: { parallelism: 3 } },
    want: [`${minP}: Invalid value: "2": partial admission and elastic job cannot be used together`],
  },
  {
    rule: 'I-2.3',
    name: 'synchronous completions are yes or no',
    job: { annotations: { 'job-completions-equal-parallelism': 'yes' } },
    want: [`${sync}: Invalid value: "yes": strconv.ParseBool: parsing "yes": invalid syntax`],
  },
  {
    rule: 'I-2.3',
    name: 'synchronous completions need an index',
    job: { annotations: { 'job-completions-equal-parallelism': 't' } },
    want: [`${sync}: Invalid value: "t": should not be enabled for NonIndexed jobs`],
  },
  {
    rule: 'I-2.3',
    name: 'synchronous completions are equal',
    job: {
      annotations: { 'job-completions-equal-parallelism': '1' },
      spec: { completionMode: 'Indexed', parallelism: 2, completions: 3 },
    },
    want: [
      'spec.completions: Invalid value: 3: should be equal to parallelism when kueue.x-k8s.io/job-completions-equal-parallelism annotation is true',
    ],
  },
  {
    rule: 'T-3.28',
    name: 'an elastic Job is not kept in one place',
    job: {
      annotations: { 'elastic-job': 'true' },
      templateAnnotations: { 'podset-required-topology': 'rack' },
    },
    want: [
      'spec.template.metadata.annotations.kueue.x-k8s.io/podset-required-topology: Forbidden: required topology is not supported with elastic jobs',
    ],
  },
  {
    rule: 'T-3.23',
    name: 'a slice is not larger than the Job',
    job: { templateAnnotations: { 'podset-slice-required-topology': 'rack', 'podset-slice-size': '2' } },
    want: [
      'spec.template.metadata.annotations[kueue.x-k8s.io/podset-slice-size]: Invalid value: "2": must not be greater than pod set count 1',
    ],
  },
  {
    rule: 'I-2.3',
    name: 'the size of slices is not compared where topology is at fault',
    job: { templateAnnotations: { 'podset-slice-size': '2' } },
    want: [
      /Forbidden: may not be set when 'kueue\.x-k8s\.io\/podset-slice-required-topology' is not specified$/,
    ],
  },
];

test.each(createCases)('$rule: on create, $name', ({ job, want }) => {
  expectTexts(batchJobCreateErrors(aJob(job), defaultWebhookOptions), want);
});

const suspended = { suspend: true };
const running = { suspend: false };
const queue = { 'queue-name': 'a' };
const immutable = (path: string, value: string): string =>
  `${path}: Invalid value: ${value}: field is immutable`;

const updateCases: (Case & { old: Loose; hasDefaultQueue?: boolean })[] = [
  {
    rule: 'L-2.7',
    name: 'the queue of a suspended Job may change',
    old: { labels: queue, spec: running },
    job: { labels: { 'queue-name': 'b' }, spec: suspended },
    want: [],
  },
  {
    rule: 'L-2.7',
    name: 'that of a running one may not',
    old: { labels: queue, spec: suspended },
    job: { labels: { 'queue-name': 'b' }, spec: running },
    want: [immutable(label('queue-name'), '"b"')],
  },
  {
    rule: 'I-2.2',
    name: 'a Job on its way to a stop is running',
    old: { labels: queue },
    job: { labels: { 'queue-name': 'b' }, spec: suspended, annotations: { stopping: 'true' } },
    want: [immutable(label('queue-name'), '"b"')],
  },
  {
    rule: 'L-2.7',
    name: 'a queue is not left where there is a default one',
    old: { labels: queue },
    job: { spec: suspended },
    hasDefaultQueue: true,
    want: [
      `${label('queue-name')}: Invalid value: "": queue-name must not be empty in namespace with default queue`,
    ],
  },
  {
    rule: 'L-2.7',
    name: 'a queue may be left where there is none',
    old: { labels: queue },
    job: { spec: suspended },
    want: [],
  },
  {
    rule: 'L-2.7',
    name: 'a prebuilt name may change while suspended',
    old: { labels: { 'prebuilt-workload-name': 'a' } },
    job: { labels: { 'prebuilt-workload-name': 'b' }, spec: suspended },
    want: [],
  },
  {
    rule: 'L-2.7',
    name: 'a prebuilt name may not change otherwise',
    old: { labels: { 'prebuilt-workload-name': 'a' } },
    job: { labels: { 'prebuilt-workload-name': 'b' } },
    want: [immutable(label('prebuilt-workload-name'), '"b"')],
  },
  {
    rule: 'L-2.7',
    name: 'a prebuilt name may not go otherwise',
    old: { annotations: { 'prebuilt-workload-name': 'a' } },
    job: {},
    want: [immutable(annotation('prebuilt-workload-name'), '""')],
  },
  {
    rule: 'L-2.7',
    name: 'a maximum time is fixed unless suspended before and after',
    old: { labels: { 'max-exec-time-seconds': '1' } },
    job: { labels: { 'max-exec-time-seconds': '2' }, spec: suspended },
    want: [immutable(label('max-exec-time-seconds'), '"2"')],
  },
  {
    rule: 'L-2.7',
    name: 'a maximum time may change while suspended',
    old: { labels: { 'max-exec-time-seconds': '1' }, spec: suspended },
    job: { labels: { 'max-exec-time-seconds': '2' }, spec: suspended },
    want: [],
  },
  {
    rule: 'L-2.7',
    name: 'a class is not added while running',
    old: {},
    job: { labels: { 'priority-class': 'c' } },
    want: [
      `${label('priority-class')}: Invalid value: "c": WorkloadPriorityClass cannot be added to a non-suspended workload`,
    ],
  },
  {
    rule: 'L-2.7',
    name: 'a class is never removed',
    old: { labels: { 'priority-class': 'c' } },
    job: { spec: suspended },
    want: [
      `${label('priority-class')}: Invalid value: "": WorkloadPriorityClass cannot be removed from a workload`,
    ],
  },
  {
    rule: 'L-2.7',
    name: 'a class may change at any time',
    old: { labels: { 'priority-class': 'c' } },
    job: { labels: { 'priority-class': 'd' } },
    want: [],
  },
  {
    rule: 'L-2.7',
    name: 'a Job does not become elastic',
    old: {},
    job: { annotations: { 'elastic-job': 'true' }, spec: suspended },
    want: [immutable(annotation('elastic-job'), 'true')],
  },
  {
    rule: 'L-2.7',
    name: 'no gate comes later',
    old: {},
    job: { annotations: { 'admission-gated-by': 'a/b' } },
    want: [`${annotation('admission-gated-by')}: Forbidden: cannot add admission gate after creation`],
  },
  {
    rule: 'I-2.4',
    name: 'the create rules hold too',
    old: {},
    job: { labels: { 'max-exec-time-seconds': '-1' }, spec: suspended },
    want: [
      `${label('max-exec-time-seconds')}: Invalid value: -1: should be greater than 0`,
      immutable(label('max-exec-time-seconds'), '"-1"'),
    ],
  },
  {
    rule: 'I-2.4',
    name: 'an old fault of the least parallelism may stay',
    old: { annotations: { 'job-min-parallelism': '9' } },
    job: { annotations: { 'job-min-parallelism': '9' } },
    want: [],
  },
  {
    rule: 'I-2.4',
    name: 'a new one may not',
    old: { annotations: { 'job-min-parallelism': '8' } },
    job: { annotations: { 'job-min-parallelism': '9' } },
    want: [`${minP}: Invalid value: 9: should be between 0 and 0`],
  },
  {
    rule: 'I-2.4',
    name: 'the parallelism of a running partial Job is fixed',
    old: { annotations: { 'job-min-parallelism': '2' }, spec: { parallelism: 4 } },
    job: { annotations: { 'job-min-parallelism': '2' }, spec: { parallelism: 3 } },
    want: [
      'spec.parallelism: Forbidden: cannot change when partial admission is enabled and the job is not suspended',
    ],
  },
  {
    rule: 'I-2.4',
    name: 'synchronous completions are fixed while running',
    old: {
      annotations: { 'job-completions-equal-parallelism': 'true' },
      spec: { completionMode: 'Indexed' },
    },
    job: { spec: { completionMode: 'Indexed' } },
    want: [`${sync}: Forbidden: field is immutable while the job is not suspended`],
  },
];

test.each(updateCases)('$rule: on update, $name', ({ old, job, want, hasDefaultQueue = false }) => {
  const errors = batchJobUpdateErrors(aJob(job), aJob(old), {
    options: defaultWebhookOptions,
    hasDefaultQueue,
  });
  expectTexts(errors, want);
});

function expectTexts(errors: { path: string; message: string }[], want: (string | RegExp)[]): void {
  const found = errors.map(({ path, message }) => `${path}: ${message}`);
  expect(found).toHaveLength(want.length);
  for (const [index, text] of want.entries()) {
    if (typeof text === 'string') expect(found[index]).toBe(text);
    else expect(found[index]).toMatch(text);
  }
}
