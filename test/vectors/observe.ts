import type {
  AdmitDecision,
  PreemptDecision,
  RoundResult,
  WaitDecision,
} from '../../src/core/cycle/index.ts';
import { flavorOf, formatAmount, resourceOf } from '../../src/core/amounts/index.ts';
import type { Amount, Usage } from '../../src/core/amounts/index.ts';
import { weightedShare } from '../../src/core/quota/index.ts';
import type { Share } from '../../src/core/quota/index.ts';
import {
  findCondition,
  hasQuotaReservation,
  isAdmitted,
  isEvicted,
  isFinished,
} from '../../src/core/workload/index.ts';
import { keyOf } from './scenario-world.ts';
import type { ScenarioWorld } from './scenario-world.ts';
import type { ExpectedCycle, ExpectedState } from './scenario.ts';

type Admitted = NonNullable<ExpectedCycle['admitted']>;
type Pending = NonNullable<ExpectedCycle['pending']>;
type Preempted = NonNullable<ExpectedCycle['preempted']>;

/** What a round decided, in the words of the format. */
export function observeCycle({ decisions }: RoundResult, world: ScenarioWorld): ExpectedCycle {
  const admitted: Record<string, Admitted[string]> = {};
  const pending: Record<string, Pending[string]> = {};
  const preempted: Record<string, Preempted[string]> = {};
  for (const decision of decisions) {
    const { key } = decision.head.pending;
    if (decision.kind === 'admit') admitted[key] = observeAdmission(decision, world);
    if (decision.kind === 'preempt') Object.assign(preempted, observeTargets(decision));
    if (decision.kind === 'wait' || decision.kind === 'preempt') pending[key] = observeWait(decision);
  }
  const heads = decisions.map(({ head }) => head.pending.key).toSorted();
  return { heads, admitted, preempted, pending };
}

function observeAdmission({ head, admission }: AdmitDecision, world: ScenarioWorld): Admitted[string] {
  const workload = world.state.get('Workload', head.pending.key);
  const podSets = admission.podSetAssignments.map(({ name, count = 0, flavors = {}, resourceUsage = {} }) => {
    return [name, { count, flavors, usage: texts(resourceUsage) }] as const;
  });
  return {
    clusterQueue: admission.clusterQueue,
    podSets: Object.fromEntries(podSets),
    ...(workload && isAdmitted(workload) ? {} : { onlyReserved: true }),
  };
}

/** Workloads that were asked to leave before are no news. */
function observeTargets({ head, targets }: PreemptDecision): Preempted {
  const asked = targets.filter(({ workload }) => !workload.isEvicted);
  return Object.fromEntries(
    asked.map(({ workload, reason, message }) => [workload.key, { by: head.pending.key, reason, message }]),
  );
}

function observeWait({ condition, place }: WaitDecision | PreemptDecision): Pending[string] {
  const requeued = { heap: 'active', parked: 'inadmissible', dropped: undefined } as const;
  return { ...condition, ...(place === 'dropped' ? {} : { requeued: requeued[place] }) };
}

/** The picture at rest, in the words of the format. */
export function observeState(world: ScenarioWorld): ExpectedState {
  const unfinished = world.workloads().filter((workload) => !isFinished(workload));
  const holding = unfinished.filter(hasQuotaReservation);
  const clusterQueues = [...world.state.list('ClusterQueue')].map(({ metadata }) => metadata.name).toSorted();
  const usages = clusterQueues.map((name) => [name, world.state.tree.usageOf(name)] as const);
  return {
    admitted: holding.map(keyOf),
    onlyReserved: holding.filter((workload) => !isAdmitted(workload)).map(keyOf),
    evicted: Object.fromEntries(
      unfinished
        .filter(isEvicted)
        .map((workload) => [keyOf(workload), findCondition(workload, 'Evicted')?.reason ?? '']),
    ),
    queues: observeQueues(world, clusterQueues),
    usage: withoutEmpty(usages.map(([name, usage]) => [name, byFlavor(shownOf(name, usage, world))])),
    borrowed: withoutEmpty(usages.map(([name, usage]) => [name, byFlavor(borrowedOf(name, usage, world))])),
    shares: observeShares(world),
    waiting: observeWaiting(world),
  };
}

/** As the statuses show them: rounded up, ClusterQueues and Cohorts that have an object (S-7.4). */
function observeShares({ state, options }: ScenarioWorld): NonNullable<ExpectedState['shares']> {
  if (options.fairSharing === undefined) return {};
  const shown = (share: Share): number => Math.min(Math.ceil(weightedShare(share)), 2 ** 63);
  const queues = Array.from(state.list('ClusterQueue'), ({ metadata: { name } }) => {
    return [`clusterQueue/${name}`, shown(state.tree.shareOfClusterQueue(name))] as const;
  });
  const cohorts = Array.from(state.list('Cohort')).flatMap(({ metadata: { name } }) => {
    const share = state.tree.shareOfCohort(name);
    return share === undefined ? [] : [[`cohort/${name}`, shown(share)] as const];
  });
  return Object.fromEntries([...queues, ...cohorts]);
}

function observeQueues(
  world: ScenarioWorld,
  clusterQueues: readonly string[],
): NonNullable<ExpectedState['queues']> {
  const { queues } = world.state;
  return withoutEmpty(
    clusterQueues.map((name) => {
      const keys = queues.order(name).map(({ key }) => key);
      const at = (place: 'heap' | 'parked') => keys.filter((key) => queues.placeOf(key)?.place === place);
      const [active, inadmissible] = [at('heap'), at('parked').toSorted()];
      return [
        name,
        { ...(active.length > 0 && { active }), ...(inadmissible.length > 0 && { inadmissible }) },
      ];
    }),
  );
}

function observeWaiting(world: ScenarioWorld): NonNullable<ExpectedState['waiting']> {
  const waiting: Record<string, { reason: string; message: string }> = {};
  for (const workload of world.workloads()) {
    const condition = findCondition(workload, 'QuotaReserved');
    if (isFinished(workload) || condition?.status !== 'False') continue;
    waiting[keyOf(workload)] = { reason: condition.reason, message: condition.message };
  }
  return waiting;
}

/** The status shows what the spec lists; usage of a flavor that was taken out counts, but is not seen. */
function shownOf(clusterQueue: string, usage: Usage, { state }: ScenarioWorld): Usage {
  const groups = state.clusterQueue(clusterQueue)?.spec.resourceGroups ?? [];
  const listed = new Set(groups.flatMap(({ flavors }) => flavors.map(({ name }) => name)));
  return new Map([...usage].filter(([pair]) => listed.has(flavorOf(pair))));
}

function borrowedOf(clusterQueue: string, usage: Usage, { state }: ScenarioWorld): Usage {
  if (!state.tree.hasCohort(clusterQueue)) return new Map();
  const borrowed = new Map<string, Amount>();
  for (const [pair, amount] of usage) {
    const nominal = state.tree.nominalOf(clusterQueue, pair);
    if (amount > nominal) borrowed.set(pair, amount - nominal);
  }
  return borrowed;
}

function byFlavor(usage: Usage): Record<string, Record<string, string>> {
  const flavors: Record<string, Record<string, string>> = {};
  for (const [pair, amount] of usage) {
    (flavors[flavorOf(pair)] ??= {})[resourceOf(pair)] = formatAmount(resourceOf(pair), amount);
  }
  return flavors;
}

function withoutEmpty<T extends object>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries.filter(([, value]) => Object.keys(value).length > 0));
}

function texts(quantities: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(quantities).map(([name, quantity]) => [name, String(quantity)]));
}
