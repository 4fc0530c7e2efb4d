import { describe, expect, test } from 'vitest';
import { convertObject } from './convert-object.ts';
import type { JsonObject } from './json-object.ts';

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly v1beta1: object;
  readonly v1beta2: object;
}

const metadata = { name: 'a', managedFields: [{ manager: 'kueue' }] };

function convert(kind: string, from: string, parts: object): JsonObject {
  const to = from === 'v1beta1' ? 'v1beta2' : 'v1beta1';
  const object = freeze({ apiVersion: `kueue.x-k8s.io/${from}`, kind, metadata, ...structuredClone(parts) });
  const converted = convertObject(object, `kueue.x-k8s.io/${to}`);
  const { apiVersion, metadata: convertedMetadata, kind: convertedKind, ...rest } = converted;
  expect(apiVersion).toBe(`kueue.x-k8s.io/${to}`);
  expect(convertedKind).toBe(kind);
  expect(convertedMetadata).toBe(metadata);
  return rest;
}

/** Any write to the input throws. */
function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

const assigned = (topologyAssignment: object) => ({
  status: { admission: { clusterQueue: 'q', podSetAssignments: [{ name: 'main', topologyAssignment }] } },
});

describe('both ways (A-11.2)', () => {
  test.each<Row>([
    {
      name: 'a cohort is called cohortName',
      kind: 'ClusterQueue',
      v1beta1: { spec: { cohort: 'x', stopPolicy: 'None' } },
      v1beta2: { spec: { cohortName: 'x', stopPolicy: 'None' } },
    },
    {
      name: 'a strategy for admission checks stays one',
      kind: 'ClusterQueue',
      v1beta1: { spec: { admissionChecksStrategy: { admissionChecks: [{ name: 'a', onFlavors: ['f'] }] } } },
      v1beta2: { spec: { admissionChecksStrategy: { admissionChecks: [{ name: 'a', onFlavors: ['f'] }] } } },
    },
    {
      name: 'MayStopSearch stays',
      kind: 'ClusterQueue',
      v1beta1: { spec: { flavorFungibility: { whenCanBorrow: 'MayStopSearch' } } },
      v1beta2: { spec: { flavorFungibility: { whenCanBorrow: 'MayStopSearch' } } },
    },
    {
      name: 'the weighted share of a ClusterQueue stays',
      kind: 'ClusterQueue',
      v1beta1: { status: { pendingWorkloads: 1, fairSharing: { weightedShare: 5 } } },
      v1beta2: { status: { pendingWorkloads: 1, fairSharing: { weightedShare: 5 } } },
    },
    {
      name: 'a Cohort is the same',
      kind: 'Cohort',
      v1beta1: { spec: { parentName: 'p' }, status: { fairSharing: { weightedShare: 5 } } },
      v1beta2: { spec: { parentName: 'p' }, status: { fairSharing: { weightedShare: 5 } } },
    },
    {
      name: 'the usage of a LocalQueue is called flavorsUsage, and its fair sharing is kept whole',
      kind: 'LocalQueue',
      v1beta1: {
        spec: { clusterQueue: 'q' },
        status: {
          flavorUsage: [{ name: 'f' }],
          fairSharing: { weightedShare: 0, admissionFairSharingStatus: { lastUpdate: 't' } },
        },
      },
      v1beta2: {
        spec: { clusterQueue: 'q' },
        status: {
          flavorsUsage: [{ name: 'f' }],
          fairSharing: { weightedShare: 0, admissionFairSharingStatus: { lastUpdate: 't' } },
        },
      },
    },
    {
      name: 'a WorkloadPriorityClass is referred to by group and kind (A-11.3)',
      kind: 'Workload',
      v1beta1: {
        spec: { priorityClassSource: 'kueue.x-k8s.io/workloadpriorityclass', priorityClassName: 'high' },
      },
      v1beta2: {
        spec: { priorityClassRef: { group: 'kueue.x-k8s.io', kind: 'WorkloadPriorityClass', name: 'high' } },
      },
    },
    {
      name: 'and so is a PriorityClass (A-11.3)',
      kind: 'Workload',
      v1beta1: {
        spec: { priorityClassSource: 'scheduling.k8s.io/priorityclass', priorityClassName: 'high' },
      },
      v1beta2: {
        spec: { priorityClassRef: { group: 'scheduling.k8s.io', kind: 'PriorityClass', name: 'high' } },
      },
    },
    {
      name: 'the time of earlier rounds is spelt right',
      kind: 'Workload',
      v1beta1: { status: { accumulatedPastExexcutionTimeSeconds: 7 } },
      v1beta2: { status: { accumulatedPastExecutionTimeSeconds: 7 } },
    },
    {
      name: 'domains are packed into slices (A-11.6)',
      kind: 'Workload',
      v1beta1: assigned({
        levels: ['rack', 'host'],
        domains: [
          { values: ['a1', 'b1'], count: 10 },
          { values: ['a1', 'b2'], count: 20 },
        ],
      }),
      v1beta2: assigned({
        levels: ['rack', 'host'],
        slices: [
          {
            domainCount: 2,
            valuesPerLevel: [{ universal: 'a1' }, { individual: { prefix: 'b', roots: ['1', '2'] } }],
            podCounts: { individual: [10, 20] },
          },
        ],
      }),
    },
    {
      name: 'a kubeconfig and a cluster profile move into the cluster source',
      kind: 'MultiKueueCluster',
      v1beta1: { spec: { kubeConfig: { location: 'l' }, clusterProfileRef: { name: 'p' } } },
      v1beta2: {
        spec: { clusterSource: { kubeConfig: { location: 'l' }, clusterProfileRef: { name: 'p' } } },
      },
    },
    { name: 'an object without spec has none', kind: 'MultiKueueCluster', v1beta1: {}, v1beta2: {} },
  ])('$kind: $name', ({ kind, v1beta1, v1beta2 }) => {
    expect(convert(kind, 'v1beta1', v1beta1)).toEqual(v1beta2);
    expect(convert(kind, 'v1beta2', v1beta2)).toEqual(v1beta1);
  });
});

