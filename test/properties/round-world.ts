import fc from 'fast-check';
import type { ClusterQueue, ResourceQuota, Workload } from '../../src/api/index.ts';
import { runRound } from '../../src/core/cycle/index.ts';
import type { RoundResult } from '../../src/core/cycle/index.ts';
import { defaultSchedulingOptions, reserveQuota } from '../../src/core/workload/index.ts';
import { ClusterState, keyOf } from '../../src/state/index.ts';
import type { KubeObject, StateKind } from '../../src/state/index.ts';
import {
  aClusterQueue,
  aCohort,
  aLocalQueue,
  aPodTemplate,
  aResourceFlavor,
  aWorkload,
} from '../builders/index.ts';

export const start = Date.parse('2026-01-01T12:00:00Z');
const namespace = 'team-a';

export interface Manifest {
  readonly kind: StateKind;
  readonly object: KubeObject;
}

const taint = { key: 'spot', value: 'yes', effect: 'NoSchedule' };

/** Flavors `plain` and `spot`, of which the second must be tolerated. */
const flavors: readonly Manifest[] = [
  {
    kind: 'ResourceFlavor',
    object: aResourceFlavor({ name: 'plain', spec: { nodeLabels: { tier: 'plain' } } }),
  },
  { kind: 'ResourceFlavor', object: aResourceFlavor({ name: 'spot', spec: { nodeTaints: [taint] } }) },
  { kind: 'ResourceFlavor', object: aResourceFlavor({ name: 'gpu' }) },
];

const quota: fc.Arbitrary<Omit<ResourceQuota, 'name'>> = fc
  .record({ nominal: fc.nat(6), borrowing: fc.option(fc.nat(4)), lending: fc.option(fc.nat(4)) })
  .map(({ nominal, borrowing, lending }) => ({
    nominalQuota: String(nominal),
    ...(borrowing === null ? {} : { borrowingLimit: String(borrowing) }),
    ...(lending === null ? {} : { lendingLimit: String(lending) }),
  }));

const clusterQueueShape = fc.record({
  cohort: fc.constantFrom(undefined, 'inner', 'inner', 'outer'),
  plain: quota,
  spot: quota,
  gpu: quota,
  queueingStrategy: fc.constantFrom('StrictFIFO' as const, 'BestEffortFIFO' as const),
  whenCanBorrow: fc.constantFrom('MayStopSearch' as const, 'TryNextFlavor' as const),
  coversPods: fc.boolean(),
});

const podSetShape = fc.record({
  count: fc.integer({ min: 0, max: 3 }),
  cpu: fc.nat(3),
  gpu: fc.constantFrom(0, 0, 1, 2),
  toleratesSpot: fc.boolean(),
  wantsPlain: fc.constantFrom(false, false, true),
});

const workloadShape = fc.record({
  clusterQueue: fc.constantFrom('q0', 'q1', 'q2'),
  priority: fc.integer({ min: 0, max: 2 }),
  createdS: fc.integer({ min: 0, max: 5 }),
  podSets: fc.array(podSetShape, { minLength: 1, maxLength: 3 }),
});

/** Three ClusterQueues, alone or in two levels of cohorts, and workloads that wait for them; nobody may preempt. */
export const cluster: fc.Arbitrary<readonly Manifest[]> = fc
  .record({
    clusterQueues: fc.array(clusterQueueShape, { minLength: 3, maxLength: 3 }),
    workloads: fc.array(workloadShape, { minLength: 1, maxLength: 9 }),
    innerQuota: quota,
  })
  .map(({ clusterQueues, workloads, innerQuota }) => [
    ...flavors,
    {
      kind: 'Namespace',
      object: { metadata: { name: namespace, uid: 'uid-namespace', resourceVersion: '1' } } as KubeObject,
    },
    {
      kind: 'Cohort',
      object: aCohort({ name: 'inner', parent: 'outer', quotas: { plain: { cpu: innerQuota } } }),
    },
    ...clusterQueues.flatMap((shape, index) => queueManifests(`q${index}`, shape)),
    ...workloads.map((shape, index) => workloadManifest(`w${index}`, shape)),
  ]);

type Generated<T> = T extends fc.Arbitrary<infer Value> ? Value : never;

