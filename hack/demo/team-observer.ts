import { parseWorkload } from '../../src/api/index.ts';
import type { Workload } from '../../src/api/index.ts';
import { connect, resources, Watch } from '../../src/kube/index.ts';
import type { KubeClient } from '../../src/kube/index.ts';
import { JobRoll } from './job-roll.ts';
import type { JobStep, SeenJob } from './job-roll.ts';
import { holdingOf } from './read-objects.ts';
import { UsageLedger } from './usage-ledger.ts';
import type { Holding, Quota } from './usage-ledger.ts';

export interface ObserverOptions {
  readonly kubeconfig: string;
  readonly quotas: readonly Quota[];
  /** The Jobs to follow, as `namespace/name`. */
  readonly expectedJobs: readonly string[];
  /** Told of each step that a Job makes, with what it holds by then. */
  readonly onStep: (step: JobStep, holding: Holding | undefined) => void;
}

/** Looks at Jobs and Workloads through watches of its own, and takes nobody's word for how much is in use. */
export class TeamObserver {
  readonly roll: JobRoll;
  readonly ledger: UsageLedger;
  readonly #options: ObserverOptions;
  readonly #workloadsOfJobs = new Map<string, string>();
  #client: KubeClient | undefined;
  #watches: readonly { start(): void; stop(): Promise<void>; readonly synced: Promise<void> }[] = [];

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.roll = new JobRoll(options.expectedJobs);
    this.ledger = new UsageLedger(options.quotas);
  }

  /** Returns when it has seen everything that is there by now. */
  async start(): Promise<void> {
    const client = await connect({ kubeconfig: this.#options.kubeconfig, userAgent: 'quaymaster-demo' });
    this.#client = client;
    this.#watches = [this.#watchJobs(client), this.#watchWorkloads(client)];
    for (const watch of this.#watches) watch.start();
    await Promise.all(this.#watches.map(({ synced }) => synced));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.stop()));
    await this.#client?.close();
  }

  #watchJobs(client: KubeClient): Watch<SeenJob> {
    const see = (job: SeenJob) => this.#see(job);
    return new Watch<SeenJob>({
      client,
      type: resources.jobs,
      decode: (raw) => raw as unknown as SeenJob,
      handler: { replace: (jobs) => jobs.forEach(see), upsert: see, remove: () => undefined },
    });
  }

  #watchWorkloads(client: KubeClient): Watch<Workload> {
    return new Watch<Workload>({
      client,
      type: resources.workloads,
      decode: parseWorkload,
      handler: {
        replace: (workloads) => this.#replace(workloads),
        upsert: (workload) => this.#record(workload),
        remove: (workload) => this.ledger.record(keyOf(workload), undefined),
      },
    });
  }

  #see(job: SeenJob): void {
    const step = this.roll.see(job, performance.now());
    if (step === undefined) return;
    const workload = this.#workloadsOfJobs.get(step.key);
    this.#options.onStep(step, workload === undefined ? undefined : this.ledger.holdingOf(workload));
  }

  #replace(workloads: readonly Workload[]): void {
    const holdings = new Map<string, Holding>();
    for (const workload of workloads.filter((each) => this.#isOurs(each))) {
      this.#noteOwner(workload);
      const holding = holdingOf(workload);
      if (holding !== undefined) holdings.set(keyOf(workload), holding);
    }
    this.ledger.replace(holdings);
  }

  #record(workload: Workload): void {
    if (!this.#isOurs(workload)) return;
    this.#noteOwner(workload);
    this.ledger.record(keyOf(workload), holdingOf(workload));
  }

  /** Other queues of the cluster are not looked at. */
  #isOurs({ status }: Workload): boolean {
    const clusterQueue = status?.admission?.clusterQueue;
    return (
      clusterQueue === undefined || this.#options.quotas.some((quota) => quota.clusterQueue === clusterQueue)
    );
  }

  #noteOwner(workload: Workload): void {
    const owner = workload.metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (owner === undefined) return;
    this.#workloadsOfJobs.set(`${workload.metadata.namespace}/${owner.name}`, keyOf(workload));
  }
}

function keyOf({ metadata }: Workload): string {
  return `${metadata.namespace}/${metadata.name}`;
}
