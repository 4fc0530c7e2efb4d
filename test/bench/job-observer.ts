import { EventEmitter, once } from 'node:events';
import type { Condition } from '../../src/api/index.ts';
import { resources, Watch } from '../../src/kube/index.ts';
import type { KubeClient, KubeObject } from '../../src/kube/index.ts';
import { benchNamespace } from './bench-load.ts';

/** What can be seen of a Job from outside, in the order in which it happens. */
export type Stage = 'sent' | 'answered' | 'workload' | 'reserved' | 'unsuspended' | 'finished';

interface Seen extends KubeObject {
  readonly spec: { readonly suspend?: boolean };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** Watches Jobs and Workloads, and notes when each stage of each Job was first seen, by this process's own clock. */
export class JobObserver {
  readonly #stages = new Map<string, Map<Stage, number>>();
  readonly #counts = new Map<Stage, number>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #watches: readonly Watch<Seen>[];

  constructor(client: KubeClient) {
    this.#watches = [
      this.#watch(client, 'jobs', (job) => this.#seeJob(job)),
      this.#watch(client, 'workloads', (workload) => this.#seeWorkload(workload)),
    ];
  }

  async start(): Promise<void> {
    for (const watch of this.#watches) watch.start();
    await Promise.all(this.#watches.map(({ synced }) => synced));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.stop()));
  }

  /** Notes that a Job has come to a stage now; the first time counts. */
  note(job: string, stage: Stage): void {
    const stages = this.#stages.get(job) ?? new Map<Stage, number>();
    this.#stages.set(job, stages);
    if (stages.has(stage)) return;
    stages.set(stage, performance.now());
    this.#counts.set(stage, this.count(stage) + 1);
    this.#changes.emit('change');
  }

  /** How many Jobs have come to a stage. */
  count(stage: Stage): number {
    return this.#counts.get(stage) ?? 0;
  }

  /** When a Job came to a stage; undefined while it has not. */
  timeOf(job: string, stage: Stage): number | undefined {
    return this.#stages.get(job)?.get(stage);
  }

  /** The times at which Jobs came to a stage, in order. */
  timesOf(stage: Stage): number[] {
    const times = [...this.#stages.values()].flatMap((stages) => stages.get(stage) ?? []);
    return times.sort((a, b) => a - b);
  }

  /** Waits until something holds that depends on what is seen here; throws when it takes too long. */
  async until(isSo: () => boolean, what: string, deadlineMs = 120_000): Promise<void> {
    const signal = AbortSignal.timeout(deadlineMs);
    try {
      while (!isSo()) await once(this.#changes, 'change', { signal });
    } catch (cause) {
      throw new Error(`${what}: not seen within ${deadlineMs / 1000} s`, { cause });
    }
  }

  #watch(client: KubeClient, plural: 'jobs' | 'workloads', see: (object: Seen) => void): Watch<Seen> {
    return new Watch<Seen>({
      client,
      type: resources[plural],
      namespace: benchNamespace,
      decode: (raw) => raw as Seen,
      handler: { replace: (items) => items.forEach(see), upsert: see, remove: () => undefined },
    });
  }

  #seeJob({ metadata, spec, status }: Seen): void {
    if (spec.suspend === false) this.note(metadata.name, 'unsuspended');
    if (isTrue(status, 'Complete')) this.note(metadata.name, 'finished');
  }

  #seeWorkload({ metadata, status }: Seen): void {
    const job = metadata.ownerReferences?.[0]?.name;
    if (job === undefined) return;
    this.note(job, 'workload');
    if (isTrue(status, 'QuotaReserved')) this.note(job, 'reserved');
  }
}

function isTrue(status: Seen['status'], type: string): boolean {
  return (
    status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
  );
}
