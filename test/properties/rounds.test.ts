import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PodSetAssignment, ResourceGroup, Workload } from '../../src/api/index.ts';
import { addAmounts, flavorResource, requestAmount } from '../../src/core/amounts/index.ts';
import type { RoundResult } from '../../src/core/cycle/index.ts';
import type { ClusterState } from '../../src/state/index.ts';
import {
  cluster,
  clusterQueuesOf,
  decideAll,
  decideRound,
  holdingKeys,
  start,
  stateOf,
  workloadsOf,
} from './round-world.ts';

/** What a round says, without the objects it says it of. */
function told(result: RoundResult): unknown {
  return result.decisions.map((decision) => {
    const { key } = decision.head.pending;
    if (decision.kind === 'admit') return [key, decision.admission, decision.consideredFlavors];
    return decision.kind === 'wait' ? [key, decision.place, decision.condition, decision.wakesOn] : [key];
  });
}

/** Sums what the admissions say, without the tree. */
function sumAdmissions(state: ClusterState, clusterQueue: string): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  const assignments = workloadsOf(state)
    .filter(({ status }) => status.admission?.clusterQueue === clusterQueue)
    .flatMap(({ status }) => status.admission?.podSetAssignments ?? []);
  for (const assignment of assignments) {
    for (const [pair, amount] of usageOf(assignment)) {
      if (amount > 0n) sums.set(pair, addAmounts(sums.get(pair) ?? 0n, amount));
    }
  }
  return sums;
}

function usageOf({
  flavors = {},
  resourceUsage = {},
}: PodSetAssignment): readonly (readonly [string, bigint])[] {
  return Object.entries(flavors).map(([resource, flavor]) => {
    return [flavorResource(flavor, resource), requestAmount(resource, resourceUsage[resource] ?? '0')];
  });
}

function expectWithinQuota(state: ClusterState): void {
  const { tree } = state;
  for (const { metadata } of clusterQueuesOf(state)) {
    const isAlone = !tree.hasCohort(metadata.name);
    for (const [pair, amount] of sumAdmissions(state, metadata.name)) {
      const limit = isAlone ? 0n : tree.borrowingLimitOf(metadata.name, pair);
      expectAtMost(amount, tree.nominalOf(metadata.name, pair), limit);
    }
  }
  expectCohortWithin(state, 'inner', (pair) => cohortLimit(state, pair));
  expectCohortWithin(state, 'outer', () => 0n);
}

function expectCohortWithin(
  { tree }: ClusterState,
  cohort: string,
  limitOf: (pair: string) => bigint | undefined,
): void {
  const { subtree, usage } = tree.sumsOfCohort(cohort) ?? { subtree: new Map(), usage: new Map() };
  for (const [pair, amount] of usage) expectAtMost(amount, subtree.get(pair) ?? 0n, limitOf(pair));
}

function expectAtMost(used: bigint, own: bigint, borrowingLimit: bigint | undefined): void {
  if (borrowingLimit !== undefined) expect(used <= addAmounts(own, borrowingLimit)).toBe(true);
}

/** The borrowing limit of the cohort between queues and root. */
function cohortLimit(state: ClusterState, pair: string): bigint | undefined {
  const flavors = state.get('Cohort', 'inner')?.spec.resourceGroups?.flatMap((group) => group.flavors) ?? [];
  for (const { name, resources } of flavors) {
    const quota = resources.find((resource) => flavorResource(name, resource.name) === pair);
    if (quota?.borrowingLimit !== undefined) return requestAmount(quota.name, quota.borrowingLimit);
  }
  return undefined;
}

test('no round admits above quota and limits, whatever it admits together (I-7, I-15)', () => {
  fc.assert(
    fc.property(cluster, (manifests) => {
      const state = stateOf(manifests);
      for (let round = 1; round <= 12 && state.queues.hasHeads(); round += 1) {
        decideRound(state, round);
        expectWithinQuota(state);
      }
    }),
  );
});

test('a round has one head a queue, handles none twice and loses none (I-9)', () => {
  fc.assert(
    fc.property(cluster, (manifests) => {
      const state = stateOf(manifests);
      for (let round = 1; round <= 12 && state.queues.hasHeads(); round += 1) {
        const { decisions } = decideRound(state, round);
        const heads = decisions.map(({ head }) => head);
        expect(new Set(heads.map(({ clusterQueue }) => clusterQueue)).size).toBe(heads.length);
        const holding = new Set(holdingKeys(state));
        for (const { key } of heads.map(({ pending }) => pending)) {
          const place = state.queues.placeOf(key)?.place;
          expect(holding.has(key) ? place === undefined : place === 'heap' || place === 'parked').toBe(true);
        }
      }
    }),
  );
});

/** Whether `a` comes before `b` in heap order. */
function precedes(a: Workload, b: Workload): boolean {
  const [first, second] = [a.spec.priority ?? 0, b.spec.priority ?? 0];
  if (first !== second) return first > second;
  const [older, newer] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp].map(Date.parse);
  return older === newer ? a.metadata.uid < b.metadata.uid : (older ?? 0) < (newer ?? 0);
}

