import type { ClusterQueue, Cohort, LocalQueue } from '../api/index.ts';
import type { LimitRange } from '../core/workload/index.ts';
import { doorOf } from './local-queue-doors.ts';
import type { Picture } from './picture.ts';
import { isSame } from './is-same.ts';
import { readQuotas, readWeight } from './read-quotas.ts';
import { keyOf } from './state-kinds.ts';
import type { KubeObject } from './state-kinds.ts';

/** An object before and after an event; one of the two is there. */
export interface Versions<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** A LocalQueue appears, disappears, is stopped or points elsewhere: its workloads follow (S-3.2, L-13.5). */
export function reactToLocalQueue(picture: Picture, { before, after }: Versions<LocalQueue>): void {
  picture.localQueues.update(before, after);
  const localQueue = after ?? before;
  if (localQueue) picture.pastUsage.reactToLocalQueue(keyOf(localQueue), before, after);
  if (localQueue && doorOf(before) !== doorOf(after)) requeueWorkloadsOf(picture, keyOf(localQueue));
}

/** A ClusterQueue appears, changes or disappears; what names it was waiting for it (L-14.3, L-15.1 row 7). */
export function reactToClusterQueue(picture: Picture, { before, after }: Versions<ClusterQueue>): void {
  if (after) enterClusterQueue(picture, before, after);
  else if (before) removeClusterQueue(picture, before.metadata.name);
}

/** A Cohort appears, changes or disappears: its old and its new tree are woken (S-3.19, D-8). */
export function reactToCohort(picture: Picture, { before, after }: Versions<Cohort>): void {
  const name = (after ?? before)?.metadata.name;
  if (name === undefined || (before && after && isSame(before.spec, after.spec))) return;
  const { tree, wakeUps } = picture;
  wakeUps.request(...tree.clusterQueuesOfCohortTree(name));
  if (after) {
    const { parentName: parent, resourceGroups, fairSharing } = after.spec;
    tree.setCohort(name, { parent, quotas: readQuotas(resourceGroups), weight: readWeight(fairSharing) });
  } else {
    tree.removeCohort(name);
  }
  wakeUps.request(...tree.clusterQueuesOfCohortTree(name));
  picture.version += 1;
}

/** Namespace labels decide who may use which ClusterQueue: those that now may are looked at again (S-3.19). */
export function reactToNamespace(picture: Picture, { before, after }: Versions<KubeObject>): void {
  const name = (after ?? before)?.metadata.name;
  if (name === undefined) return;
  if (before && after && isSame(before.metadata.labels, after.metadata.labels)) return;
  for (const clusterQueue of clusterQueuesOfNamespace(picture, name)) {
    if (picture.matchesNamespace(clusterQueue, name)) picture.wakeUps.request(clusterQueue);
  }
  picture.version += 1;
}

/** LimitRanges change what pending workloads of the namespace ask for, and whether they may (S-1.6). */
export function reactToLimitRange(
  picture: Picture,
  { before, after }: Versions<LimitRange & KubeObject>,
): void {
  if (before && after && isSame(before.spec, after.spec)) return;
  const namespace = (after ?? before)?.metadata.namespace ?? '';
  picture.limitRanges.update(before, after);
  for (const key of picture.workloads.ofNamespace(namespace)) picture.membership.sync(key);
  picture.wakeUps.request(...clusterQueuesOfNamespace(picture, namespace));
  picture.version += 1;
}

/** A RuntimeClass changes the overhead of pending workloads that name it (S-1.6). */
export function reactToRuntimeClass(picture: Picture, { before, after }: Versions<KubeObject>): void {
  const name = (after ?? before)?.metadata.name ?? '';
  for (const key of picture.workloads.byRuntimeClass.get(name)) picture.membership.sync(key);
  picture.version += 1;
}

function enterClusterQueue(picture: Picture, before: ClusterQueue | undefined, after: ClusterQueue): void {
  const { name } = after.metadata;
  const { clusterQueues, tree, wakeUps } = picture;
  const activity = clusterQueues.activity(name);
  const isSpecSame = isSame(before?.spec, after.spec);
  if (before && before.spec.cohortName !== after.spec.cohortName) {
    wakeUps.request(...tree.clusterQueuesOfTree(name));
  }
  clusterQueues.set(after);
  for (const key of picture.localQueues.byClusterQueue.get(name)) picture.pastUsage.refresh(key);
  const isActivitySame = isSame(activity, clusterQueues.activity(name));
  if (before === undefined) welcomeClusterQueue(picture, name);
  else if (!isActivitySame) picture.activityChanges.add(name);
  if (!isSpecSame) wakeUps.request(name);
  if (!isSpecSame || !isActivitySame) picture.version += 1;
}

function requeueWorkloadsOf(picture: Picture, localQueue: string): void {
  let isAnyMoved = false;
  for (const key of picture.workloads.byLocalQueue.get(localQueue)) {
    isAnyMoved = picture.membership.sync(key) || isAnyMoved;
  }
  if (isAnyMoved) picture.version += 1;
}

/** First usage, then queues (L-15.4). */
function welcomeClusterQueue(picture: Picture, name: string): void {
  for (const key of picture.workloads.byClusterQueue.get(name)) {
    picture.accounting.sync(key, picture.workload(key));
  }
  for (const localQueue of picture.localQueues.byClusterQueue.get(name)) {
    requeueWorkloadsOf(picture, localQueue);
  }
}

function removeClusterQueue(picture: Picture, name: string): void {
  const { tree, wakeUps, accounting, clusterQueues } = picture;
  wakeUps.request(...tree.clusterQueuesOfTree(name));
  for (const key of picture.workloads.byClusterQueue.get(name)) accounting.sync(key, undefined);
  clusterQueues.remove(name);
  picture.version += 1;
}

function clusterQueuesOfNamespace(picture: Picture, namespace: string): Set<string> {
  const localQueues = picture.localQueues.byNamespace.get(namespace);
  const doors = localQueues.map((key) => doorOf(picture.stores.get('LocalQueue', key)));
  return new Set(doors.filter((name) => name !== undefined));
}
