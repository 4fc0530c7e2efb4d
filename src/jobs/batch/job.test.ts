import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aJob, aPodTemplate } from '../../../test/builders/index.ts';
import type { PodSet, PodTemplateSpec } from '../../api/index.ts';
import type { PodSetInfo } from '../../core/workload/index.ts';
import { batchJob } from './job.ts';
import type { BatchJob } from './job.ts';

const stopping = 'kueue.x-k8s.io/stopping';
const minParallelism = 'kueue.x-k8s.io/job-min-parallelism';
const equalParallelism = 'kueue.x-k8s.io/job-completions-equal-parallelism';
const none: Readonly<Record<string, string>> = {};
const allOn = { partialAdmission: true, elasticJobs: true };

type Shape = NonNullable<Parameters<typeof aJob>[0]>;

function aBatchJob(shape: Shape = {}): BatchJob {
  return aJob(shape);
}

function withEqual(text: string): Record<string, string> {
  return { [equalParallelism]: text };
}

function anInfo(shape: Partial<PodSetInfo> = {}): PodSetInfo {
  const empty = { nodeSelector: {}, tolerations: [], labels: {}, annotations: {}, schedulingGates: [] };
  return { name: 'main', count: 1, ...empty, ...shape };
}

function started(job: BatchJob, info: PodSetInfo = anInfo()): BatchJob {
  const result = batchJob.start(job, [info]);
  if (result.kind !== 'started') throw new Error(result.message);
  return result.job;
}

/** Carries a stop out as the framework does, and tells the requests it took. */
function stop(job: BatchJob, original?: readonly PodSet[]): { job: BatchJob; requests: string[] } {
  const requests: string[] = [];
  let current = job;
  for (let step = batchJob.nextStop(current, original); step; step = batchJob.nextStop(current, original)) {
    if (requests.push(step.errorPrefix) > 3) throw new Error('the stop does not end');
    const isStatus = step.subresource === 'status';
    current = isStatus
      ? { ...current, status: step.job.status ?? {} }
      : { ...step.job, status: current.status ?? {} };
  }
  return { job: current, requests };
}

describe('I-2.2: a Job is suspended', () => {
  test.each([
    { name: 'by its field', suspend: true, annotations: none, want: true },
    {
      name: 'not while it is being stopped',
      suspend: true,
      annotations: { [stopping]: 'true' },
      want: false,
    },
    {
      name: 'also with another value of the mark',
      suspend: true,
      annotations: { [stopping]: '' },
      want: true,
    },
    { name: 'not when it runs', suspend: false, annotations: none, want: false },
    { name: 'not without the field', suspend: undefined, annotations: none, want: false },
  ])('$name', ({ suspend, annotations, want }) => {
    expect(batchJob.isSuspended(aBatchJob({ annotations, spec: { suspend } }))).toBe(want);
  });

  test('once the webhook or the child rule suspends it', () => {
    const running = aBatchJob({ spec: { suspend: false } });
    expect(batchJob.isSuspended(batchJob.suspend(running))).toBe(true);
  });
});

