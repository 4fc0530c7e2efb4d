import { WorkQueue } from '../kube/index.ts';
import type { ReconcileResult } from '../kube/index.ts';
import { AdmissionWriter } from './admission-writer.ts';
import { ClusterQueueController } from './cluster-queue-controller.ts';
import { CohortController } from './cohort-controller.ts';
import type { ControllerContext } from './context.ts';
import { JobController } from './job-controller.ts';
import { LocalQueueController } from './local-queue-controller.ts';
import { PendingReporter } from './pending-reporter.ts';
import { PreemptionWriter } from './preemption-writer.ts';
import { PriorityClassController } from './priority-class-controller.ts';
import { ReferencedObjectController } from './referenced-object-controller.ts';
import { Router } from './routing.ts';
import { Scheduler } from './scheduler.ts';
import { ShareRouter } from './share-routing.ts';
import { WorkloadController } from './workload-controller.ts';

/** Passes of one kind that may wait for their writes at the same time. */
const PASSES_AT_ONCE = 64;

interface Reconciler {
  reconcile(key: string): Promise<ReconcileResult>;
}

/**
 * Everything that only the leader does: the scheduler and one work queue a kind. Starts once, on a state that has
 * been loaded; a process that stops leading ends.
 */
export class ControlLoop {
  readonly #context: ControllerContext;
  readonly #queues: ReadonlyMap<string, WorkQueue>;
  readonly #router: Router;
  readonly #shares: ShareRouter;
  readonly #scheduler: Scheduler;
  readonly #pending: PendingReporter;
  #unsubscribe: (() => void) | undefined;

  constructor(context: ControllerContext, random: () => number = Math.random) {
    this.#context = context;
    this.#pending = new PendingReporter(context);
    this.#scheduler = new Scheduler(context, {
      admissions: new AdmissionWriter(context),
      preemptions: new PreemptionWriter(context, this.#pending),
      pending: this.#pending,
    });
    this.#queues = buildQueues(context, reconcilersOf(context, random), random);
    const enqueue = (target: string, key: string, afterMs = 0): void =>
      this.#queues.get(target)?.addAfter(key, afterMs);
    this.#router = new Router(context.state, context.integrations, enqueue);
    this.#shares = new ShareRouter(context.state, enqueue);
  }

  /** Looks at everything once and from then on at what changes, and starts deciding (L-15.3, L-15.4). */
  start(): void {
    this.#unsubscribe = this.#context.state.subscribe((change) => {
      this.#router.route(change);
      this.#shares.route(change);
    });
    this.#router.routeAll();
    this.#shares.routeAll();
    for (const queue of this.#queues.values()) queue.start();
    this.#scheduler.start();
  }

  /** Decides nothing more, and waits for passes under way, at most `deadlineMs`. */
  async stop(deadlineMs: number): Promise<void> {
    this.#scheduler.stop();
    this.#pending.stop();
    this.#unsubscribe?.();
    await Promise.all([...this.#queues.values()].map((queue) => queue.stop(deadlineMs)));
  }
}

function reconcilersOf(context: ControllerContext, random: () => number): Map<string, Reconciler> {
  const { state, integrations } = context;
  const flavors = new ReferencedObjectController(
    context,
    'ResourceFlavor',
    (name) => state.clusterQueuesOfFlavor(name).length > 0,
  );
  const checks = new ReferencedObjectController(
    context,
    'AdmissionCheck',
    (name) => state.clusterQueuesOfCheck(name).length > 0,
  );
  return new Map<string, Reconciler>([
    ['Workload', new WorkloadController(context, random)],
    ['ClusterQueue', new ClusterQueueController(context)],
    ['Cohort', new CohortController(context)],
    ['LocalQueue', new LocalQueueController(context)],
    ['ResourceFlavor', flavors],
    ['AdmissionCheck', checks],
    ['WorkloadPriorityClass', new PriorityClassController(context)],
    ...integrations.map((one): [string, Reconciler] => [one.framework, new JobController(context, one)]),
  ]);
}

function buildQueues(
  { logger, clock }: ControllerContext,
  reconcilers: ReadonlyMap<string, Reconciler>,
  random: () => number,
): Map<string, WorkQueue> {
  const queues = new Map<string, WorkQueue>();
  for (const [name, reconciler] of reconcilers) {
    const reconcile = (key: string): Promise<ReconcileResult> => reconciler.reconcile(key);
    const onFailure = ({ key, error, attempts }: { key: string; error: unknown; attempts: number }): void =>
      logger.error('Reconciler error', { controller: name, key, attempts, error });
    queues.set(
      name,
      new WorkQueue({ name, concurrency: PASSES_AT_ONCE, reconcile, onFailure, clock, random }),
    );
  }
  return queues;
}
