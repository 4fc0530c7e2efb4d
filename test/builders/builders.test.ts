import { expect, test } from 'vitest';
import {
  aClusterQueue,
  aCohort,
  aJob,
  aLocalQueue,
  anAdmission,
  aReservingWorkload,
  aResourceFlavor,
  aWorkload,
} from './index.ts';

test('an object is complete by default: identity, version, time and the defaults of its kind', () => {
  const objects = [
    aWorkload(),
    aReservingWorkload(),
    aClusterQueue(),
    aCohort(),
    aLocalQueue(),
    aResourceFlavor(),
    aJob(),
  ];
  for (const { metadata, spec } of objects) {
    expect(metadata.uid).not.toBe('');
    expect(metadata.resourceVersion).toBe('1');
    expect(Date.parse(metadata.creationTimestamp)).not.toBeNaN();
    expect(spec).toBeDefined();
  }
  expect(aClusterQueue().spec).toMatchObject({ queueingStrategy: 'BestEffortFIFO', stopPolicy: 'None' });
});

test('what a test names is what it gets, the rest stays valid', () => {
  const workload = aWorkload({
    name: 'a',
    namespace: 'ns',
    priority: 7,
    podSets: [{ name: 'driver' }, { name: 'worker', count: 3 }],
    conditions: [{ type: 'Evicted', reason: 'Preempted' }],
    status: { reclaimablePods: [{ name: 'worker', count: 1 }] },
  });
  expect(workload).toMatchObject({
    metadata: { name: 'a', namespace: 'ns', uid: 'uid-ns-a' },
    spec: {
      priority: 7,
      podSets: [
        { name: 'driver', count: 1 },
        { name: 'worker', count: 3 },
      ],
    },
    status: {
      conditions: [{ type: 'Evicted', status: 'True', reason: 'Preempted' }],
      reclaimablePods: [{ name: 'worker', count: 1 }],
    },
  });
});

test('quotas are written by flavor and resource', () => {
  const queue = aClusterQueue({
    cohort: 'all',
    quotas: { spot: { cpu: { nominalQuota: '4', lendingLimit: '1' } } },
  });
  expect(queue.spec).toMatchObject({
    cohortName: 'all',
    resourceGroups: [
      {
        coveredResources: ['cpu'],
        flavors: [{ name: 'spot', resources: [{ name: 'cpu', nominalQuota: '4', lendingLimit: '1' }] }],
      },
    ],
  });
  expect(aCohort({ parent: 'root' }).spec).toEqual({ parentName: 'root' });
});

test('a reserving workload carries its admission', () => {
  const admission = anAdmission({ clusterQueue: 'other' });
  const workload = aReservingWorkload({ admission, isAdmitted: false });
  expect(workload.status.admission).toEqual(admission);
  expect(workload.status.conditions?.map(({ type }) => type)).toEqual(['QuotaReserved']);
});

test('a job has the queue label unless its queue name is empty', () => {
  expect(aJob().metadata.labels).toEqual({ 'kueue.x-k8s.io/queue-name': 'main' });
  expect(aJob({ queueName: '', labels: { team: 'a' } }).metadata.labels).toEqual({ team: 'a' });
});