describe('the pod set of a Job', () => {
  test('I-2.5: is called main and leaves out the labels that the Job controller owns', () => {
    const labels = {
      app: 'a',
      'job-name': 'j',
      'controller-uid': 'u',
      'batch.kubernetes.io/controller-uid': 'u',
      'batch.kubernetes.io/job-name': 'j',
    };
    const template = aPodTemplate({ metadata: { labels, annotations: { note: 'n' } } });
    expect(batchJob.podSets(aBatchJob({ template }), allOn)).toEqual([
      {
        name: 'main',
        count: 1,
        template: {
          ...template,
          metadata: { labels: { app: 'a', 'batch.kubernetes.io/job-name': 'j' }, annotations: { note: 'n' } },
        },
      },
    ]);
  });

  test.each([
    { name: 'parallelism', spec: { parallelism: 5, completions: undefined }, want: 5 },
    { name: 'completions where those are fewer', spec: { parallelism: 5, completions: 3 }, want: 3 },
    { name: 'parallelism where completions are more', spec: { parallelism: 2, completions: 9 }, want: 2 },
    { name: 'one by default', spec: { parallelism: undefined, completions: undefined }, want: 1 },
    { name: 'nothing where none shall run', spec: { parallelism: 0, completions: 3 }, want: 0 },
  ])('I-2.6: counts $name', ({ spec, want }) => {
    expect(batchJob.podSets(aBatchJob({ spec }), allOn)[0]?.count).toBe(want);
  });

  test.each([
    { name: 'an integer', text: '2', options: allOn, want: 2 },
    { name: 'nothing from an unreadable text', text: 'two', options: allOn, want: undefined },
    { name: 'nothing without partial admission', text: '2', options: { ...allOn, partialAdmission: false } },
  ])('I-2.7: takes as least count $name', ({ text, options, want }) => {
    const job = aBatchJob({ annotations: { [minParallelism]: text }, spec: { parallelism: 4 } });
    const [podSet] = batchJob.podSets(job, options);
    expect(podSet?.minCount).toBe(want);
    expect(podSet && 'minCount' in podSet).toBe(want !== undefined);
  });
});

describe('I-2.8: the start', () => {
  const toleration = { key: 'gpu', operator: 'Exists' } as const;
  const info = anInfo({
    count: 2,
    nodeSelector: { zone: 'a' },
    tolerations: [toleration],
    labels: { l: '1' },
    annotations: { n: '2' },
    schedulingGates: [{ name: 'g' }],
  });

  test('unsuspends and merges the info into the template, and leaves the counts alone', () => {
    const job = aBatchJob({ spec: { parallelism: 4, completions: 8 } });
    const { spec } = started(job, info);
    expect(spec).toMatchObject({ suspend: false, parallelism: 4, completions: 8 });
    expect(spec.template.metadata).toEqual({ labels: { l: '1' }, annotations: { n: '2' } });
    expect(spec.template.spec).toMatchObject({
      nodeSelector: { zone: 'a' },
      tolerations: [toleration],
      schedulingGates: [{ name: 'g' }],
    });
    expect(spec.template.spec?.containers).toEqual(job.spec.template.spec?.containers);
  });

  test.each([
    { name: 'the parallelism', more: none, want: { parallelism: 2, completions: 4 } },
    { name: 'both', more: withEqual('T'), want: { parallelism: 2, completions: 2 } },
  ])('sets with partial admission $name to what was admitted', ({ more, want }) => {
    const annotations = { [minParallelism]: '1', ...more };
    const job = aBatchJob({ annotations, spec: { parallelism: 4, completions: 4 } });
    expect(started(job, info).spec).toMatchObject(want);
  });

  test.each([0, 2])('is refused for good with %i infos', (count) => {
    const infos = Array.from({ length: count }, () => info);
    const message = `invalid podset infos: expecting 1 podset, got ${count}`;
    expect(batchJob.start(aBatchJob(), infos)).toEqual({ kind: 'refused', message });
  });

  test('is refused for good where the template has another value (L-9.6)', () => {
    const template = aPodTemplate({ spec: { nodeSelector: { zone: 'b' } } });
    expect(batchJob.start(aBatchJob({ template }), [info])).toEqual({
      kind: 'refused',
      message:
        'invalid admission check PodSetUpdate: conflict for nodeSelector: conflict for key=zone, value1=b, value2=a',
    });
  });
});

