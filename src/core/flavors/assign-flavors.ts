import type { ClusterQueueSpec, ResourceFlavor, ResourceGroup } from '../../api/index.ts';
import { addAmounts, flavorResource, PODS_RESOURCE, addUsage } from '../amounts/index.ts';
import type { Amount, Requests } from '../amounts/index.ts';
import type { QuotaTree } from '../quota/index.ts';
import type { PodSetRequest, SchedulingOptions } from '../workload/index.ts';
import type { Assignment, AssignedFlavor, FlavorAttempt, PodSetFlavors } from './assignment.ts';
import { worseMode } from './flavor-mode.ts';
import type { AssignmentMode } from './flavor-mode.ts';
import { startIndexOf } from './flavor-progress.ts';
import type { FlavorProgress } from './flavor-progress.ts';
import type { FlavorReason } from './flavor-reason.ts';
import type { PreemptionOracle } from './judge-resource.ts';
import { findNoFitCause } from './no-fit-cause.ts';
import { inVisitingOrder } from './resource-order.ts';
import { searchFlavor } from './search-flavor.ts';
import type { FlavorSearchResult } from './search-flavor.ts';

/** Flavors of the nomination, by pod set and resource: a second look in the same round keeps to them (S-5.11). */
export type PinnedFlavors = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface FlavorQuestion {
  readonly podSets: readonly PodSetRequest[];
  readonly clusterQueue: string;
  readonly spec: ClusterQueueSpec;
  readonly tree: QuotaTree;
  readonly flavor: (name: string) => ResourceFlavor | undefined;
  readonly oracle: PreemptionOracle;
  /** Up to date, or absent (S-5.24). */
  readonly progress?: FlavorProgress | undefined;
  readonly pinned?: PinnedFlavors | undefined;
  readonly options: Pick<SchedulingOptions, 'quotaCheckStrategy' | 'flavorFungibility' | 'fairSharing'>;
}

interface PodSetGroup {
  readonly members: readonly PodSetRequest[];
  readonly requests: Requests;
}

interface GroupOutcome {
  readonly flavors: ReadonlyMap<string, AssignedFlavor>;
  readonly reasons: readonly FlavorReason[];
  readonly attempts: readonly FlavorAttempt[];
  readonly error?: string;
  readonly isFailed: boolean;
}

/** Which flavors the pod sets get, one group after the other; the first that gets none ends it (S-5.1 to S-5.7). */
export function assignFlavors(question: FlavorQuestion): Assignment {
  const usage = new Map<string, Amount>();
  const podSets: PodSetFlavors[] = [];
  for (const group of groupPodSets(question)) {
    const outcome = assignGroup(group, question, usage);
    for (const member of group.members) {
      const podSet = flavorsOfMember(member, outcome);
      podSets.push(podSet);
      takeUsage(podSet, usage);
    }
    if (outcome.isFailed) break;
  }
  return summarize(inSpecOrder(podSets, question.podSets), usage, question.spec.resourceGroups ?? []);
}

/** Pod sets with the same group name stand together, at the place of the first (S-5.2). */
function groupPodSets(question: FlavorQuestion): readonly PodSetGroup[] {
  const groups = new Map<string, PodSetRequest[]>();
  for (const [index, podSet] of question.podSets.entries()) {
    const groupName = podSet.topologyRequest?.podSetGroupName;
    const key = groupName === undefined ? `#${index}` : `=${groupName}`;
    const members = groups.get(key) ?? [];
    members.push(withPodCount(podSet, question.spec));
    groups.set(key, members);
  }
  return [...groups.values()].map((members) => ({
    members,
    requests: members.map(({ requests }) => requests).reduce(addUsage, new Map<string, Amount>()),
  }));
}

/** Where the queue covers `pods`, every pod set asks for as many as it has (S-1.12). */
function withPodCount(podSet: PodSetRequest, spec: ClusterQueueSpec): PodSetRequest {
  if (resourceGroupOf(PODS_RESOURCE, spec) === undefined) return podSet;
  return { ...podSet, requests: new Map(podSet.requests).set(PODS_RESOURCE, BigInt(podSet.count)) };
}

function resourceGroupOf(resource: string, spec: ClusterQueueSpec): ResourceGroup | undefined {
  return spec.resourceGroups?.find(({ coveredResources }) => coveredResources.includes(resource));
}

/** One resource group after the other, in the order of the resources; the first that fails tells its reasons alone (S-5.4, S-5.5). */
function assignGroup(
  group: PodSetGroup,
  question: FlavorQuestion,
  assumed: ReadonlyMap<string, Amount>,
): GroupOutcome {
  const flavors = new Map<string, AssignedFlavor>();
  const reasons: FlavorReason[] = [];
  const attempts: FlavorAttempt[] = [];
  for (const resource of inVisitingOrder(group.requests.keys())) {
    if (flavors.has(resource)) continue;
    const resourceGroup = resourceGroupOf(resource, question.spec);
    if (resourceGroup === undefined) {
      if (isSkipped(group.requests.get(resource) ?? 0n, question)) continue;
      return failed({ reasons: [{ kind: 'resourceUnavailable', resource }], attempts });
    }
    const result = search({ resource, resourceGroup, group, assumed }, question);
    attempts.push(...result.attempts);
    if (result.kind === 'error') return failed({ reasons: [], attempts, error: result.error });
    if (result.kind === 'none') return failed({ reasons: result.reasons, attempts });
    for (const [assigned, flavor] of result.flavors) flavors.set(assigned, flavor);
    reasons.push(...result.reasons);
  }
  return { flavors, reasons, attempts, isFailed: false };
}

