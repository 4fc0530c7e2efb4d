import { describe, expect, test } from 'vitest';
import type { AdmissionCheckState, PodSetUpdate } from '../../api/index.ts';
import { aPodTemplate } from '../../../test/builders/index.ts';
import { keys } from './keys.ts';
import { mergePodSetInfo, mergePodSetUpdates, restoreTemplate } from './pod-set-info.ts';
import type { PodSetInfo } from './pod-set-info.ts';

const info = (parts: Partial<PodSetInfo> = {}): PodSetInfo => ({
  name: 'main',
  count: 1,
  nodeSelector: {},
  tolerations: [],
  labels: {},
  annotations: {},
  schedulingGates: [],
  ...parts,
});
const check = (name: string, update: Partial<PodSetUpdate>): AdmissionCheckState => ({
  name,
  state: 'Ready',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  podSetUpdates: [
    { name: 'other', labels: { not: 'mine' } },
    { name: 'main', ...update },
  ],
});
const full = info({
  nodeSelector: { gpu: 'a100' },
  tolerations: [{ key: 'gpu', operator: 'Exists' }],
  labels: { podset: 'main' },
  annotations: { workload: 'w' },
  schedulingGates: [{ name: 'topology' }],
});

describe('merging an info into a template (L-9.6, I-1.21)', () => {
  test('every part is united, the rest of the template stays', () => {
    const template = aPodTemplate({
      metadata: { labels: { app: 'x' } },
      spec: { nodeSelector: { zone: 'z' }, tolerations: [{ key: 'own' }] },
    });
    expect(mergePodSetInfo(template, full)).toEqual({
      kind: 'merged',
      template: {
        metadata: { labels: { app: 'x', podset: 'main' }, annotations: { workload: 'w' } },
        spec: {
          ...template.spec,
          nodeSelector: { zone: 'z', gpu: 'a100' },
          tolerations: [{ key: 'own' }, { key: 'gpu', operator: 'Exists' }],
          schedulingGates: [{ name: 'topology' }],
        },
      },
    });
  });

  test.each([
    {
      part: 'nodeSelector',
      template: aPodTemplate({ spec: { nodeSelector: { gpu: 't4' } } }),
      key: 'gpu',
      values: ['t4', 'a100'],
    },
    {
      part: 'labels',
      template: aPodTemplate({ metadata: { labels: { podset: 'x' } } }),
      key: 'podset',
      values: ['x', 'main'],
    },
    {
      part: 'annotations',
      template: aPodTemplate({ metadata: { annotations: { workload: 'x' } } }),
      key: 'workload',
      values: ['x', 'w'],
    },
  ])('another value in $part is a conflict', ({ part, template, key, values }) => {
    const text = `conflict for ${part}: conflict for key=${key}, value1=${values[0]}, value2=${values[1]}`;
    expect(mergePodSetInfo(template, full)).toEqual({
      kind: 'conflict',
      message: `invalid admission check PodSetUpdate: ${text}`,
    });
  });

  test('the same value is no conflict; equal tolerations and gates are not doubled', () => {
    const once = mergePodSetInfo(aPodTemplate(), full);
    expect(once.kind === 'merged' && mergePodSetInfo(once.template, full)).toEqual(once);
  });

  test('an empty operator means Equal, and the seconds do not count', () => {
    const spec = { tolerations: [{ key: 'k', value: 'v', effect: 'NoExecute', tolerationSeconds: 5 }] };
    const added = info({ tolerations: [{ key: 'k', value: 'v', effect: 'NoExecute', operator: 'Equal' }] });
    const merged = mergePodSetInfo(aPodTemplate({ spec }), added);
    expect(merged.kind === 'merged' && merged.template.spec?.tolerations).toEqual(spec.tolerations);
  });

  test('a new slice of an elastic job takes over the annotations of the old one', () => {
    const annotations = { [keys.workload]: 'old', [keys.workloadSliceName]: 'old' };
    const added = info({ annotations: { [keys.workload]: 'new', [keys.workloadSliceName]: 'new' } });
    const merged = mergePodSetInfo(aPodTemplate({ metadata: { annotations } }), added);
    expect(merged.kind === 'merged' && merged.template.metadata?.annotations).toEqual(added.annotations);
    const plain = info({ annotations: { [keys.workload]: 'new' } });
    expect(mergePodSetInfo(aPodTemplate({ metadata: { annotations } }), plain).kind).toBe('conflict');
  });
});

describe('merging the updates of checks into an info (L-3.9, L-9.6)', () => {
  test('the update for this pod set is taken, from each check in order', () => {
    const checks = [
      check('a', { labels: { x: '1' } }),
      check('b', { nodeSelector: { y: '2' }, tolerations: [{ key: 't' }] }),
    ];
    expect(mergePodSetUpdates(info(), checks)).toEqual({
      kind: 'merged',
      info: info({ labels: { x: '1' }, nodeSelector: { y: '2' }, tolerations: [{ key: 't' }] }),
    });
  });

  test("two checks that disagree are a conflict with the second one's name", () => {
    const checks = [check('a', { labels: { x: '1' } }), check('b', { labels: { x: '2' } })];
    expect(mergePodSetUpdates(info(), checks)).toEqual({
      kind: 'conflict',
      message:
        'in admission check "b": invalid admission check PodSetUpdate: conflict for labels: conflict for key=x, value1=1, value2=2',
    });
  });

  test('checks without updates change nothing', () => {
    const { podSetUpdates: _none, ...plain } = check('a', {});
    expect(mergePodSetUpdates(info(), [plain])).toEqual({ kind: 'merged', info: info() });
  });
});

describe('restoring a template (I-1.22)', () => {
  test('a start is undone, also where it filled what was empty; other fields stay', () => {
    const original = aPodTemplate({ metadata: { labels: { app: 'x' } } });
    const started = mergePodSetInfo(original, full);
    if (started.kind === 'conflict') throw new Error(started.message);
    const affinity = { nodeAffinity: {} };
    const changed = { ...started.template, spec: { ...started.template.spec!, affinity } };
    expect(restoreTemplate(changed, original)).toEqual({ ...original, spec: { ...original.spec, affinity } });
  });

  test('a template that is as it was stays the same object, empty and absent being one', () => {
    const template = aPodTemplate({ metadata: { labels: {} }, spec: { tolerations: [] } });
    expect(restoreTemplate(template, aPodTemplate())).toBe(template);
  });

  test('start, stop and start again end as one start (invariant 18)', () => {
    const original = aPodTemplate({ spec: { tolerations: [{ key: 'own' }] } });
    const once = mergePodSetInfo(original, full);
    if (once.kind === 'conflict') throw new Error(once.message);
    expect(mergePodSetInfo(restoreTemplate(once.template, original), full)).toEqual(once);
  });
});