describe('from v1beta1 with a loss (A-11.2)', () => {
  test.each<Row>([
    {
      name: 'a list of admission checks becomes a strategy and replaces one given beside it',
      kind: 'ClusterQueue',
      v1beta1: {
        spec: {
          admissionChecks: ['a', 'b'],
          admissionChecksStrategy: { admissionChecks: [{ name: 'c', onFlavors: ['f'] }] },
        },
      },
      v1beta2: { spec: { admissionChecksStrategy: { admissionChecks: [{ name: 'a' }, { name: 'b' }] } } },
    },
    {
      name: 'an empty list of admission checks leaves the strategy',
      kind: 'ClusterQueue',
      v1beta1: {
        spec: { admissionChecks: [], admissionChecksStrategy: { admissionChecks: [{ name: 'c' }] } },
      },
      v1beta2: { spec: { admissionChecksStrategy: { admissionChecks: [{ name: 'c' }] } } },
    },
    {
      name: 'Borrow and Preempt are old words for MayStopSearch',
      kind: 'ClusterQueue',
      v1beta1: { spec: { flavorFungibility: { whenCanBorrow: 'Borrow', whenCanPreempt: 'Preempt' } } },
      v1beta2: {
        spec: { flavorFungibility: { whenCanBorrow: 'MayStopSearch', whenCanPreempt: 'MayStopSearch' } },
      },
    },
    {
      name: 'Borrow is no word for whenCanPreempt',
      kind: 'ClusterQueue',
      v1beta1: { spec: { flavorFungibility: { whenCanPreempt: 'Borrow' } } },
      v1beta2: { spec: { flavorFungibility: { whenCanPreempt: 'Borrow' } } },
    },
    {
      name: 'the status of pending workloads and the fair sharing history are lost',
      kind: 'ClusterQueue',
      v1beta1: {
        status: {
          pendingWorkloadsStatus: { lastChangeTime: 't' },
          fairSharing: { weightedShare: 1, admissionFairSharingStatus: {} },
        },
      },
      v1beta2: { status: { fairSharing: { weightedShare: 1 } } },
    },
    {
      name: 'the fair sharing history is lost',
      kind: 'Cohort',
      v1beta1: { status: { fairSharing: { weightedShare: 1, admissionFairSharingStatus: {} } } },
      v1beta2: { status: { fairSharing: { weightedShare: 1 } } },
    },
    {
      name: 'the list of flavors is lost',
      kind: 'LocalQueue',
      v1beta1: { status: { flavors: [{ name: 'f' }], pendingWorkloads: 1 } },
      v1beta2: { status: { pendingWorkloads: 1 } },
    },
    {
      name: 'a class name without a source is lost (A-11.3)',
      kind: 'Workload',
      v1beta1: { spec: { priorityClassName: 'high', priorityClassSource: '', priority: 1 } },
      v1beta2: { spec: { priority: 1 } },
    },
    {
      name: 'a kubeconfig without a location is none',
      kind: 'MultiKueueCluster',
      v1beta1: {
        spec: { kubeConfig: { location: '', locationType: 'Secret' }, clusterProfileRef: { name: 'p' } },
      },
      v1beta2: { spec: { clusterSource: { clusterProfileRef: { name: 'p' } } } },
    },
  ])('$kind: $name', ({ kind, v1beta1, v1beta2 }) => {
    expect(convert(kind, 'v1beta1', v1beta1)).toEqual(v1beta2);
  });
});

