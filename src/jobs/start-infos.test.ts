import { describe, expect, test } from 'vitest';
import { anAdmission, aReservingWorkload, aResourceFlavor } from '../../test/builders/index.ts';
import type { AdmissionCheckState, PodSetAssignment, ResourceFlavor } from '../api/index.ts';
import { computeStartInfos } from './start-infos.ts';

const options = { assignQueueLabelsForPods: true, topologyAwareScheduling: true };
const gpuToleration = { key: 'gpu', operator: 'Exists' } as const;
const cpuToleration = { key: 'cpu', operator: 'Exists' } as const;
const flavors = [
  aResourceFlavor({
    name: 'cpus',
    spec: { nodeLabels: { kind: 'cpu', zone: 'a' }, tolerations: [cpuToleration] },
  }),
  aResourceFlavor({
    name: 'gpus',
    spec: { nodeLabels: { kind: 'gpu', model: 'x' }, tolerations: [gpuToleration] },
  }),
  aResourceFlavor({ name: 'plain' }),
];
const flavorOf = (name: string): ResourceFlavor | undefined =>
  flavors.find(({ metadata }) => metadata.name === name);

interface Shape {
  readonly clusterQueue?: string;
  readonly assignments?: readonly Partial<PodSetAssignment>[];
  readonly checks?: readonly AdmissionCheckState[];
}

function aStart({
  clusterQueue = 'main',
  assignments = [{ flavors: { cpu: 'plain' } }],
  checks,
}: Shape = {}) {
  return aReservingWorkload({
    name: 'w',
    queueName: 'q',
    podSets: assignments.map(({ name = 'main' }) => ({ name, count: 5 })),
    admission: anAdmission({ clusterQueue, podSetAssignments: assignments }),
    status: checks ? { admissionChecks: [...checks] } : {},
  });
}

function infosOf(shape: Shape = {}, switches = options) {
  const result = computeStartInfos(aStart(shape), flavorOf, switches);
  if (result.kind !== 'infos') throw new Error(result.kind);
  return result.infos;
}

describe('L-3.9: what a start adds', () => {
  test('labels, the annotation, and nothing else for a flavor that says nothing', () => {
    expect(infosOf()).toEqual([
      {
        name: 'main',
        count: 1,
        nodeSelector: {},
        tolerations: [],
        labels: {
          'kueue.x-k8s.io/podset': 'main',
          'kueue.x-k8s.io/local-queue-name': 'q',
          'kueue.x-k8s.io/cluster-queue-name': 'main',
        },
        annotations: { 'kueue.x-k8s.io/workload': 'w' },
        schedulingGates: [],
      },
    ]);
  });

  test.each([
    { name: 'the assigned count', count: 3, want: 3 },
    { name: 'else that of the spec', count: undefined, want: 5 },
  ])('the count is $name', ({ count, want }) => {
    const { count: _count, ...assignment } = { name: 'main', flavors: { cpu: 'plain' }, count };
    const workload = aStart({ assignments: [assignment] });
    const assigned = { ...assignment, ...(count === undefined ? {} : { count }) };
    const admission = { clusterQueue: 'main', podSetAssignments: [assigned] };
    const result = computeStartInfos(
      { ...workload, status: { ...workload.status, admission } },
      flavorOf,
      options,
    );
    expect(result).toMatchObject({ kind: 'infos', infos: [{ count: want }] });
  });

  test('node labels and tolerations of every flavor once; the first by resource name wins a key (Q-4)', () => {
    const [info] = infosOf({
      assignments: [{ flavors: { 'nvidia.com/gpu': 'gpus', memory: 'cpus', cpu: 'cpus' } }],
    });
    expect(info?.nodeSelector).toEqual({ kind: 'cpu', zone: 'a', model: 'x' });
    expect(info?.tolerations).toEqual([cpuToleration, gpuToleration]);
  });

  test('one info for each pod set, in order', () => {
    const assignments = [
      { name: 'driver', flavors: { cpu: 'cpus' } },
      { name: 'worker', flavors: { cpu: 'gpus' } },
    ];
    expect(infosOf({ assignments }).map(({ name, nodeSelector }) => [name, nodeSelector['kind']])).toEqual([
      ['driver', 'cpu'],
      ['worker', 'gpu'],
    ]);
  });

  test.each(['a'.repeat(64), 'has.dots', '-a'])(
    'no label for the ClusterQueue %s, which is none',
    (clusterQueue) => {
      const [info] = infosOf({ clusterQueue });
      expect(info?.labels).toEqual({
        'kueue.x-k8s.io/podset': 'main',
        'kueue.x-k8s.io/local-queue-name': 'q',
      });
    },
  );

  test('with the gates off neither queue labels nor the annotation', () => {
    const [info] = infosOf({}, { assignQueueLabelsForPods: false, topologyAwareScheduling: false });
    expect(info?.labels).toEqual({ 'kueue.x-k8s.io/podset': 'main' });
    expect(info?.annotations).toEqual({});
  });

  test('nothing while a flavor is missing', () => {
    const workload = aStart({ assignments: [{ flavors: { cpu: 'gone' } }] });
    expect(computeStartInfos(workload, flavorOf, options)).toEqual({ kind: 'flavorMissing', flavor: 'gone' });
  });
});

describe('L-9.6: updates of admission checks', () => {
  const aCheck = (name: string, labels: Record<string, string>): AdmissionCheckState => ({
    name,
    state: 'Ready',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
    podSetUpdates: [{ name: 'main', labels }],
  });

  test('are merged in', () => {
    const [info] = infosOf({ checks: [aCheck('a', { one: '1' }), aCheck('b', { two: '2' })] });
    expect(info?.labels).toMatchObject({ one: '1', two: '2', 'kueue.x-k8s.io/podset': 'main' });
  });

  test('that disagree are a conflict for good', () => {
    const workload = aStart({ checks: [aCheck('a', { one: '1' }), aCheck('b', { one: '2' })] });
    expect(computeStartInfos(workload, flavorOf, options)).toEqual({
      kind: 'conflict',
      message:
        'in admission check "b": invalid admission check PodSetUpdate: conflict for labels: conflict for key=one, value1=1, value2=2',
    });
  });
});
