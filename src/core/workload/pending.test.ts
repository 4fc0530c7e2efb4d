import { describe, expect, test } from 'vitest';
import { aContainer, aPodTemplate, aWorkload } from '../../../test/builders/index.ts';
import type { WorkloadShape } from '../../../test/builders/index.ts';
import { keys } from './keys.ts';
import { defaultSchedulingOptions } from './options.ts';
import type { SchedulingOptions } from './options.ts';
import { describePending } from './pending.ts';
import type { PendingContext } from './pending.ts';

const context: PendingContext = {
  limitRanges: [],
  runtimeClass: () => undefined,
  options: defaultSchedulingOptions,
};
const describeWith = (shape: WorkloadShape, options: Partial<SchedulingOptions> = {}) =>
  describePending(aWorkload(shape), { ...context, options: { ...defaultSchedulingOptions, ...options } });

test('a pending workload shows what the scheduler needs', () => {
  const pending = describeWith({
    name: 'a',
    namespace: 'ns',
    queueName: 'q',
    priority: 5,
    resourceVersion: '12',
    generation: 3,
    podSets: [{ count: 3, minCount: 2, topologyRequest: { required: 'rack' } }],
    status: {
      reclaimablePods: [{ name: 'main', count: 1 }],
      requeueState: { requeueAt: '2026-01-01T00:01:00Z' },
    },
  });
  expect(pending).toMatchObject({
    key: 'ns/a',
    namespace: 'ns',
    name: 'a',
    uid: 'uid-ns-a',
    resourceVersion: '12',
    generation: 3,
    localQueue: 'ns/q',
    priority: 5,
    basePriority: 5,
    creationMs: Date.UTC(2026, 0, 1),
    queueTimestampMs: Date.UTC(2026, 0, 1),
    requeueAtMs: Date.UTC(2026, 0, 1, 0, 1),
    isLocked: false,
    podSets: [{ name: 'main', count: 2, minCount: 2, topologyRequest: { required: 'rack' } }],
  });
  expect(pending.podSets[0]?.perPod).toEqual(new Map([['cpu', 1000n]]));
  expect(pending.podSets[0]?.requests).toEqual(new Map([['cpu', 2000n]]));
});

test('workloads that share a template and a count share their requests', () => {
  const template = aPodTemplate();
  const podSetOf = (name: string) =>
    describePending(aWorkload({ name, podSets: [{ template, count: 2 }] }), context).podSets[0];
  const [a, b] = [podSetOf('a'), podSetOf('b')];
  expect(a?.requests).toBe(b?.requests);
  expect(a?.template).toBe(template);
});

describe('the scheduling hash (S-3.16)', () => {
  const base = describeWith({}).schedulingHash;
  const spec = (part: object): WorkloadShape => ({ podSets: [{ template: aPodTemplate({ spec: part }) }] });

  test.each<{ name: string; shape: WorkloadShape }>([
    {
      name: 'name, queue, labels and creation',
      shape: { name: 'other', queueName: 'x', creationTimestamp: '2027-01-01T00:00:00Z' },
    },
    {
      name: 'image and limits of containers',
      shape: { podSets: [{ template: aPodTemplate({ limits: { cpu: '7' } }) }] },
    },
    {
      name: 'template labels',
      shape: { podSets: [{ template: aPodTemplate({ metadata: { labels: { a: 'b' } } }) }] },
    },
    {
      name: 'the text of an equal quantity',
      shape: { podSets: [{ template: aPodTemplate({ requests: { cpu: '1000m' } }) }] },
    },
    {
      name: 'a count made equal by reclaimable pods',
      shape: { podSets: [{ count: 3 }], status: { reclaimablePods: [{ name: 'main', count: 2 }] } },
    },
  ])('does not change with $name', ({ shape }) => expect(describeWith(shape).schedulingHash).toBe(base));

  test.each<{ name: string; shape: WorkloadShape }>([
    { name: 'priority', shape: { priority: 1 } },
    { name: 'pod set name', shape: { podSets: [{ name: 'x' }] } },
    { name: 'count', shape: { podSets: [{ count: 2 }] } },
    { name: 'minCount', shape: { podSets: [{ minCount: 1 }] } },
    { name: 'topology request', shape: { podSets: [{ topologyRequest: { required: 'rack' } }] } },
    { name: 'requests', shape: { podSets: [{ template: aPodTemplate({ requests: { cpu: '2' } }) }] } },
    {
      name: 'requests of init containers',
      shape: spec({ initContainers: [aContainer({ resources: { requests: { cpu: '1' } } })] }),
    },
    {
      name: 'ports',
      shape: spec({
        containers: [aContainer({ resources: { requests: { cpu: '1' } }, ports: [{ containerPort: 80 }] })],
      }),
    },
    { name: 'nodeSelector', shape: spec({ nodeSelector: { a: 'b' } }) },
    { name: 'affinity', shape: spec({ affinity: { nodeAffinity: {} } }) },
    { name: 'tolerations', shape: spec({ tolerations: [{ operator: 'Exists' }] }) },
    { name: 'runtimeClassName', shape: spec({ runtimeClassName: 'vm' }) },
    { name: 'pod priority', shape: spec({ priority: 3 }) },
    {
      name: 'spread',
      shape: spec({
        topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule' }],
      }),
    },
    { name: 'overhead', shape: spec({ overhead: { cpu: '1m' } }) },
    { name: 'resource claims', shape: spec({ resourceClaims: [{ name: 'c' }] }) },
    { name: 'pod-level requests', shape: spec({ resources: { requests: { cpu: '1' } } }) },
    { name: 'another pod set', shape: { podSets: [{ name: 'main' }, { name: 'b' }] } },
  ])('changes with $name', ({ shape }) => expect(describeWith(shape).schedulingHash).not.toBe(base));

  test('is unknown with the gate off', () => {
    expect(describeWith({}, { schedulingEquivalenceHashing: false }).schedulingHash).toBeUndefined();
  });
});

