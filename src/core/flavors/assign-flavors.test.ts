import { describe, expect, test } from 'vitest';
import type { ClusterQueueSpec, ResourceFlavor } from '../../api/index.ts';
import { aClusterQueue, aPodTemplate, aResourceFlavor, aWorkload } from '../../../test/builders/index.ts';
import { QuotaTree } from '../quota/index.ts';
import type { QuotaLimits } from '../quota/index.ts';
import { defaultSchedulingOptions, describePending } from '../workload/index.ts';
import type { SchedulingOptions } from '../workload/index.ts';
import { assignFlavors } from './assign-flavors.ts';
import { assignmentMessage, describeConsideredFlavors } from './assignment-message.ts';
import type { Assignment } from './assignment.ts';
import { hasFlavorsLeft, isOutOfDate, progressOf } from './flavor-progress.ts';
import type { FlavorProgress } from './flavor-progress.ts';
import type { PreemptionAnswer } from './judge-resource.ts';

interface PodSetShape {
  readonly name?: string;
  readonly count?: number;
  readonly requests: Record<string, string>;
  readonly group?: string;
}

interface Case {
  /** Nominal quotas by flavor and resource; one resource group for each list. */
  readonly groups: readonly Readonly<Record<string, Readonly<Record<string, QuotaLimits>>>>[];
  readonly podSets: readonly PodSetShape[];
  readonly used?: Readonly<Record<string, bigint>>;
  /** Quota of another queue in the same cohort. */
  readonly lent?: Readonly<Record<string, bigint>>;
  readonly spec?: Partial<ClusterQueueSpec>;
  readonly answers?: Readonly<Record<string, PreemptionAnswer>>;
  readonly flavors?: readonly ResourceFlavor[];
  readonly options?: Partial<SchedulingOptions>;
  readonly progress?: FlavorProgress;
}

function assign(shape: Case): Assignment {
  const resourceGroups = shape.groups.map((group) => ({
    coveredResources: Object.keys(Object.values(group)[0] ?? {}),
    flavors: Object.entries(group).map(([name, resources]) => ({
      name,
      resources: Object.keys(resources).map((resource) => ({ name: resource, nominalQuota: '0' })),
    })),
  }));
  const known =
    shape.flavors ??
    shape.groups.flatMap((group) => Object.keys(group).map((name) => aResourceFlavor({ name })));
  return assignFlavors({
    podSets: podSetsOf(shape),
    clusterQueue: 'q',
    spec: aClusterQueue({ name: 'q', spec: { resourceGroups, ...shape.spec } }).spec,
    tree: treeOf(shape),
    flavor: (name) => known.find(({ metadata }) => metadata.name === name),
    oracle: ({ pair }) => shape.answers?.[pair] ?? { mode: 'noCandidates', level: 0 },
    progress: shape.progress,
    options: { ...defaultSchedulingOptions, ...shape.options },
  });
}

function podSetsOf({ podSets }: Case) {
  const workload = aWorkload({
    podSets: podSets.map(({ name = 'main', count = 1, requests, group }) => ({
      name,
      count,
      template: aPodTemplate({ requests }),
      ...(group && { topologyRequest: { podSetGroupName: group } }),
    })),
  });
  const context = { limitRanges: [], runtimeClass: () => undefined, options: defaultSchedulingOptions };
  return describePending(workload, context).podSets;
}

function treeOf({ groups, used = {}, lent = {} }: Case): QuotaTree {
  const tree = new QuotaTree();
  const quotas = groups.flatMap((group) =>
    Object.entries(group).flatMap(([flavor, resources]) =>
      Object.entries(resources).map(([resource, limits]) => [`${flavor}/${resource}`, limits] as const),
    ),
  );
  tree.setClusterQueue('q', { cohort: 'c', quotas: new Map(quotas) });
  const others = Object.entries(lent).map(([pair, nominal]) => [pair, { nominal }] as const);
  tree.setClusterQueue('other', { cohort: 'c', quotas: new Map(others) });
  tree.addUsage('q', new Map(Object.entries(used)));
  return tree;
}

