import { expect, test } from 'vitest';

import type { Workload } from '../../src/api/index.ts';
import { aClusterQueue, aWorkload } from '../../test/builders/index.ts';
import { holdingOf, quotasOf } from './read-objects.ts';

type Status = NonNullable<Workload['status']>;

const admission: Status['admission'] = {
  clusterQueue: 'red',
  podSetAssignments: [
    {
      name: 'main',
      count: 4,
      flavors: { cpu: 'a100', 'nvidia.com/gpu': 'a100' },
      resourceUsage: { cpu: '8', 'nvidia.com/gpu': '16' },
    },
  ],
};

function workloadWith(conditions: readonly string[], more: Partial<Status> = {}): Workload {
  const all = conditions.map((type) => ({
    type,
    status: 'True' as const,
    reason: 'Test',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  }));
  return { ...aWorkload(), status: { admission, conditions: all, ...more } };
}

const gpusOf = (workload: Workload) =>
  holdingOf(workload)?.amounts.find(({ resource }) => resource === 'nvidia.com/gpu')?.amount;

test.each<{ name: string; workload: Workload; want: bigint | undefined }>([
  {
    name: 'a workload that waits holds nothing',
    workload: workloadWith([], { admission: undefined }),
    want: undefined,
  },
  {
    name: 'one with quota holds what its admission says',
    workload: workloadWith(['QuotaReserved']),
    want: 16n,
  },
  {
    name: 'pods that ended hold nothing any more',
    workload: workloadWith(['QuotaReserved'], { reclaimablePods: [{ name: 'main', count: 3 }] }),
    want: 4n,
  },
  {
    name: 'a finished one holds nothing',
    workload: workloadWith(['QuotaReserved', 'Finished']),
    want: undefined,
  },
])('$name', ({ workload, want }) => expect(gpusOf(workload)).toBe(want));

test('cpu is counted in thousandths, for quotas and usage alike', () => {
  expect(holdingOf(workloadWith(['QuotaReserved']))?.amounts).toContainEqual({
    flavor: 'a100',
    resource: 'cpu',
    amount: 8000n,
  });
  const queue = aClusterQueue();
  const resources = [{ name: 'cpu', nominalQuota: '2', borrowingLimit: '500m' }];
  const resourceGroups = [{ coveredResources: ['cpu'], flavors: [{ name: 'a100', resources }] }];
  expect(quotasOf({ ...queue, spec: { ...queue.spec, resourceGroups } })).toEqual([
    {
      clusterQueue: queue.metadata.name,
      flavor: 'a100',
      resource: 'cpu',
      nominal: 2000n,
      borrowingLimit: 500n,
    },
  ]);
});
