import { isDeepStrictEqual } from 'node:util';
import {
  parseAdmissionCheck,
  parseClusterQueue,
  parseCohort,
  parseLocalQueue,
  parseResourceFlavor,
  parseWorkload,
} from '../../src/api/index.ts';
import type { Workload } from '../../src/api/index.ts';
import { runRound } from '../../src/core/cycle/index.ts';
import type { Decision, RoundResult } from '../../src/core/cycle/index.ts';
import {
  evict,
  finish,
  hasQuotaReservation,
  isEvicted,
  isFinished,
  judgeWorkload,
  recordPending,
  release,
  reserveQuota,
} from '../../src/core/workload/index.ts';
import type { SchedulingOptions } from '../../src/core/workload/index.ts';
import { ClusterState } from '../../src/state/index.ts';
import type { KubeObject } from '../../src/state/index.ts';
import type { Manifest, Step } from './scenario.ts';
import { surroundingsOf } from './surroundings.ts';

const parsers: Readonly<Record<string, (raw: unknown) => KubeObject>> = {
  AdmissionCheck: parseAdmissionCheck,
  ClusterQueue: parseClusterQueue,
  Cohort: parseCohort,
  LocalQueue: parseLocalQueue,
  ResourceFlavor: parseResourceFlavor,
  Workload: parseWorkload,
};

const loadOrder = [
  'Namespace',
  'ResourceFlavor',
  'AdmissionCheck',
  'Cohort',
  'ClusterQueue',
  'LocalQueue',
  'Workload',
];

type ObjectWithSpec = KubeObject & { readonly spec?: unknown; readonly status?: unknown };

const REST_PASSES_MAX = 100;

/** State and core with stand-ins for everybody who writes: users, the workload controller, jobs that stop at once. */
export class ScenarioWorld {
  readonly state: ClusterState;
  readonly options: SchedulingOptions;
  now = Date.parse('2026-01-01T00:00:00Z');
  /** Workloads that the workload controller has to look at, because they or their queues changed. */
  readonly #dirty = new Set<string>();
  /** LocalQueues that changed, or whose workloads did. */
  readonly #touched = new Set<string>();
  #resourceVersion = 0;
  #round = 0;

  constructor(options: SchedulingOptions) {
    this.options = options;
    this.state = new ClusterState({ scheduling: options, clock: () => this.now });
  }