/** Flavors as `podSet.resource=flavor:mode`. */
function chosen({ podSets }: Assignment): readonly string[] {
  return podSets.flatMap(({ name, flavors }) =>
    [...flavors].map(([resource, { flavor, mode }]) => `${name}.${resource}=${flavor}:${mode}`),
  );
}

const gpu = (nominal: bigint) => ({ gpu: { nominal } });

describe('outcomes of fungibility: f1 is full of own victims, f2 is free in the cohort only (S-5.29)', () => {
  const world: Case = {
    groups: [{ f1: gpu(2n), f2: gpu(0n) }],
    podSets: [{ requests: { gpu: '2' } }],
    used: { 'f1/gpu': 2n },
    lent: { 'f2/gpu': 2n },
    answers: { 'f1/gpu': { mode: 'preempt', level: 0 } },
  };
  const [next, stop] = ['TryNextFlavor', 'MayStopSearch'] as const;
  test.each([
    { whenCanPreempt: next, whenCanBorrow: stop, want: ['f2', 'Fit', -1] },
    { whenCanPreempt: stop, whenCanBorrow: next, want: ['f1', 'Preempt', 0] },
    { whenCanPreempt: stop, whenCanBorrow: stop, want: ['f1', 'Preempt', 0] },
    { whenCanPreempt: next, whenCanBorrow: next, want: ['f2', 'Fit', -1] },
    {
      whenCanPreempt: next,
      whenCanBorrow: next,
      preference: 'BorrowingOverPreemption' as const,
      want: ['f2', 'Fit', -1],
    },
    {
      whenCanPreempt: next,
      whenCanBorrow: next,
      preference: 'PreemptionOverBorrowing' as const,
      want: ['f1', 'Preempt', -1],
    },
  ])('$whenCanPreempt, $whenCanBorrow, $preference', ({ want, ...flavorFungibility }) => {
    const [podSet] = assign({ ...world, spec: { flavorFungibility } }).podSets;
    const assigned = podSet?.flavors.get('gpu');
    expect([assigned?.flavor, assigned?.mode, assigned?.triedIndex]).toEqual(want);
  });

  test('without victims the second flavor is taken whatever the preference', () => {
    const flavorFungibility = { whenCanPreempt: stop, whenCanBorrow: stop };
    expect(chosen(assign({ ...world, answers: {}, spec: { flavorFungibility } }))).toEqual([
      'main.gpu=f2:Fit',
    ]);
  });

  test('with the gate off the first fit is taken and nothing is left to try (S-5.14, D-13)', () => {
    const assignment = assign({ ...world, options: { flavorFungibility: false } });
    expect(chosen(assignment)).toEqual(['main.gpu=f2:Fit']);
    expect(assignment.podSets[0]?.flavors.get('gpu')?.triedIndex).toBe(-1);
  });
});

describe('one resource on one flavor (S-5.18)', () => {
  const one = (nominal: bigint, used: bigint, request: string) =>
    assign({
      groups: [{ f: gpu(nominal) }],
      podSets: [{ requests: { gpu: request } }],
      used: { 'f/gpu': used },
    });

  test.each([
    { name: 'what is unused fits', seen: one(4n, 2n, '2'), want: ['Fit', undefined, ''] },
    {
      name: 'more than ever possible is told with the maximum',
      seen: one(4n, 0n, '5'),
      want: [
        'NoFit',
        'ExceedsMaxQuota',
        "couldn't assign flavors to pod set main: insufficient quota for gpu in flavor f, previously considered podsets requests (0) + current podset request (5) > maximum capacity (4)",
      ],
    },
    {
      name: 'within nominal quota preemption could help, though nobody is found',
      seen: one(4n, 3n, '2'),
      want: [
        'Preempt',
        undefined,
        "couldn't assign flavors to pod set main: insufficient unused quota for gpu in flavor f, 1 more needed",
      ],
    },
  ])('$name', ({ seen, want }) => {
    expect([seen.mode, seen.noFitCause, assignmentMessage(seen)]).toEqual(want);
  });

  test('what needs borrowing waits for quota where borrowing may not preempt (S-5.19)', () => {
    const world = {
      groups: [{ f: gpu(1n) }],
      podSets: [{ requests: { gpu: '3' } }],
      used: { 'f/gpu': 1n },
      lent: { 'f/gpu': 2n },
    };
    expect(assign(world)).toMatchObject({ mode: 'NoFit', noFitCause: 'WaitingForQuota' });
    const preemption = {
      withinClusterQueue: 'Never',
      reclaimWithinCohort: 'Any',
      borrowWithinCohort: { policy: 'LowerPriority' },
    } as const;
    expect(assign({ ...world, spec: { preemption } }).mode).toBe('Preempt');
  });
});