describe('what may unpark a workload (S-3.7)', () => {
  const base = describeWith({}).wakeFingerprint;
  const evicted = { type: 'Evicted', reason: 'Preempted' };

  test.each<{ name: string; shape: WorkloadShape }>([
    {
      name: "the scheduler's own message",
      shape: { conditions: [{ type: 'QuotaReserved', status: 'False', reason: 'WaitingForQuota' }] },
    },
    { name: 'a new version alone', shape: { resourceVersion: '99' } },
    { name: 'labels', shape: { labels: { a: 'b' } } },
    { name: 'check states', shape: { status: { requeueState: { count: 1 } } } },
    { name: 'the boost annotation with the gate off', shape: { annotations: { [keys.priorityBoost]: '3' } } },
  ])('is not $name', ({ shape }) => expect(describeWith(shape).wakeFingerprint).toBe(base));

  test.each<{ name: string; shape: WorkloadShape }>([
    { name: 'a new generation', shape: { generation: 2 } },
    { name: 'reclaimable pods', shape: { status: { reclaimablePods: [{ name: 'main', count: 1 }] } } },
    { name: 'Evicted', shape: { conditions: [evicted] } },
    { name: 'Requeued', shape: { conditions: [{ type: 'Requeued' }] } },
    { name: 'a closed preemption gate', shape: { spec: { preemptionGates: [{ name: 'g' }] } } },
  ])('is $name', ({ shape }) => expect(describeWith(shape).wakeFingerprint).not.toBe(base));

  test.each([
    { reason: 'NodeFailures' },
    { message: 'else' },
    { status: 'False' as const },
    { lastTransitionTime: '2026-01-02T00:00:00Z' },
  ])('is a change of Evicted in %o', (change) => {
    const before = describeWith({ conditions: [evicted] }).wakeFingerprint;
    expect(describeWith({ conditions: [{ ...evicted, ...change }] }).wakeFingerprint).not.toBe(before);
  });

  test('is the boost annotation with its gate', () => {
    const boosted = { annotations: { [keys.priorityBoost]: '3' } };
    const options = { priorityBoost: true };
    expect(describeWith(boosted, options).wakeFingerprint).not.toBe(
      describeWith({}, options).wakeFingerprint,
    );
  });

  test('is another adjustment by LimitRanges or RuntimeClass (S-1.6)', () => {
    const template = aPodTemplate({ spec: { containers: [aContainer()], runtimeClassName: 'vm' } });
    const workload = aWorkload({ podSets: [{ template }] });
    const bare = describePending(workload, context);
    const limitRanges = [
      { metadata: { name: 'a' }, spec: { limits: [{ type: 'Container', default: { cpu: '2' } }] } },
    ];
    const limited = describePending(workload, { ...context, limitRanges });
    expect(limited.wakeFingerprint).not.toBe(bare.wakeFingerprint);
    expect(limited.podSets[0]?.requests).toEqual(new Map([['cpu', 2000n]]));
    const runtimeClass = () => ({ metadata: { name: 'vm' }, overhead: { podFixed: { cpu: '1' } } });
    const heavier = describePending(workload, { ...context, runtimeClass });
    expect(heavier.wakeFingerprint).not.toBe(bare.wakeFingerprint);
    expect(heavier.podSets[0]?.requests).toEqual(new Map([['cpu', 1000n]]));
  });
});