describe('I-2.9: the stop', () => {
  const original = batchJob.podSets(aBatchJob(), allOn);
  const info = anInfo({ nodeSelector: { zone: 'a' } });
  const running: BatchJob = { ...started(aBatchJob(), info), status: { startTime: '2026-01-01T00:00:00Z' } };

  test('takes three requests and ends suspended and restored', () => {
    const { job, requests } = stop(running, original);
    expect(requests).toEqual(['suspend: ', 'reset status: ', 'restore info: ']);
    expect(batchJob.isSuspended(job)).toBe(true);
    expect(job.spec.template).toEqual({ metadata: {}, ...aBatchJob().spec.template });
    expect(job.metadata.annotations).toEqual({});
    expect(job.status).toEqual({});
  });

  test('leaves out the request for the status where the Job never started', () => {
    const { requests } = stop({ ...running, status: {} }, original);
    expect(requests).toEqual(['suspend: ', 'restore info: ']);
  });

  test('suspends without restoring where no Workload tells what to restore', () => {
    const { job, requests } = stop(running);
    expect(requests).toEqual(['suspend: ', 'reset status: ', 'restore info: ']);
    expect(batchJob.isSuspended(job)).toBe(true);
    expect(job.spec.template).toEqual(running.spec.template);
  });

  test('is announced by its first request alone', () => {
    const first = batchJob.nextStop(running, original);
    expect(first?.isStopping).toBe(true);
    expect(batchJob.nextStop(first!.job, original)?.isStopping).toBe(false);
  });

  test.each([1, 2])('is taken up after a crash behind request %i', (count) => {
    let interrupted = running;
    for (let done = 0; done < count; done++) interrupted = batchJob.nextStop(interrupted, original)!.job;
    expect(batchJob.isSuspended(interrupted)).toBe(false);
    const { job, requests } = stop(interrupted, original);
    expect(requests).toHaveLength(3 - count);
    expect(job).toEqual(stop(running, original).job);
  });

  test('I-2.16: may restore too early until the Job controller has noted the suspension', () => {
    const suspended = batchJob.nextStop({ ...running, status: {} }, original)!.job;
    const noted = { conditions: [{ type: 'Suspended', status: 'True' }] };
    expect(batchJob.nextStop(suspended, original)).toMatchObject({ isEarly: true });
    expect(batchJob.nextStop({ ...suspended, status: noted }, original)).toMatchObject({ isEarly: false });
  });

  test('has nothing to do for a Job that is suspended as it was', () => {
    expect(batchJob.nextStop(aBatchJob(), original)).toBeUndefined();
    expect(batchJob.nextStop(aBatchJob(), undefined)).toBeUndefined();
  });

  test('suspends once more a Job that somebody unsuspended in the middle', () => {
    const marked = aBatchJob({ annotations: { [stopping]: 'true' }, spec: { suspend: false } });
    expect(stop(marked, original).requests).toEqual(['suspend: ', 'restore info: ']);
  });
});

describe('I-2.10: the restore', () => {
  test('keeps the labels of the Job controller as they are on the Job', () => {
    const owned = {
      'job-name': 'j',
      'controller-uid': 'u',
      'batch.kubernetes.io/controller-uid': 'u',
      'batch.kubernetes.io/job-name': 'j',
    };
    const job = aBatchJob({ template: aPodTemplate({ metadata: { labels: { app: 'a', ...owned } } }) });
    const original = batchJob.podSets(job, allOn);
    const restored = stop(started(job, anInfo({ labels: { added: '1' } })), original).job;
    expect(restored.spec.template.metadata?.labels).toEqual({ app: 'a', ...owned });
  });

  test('leaves what no start changes, such as the affinity', () => {
    const job = aBatchJob();
    const original = batchJob.podSets(job, allOn);
    const { template } = job.spec;
    const affinity = { nodeAffinity: {} };
    const changed = { ...template, spec: { containers: [], ...template.spec, affinity } };
    const running = started(
      { ...job, spec: { ...job.spec, template: changed } },
      anInfo({ labels: { a: '1' } }),
    );
    expect(stop(running, original).job.spec.template.spec?.affinity).toEqual(affinity);
  });

  test.each([
    { name: 'the parallelism', more: none, want: { parallelism: 4, completions: 8 } },
    { name: 'both', more: withEqual('true'), want: { parallelism: 4, completions: 4 } },
  ])('sets after partial admission $name back to the count of the Workload', ({ more, want }) => {
    const annotations = { [minParallelism]: '1', ...more };
    const completions = equalParallelism in more ? 4 : 8;
    const job = aBatchJob({ annotations, spec: { parallelism: 4, completions } });
    const original = batchJob.podSets(job, allOn);
    const running = started(job, anInfo({ count: 2 }));
    expect(running.spec.parallelism).toBe(2);
    expect(stop(running, original).job.spec).toMatchObject(want);
  });

  test('touches no counts without partial admission', () => {
    const job = aBatchJob({ spec: { parallelism: 4, completions: 8 } });
    const original = batchJob.podSets(job, allOn);
    const resized = { ...started(job), spec: { ...started(job).spec, parallelism: 6 } };
    expect(stop(resized, original).job.spec.parallelism).toBe(6);
  });

  test('I-1.22: restores nothing from another number of pod sets', () => {
    const running = started(aBatchJob(), anInfo({ labels: { a: '1' } }));
    const podSet = { name: 'main', count: 1, template: aPodTemplate() };
    expect(stop(running, [podSet, podSet]).job.spec.template).toEqual(running.spec.template);
  });
});