test('in a StrictFIFO queue nobody is admitted past one that comes first (I-11)', () => {
  fc.assert(
    fc.property(cluster, (manifests) => {
      const state = stateOf(manifests);
      const strict = clusterQueuesOf(state).filter(({ spec }) => spec.queueingStrategy === 'StrictFIFO');
      const names = new Set(strict.map(({ metadata }) => metadata.name));
      for (let round = 1; round <= 12 && state.queues.hasHeads(); round += 1) {
        for (const decision of decideRound(state, round).decisions) {
          if (decision.kind !== 'admit' || !names.has(decision.head.clusterQueue)) continue;
          const waiting = state.queues.order(decision.head.clusterQueue).map(({ workload }) => workload);
          expect(waiting.filter((one) => precedes(one, decision.head.pending.workload))).toEqual([]);
        }
      }
    }),
  );
});

test('usage in the tree is the sum of the admissions, and these cover every pod set once (I-12)', () => {
  fc.assert(
    fc.property(cluster, (manifests) => {
      const state = stateOf(manifests);
      decideAll(state);
      for (const { metadata } of clusterQueuesOf(state)) {
        expect(state.tree.usageOf(metadata.name)).toEqual(sumAdmissions(state, metadata.name));
      }
      for (const { spec, status } of workloadsOf(state)) {
        if (status.admission === undefined) continue;
        const covered = status.admission.podSetAssignments.map(({ name, count }) => [name, count]);
        expect(covered).toEqual(spec.podSets.map(({ name, count }) => [name, count]));
      }
    }),
  );
});

/** What is wrong with the flavors of the pod sets of a workload. */
function faultsOfFlavors(state: ClusterState, { status, spec }: Workload): readonly string[] {
  const { admission } = status;
  if (admission === undefined) return [];
  const groups = state.get('ClusterQueue', admission.clusterQueue)?.spec.resourceGroups ?? [];
  return admission.podSetAssignments.flatMap(({ flavors = {} }, index) => {
    const isTolerant = spec.podSets[index]?.template.spec?.tolerations?.length === 1;
    const isTainted = Object.values(flavors).includes('spot');
    const ofGroups = groups.flatMap((group) => faultOfGroup(group, flavors) ?? []);
    return isTainted && !isTolerant ? ['an untolerated taint', ...ofGroups] : ofGroups;
  });
}

function faultOfGroup(group: ResourceGroup, flavors: Readonly<Record<string, string>>): string | undefined {
  const chosen = new Set(group.coveredResources.flatMap((resource) => flavors[resource] ?? []));
  if (chosen.size > 1) return 'two flavors in one group';
  const listed = new Set(group.flavors.map(({ name }) => name));
  return [...chosen].every((flavor) => listed.has(flavor))
    ? undefined
    : 'a flavor that the group does not list';
}

test('the resources of a group share a listed flavor whose taints are tolerated (I-13)', () => {
  fc.assert(
    fc.property(cluster, (manifests) => {
      const state = stateOf(manifests);
      decideAll(state);
      expect(workloadsOf(state).flatMap((workload) => faultsOfFlavors(state, workload))).toEqual([]);
    }),
  );
});

test('the order in which objects arrive changes no decision, no message and no order (I-14)', () => {
  fc.assert(
    fc.property(cluster, fc.array(fc.nat(1000), { minLength: 30, maxLength: 30 }), (manifests, keys) => {
      const shuffled = manifests
        .map((manifest, index) => ({ manifest, key: keys[index] ?? 0 }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ manifest }) => manifest);
      const [one, other] = [stateOf(manifests), stateOf(shuffled)];
      for (let round = 1; round <= 8 && one.queues.hasHeads(); round += 1) {
        expect(told(decideRound(one, round))).toEqual(told(decideRound(other, round)));
      }
    }),
  );
});

test('a settled round repeats itself, and no trace of what it tried stays in the tree (I-2, I-26)', () => {
  fc.assert(
    fc.property(cluster, (manifests) => {
      const state = stateOf(manifests);
      const results = decideAll(state);
      const last = results?.at(-1);
      fc.pre(results !== undefined && last?.isSettled === true);
      const usages = () => clusterQueuesOf(state).map(({ metadata }) => state.tree.usageOf(metadata.name));
      const before = usages();
      const again = decideRound(state, (results?.length ?? 0) + 1);
      expect(told(again)).toEqual(last && told(last));
      expect(usages()).toEqual(before);
    }),
  );
});

/** Some search was cut short, so that the next round went on behind the flavor that had fitted. */
function isSearchCut({ decisions }: RoundResult): boolean {
  const waiting = decisions.flatMap((decision) => (decision.kind === 'wait' ? [decision.assignment] : []));
  const podSets = waiting.flatMap((assignment) => assignment?.podSets ?? []);
  return podSets.some(({ flavors }) => [...flavors.values()].some(({ triedIndex }) => triedIndex !== -1));
}

// A search that goes on after a skip may park what would fit from the first flavor: the recorded decisions do (S-5.23).
test('when rounds have come to rest and all flavors were judged, looking again admits nobody (I-23)', () => {
  fc.assert(
    fc.property(cluster, (manifests) => {
      const state = stateOf(manifests);
      const results = decideAll(state);
      fc.pre(results !== undefined && !results.some(isSearchCut));
      const names = clusterQueuesOf(state).map(({ metadata }) => metadata.name);
      const holding = holdingKeys(state);
      state.queues.wake(names, { now: start, matchesNamespace: () => true });
      decideAll(state);
      expect(holdingKeys(state)).toEqual(holding);
    }),
  );
});