describe('pod sets and groups', () => {
  test('earlier pod sets count for later ones, and the first that gets nothing ends it (S-5.3)', () => {
    const assignment = assign({
      groups: [{ f: gpu(3n) }],
      podSets: [
        { name: 'a', requests: { gpu: '2' } },
        { name: 'b', requests: { gpu: '2' } },
        { name: 'c', requests: { gpu: '1' } },
      ],
    });
    expect(assignment.podSets.map(({ name, mode }) => [name, mode])).toEqual([
      ['a', 'Fit'],
      ['b', 'NoFit'],
    ]);
    expect(assignment.usage).toEqual(new Map([['f/gpu', 2n]]));
    expect(assignmentMessage(assignment)).toContain(
      'requests (2) + current podset request (2) > maximum capacity (3)',
    );
  });

  test('members of a named group get one flavor, each for what it asks for itself (S-5.2)', () => {
    const assignment = assign({
      groups: [
        {
          f1: { gpu: { nominal: 2n }, nic: { nominal: 9n } },
          f2: { gpu: { nominal: 4n }, nic: { nominal: 9n } },
        },
      ],
      podSets: [
        { name: 'leader', group: 'g', requests: { gpu: '1' } },
        { name: 'alone', requests: { gpu: '1' } },
        { name: 'workers', group: 'g', requests: { gpu: '2', nic: '1' } },
      ],
    });
    expect(chosen(assignment).toSorted()).toEqual([
      'alone.gpu=f1:Fit',
      'leader.gpu=f2:Fit',
      'workers.gpu=f2:Fit',
      'workers.nic=f2:Fit',
    ]);
    expect(assignment.podSets.map(({ name }) => name)).toEqual(['leader', 'alone', 'workers']);
  });

  test('covered pods are counted and assigned like any resource (S-1.12)', () => {
    const assignment = assign({
      groups: [{ f: { pods: { nominal: 5n } } }],
      podSets: [{ count: 3, requests: {} }],
    });
    expect(assignment.usage).toEqual(new Map([['f/pods', 3n]]));
  });

  test('what no group covers fails unless it is zero or undeclared resources are ignored (S-1.13, S-5.6)', () => {
    const world: Case = { groups: [{ f: gpu(1n) }], podSets: [{ requests: { gpu: '1', widget: '1' } }] };
    expect(assignmentMessage(assign(world))).toBe(
      "couldn't assign flavors to pod set main: resource widget unavailable in ClusterQueue",
    );
    expect(assign({ ...world, options: { quotaCheckStrategy: 'IgnoreUndeclared' } }).mode).toBe('Fit');
    expect(assign({ ...world, podSets: [{ requests: { gpu: '1', widget: '0' } }] }).mode).toBe('Fit');
  });

  test('a pod set that asks for nothing fits without flavors, and later ones go on (S-1.14, D-2)', () => {
    const podSets: PodSetShape[] = [
      { name: 'idle', requests: {} },
      { name: 'busy', requests: { gpu: '1' } },
    ];
    const assignment = assign({ groups: [{ f: gpu(1n) }], podSets });
    expect([assignment.mode, chosen(assignment)]).toEqual(['Fit', ['busy.gpu=f:Fit']]);
  });

  test('when two resource groups fail, only the first in hash order is told (S-5.4)', () => {
    const groups: Case['groups'] = [{ f: { cpu: { nominal: 0n } } }, { g: { memory: { nominal: 0n } } }];
    const message = assignmentMessage(assign({ groups, podSets: [{ requests: { cpu: '1', memory: '1' } }] }));
    expect(message).toContain('memory');
    expect(message).not.toContain('cpu');
  });
});

