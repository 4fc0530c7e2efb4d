import { z } from 'zod';
import { celRules, exactlyOneOf } from './cel.ts';
import { atomicList } from './lists.ts';
import { int32 } from './numbers.ts';

/** Where the pods of one pod set go, packed by columns. */
const individualValues = z.object({
  prefix: z.string().max(63).optional(),
  suffix: z.string().max(63).optional(),
  roots: atomicList(z.string().max(63)).min(1).max(100_000),
});

const topologyLevelValues = z
  .object({
    universal: z.string().max(63).describe('The value of every domain of the slice.').optional(),
    individual: individualValues.describe('One value for each domain of the slice.').optional(),
  })
  .meta(celRules(exactlyOneOf('universal', 'individual', 'has(self.universal) != has(self.individual)')));
export type TopologyLevelValues = z.infer<typeof topologyLevelValues>;

const topologyPodCounts = z
  .object({
    universal: int32.min(1).optional(),
    individual: atomicList(int32.min(1)).min(1).max(100_000).optional(),
  })
  .meta(celRules(exactlyOneOf('universal', 'individual')));
export type TopologyPodCounts = z.infer<typeof topologyPodCounts>;

const topologyAssignmentSlice = z
  .object({
    domainCount: int32.min(1),
    valuesPerLevel: atomicList(topologyLevelValues).min(1).max(16),
    podCounts: topologyPodCounts,
  })
  .meta(
    celRules(
      {
        message: 'podCounts.individual must have length equal to domainCount',
        rule: '!has(self.podCounts.individual) || size(self.podCounts.individual) == self.domainCount',
      },
      {
        message:
          'valuesPerLevel.individual, if set, must have roots of length equal to domainCount of this TopologyAssignmentSlice',
        rule: 'self.valuesPerLevel.all(x, !has(x.individual) || size(x.individual.roots) == self.domainCount)',
      },
    ),
  );
export type TopologyAssignmentSlice = z.infer<typeof topologyAssignmentSlice>;

export const topologyAssignment = z
  .object({
    levels: atomicList(z.string().max(317)).min(1).max(16),
    slices: atomicList(topologyAssignmentSlice).max(1000),
  })
  .meta(
    celRules({
      message: 'valuesPerLevel must have the same length as the number of levels in this TopologyAssignment',
      rule: 'self.slices.all(x, size(x.valuesPerLevel) == size(self.levels))',
    }),
  );
export type TopologyAssignment = z.infer<typeof topologyAssignment>;