describe('invariants 17 and 18', () => {
  const map = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'), { maxKeys: 3 });
  const toleration = fc.record({
    key: fc.constantFrom('x', 'y'),
    operator: fc.constantFrom('Equal' as const, 'Exists' as const),
    effect: fc.constantFrom('NoSchedule' as const, 'NoExecute' as const),
  });
  const tolerations = fc.uniqueArray(toleration, { maxLength: 3, selector: (one) => JSON.stringify(one) });
  const gates = fc.uniqueArray(fc.record({ name: fc.constantFrom('p', 'q', 'r') }), {
    maxLength: 2,
    selector: ({ name }) => name,
  });
  const template: fc.Arbitrary<PodTemplateSpec> = fc
    .record({ labels: map, annotations: map, nodeSelector: map, tolerations, gates })
    .map(({ labels, annotations, nodeSelector, tolerations: tolerated, gates: schedulingGates }) =>
      aPodTemplate({
        metadata: { labels, annotations },
        spec: { nodeSelector, tolerations: tolerated, schedulingGates },
      }),
    );
  const info: fc.Arbitrary<PodSetInfo> = fc
    .record({ labels: map, annotations: map, nodeSelector: map, tolerations, schedulingGates: gates })
    .map((parts) => anInfo({ count: 2, ...parts }));
  const job = fc.record({ template, isPartial: fc.boolean() }).map(({ template: podTemplate, isPartial }) =>
    aBatchJob({
      template: podTemplate,
      spec: { parallelism: 3, completions: 3 },
      ...(isPartial ? { annotations: { [minParallelism]: '1' } } : {}),
    }),
  );

  test('a stop brings back the templates and counts of the Workload, a second start those of the first', () => {
    fc.assert(
      fc.property(job, info, (pending, first) => {
        const result = batchJob.start(pending, [first]);
        fc.pre(result.kind === 'started');
        const original = batchJob.podSets(pending, allOn);
        const stopped = stop(result.job, original).job;
        expect(withoutEmpty(batchJob.podSets(stopped, allOn))).toEqual(withoutEmpty(original));
        expect(started(stopped, first).spec).toEqual(result.job.spec);
      }),
    );
  });

  test('a stop of what is stopped has nothing to do', () => {
    fc.assert(
      fc.property(job, info, (pending, first) => {
        const result = batchJob.start(pending, [first]);
        fc.pre(result.kind === 'started');
        const original = batchJob.podSets(pending, allOn);
        const { job: stopped } = stop(result.job, original);
        expect(batchJob.nextStop(stopped, original)).toBeUndefined();
      }),
    );
  });

  /** An empty list or map is the same as none. */
  function withoutEmpty(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withoutEmpty);
    if (typeof value !== 'object' || value === null) return value;
    const parts = Object.entries(value).map(([key, part]) => [key, withoutEmpty(part)] as const);
    return Object.fromEntries(
      parts.filter(([, part]) => JSON.stringify(part) !== '{}' && JSON.stringify(part) !== '[]'),
    );
  }
});

test.each([
  { name: 'a name', raw: { metadata: {}, spec: { template: {} } }, want: 'metadata.name: Required value' },
  { name: 'a template', raw: { metadata: { name: 'j' }, spec: {} }, want: 'spec.template: Required value' },
])('an object without $name is no Job', ({ raw, want }) => {
  expect(() => batchJob.parse(raw)).toThrow(want);
});
