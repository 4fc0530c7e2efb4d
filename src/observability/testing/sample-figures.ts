import type { Figures, FigureSource } from '../figures.ts';

/** A state with one ClusterQueue `main` in cohort `team` below `all`, and one LocalQueue `team-a/main`. */
export const sampleFigures: Figures = {
  clusterQueues: [
    {
      name: 'main',
      cohort: 'team',
      rootCohort: 'all',
      status: 'active',
      pending: { active: 4, inadmissible: 3 },
      reserving: 2,
      admitted: 1,
      finished: 5,
      weightedShare: () => Infinity,
      quotas: () => [
        {
          flavor: 'default',
          resource: 'cpu',
          reserved: 2.5,
          admitted: 1,
          nominal: 10,
          borrowingLimit: Infinity,
          lendingLimit: 0,
        },
      ],
      pendingRequests: () => [{ resource: 'cpu', amount: 7 }],
      schedulingHashes: () => ({ active: 2, inadmissible: 1 }),
    },
  ],
  localQueues: () => [
    {
      name: 'main',
      namespace: 'team-a',
      active: 'True',
      pending: { active: 1, inadmissible: 0 },
      reserving: 2,
      admitted: 1,
      finished: 3,
      pastUsage: 1.25,
      clusterQueue: 'main',
      resources: () => [{ flavor: 'default', resource: 'cpu', reserved: 2.5, admitted: 1 }],
    },
  ],
  cohorts: () => [
    {
      name: 'team',
      parent: 'all',
      root: 'all',
      admitted: 1,
      weightedShare: Infinity,
      resources: [
        { flavor: 'default', resource: 'cpu', quota: 10, reserved: 2.5 },
        { flavor: 'spot', resource: 'cpu', quota: 0, reserved: 0 },
      ],
    },
    { name: 'all', parent: '', root: 'all', admitted: 0, weightedShare: 0, resources: [] },
  ],
  unadmitted: () => [
    {
      clusterQueue: 'main',
      localQueue: { name: 'main', namespace: 'team-a' },
      reason: 'NoReservation',
      underlyingCause: 'WaitingForQuota',
      count: 2,
    },
    { clusterQueue: 'main', reason: 'NoReservation', underlyingCause: 'WaitingForQuota', count: 1 },
  ],
};

/** A source that shows `figures` at every scrape; every LocalQueue is reported. */
export function sourceOf(figures: Figures | (() => Figures)): FigureSource {
  return {
    read: () => (typeof figures === 'function' ? figures() : figures),
    cohortsAbove: () => ['all', 'team'],
    isLocalQueueReported: () => true,
  };
}
