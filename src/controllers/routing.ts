import type {
  AdmissionCheck,
  ClusterQueue,
  LocalQueue,
  Workload,
  WorkloadPriorityClass,
} from '../api/index.ts';
import { controllerOf, integrationOfKind, priorityClassOf } from '../jobs/index.ts';
import type { JobIntegration, JobObject } from '../jobs/index.ts';
import { keyOf } from '../state/index.ts';
import type { ClusterState, KubeObject, StateChange } from '../state/index.ts';
import { jobKeyOf } from './job-controller.ts';

/** How long the status of a queue may lag behind its workloads, so that many changes make one write (L-13.2). */
const STATUS_LAG_MS = 1000;

const routedKinds = [
  'ResourceFlavor',
  'AdmissionCheck',
  'ClusterQueue',
  'LocalQueue',
  'WorkloadPriorityClass',
  'Workload',
] as const;

/** Where keys to reconcile are put, by kind; a job kind's target has the name of its framework. */
export type Enqueue = (target: string, key: string, afterMs?: number) => void;

/** Tells which objects must be looked at again after a change of one of them (L-14.2 to L-14.4). */
export class Router {
  readonly #state: ClusterState;
  readonly #enqueue: Enqueue;
  readonly #integrations: readonly JobIntegration[];
  /** Jobs by the uid of the job that controls them: their fate hangs on its Workload (I-1.11). */
  readonly #children = new Map<string, Map<string, string>>();

  constructor(state: ClusterState, integrations: readonly JobIntegration[], enqueue: Enqueue) {
    this.#state = state;
    this.#integrations = integrations;
    this.#enqueue = enqueue;
  }

  /** Routes one change. */
  route(change: StateChange): void {
    const { kind, key, before, after } = change;
    if (kind === 'Workload') {
      this.#routeWorkload(key, before as Workload | undefined, after as Workload | undefined);
    } else if (kind === 'LocalQueue') {
      this.#routeLocalQueue(key, before as LocalQueue | undefined, after as LocalQueue | undefined);
    } else if (kind === 'ClusterQueue') {
      this.#routeClusterQueue(change);
    } else if (kind === 'Namespace') {
      this.#routeNamespace(key, before, after);
    } else {
      this.#routeOther(change);
    }
  }

  /** Routes everything that the state holds, as a new leader must (O-8.10). */
  routeAll(): void {
    for (const kind of [...routedKinds, ...this.#integrations.map(({ framework }) => framework)]) {
      for (const object of this.#state.list(kind)) {
        this.route({ kind, key: keyOf(object), after: object });
      }
    }
  }

  /** Referenced objects, and jobs; the state itself wakes whom the remaining kinds concern. */
  #routeOther({ kind, key, before, after }: StateChange): void {
    if (kind === 'ResourceFlavor' || kind === 'AdmissionCheck') {
      this.#routeReferenced(kind, key);
    } else if (kind === 'WorkloadPriorityClass') {
      if (valueOf(before) !== valueOf(after)) this.#enqueue(kind, key);
      if (!before) this.#routeWaitingJobs(key);
    } else if (kind === 'PriorityClass') {
      if (!before) this.#routeWaitingJobs(undefined);
    } else {
      this.#routeJob(kind, after ?? before, after === undefined);
    }
  }

