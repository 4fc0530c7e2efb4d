import { describeWorkload, falseClaimsOf, onFlavor, requestsOf } from './described-workload.ts';
import type { DescribedWorkload } from './described-workload.ts';
import { isActivePod, isTrue, jobUidOf, keyOf } from './observation.ts';
import type { Gap, Observation, ObservedJob, ObservedPod, ObservedWorkload } from './observation.ts';
import { QuotaLimits, sumOf } from './quota-limits.ts';
import type { Amounts, QuotaSource } from './quota-limits.ts';

/** What the observer knows of the cluster beside the objects it watches. */
export interface Setting {
  readonly clusterQueues: readonly QuotaSource[];
  /** ClusterQueues by `namespace/name` of the LocalQueue. */
  readonly localQueues: ReadonlyMap<string, string>;
  readonly flavorsOfNodes: ReadonlyMap<string, string>;
  /** The node label that tells the flavor. */
  readonly flavorLabel: string;
  /**
   * The version up to which everything that waited was known to Quaymaster. Only what waited then can be overtaken: of
   * a workload made later nobody can tell from outside whether a decision was taken before it was heard of.
   */
  readonly heldUntil?: number | undefined;
  readonly gaps: readonly Gap[];
  /**
   * Leaves out pods beyond the completions of their Job. The Job controller makes such when the API server dies between
   * the creation of a pod and the answer: it cannot know of that pod, and makes another.
   */
  readonly forgivesExtraPods?: boolean | undefined;
}

export interface JobRecord {
  readonly key: string;
  readonly completions: number;
  readonly starts: number;
  readonly podCount: number;
  readonly workloadCount: number;
  readonly isComplete: boolean;
}

export interface Verdict {
  /** What must not have happened; each with the version at which it did. */
  readonly faults: readonly string[];
  /** What happened, a line each. */
  readonly story: readonly string[];
  readonly jobs: readonly JobRecord[];
  /** The highest usage seen, by `clusterQueue flavor/resource`. */
  readonly peaks: Amounts;
}

/** Lives through all observations in the order in which they happened, and looks at the whole after each. */
export function judge(observations: readonly Observation[], setting: Setting): Verdict {
  const court = new Court(setting);
  for (const observation of observations.toSorted((a, b) => a.version - b.version)) court.hear(observation);
  return court.verdict();
}

interface KnownJob {
  readonly key: string;
  readonly completions: number;
  readonly pods: Set<string>;
  readonly workloads: Set<string>;
  starts: number;
  isSuspended: boolean;
  isComplete: boolean;
}

