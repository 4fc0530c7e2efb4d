import type {
  AdmissionCheck,
  ClusterQueue,
  Cohort,
  LocalQueue,
  ResourceFlavor,
  Workload,
} from '../api/index.ts';
import { reactToCheck, reactToFlavor } from './flavor-reactions.ts';
import type { Origin } from './object-store.ts';
import type { Picture } from './picture.ts';
import {
  reactToClusterQueue,
  reactToCohort,
  reactToLimitRange,
  reactToLocalQueue,
  reactToNamespace,
  reactToRuntimeClass,
} from './queue-reactions.ts';
import type { Versions } from './queue-reactions.ts';
import { keyOf, versionOf } from './state-kinds.ts';
import type { KubeObject, StateChange, StateKind } from './state-kinds.ts';
import { TemplatePool } from './template-pool.ts';
import { reactToWorkload } from './workload-reaction.ts';

/** The one way by which anything changes in the picture: objects come in, reactions follow, listeners are told. */
export class EventIntake {
  readonly #picture: Picture;
  readonly #pool = new TemplatePool();
  readonly #listeners = new Set<(change: StateChange) => void>();

  constructor(picture: Picture) {
    this.#picture = picture;
  }

  subscribe(listener: (change: StateChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  upsert(kind: StateKind, object: KubeObject, origin: Origin): void {
    const store = this.#picture.stores.of(kind);
    const isNews = store.isNews(object, origin);
    if (origin === 'watch') store.advance(versionOf(object));
    if (!isNews) return;
    const present = store.get(keyOf(object));
    // The same name with another uid: the deletion in between was not seen.
    if (present && present.metadata.uid !== object.metadata.uid)
      this.#drop(kind, present, versionOf(object) - 1);
    const prepared = this.#pool.prepare(kind, object);
    const before = store.get(keyOf(object));
    store.set(prepared);
    this.#apply(kind, { before, after: prepared });
  }

  remove(kind: StateKind, object: KubeObject): void {
    const store = this.#picture.stores.of(kind);
    store.advance(versionOf(object));
    if (store.isRemovalOf(object)) this.#drop(kind, object, versionOf(object));
    else store.bury(keyOf(object), versionOf(object));
  }

  replace(kind: StateKind, objects: Iterable<KubeObject>, version: number): void {
    const store = this.#picture.stores.of(kind);
    const listed = new Set<string>();
    for (const object of objects) {
      listed.add(keyOf(object));
      this.upsert(kind, object, 'watch');
    }
    for (const object of store.values()) {
      // What is newer than the list was created after it, by an answer of ours.
      if (!listed.has(keyOf(object)) && versionOf(object) <= version) this.#drop(kind, object, version);
    }
    store.advance(version);
  }

  assume(key: string, after: Workload): 'assumed' | 'clusterQueueGone' | 'workloadGone' {
    const before = this.#picture.workload(key);
    if (before === undefined || before.metadata.uid !== after.metadata.uid) return 'workloadGone';
    if (!this.#picture.tree.hasClusterQueue(after.status.admission?.clusterQueue ?? ''))
      return 'clusterQueueGone';
    this.#picture.pastUsage.charge(key, before, after);
    this.#picture.assumptions.set(key, after);
    this.#react('Workload', key, { before, after });
    return 'assumed';
  }

  forget(key: string): void {
    const before = this.#picture.workload(key);
    if (!this.#picture.assumptions.drop(key)) return;
    this.#picture.pastUsage.drop(key);
    this.#react('Workload', key, { before, after: this.#picture.workload(key) });
  }

  expectEviction(key: string): void {
    this.#picture.accounting.reserving.expect(key, true);
  }

  forgetEviction(key: string): void {
    if (!this.#picture.accounting.reserving.expect(key, false)) return;
    this.#picture.version += 1;
    const workload = this.#picture.workload(key);
    if (workload) this.#tell({ kind: 'Workload', key, before: workload, after: workload });
  }

  #drop(kind: StateKind, object: KubeObject, version: number): void {
    const key = keyOf(object);
    const store = this.#picture.stores.of(kind);
    const before = kind === 'Workload' ? this.#picture.workload(key) : store.get(key);
    store.delete(key, version);
    if (kind === 'Workload') this.#picture.assumptions.drop(key);
    this.#react(kind, key, { before, after: undefined });
  }

  /** A Workload's assumption stands between what is observed and what decisions see (S-2.19). */
  #apply(kind: StateKind, { before, after }: { before: KubeObject | undefined; after: KubeObject }): void {
    const key = keyOf(after);
    if (kind !== 'Workload') {
      this.#react(kind, key, { before, after });
      return;
    }
    const { assumptions } = this.#picture;
    const effective = assumptions.get(key) ?? before;
    assumptions.settle(key, after as Workload);
    if (assumptions.get(key) === undefined) this.#react(kind, key, { before: effective, after });
    this.#picture.pastUsage.observe(key, before as Workload | undefined, after as Workload);
  }

  #react(kind: StateKind, key: string, versions: Versions<KubeObject>): void {
    reactions[kind]?.(this.#picture, versions, key);
    const { before, after } = versions;
    this.#tell({ kind, key, ...(before && { before }), ...(after && { after }) });
    this.#tellActivityChanges();
  }

  #tellActivityChanges(): void {
    const names = [...this.#picture.activityChanges];
    this.#picture.activityChanges.clear();
    for (const key of names) {
      const object = this.#picture.clusterQueues.object(key);
      if (!object) continue;
      this.#tell({ kind: 'ClusterQueue', key, before: object, after: object, isActivityChange: true });
    }
  }

  #tell(change: StateChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

type Reaction = (picture: Picture, versions: Versions<KubeObject>, key: string) => void;

/** A reaction is handed objects of its own kind alone; kinds without one are only kept. */
const reactions: Readonly<Record<string, Reaction>> = {
  Workload: (picture, versions, key) => reactToWorkload(picture, versions as Versions<Workload>, key),
  LocalQueue: (picture, versions) => reactToLocalQueue(picture, versions as Versions<LocalQueue>),
  ClusterQueue: (picture, versions) => reactToClusterQueue(picture, versions as Versions<ClusterQueue>),
  Cohort: (picture, versions) => reactToCohort(picture, versions as Versions<Cohort>),
  ResourceFlavor: (picture, versions) => reactToFlavor(picture, versions as Versions<ResourceFlavor>),
  AdmissionCheck: (picture, versions) => reactToCheck(picture, versions as Versions<AdmissionCheck>),
  Namespace: reactToNamespace,
  LimitRange: reactToLimitRange,
  RuntimeClass: reactToRuntimeClass,
};
