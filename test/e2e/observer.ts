import { resources, Watch } from '../../src/kube/index.ts';
import type { KubeClient, KubeObject } from '../../src/kube/index.ts';
import { waitUntil } from '../../hack/controlplane/wait-until.ts';
import { judge } from './judge.ts';
import type { Setting, Verdict } from './judge.ts';
import { isActivePod, isTrue, jobUidOf } from './observation.ts';
import type { Gap, Observation, ObservedJob, ObservedPod, ObservedWorkload } from './observation.ts';
import type { QuotaSource } from './quota-limits.ts';

type ObservedKind = Observation['kind'];

const watchedTypes = { Job: resources.jobs, Pod: resources.pods, Workload: resources.workloads } as const;
const kinds = Object.keys(watchedTypes) as ObservedKind[];
const shownLines = 25;
/** Many times what an idle machine needs. */
const patienceMs = 180_000;

/** What an observer is told beside what it sees. */
export interface ObserverOptions {
  readonly client: KubeClient;
  /** The label of nodes that is also the name of their flavor. */
  readonly flavorLabel: string;
  /** Which Jobs, and their pods and Workloads, it looks at: those of these namespaces. */
  readonly namespaces: readonly string[];
}

/** Counts of what is over and what is not, as the observer's own watches saw it last. */
export interface Progress {
  readonly jobs: number;
  readonly completeJobs: number;
  readonly workloads: number;
  readonly admittedWorkloads: number;
  readonly finishedWorkloads: number;
  readonly activePods: number;
}

/** Whether so many Jobs are complete, their Workloads finished and their pods over. */
function isOver({ completeJobs, finishedWorkloads, activePods }: Progress, count: number): boolean {
  return completeJobs === count && finishedWorkloads === count && activePods === 0;
}

/**
 * Watches Jobs, Pods and Workloads from outside with an administrator's eyes, writes down every change, and judges
 * afterwards with reckoning of its own: nothing of Quaymaster's decides what is right here.
 */
