import { expect, test } from 'vitest';
import { parseCohort } from '../src/api/index.ts';
import { cohortErrors } from './cohort.ts';

function faults(spec: object): string[] {
  return cohortErrors(parseCohort({ metadata: { name: 'all' }, spec })).map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

function groupsWith(quotas: object): object {
  const flavors = [{ name: 'default', resources: [{ name: 'cpu', nominalQuota: 1, ...quotas }] }];
  return { resourceGroups: [{ coveredResources: ['cpu'], flavors }] };
}

const cpu = 'spec.resourceGroups[0].flavors[0].resources[0]';

test.each([
  { name: 'an empty Cohort is fine', spec: {}, want: [] },
  {
    name: 'limits need a parent',
    spec: groupsWith({ borrowingLimit: 1, lendingLimit: 1 }),
    want: [
      `${cpu}.borrowingLimit: Invalid value: "1": must be nil when parent is empty`,
      `${cpu}.lendingLimit: Invalid value: "1": must be nil when parent is empty`,
    ],
  },
  {
    name: 'more than the nominal quota may be lent',
    spec: { parentName: 'root', ...groupsWith({ lendingLimit: 5 }) },
    want: [],
  },
  {
    name: 'the weight comes before the quotas',
    spec: { fairSharing: { weight: '-1' }, ...groupsWith({ nominalQuota: '-1' }) },
    want: [
      'spec.fairSharing: Invalid value: "-1": must be greater than or equal to 0',
      `${cpu}.nominalQuota: Invalid value: "-1": must be greater than or equal to 0`,
    ],
  },
])('A-6.21: $name', ({ spec, want }) => expect(faults(spec)).toEqual(want));