describe('from v1beta2 with a loss (A-11.2)', () => {
  test.each<Row>([
    {
      name: 'the policy of concurrent admission is lost',
      kind: 'ClusterQueue',
      v1beta2: { spec: { concurrentAdmissionPolicy: { migration: {} }, stopPolicy: 'None' } },
      v1beta1: { spec: { stopPolicy: 'None' } },
    },
    {
      name: 'preemption gates and slice constraints are lost',
      kind: 'Workload',
      v1beta2: {
        spec: {
          preemptionGates: [{ name: 'g' }],
          podSets: [
            { name: 'a', template: {} },
            {
              name: 'b',
              topologyRequest: { required: 'rack', podsetSliceRequiredTopologyConstraints: [{ size: 1 }] },
            },
          ],
        },
        status: { preemptionGates: [{ name: 'g' }], clusterName: 'c' },
      },
      v1beta1: {
        spec: {
          podSets: [
            { name: 'a', template: {} },
            { name: 'b', topologyRequest: { required: 'rack' } },
          ],
        },
        status: { clusterName: 'c' },
      },
    },
    {
      name: 'a reference to another kind gives neither field (A-11.3)',
      kind: 'Workload',
      v1beta2: { spec: { priorityClassRef: { group: 'kueue.x-k8s.io', kind: 'PriorityClass', name: 'a' } } },
      v1beta1: { spec: {} },
    },
    {
      name: 'a cluster without kubeconfig has one without content',
      kind: 'MultiKueueCluster',
      v1beta2: { spec: { clusterSource: { clusterProfileRef: { name: 'p' } } } },
      v1beta1: { spec: { kubeConfig: { location: '', locationType: '' }, clusterProfileRef: { name: 'p' } } },
    },
  ])('$kind: $name', ({ kind, v1beta1, v1beta2 }) => {
    expect(convert(kind, 'v1beta2', v1beta2)).toEqual(v1beta1);
  });
});

describe('what is not touched', () => {
  test('pod templates and conditions are shared with the input', () => {
    const podSets = [{ name: 'main', template: { spec: { containers: [] } } }];
    const conditions = [{ type: 'Admitted' }];
    const converted = convert('Workload', 'v1beta2', freeze({ spec: { podSets }, status: { conditions } }));
    const object = {
      apiVersion: 'kueue.x-k8s.io/v1beta2',
      kind: 'Workload',
      spec: { podSets, queueName: 'q' },
    };
    expect(converted).toEqual({ spec: { podSets }, status: { conditions } });
    expect(convertObject(object, 'kueue.x-k8s.io/v1beta1')['spec']).toBe(object.spec);
  });

  test('the same version gives the same object (A-11.1)', () => {
    const object = { apiVersion: 'kueue.x-k8s.io/v1beta1', kind: 'Workload', spec: { preemptionGates: [] } };
    expect(convertObject(object, 'kueue.x-k8s.io/v1beta1')).toBe(object);
  });

  test.each([
    { kind: 'ResourceFlavor', to: 'kueue.x-k8s.io/v1beta2', want: 'kind ResourceFlavor is not converted' },
    { kind: 'Workload', to: 'kueue.x-k8s.io/v1', want: 'Workload has no version kueue.x-k8s.io/v1' },
  ])('$kind to $to is refused', ({ kind, to, want }) => {
    expect(() => convertObject({ apiVersion: 'kueue.x-k8s.io/v1beta1', kind }, to)).toThrow(want);
  });
});