function queueManifests(name: string, shape: Generated<typeof clusterQueueShape>): readonly Manifest[] {
  const { cohort, plain, spot, gpu, coversPods, queueingStrategy, whenCanBorrow } = shape;
  const alone = ({ nominalQuota }: Omit<ResourceQuota, 'name'>) => ({ nominalQuota });
  const own = cohort === undefined ? alone : (one: Omit<ResourceQuota, 'name'>) => one;
  const main = (flavor: string, of: Omit<ResourceQuota, 'name'>) => ({
    name: flavor,
    resources: [{ name: 'cpu', ...own(of) }, ...(coversPods ? [{ name: 'pods', nominalQuota: '4' }] : [])],
  });
  const resourceGroups = [
    {
      coveredResources: coversPods ? ['cpu', 'pods'] : ['cpu'],
      flavors: [main('plain', plain), main('spot', spot)],
    },
    { coveredResources: ['gpu'], flavors: [{ name: 'gpu', resources: [{ name: 'gpu', ...own(gpu) }] }] },
  ];
  const flavorFungibility = { whenCanBorrow, whenCanPreempt: 'TryNextFlavor' as const };
  const spec = { resourceGroups, queueingStrategy, flavorFungibility };
  return [
    { kind: 'ClusterQueue', object: aClusterQueue({ name, ...(cohort && { cohort }), spec }) },
    { kind: 'LocalQueue', object: aLocalQueue({ namespace, name, clusterQueue: name }) },
  ];
}

function workloadManifest(name: string, shape: Generated<typeof workloadShape>): Manifest {
  const podSets = shape.podSets.map(({ count, cpu, gpu, toleratesSpot, wantsPlain }, index) => ({
    name: `p${index}`,
    count,
    template: aPodTemplate({
      requests: { cpu: String(cpu), ...(gpu > 0 && { gpu: String(gpu) }) },
      spec: {
        tolerations: toleratesSpot ? [{ key: 'spot', operator: 'Exists' }] : [],
        nodeSelector: wantsPlain ? { tier: 'plain' } : {},
      },
    }),
  }));
  const creationTimestamp = new Date(start + shape.createdS * 1000).toISOString();
  const { clusterQueue: queueName, priority } = shape;
  return {
    kind: 'Workload',
    object: aWorkload({ namespace, name, queueName, priority, creationTimestamp, podSets }),
  };
}

/** A state that was told of all these objects in the given order. */
export function stateOf(manifests: readonly Manifest[]): ClusterState {
  const state = new ClusterState({ scheduling: defaultSchedulingOptions, clock: () => start });
  for (const { kind, object } of manifests) state.upsert(kind, object, 'watch');
  state.flushWakeUps(start);
  return state;
}

/** One round, its admissions taken as made. */
export function decideRound(state: ClusterState, round: number): RoundResult {
  const result = runRound(state, { scheduling: defaultSchedulingOptions, round }, start);
  for (const decision of result.decisions) {
    if (decision.kind !== 'admit') continue;
    const { admission, requiredChecks } = decision;
    const reservation = { admission, requiredChecks, options: defaultSchedulingOptions };
    const { key, workload } = decision.head.pending;
    state.assume(key, reserveQuota(workload, reservation, start));
  }
  return result;
}

/** Rounds until no head is left or they only repeat; undefined when they do not come to an end. */
export function decideAll(state: ClusterState, roundsMax = 60): readonly RoundResult[] | undefined {
  const results: RoundResult[] = [];
  while (results.length < roundsMax) {
    if (!state.queues.hasHeads()) return results;
    const result = decideRound(state, results.length + 1);
    results.push(result);
    if (result.isSettled) return results;
  }
  return undefined;
}

/** Keys of the workloads that hold quota. */
export function holdingKeys(state: ClusterState): readonly string[] {
  return [...state.list('Workload')].filter(({ status }) => status.admission !== undefined).map(keyOf);
}

export function clusterQueuesOf(state: ClusterState): readonly ClusterQueue[] {
  return [...state.list('ClusterQueue')];
}

export function workloadsOf(state: ClusterState): readonly Workload[] {
  return [...state.list('Workload')];
}