  #routeReferenced(kind: string, key: string): void {
    this.#enqueue(kind, key);
    const state = this.#state;
    const users =
      kind === 'ResourceFlavor' ? state.clusterQueuesOfFlavor(key) : state.clusterQueuesOfCheck(key);
    for (const name of users) this.#enqueue('ClusterQueue', name);
  }

  /** Jobs with this label, or none, may have waited without a Workload for a class that is there now (L-3.8). */
  #routeWaitingJobs(label: string | undefined): void {
    for (const { framework } of this.#integrations) {
      for (const job of this.#state.list(framework)) {
        const { namespace = '', name, uid } = job.metadata;
        if (priorityClassOf(job) !== label) continue;
        if (this.#state.workloadsOfOwner(uid).length > 0) continue;
        this.#enqueue(framework, jobKeyOf(namespace, name, uid));
      }
    }
  }

  #routeWorkload(key: string, before: Workload | undefined, after: Workload | undefined): void {
    this.#enqueue('Workload', key);
    for (const workload of [before, after]) {
      if (!workload) continue;
      this.#routeQueuesOf(workload);
      const owner = controllerOf(workload);
      if (!owner) continue;
      const integration = integrationOfKind(owner.apiVersion, owner.kind);
      if (!integration || !this.#integrations.includes(integration)) continue;
      this.#enqueue(integration.framework, jobKeyOf(workload.metadata.namespace, owner.name, owner.uid));
      for (const [child, framework] of this.#children.get(owner.uid) ?? []) this.#enqueue(framework, child);
    }
  }

  /** Usage and counts of the queues that a Workload waits or holds quota in. */
  #routeQueuesOf(workload: Workload): void {
    const localQueueKey = `${workload.metadata.namespace}/${workload.spec.queueName ?? ''}`;
    const localQueue = this.#state.get('LocalQueue', localQueueKey);
    if (localQueue) this.#enqueue('LocalQueue', localQueueKey, STATUS_LAG_MS);
    const names = [localQueue?.spec.clusterQueue, workload.status.admission?.clusterQueue];
    for (const name of new Set(names)) if (name) this.#enqueue('ClusterQueue', name, STATUS_LAG_MS);
  }

  #routeLocalQueue(key: string, before: LocalQueue | undefined, after: LocalQueue | undefined): void {
    this.#enqueue('LocalQueue', key);
    const isSame =
      before !== undefined &&
      after !== undefined &&
      before.spec.stopPolicy === after.spec.stopPolicy &&
      before.spec.clusterQueue === after.spec.clusterQueue &&
      before.metadata.deletionTimestamp === after.metadata.deletionTimestamp;
    if (!isSame) this.#enqueueWorkloads(this.#state.workloadsOfLocalQueue(key));
    for (const name of new Set([before?.spec.clusterQueue, after?.spec.clusterQueue])) {
      if (name) this.#enqueue('ClusterQueue', name, STATUS_LAG_MS);
    }
  }

  #routeClusterQueue({ key, before, after, isActivityChange }: StateChange): void {
    this.#enqueue('ClusterQueue', key);
    const [old, now] = [before as ClusterQueue | undefined, after as ClusterQueue | undefined];
    for (const flavor of new Set([...flavorsOf(old), ...flavorsOf(now)]))
      this.#enqueue('ResourceFlavor', flavor);
    for (const check of new Set([...checksOf(old), ...checksOf(now)])) this.#enqueue('AdmissionCheck', check);
    const isSame = isActivityChange !== true && isSameForWorkloads(old, now);
    if (isSame && isSameForLocalQueues(old, now)) return;
    for (const localQueue of this.#state.localQueuesOfClusterQueue(key)) {
      this.#enqueue('LocalQueue', localQueue);
      if (!isSame) this.#enqueueWorkloads(this.#state.workloadsOfLocalQueue(localQueue));
    }
    if (!isSame) this.#enqueueWorkloads(this.#state.workloadsOfClusterQueue(key));
  }

  /** A job may have been seen before its namespace, or come under the selector by a new label. */
  #routeNamespace(name: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
    if (!after || JSON.stringify(before?.metadata.labels) === JSON.stringify(after.metadata.labels)) return;
    for (const { framework } of this.#integrations) {
      for (const { metadata } of this.#state.list(framework)) {
        if (metadata.namespace === name)
          this.#enqueue(framework, jobKeyOf(name, metadata.name, metadata.uid));
      }
    }
  }

  #routeJob(framework: string, job: JobObject | undefined, isGone: boolean): void {
    if (!job || !this.#integrations.some((integration) => integration.framework === framework)) return;
    const { namespace = '', name, uid } = job.metadata;
    const key = jobKeyOf(namespace, name, uid);
    this.#enqueue(framework, key);
    const parent = controllerOf(job)?.uid;
    if (parent === undefined) return;
    const children = this.#children.get(parent) ?? new Map<string, string>();
    if (isGone) children.delete(key);
    else children.set(key, framework);
    if (children.size === 0) this.#children.delete(parent);
    else this.#children.set(parent, children);
  }

  #enqueueWorkloads(workloads: readonly Workload[]): void {
    for (const { metadata } of workloads) this.#enqueue('Workload', `${metadata.namespace}/${metadata.name}`);
  }
}

/** Whether a change of a ClusterQueue leaves what its Workloads are told and asked for (L-14.3). */
function isSameForWorkloads(before: ClusterQueue | undefined, after: ClusterQueue | undefined): boolean {
  if (!before || !after) return false;
  const relevant = ({ spec, metadata }: ClusterQueue): string =>
    JSON.stringify([
      spec.stopPolicy,
      spec.admissionChecksStrategy,
      spec.namespaceSelector,
      metadata.deletionTimestamp,
    ]);
  return relevant(before) === relevant(after);
}

/** A LocalQueue's usage names every flavor and resource of its ClusterQueue (L-13.4). */
function isSameForLocalQueues(before: ClusterQueue | undefined, after: ClusterQueue | undefined): boolean {
  return JSON.stringify(before?.spec.resourceGroups) === JSON.stringify(after?.spec.resourceGroups);
}

function flavorsOf(clusterQueue: ClusterQueue | undefined): string[] {
  return (clusterQueue?.spec.resourceGroups ?? []).flatMap(({ flavors }) => flavors.map(({ name }) => name));
}

function checksOf(clusterQueue: ClusterQueue | undefined): AdmissionCheck['metadata']['name'][] {
  return (clusterQueue?.spec.admissionChecksStrategy?.admissionChecks ?? []).map(({ name }) => name);
}

function valueOf(priorityClass: KubeObject | undefined): number | undefined {
  return (priorityClass as WorkloadPriorityClass | undefined)?.value;
}