export class Observer {
  readonly #observations: Observation[] = [];
  readonly #gaps: Gap[] = [];
  readonly #latest = { Job: new Map(), Pod: new Map(), Workload: new Map() } as {
    readonly Job: Map<string, ObservedJob>;
    readonly Pod: Map<string, ObservedPod>;
    readonly Workload: Map<string, ObservedWorkload>;
  };
  readonly #namespaces: ReadonlySet<string>;
  readonly #watches: readonly Watch<KubeObject>[];
  readonly #setting: Omit<Setting, 'gaps'>;
  #heldUntil: number | undefined;
  #forgivesExtraPods = false;

  private constructor(options: ObserverOptions, setting: Omit<Setting, 'gaps'>) {
    this.#setting = setting;
    this.#namespaces = new Set(options.namespaces);
    this.#watches = kinds.map((kind) => this.#watch(options.client, kind));
  }

  /** Reads quotas, queues and nodes once, and returns when all watches are in sync. */
  static async start(options: ObserverOptions): Promise<Observer> {
    const observer = new Observer(options, await readSetting(options));
    for (const watch of observer.#watches) watch.start();
    await Promise.all(observer.#watches.map(({ synced }) => synced));
    return observer;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.stop()));
  }

  /** From this version of the cluster on, what waits already must not be overtaken. */
  startCompetition(version: string): void {
    this.#heldUntil = Number(version);
  }

  /** For when the API server is killed: a Job controller that misses an answer makes a pod too many. */
  forgiveExtraPods(): void {
    this.#forgivesExtraPods = true;
  }

  progress(): Progress {
    const jobs = [...this.#latest.Job.values()];
    const workloads = [...this.#latest.Workload.values()];
    return {
      jobs: jobs.length,
      completeJobs: jobs.filter((job) => isTrue(job, 'Complete')).length,
      workloads: workloads.length,
      admittedWorkloads: workloads.filter((workload) => isTrue(workload, 'Admitted')).length,
      finishedWorkloads: workloads.filter((workload) => isTrue(workload, 'Finished')).length,
      activePods: [...this.#latest.Pod.values()].filter((pod) => jobUidOf(pod) && isActivePod(pod)).length,
    };
  }

  /** Waits until its watches have seen it. */
  waitFor(what: string, isSo: (progress: Progress) => boolean, deadlineMs?: number): Promise<void> {
    return this.waitUntil(what, () => isSo(this.progress()), deadlineMs);
  }

  /** Waits for anything at all; an error tells the story so far. */
  waitUntil(what: string, isSo: () => boolean | Promise<boolean>, deadlineMs = patienceMs): Promise<void> {
    const explain = () => `${JSON.stringify(this.progress())}\n${this.shortStory()}`;
    return waitUntil(isSo, { what, deadlineMs, explain });
  }

  /** Waits until so many Jobs are complete, their Workloads finished and their pods over. */
  waitUntilDone(count: number): Promise<void> {
    return this.waitFor(`${count} Jobs to be over`, (progress) => isOver(progress, count));
  }

  judge(): Verdict {
    return judge(this.#observations, {
      ...this.#setting,
      heldUntil: this.#heldUntil,
      gaps: this.#gaps,
      forgivesExtraPods: this.#forgivesExtraPods,
    });
  }

  /** @throws Error with the story, where anything happened that must not. */
  assertNoFaults(): void {
    if (this.judge().faults.length > 0) throw new Error(this.shortStory());
  }

  /** What happened before the first fault, or last. */
  shortStory(): string {
    const { story, faults } = this.judge();
    const firstFault = story.findIndex((line) => line.includes(' FAULT '));
    const end = firstFault < 0 ? story.length : firstFault + 1;
    return [...faults, 'The story:', ...story.slice(Math.max(0, end - shownLines), end)].join('\n');
  }

  #watch(client: KubeClient, kind: ObservedKind): Watch<KubeObject> {
    let lastVersion: number | undefined;
    return new Watch<KubeObject>({
      client,
      type: watchedTypes[kind],
      decode: (raw) => raw,
      handler: {
        replace: (items, resourceVersion) => {
          const version = Number(resourceVersion);
          if (lastVersion !== undefined && lastVersion < version)
            this.#gaps.push({ from: lastVersion, to: version });
          this.#replace(kind, items, version);
          lastVersion = version;
        },
        upsert: (item) => {
          lastVersion = Number(item.metadata.resourceVersion);
          this.#note(kind, item);
        },
        remove: (item) => {
          lastVersion = Number(item.metadata.resourceVersion);
          this.#noteGone(kind, item.metadata.uid, lastVersion);
        },
        bookmark: (resourceVersion) => {
          lastVersion = Number(resourceVersion);
        },
      },
    });
  }

  #replace(kind: ObservedKind, items: readonly KubeObject[], version: number): void {
    const present = new Set(items.map(({ metadata }) => metadata.uid));
    for (const uid of this.#latest[kind].keys()) if (!present.has(uid)) this.#noteGone(kind, uid, version);
    for (const item of items) {
      const known = this.#latest[kind].get(item.metadata.uid);
      if (known?.metadata.resourceVersion !== item.metadata.resourceVersion) this.#note(kind, item);
    }
  }

  #note(kind: ObservedKind, item: KubeObject): void {
    const { uid, namespace = '', resourceVersion } = item.metadata;
    if (!this.#namespaces.has(namespace)) return;
    const about = { uid, version: Number(resourceVersion), receivedMs: Date.now() };
    const observation = { ...about, kind, object: item } as unknown as Observation;
    this.#observations.push(observation);
    (this.#latest[kind] as Map<string, unknown>).set(uid, item);
  }

  #noteGone(kind: ObservedKind, uid: string, version: number): void {
    if (!this.#latest[kind].delete(uid)) return;
    this.#observations.push({ uid, version, receivedMs: Date.now(), kind, object: undefined });
  }
}

async function readSetting({ client, flavorLabel }: ObserverOptions): Promise<Omit<Setting, 'gaps'>> {
  const [clusterQueues, localQueues, nodes] = await Promise.all(
    [resources.clusterQueues, resources.localQueues, resources.nodes].map(
      async (type) => (await client.list(type)).items,
    ),
  );
  return {
    clusterQueues: clusterQueues as unknown as readonly QuotaSource[],
    localQueues: new Map(
      localQueues?.map(({ metadata, spec }) => [
        `${metadata.namespace}/${metadata.name}`,
        (spec as { clusterQueue: string }).clusterQueue,
      ]),
    ),
    flavorsOfNodes: new Map(
      nodes?.map(({ metadata }) => [metadata.name, metadata.labels?.[flavorLabel] ?? '']),
    ),
    flavorLabel,
  };
}
