import { describe, expect, test } from 'vitest';
import {
  parseAdmissionCheck,
  parseClusterQueue,
  parseCohort,
  parseLocalQueue,
  parseProvisioningRequestConfig,
  parseTopology,
  parseWorkload,
  parseWorkloadPriorityClass,
} from './parse.ts';

const clusterQueueDefaults = {
  queueingStrategy: 'BestEffortFIFO',
  flavorFungibility: { whenCanBorrow: 'MayStopSearch', whenCanPreempt: 'TryNextFlavor' },
  preemption: {
    reclaimWithinCohort: 'Never',
    borrowWithinCohort: { policy: 'Never' },
    withinClusterQueue: 'Never',
  },
  stopPolicy: 'None',
};

describe('reading objects', () => {
  test.each([
    {
      name: 'a ClusterQueue without spec gets the defaults that the API server left out (A-1.12)',
      parsed: parseClusterQueue({}).spec,
      want: clusterQueueDefaults,
    },
    {
      name: 'defaults are filled in below what is given (4.1)',
      parsed: parseClusterQueue({ spec: { preemption: { withinClusterQueue: 'LowerPriority' } } }).spec,
      want: {
        ...clusterQueueDefaults,
        preemption: { ...clusterQueueDefaults.preemption, withinClusterQueue: 'LowerPriority' },
      },
    },
    {
      name: 'the default weight is the number 1, and fair sharing itself has no default (4.2)',
      parsed: [parseCohort({}).spec, parseCohort({ spec: { fairSharing: {} } }).spec],
      want: [{}, { fairSharing: { weight: 1 } }],
    },
    {
      name: 'a LocalQueue is not stopped by default (4.3)',
      parsed: parseLocalQueue({}).spec,
      want: { stopPolicy: 'None' },
    },
    {
      name: 'a Workload without spec is active and has no pod sets (A-5.2)',
      parsed: parseWorkload({}).spec,
      want: { active: true, podSets: [] },
    },
    {
      name: 'pod sets and their assignments are named main, and a pod set has one pod (A-5.2, A-5.3)',
      parsed: parseWorkload({
        spec: { podSets: [{ template: {} }] },
        status: { admission: { podSetAssignments: [{}] } },
      }),
      want: expect.objectContaining({
        spec: { active: true, podSets: [{ name: 'main', count: 1, template: {} }] },
        status: { admission: { clusterQueue: '', podSetAssignments: [{ name: 'main' }] } },
      }),
    },
    {
      name: 'an admission without assignments has an empty list of them',
      parsed: parseWorkload({ status: { admission: { clusterQueue: 'a' } } }).status,
      want: { admission: { clusterQueue: 'a', podSetAssignments: [] } },
    },
    {
      name: 'a retry strategy is defaulted as a whole and in part (A-13.5)',
      parsed: [{}, { retryStrategy: { backoffLimitCount: 0 } }].map(
        (spec) => parseProvisioningRequestConfig({ spec }).spec.retryStrategy,
      ),
      want: [
        { backoffLimitCount: 3, backoffBaseSeconds: 60, backoffMaxSeconds: 1800 },
        { backoffLimitCount: 0, backoffBaseSeconds: 60, backoffMaxSeconds: 1800 },
      ],
    },
    { name: 'a Topology without spec has no levels', parsed: parseTopology({}).spec, want: { levels: [] } },
    { name: 'an AdmissionCheck without spec names nobody', parsed: parseAdmissionCheck({}).spec, want: {} },
    {
      name: 'a WorkloadPriorityClass has its fields at the root (A-3.3)',
      parsed: parseWorkloadPriorityClass({ value: 3 }),
      want: expect.objectContaining({ kind: 'WorkloadPriorityClass', value: 3 }),
    },
  ])('$name', ({ parsed, want }) => expect(parsed).toEqual(want));

  test('explicit values are kept, false and 0 included', () => {
    const { spec } = parseWorkload({ spec: { active: false, podSets: [{ template: {}, count: 0 }] } });
    expect(spec).toMatchObject({ active: false, podSets: [{ count: 0 }] });
  });

  test('unknown fields are kept, invalid values are not judged', () => {
    const parsed = parseClusterQueue({ extra: 1, spec: { extra: 2, queueingStrategy: 'LIFO' } });
    expect(parsed).toMatchObject({ extra: 1, spec: { extra: 2, queueingStrategy: 'LIFO' } });
  });

  test('the argument is not changed, and the pod template is shared', () => {
    const template = { spec: { containers: [{ name: 'main' }] } };
    const raw = {
      metadata: { name: 'a', uid: 'u', resourceVersion: '1' },
      spec: { podSets: [{ template }] },
    };
    const before = structuredClone(raw);
    expect(parseWorkload(raw).spec.podSets[0]?.template).toBe(template);
    expect(raw).toEqual(before);
  });

  test('an object that is only being created has empty identity fields', () => {
    expect(parseWorkload({ metadata: { name: 'a', namespace: 'b' } }).metadata).toEqual({
      name: 'a',
      namespace: 'b',
      uid: '',
      resourceVersion: '',
      generation: 0,
      creationTimestamp: '',
    });
  });

  test.each([undefined, null, 'text', []])('%j is no object', (raw) => {
    expect(() => parseWorkload(raw)).toThrow(TypeError);
  });
});