/** What no resource group covers only matters when it is asked for and must be declared (S-1.13). */
function isSkipped(amount: Amount, { options }: FlavorQuestion): boolean {
  return amount === 0n || options.quotaCheckStrategy === 'IgnoreUndeclared';
}

function failed(outcome: Omit<GroupOutcome, 'flavors' | 'isFailed'>): GroupOutcome {
  return { ...outcome, flavors: new Map(), isFailed: true };
}

function search(
  place: {
    readonly resource: string;
    readonly resourceGroup: ResourceGroup;
    readonly group: PodSetGroup;
    readonly assumed: ReadonlyMap<string, Amount>;
  },
  question: FlavorQuestion,
): FlavorSearchResult {
  const { resource, resourceGroup, group, assumed } = place;
  const { clusterQueue, spec, tree, oracle } = question;
  const requests = [...group.requests].filter(([name]) => resourceGroup.coveredResources.includes(name));
  return searchFlavor({
    group: resourceGroup,
    pods: group.members.map(({ template }) => template.spec ?? { containers: [] }),
    requests: new Map(requests),
    assumed,
    startIndex: startIndexOf(question.progress, {
      podSet: group.members[0]?.name ?? '',
      resource,
      flavorCount: resourceGroup.flavors.length,
    }),
    pin: question.pinned && { resource, flavors: pinnedFlavors(question.pinned, group, resource) },
    quota: {
      clusterQueue,
      preemption: spec.preemption,
      tree,
      oracle,
      isFairSharing: question.options.fairSharing !== undefined,
    },
    flavor: question.flavor,
    fungibility: question.options.flavorFungibility ? spec.flavorFungibility : undefined,
  });
}

function pinnedFlavors(pinned: PinnedFlavors, group: PodSetGroup, resource: string): ReadonlySet<string> {
  const flavors = group.members.map(({ name }) => pinned.get(name)?.get(resource));
  return new Set(flavors.filter((flavor) => flavor !== undefined));
}

/** A member has the group's flavors for what it asks for itself, and the group's reasons and attempts (S-5.2). */
function flavorsOfMember(member: PodSetRequest, outcome: GroupOutcome): PodSetFlavors {
  const flavors = new Map([...outcome.flavors].filter(([resource]) => member.requests.has(resource)));
  const { reasons, attempts, error } = outcome;
  return {
    name: member.name,
    count: member.count,
    requests: member.requests,
    flavors,
    mode: modeOfPodSet(outcome, flavors),
    reasons,
    attempts,
    ...(error === undefined ? {} : { error }),
  };
}

/** S-5.7. */
function modeOfPodSet(outcome: GroupOutcome, flavors: ReadonlyMap<string, AssignedFlavor>): AssignmentMode {
  if (outcome.isFailed) return 'NoFit';
  if (outcome.reasons.length === 0) return 'Fit';
  return [...flavors.values()].reduce<AssignmentMode>((worst, { mode }) => worseMode(worst, mode), 'Fit');
}

function takeUsage(podSet: PodSetFlavors, usage: Map<string, Amount>): void {
  for (const [resource, { flavor }] of podSet.flavors) {
    const pair = flavorResource(flavor, resource);
    usage.set(pair, addAmounts(usage.get(pair) ?? 0n, podSet.requests.get(resource) ?? 0n));
  }
}

/** Groups change the order of work, not the order of the result (D-6). */
function inSpecOrder(
  podSets: readonly PodSetFlavors[],
  spec: readonly PodSetRequest[],
): readonly PodSetFlavors[] {
  const byName = new Map(podSets.map((podSet) => [podSet.name, podSet]));
  return spec.map(({ name }) => byName.get(name)).filter((podSet) => podSet !== undefined);
}

function summarize(
  podSets: readonly PodSetFlavors[],
  usage: ReadonlyMap<string, Amount>,
  groups: readonly ResourceGroup[],
): Assignment {
  const levels = podSets.flatMap(({ flavors }) => [...flavors.values()].map(({ level }) => level));
  const modes = podSets.map(({ mode }) => mode);
  const mode = modes.length === 0 ? 'NoFit' : modes.reduce(worseMode);
  const noFitCause = mode === 'NoFit' ? { noFitCause: findNoFitCause(podSets, groups) } : {};
  return { podSets, usage, level: Math.max(0, ...levels), mode, ...noFitCause };
}