class Court {
  readonly #setting: Setting;
  readonly #limits: QuotaLimits;
  readonly #jobs = new Map<string, KnownJob>();
  readonly #pods = new Map<string, ObservedPod>();
  readonly #workloads = new Map<string, DescribedWorkload>();
  readonly #faults: string[] = [];
  readonly #story: string[] = [];
  readonly #peaks = new Map<string, number>();
  #startMs: number | undefined;
  #at = '';

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#limits = new QuotaLimits(setting.clusterQueues);
  }

  hear(observation: Observation): void {
    const { version, receivedMs } = observation;
    this.#startMs ??= receivedMs;
    this.#at = `+${((receivedMs - this.#startMs) / 1000).toFixed(2)}s @${version}`;
    const admitted = this.#take(observation);
    const isBlind = this.#setting.gaps.some(({ from, to }) => from < version && version < to);
    if (isBlind) return;
    const usage = this.#checkAdmissions();
    this.#checkPods();
    if (admitted !== undefined) this.#checkOrder(admitted, usage);
  }

  verdict(): Verdict {
    const jobs = [...this.#jobs.values()].map(
      ({ key, completions, starts, isComplete, pods, workloads }) => ({
        key,
        completions,
        starts,
        isComplete,
        podCount: pods.size,
        workloadCount: workloads.size,
      }),
    );
    return { faults: this.#faults, story: this.#story, jobs, peaks: this.#peaks };
  }

  /** Answers with a Workload that has just got its quota. */
  #take(observation: Observation): DescribedWorkload | undefined {
    const { kind, uid, object, version } = observation;
    if (object === undefined) {
      this.#takeEnd(kind, uid);
      return undefined;
    }
    switch (kind) {
      case 'Job':
        this.#takeJob(this.#jobs.get(uid) ?? this.#meet(object), object);
        return undefined;
      case 'Pod':
        this.#takePod(object);
        return undefined;
      case 'Workload':
        return this.#takeWorkload(object, version);
    }
  }

  /** Nobody deletes anything under these loads, but the garbage collector and the node delete pods. */
  #takeEnd(kind: Observation['kind'], uid: string): void {
    this.#pods.delete(uid);
    this.#workloads.delete(uid);
    if (kind !== 'Pod') this.#fault(`${kind} ${uid} was deleted`);
  }

  #meet(object: ObservedJob): KnownJob {
    const job = {
      key: keyOf(object),
      completions: object.spec.completions ?? 1,
      pods: new Set<string>(),
      workloads: new Set<string>(),
      starts: 0,
      isSuspended: object.spec.suspend === true,
      isComplete: false,
    };
    this.#jobs.set(object.metadata.uid, job);
    if (!job.isSuspended) this.#fault(`Job ${job.key} was made running`);
    return job;
  }

  #takeJob(job: KnownJob, object: ObservedJob): void {
    const isSuspended = object.spec.suspend === true;
    if (job.isSuspended && !isSuspended) this.#takeStart(job);
    if (!job.isSuspended && isSuspended) this.#fault(`Job ${job.key} was stopped`);
    job.isSuspended = isSuspended;
    const isComplete = isTrue(object, 'Complete');
    if (!job.isComplete && isComplete) this.#tell(`${job.key} complete`);
    job.isComplete = isComplete;
    if (isTrue(object, 'Failed')) this.#fault(`Job ${job.key} failed`);
  }

  #takeStart(job: KnownJob): void {
    job.starts += 1;
    this.#tell(`${job.key} started`);
    if (job.starts > 1) this.#fault(`Job ${job.key} was started ${job.starts} times`);
  }

  #takePod(object: ObservedPod): void {
    const { uid } = object.metadata;
    const job = this.#jobs.get(jobUidOf(object) ?? '');
    const isExtra = job !== undefined && !job.pods.has(uid) && job.pods.size >= job.completions;
    if (isExtra && this.#setting.forgivesExtraPods === true) return;
    this.#pods.set(uid, object);
    job?.pods.add(uid);
    if (isExtra) this.#fault(`Job ${job.key} has ${job.pods.size} pods for ${job.completions} completions`);
  }

  #takeWorkload(object: ObservedWorkload, version: number): DescribedWorkload | undefined {
    const { uid } = object.metadata;
    const before = this.#workloads.get(uid);
    const workload = describeWorkload(object, {
      clusterQueueOf: (localQueue) => this.#setting.localQueues.get(localQueue) ?? '',
      firstVersion: before?.firstVersion ?? version,
    });
    this.#workloads.set(uid, workload);
    this.#takeOwner(workload);
    this.#takeTurns(before?.object, workload);
    return before?.usage === undefined && workload.usage !== undefined ? workload : undefined;
  }

  /** What a change of a Workload means to a reader of the story. */
  #takeTurns(before: ObservedWorkload | undefined, workload: DescribedWorkload): void {
    const { object, key, clusterQueue, shape, usage } = workload;
    if (isTrue(object, 'Evicted')) this.#fault(`Workload ${key} was evicted`);
    if (!isTrue(before, 'Finished') && isTrue(object, 'Finished')) this.#tell(`${key} finished`);
    if (before?.status?.admission !== undefined || usage === undefined) return;
    const what = `priority ${object.spec.priority}, ${shape}, as ${[...usage.keys()].join(' and ')}`;
    this.#tell(`${key} admitted by ${clusterQueue}: ${what}`);
    for (const claim of falseClaimsOf(workload)) this.#fault(claim);
  }

  #takeOwner({ object, key }: DescribedWorkload): void {
    const job = this.#jobs.get(jobUidOf(object) ?? '');
    if (job === undefined) this.#fault(`Workload ${key} belongs to no Job`);
    job?.workloads.add(object.metadata.uid);
    if (job !== undefined && job.workloads.size > 1) this.#fault(`Job ${job.key} has several Workloads`);
  }

  #checkAdmissions(): ReadonlyMap<string, Amounts> {
    const parts = [...this.#workloads.values()].flatMap(({ clusterQueue, usage }): [string, Amounts][] =>
      usage === undefined ? [] : [[clusterQueue, usage]],
    );
    const usage = byQueue(parts);
    for (const overrun of this.#limits.overruns(usage)) this.#fault(`admitted: ${overrun}`);
    for (const [clusterQueue, amounts] of usage) this.#raisePeaks(clusterQueue, amounts);
    return usage;
  }

  #raisePeaks(clusterQueue: string, amounts: Amounts): void {
    for (const [key, amount] of amounts) {
      const place = `${clusterQueue} ${key}`;
      this.#peaks.set(place, Math.max(amount, this.#peaks.get(place) ?? 0));
    }
  }

  /** No pod without an admission, none on another flavor than that of the admission, no more than the quota. */
  #checkPods(): void {
    const workloads = [...this.#workloads.values()];
    const workloadOfJob = new Map(workloads.map((workload) => [jobUidOf(workload.object), workload]));
    const running = [...this.#pods.values()].flatMap((pod): [string, Amounts][] => {
      const jobUid = jobUidOf(pod);
      if (jobUid === undefined || !isActivePod(pod)) return [];
      const workload = workloadOfJob.get(jobUid);
      const amounts = this.#amountsOfPod(pod, workload?.usage);
      return workload === undefined ? [] : [[workload.clusterQueue, amounts]];
    });
    for (const overrun of this.#limits.overruns(byQueue(running))) this.#fault(`running: ${overrun}`);
  }

  /** What a pod takes of the flavor of its node; nothing before it has one. */
  #amountsOfPod(pod: ObservedPod, given: Amounts | undefined): Amounts {
    if (given === undefined) this.#fault(`Pod ${keyOf(pod)} lives without an admitted Workload`);
    const { nodeName } = pod.spec;
    if (nodeName === undefined) return new Map();
    const amounts = onFlavor(
      requestsOf(pod.spec, 1),
      this.#setting.flavorsOfNodes.get(nodeName) ?? 'no flavor',
    );
    for (const key of amounts.keys())
      if (given !== undefined && !given.has(key))
        this.#fault(`Pod ${keyOf(pod)} uses ${key}, which it was not given`);
    return amounts;
  }

  /**
   * An admission overtakes a workload of the same ClusterQueue and the same requests that ranks higher, had waited since
   * before, and has no place any more once the admission is there. Where it still has one, the two did not compete:
   * both were decided together and their writes ended in the other order.
   */
  #checkOrder(admitted: DescribedWorkload, usage: ReadonlyMap<string, Amounts>): void {
    const heldUntil = this.#setting.heldUntil ?? 0;
    for (const other of this.#workloads.values()) {
      if (!other.isWaiting || other.firstVersion > heldUntil || !ranksHigher(other, admitted)) continue;
      const perFlavor = this.#limits
        .flavorsOf(other.clusterQueue)
        .filter((flavor) => this.#allowsFlavor(other, flavor))
        .map((flavor) => sumOf(other.requests.map((request) => onFlavor(request, flavor))));
      if (!this.#limits.fits(usage, other.clusterQueue, perFlavor))
        this.#fault(`${admitted.key} overtook ${other.key}`);
    }
  }

  #allowsFlavor({ object }: DescribedWorkload, flavor: string): boolean {
    return object.spec.podSets.every(({ template }) => {
      const wanted = template.spec.nodeSelector?.[this.#setting.flavorLabel];
      return wanted === undefined || wanted === flavor;
    });
  }

  #fault(text: string): void {
    // A state that is wrong stays so for many observations; once is enough to be told.
    if (this.#faults.some((known) => known.endsWith(`: ${text}`))) return;
    this.#faults.push(`${this.#at}: ${text}`);
    this.#tell(`FAULT ${text}`);
  }

  #tell(text: string): void {
    this.#story.push(`${this.#at} ${text}`);
  }
}

/** Higher priority first, then the older one (S-0). Times are whole seconds: within one, nobody ranks higher. */
function ranksHigher(one: DescribedWorkload, other: DescribedWorkload): boolean {
  if (one.clusterQueue !== other.clusterQueue || one.shape !== other.shape) return false;
  const difference = (one.object.spec.priority ?? 0) - (other.object.spec.priority ?? 0);
  if (difference !== 0) return difference > 0;
  return one.object.metadata.creationTimestamp < other.object.metadata.creationTimestamp;
}

function byQueue(parts: readonly (readonly [string, Amounts])[]): ReadonlyMap<string, Amounts> {
  const groups = Map.groupBy(parts, ([clusterQueue]) => clusterQueue);
  return new Map([...groups].map(([name, members]) => [name, sumOf(members.map(([, amounts]) => amounts))]));
}