test('the cause takes the least severe flavor of a group (S-5.26)', () => {
  const tainted = aResourceFlavor({ name: 'f1', spec: { nodeTaints: [{ key: 'k', effect: 'NoSchedule' }] } });
  const flavors = [tainted, aResourceFlavor({ name: 'f2' })];
  const world: Case = {
    groups: [{ f1: gpu(1n), f2: gpu(1n) }],
    podSets: [{ requests: { gpu: '2' } }],
    flavors,
  };
  expect(assign(world).noFitCause).toBe('ExceedsMaxQuota');
  expect(assign({ ...world, flavors: [tainted] }).noFitCause).toBe('NoMatchingFlavor');
});

test('considered flavors are told by name, plain fits left out (S-9.6)', () => {
  const assignment = assign({
    groups: [{ 'on-demand': gpu(1n), spot: gpu(0n) }],
    podSets: [{ requests: { gpu: '1' } }],
    used: { 'on-demand/gpu': 1n },
    lent: { 'spot/gpu': 1n },
  });
  expect(describeConsideredFlavors(assignment)).toBe(
    'main: on-demand(preemptionMode=NoCandidates;insufficient unused quota for gpu in flavor on-demand, 1 more needed), spot(Fit;borrow=1)',
  );
});

describe('flavor progress', () => {
  const stamp = {
    uid: 'u',
    clusterQueue: 'q',
    generation: 5,
    round: 7,
    schedulingHash: 'h',
    resourceVersion: '1',
  };
  const world: Case = { groups: [{ f1: gpu(1n), f2: gpu(1n) }], podSets: [{ requests: { gpu: '1' } }] };

  test('a search that stopped early goes on behind where it stopped, then begins anew (S-5.13, S-5.22, S-5.23)', () => {
    const first = progressOf(assign(world), stamp);
    expect(hasFlavorsLeft(first)).toBe(true);
    const second = assign({ ...world, progress: first });
    expect(chosen(second)).toEqual(['main.gpu=f2:Fit']);
    expect(hasFlavorsLeft(progressOf(second, stamp))).toBe(false);
    expect(chosen(assign({ ...world, progress: progressOf(second, stamp) }))).toEqual(['main.gpu=f1:Fit']);
  });

  test('a group that has become shorter is walked from its start (D-7)', () => {
    const progress = { ...stamp, triedIndexes: new Map([['main', new Map([['gpu', 4]])]]) };
    expect(chosen(assign({ ...world, progress }))).toEqual(['main.gpu=f1:Fit']);
  });

  test.each([
    {
      name: 'the next round goes on although quota was released',
      change: { round: 8, generation: 9 },
      want: [false, true],
    },
    {
      name: 'a later round goes on only when nothing was released',
      change: { round: 9, generation: 9 },
      want: [true, true],
    },
    { name: 'a later round with nothing released goes on', change: { round: 99 }, want: [false, false] },
    { name: 'another hash starts anew', change: { schedulingHash: 'other' }, want: [true, false] },
    { name: 'an unknown hash does not', change: { schedulingHash: undefined }, want: [false, false] },
    {
      name: 'a changed object starts anew only without the gate',
      change: { resourceVersion: '2' },
      want: [false, true],
    },
    { name: 'another ClusterQueue starts anew', change: { clusterQueue: 'p' }, want: [true, true] },
  ])('$name (S-5.24, S-5.25)', ({ change, want }) => {
    const progress = { ...stamp, triedIndexes: new Map() };
    const judge = (isPreserved: boolean) => isOutOfDate(progress, { ...stamp, ...change }, isPreserved);
    expect([judge(true), judge(false)]).toEqual(want);
  });
});