  workloads(): readonly Workload[] {
    return [...this.state.list('Workload')].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  applyAll(manifests: readonly Manifest[]): void {
    for (const kind of loadOrder) {
      for (const manifest of manifests.filter((one) => one.kind === kind)) this.#apply(manifest);
    }
  }

  /** What users, jobs and check controllers do at the start of a step, in the order of the format. */
  disturb(step: Step): void {
    const each = (keys: readonly string[] = [], act: (key: string) => void) => keys.forEach(act);
    each(step.finish, (key) => {
      this.#change(key, (workload) => finish(workload, { reason: 'Succeeded', message: 'done' }, this.now));
    });
    each(step.delete, (key) => this.#delete(key));
    each(step.deactivate, (key) => this.#change(key, (workload) => withActive(workload, false)));
    each(step.activate, (key) => this.#change(key, (workload) => withActive(workload, true)));
    const { reclaimable = {}, checks = {} } = step;
    each(Object.keys(reclaimable), (key) => {
      const reclaimablePods = reclaimable[key] ?? [];
      this.#change(key, (workload) => ({ ...workload, status: { ...workload.status, reclaimablePods } }));
    });
    each(Object.keys(checks), (key) => {
      this.#change(key, (workload) => withChecks(workload, checks[key] ?? {}, this.now));
    });
    this.applyAll(step.apply ?? []);
  }

  /** Samples what LocalQueues use, where it is time to, or those that were touched. */
  sampleUsage(localQueues: Iterable<string> = this.#localQueues()): void {
    for (const key of localQueues) this.state.sampleLocalQueue(key);
  }

  /** Lets all controllers act until nothing changes: no delay exists, and jobs stop at once. */
  rest(): void {
    for (let pass = 0; pass < REST_PASSES_MAX; pass += 1) {
      const dirty = this.workloads().filter((workload) => this.#dirty.has(keyOf(workload)));
      this.#dirty.clear();
      for (const workload of dirty) this.#settle(workload);
      const touched = [...this.#touched];
      this.#touched.clear();
      this.sampleUsage(touched);
      this.state.flushWakeUps(this.now);
      if (this.#dirty.size === 0 && this.#touched.size === 0) return;
    }
    throw new Error('the controllers do not come to rest');
  }

  /** One round with all that follows from it at once. */
  runRound(): RoundResult {
    this.#round += 1;
    const result = runRound(this.state, { scheduling: this.options, round: this.#round }, this.now);
    for (const decision of result.decisions) this.#carryOut(decision);
    return result;
  }

  #apply(manifest: Manifest): void {
    const { kind } = manifest;
    const key = keyOf(manifest);
    const present: ObjectWithSpec | undefined = this.state.get(kind, key);
    const parse = parsers[kind] ?? ((raw: unknown) => raw as KubeObject);
    const applied: ObjectWithSpec = parse(present ? takeOver(manifest, present) : complete(manifest));
    if (present === undefined) {
      this.#put(kind, applied);
      return;
    }
    if (isSame(present, applied)) return;
    const isSpecChanged = !isDeepStrictEqual(applied.spec, present.spec);
    this.#put(kind, isSpecChanged ? withGeneration(applied, present.metadata.generation + 1) : applied);
  }

  #put(kind: string, object: KubeObject): void {
    this.#resourceVersion += 1;
    const metadata = { ...object.metadata, resourceVersion: String(this.#resourceVersion) };
    this.state.upsert(kind, { ...object, metadata }, 'watch');
    this.#touch(kind, object);
    for (const key of this.#workloadsToLookAt(kind, keyOf(object))) this.#dirty.add(key);
  }

  #touch(kind: string, object: KubeObject): void {
    if (kind === 'LocalQueue') this.#touched.add(keyOf(object));
    const { queueName } = (object as Partial<Workload>).spec ?? {};
    if (kind === 'Workload') this.#touched.add(`${object.metadata.namespace}/${queueName}`);
  }

  #localQueues(): readonly string[] {
    return Array.from(this.state.list('LocalQueue'), keyOf).toSorted();
  }

  #workloadsToLookAt(kind: string, key: string): readonly string[] {
    const { state } = this;
    switch (kind) {
      case 'Workload':
        return [key];
      case 'LocalQueue':
        return state.workloadsOfLocalQueue(key).map(keyOf);
      case 'ClusterQueue': {
        const waiting = state
          .localQueuesOfClusterQueue(key)
          .flatMap((name) => state.workloadsOfLocalQueue(name));
        return [...waiting, ...state.workloadsOfClusterQueue(key)].map(keyOf);
      }
      default:
        return [];
    }
  }

  #change(key: string, change: (workload: Workload) => Workload): void {
    const workload = this.state.get('Workload', key);
    if (workload === undefined) throw new Error(`the scenario speaks of a workload ${key} that is not there`);
    const after = change(workload);
    if (after !== workload) this.#put('Workload', after);
  }

  #delete(key: string): void {
    const [kind, ...name] = key.split('/');
    const isWorkload = kind === undefined || kind.toLowerCase() === kind;
    const [where, what] = isWorkload ? ['Workload', key] : [kind, name.join('/')];
    const object = this.state.get(where, what);
    if (object === undefined) return;
    this.state.remove(where, bumped(object, (this.#resourceVersion += 1)));
    this.#touch(where, object);
  }

  /** One step of the workload controller and of the job behind it. */
  #settle(workload: Workload): void {
    if (isFinished(workload)) return;
    const surroundings = surroundingsOf(workload, this.state, this.options);
    const verdict = judgeWorkload(workload, { surroundings, policy: this.#lifePolicy() }, this.now);
    if (verdict.kind === 'write') this.#put('Workload', verdict.after);
    else if (verdict.kind === 'deactivate') this.#put('Workload', withActive(workload, false));
    else if (isEvicted(workload) && hasQuotaReservation(workload)) {
      this.#put('Workload', release(workload, this.options, this.now));
    }
  }

  #lifePolicy() {
    return { options: this.options, readiness: undefined, finishOrphanedWorkloads: false, random: 0 };
  }

  #carryOut(decision: Decision): void {
    const { key, workload } = decision.head.pending;
    if (decision.kind === 'admit') {
      const { admission, requiredChecks: checks } = decision;
      const reservation = { admission, requiredChecks: checks, options: this.options };
      const after = reserveQuota(workload, reservation, this.now);
      if (this.state.assume(key, after) !== 'assumed') throw new Error(`${key} could not be assumed`);
      this.#put('Workload', after);
    }
    if (decision.kind === 'preempt') {
      for (const { workload: victim, reason: preempted, message } of decision.targets) {
        const eviction = { reason: 'Preempted', preempted, message } as const;
        if (!victim.isEvicted) this.#change(victim.key, (present) => evict(present, eviction, this.now));
      }
    }
    const isWaiting = decision.kind === 'wait' || decision.kind === 'preempt';
    if (isWaiting && decision.condition !== undefined) {
      const { condition, resourceRequests } = decision;
      const finding = { ...condition, resourceRequests, options: this.options };
      this.#change(key, (present) => recordPending(present, finding, this.now));
    }
  }
}

export function keyOf({
  metadata,
}: {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

/** A new object, with what the API server adds. */
function complete(manifest: Manifest): unknown {
  const { kind, metadata } = manifest;
  const added = {
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
    uid: `uid-of-${kind}-${keyOf(manifest)}`,
  };
  return { ...manifest, metadata: { ...added, ...metadata } };
}

/** A changed object keeps what users do not write. */
function takeOver(manifest: Manifest, { metadata, status }: ObjectWithSpec): unknown {
  const { generation, creationTimestamp, uid } = metadata;
  const kept = status === undefined ? {} : { status };
  return { ...manifest, metadata: { ...manifest.metadata, generation, creationTimestamp, uid }, ...kept };
}

/** Nothing that a user writes is different. */
function isSame(before: ObjectWithSpec, after: ObjectWithSpec): boolean {
  const written = ({ metadata, ...rest }: ObjectWithSpec) => {
    const { labels = {}, annotations = {} } = metadata;
    return { labels, annotations, ...rest };
  };
  return isDeepStrictEqual(written(before), written(after));
}

function withActive(workload: Workload, active: boolean): Workload {
  if (workload.spec.active === active) return workload;
  const changed = { ...workload, spec: { ...workload.spec, active } };
  return withGeneration(changed, workload.metadata.generation + 1);
}

function withGeneration<T extends KubeObject>(object: T, generation: number): T {
  return { ...object, metadata: { ...object.metadata, generation } };
}

function bumped(object: KubeObject, resourceVersion: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(resourceVersion) } };
}

function withChecks(
  workload: Workload,
  states: Readonly<Record<string, 'Pending' | 'Ready' | 'Retry' | 'Rejected'>>,
  now: number,
): Workload {
  const others = (workload.status.admissionChecks ?? []).filter(({ name }) => !(name in states));
  const changed = Object.entries(states).map(([name, state]) => {
    return { name, state, lastTransitionTime: new Date(now).toISOString(), message: '' };
  });
  const admissionChecks = [...others, ...changed].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { ...workload, status: { ...workload.status, admissionChecks } };
}
