import { clusterQueueActiveReasons, withExactShare } from '../api/index.ts';
import type { ClusterQueue } from '../api/index.ts';
import { mergePatch } from '../core/workload/index.ts';
import type { ReconcileResult } from '../kube/index.ts';
import type { ControllerContext } from './context.ts';
import { addFinalizer, removeFinalizer } from './in-use-finalizer.ts';
import { done, resultOf } from './outcomes.ts';
import { clusterQueueUsage, withActive } from './queue-status.ts';
import { shareStatus } from './share-status.ts';

const active = {
  isActive: true,
  reason: clusterQueueActiveReasons.ready,
  message: 'Can admit new workloads',
};

/** Keeps a ClusterQueue's finalizer and status (L-13.7 to L-13.9). */
export class ClusterQueueController {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  async reconcile(name: string): Promise<ReconcileResult> {
    const clusterQueue = this.#context.state.get('ClusterQueue', name);
    if (!clusterQueue) return done;
    const isDeleting = clusterQueue.metadata.deletionTimestamp !== undefined;
    if (isDeleting && this.#context.state.counts(name).reserving === 0) {
      const outcome = await removeFinalizer(this.#context, 'ClusterQueue', clusterQueue);
      return resultOf(outcome, `let go cluster queue ${name}`);
    }
    if (!isDeleting) {
      const outcome = await addFinalizer(this.#context, 'ClusterQueue', clusterQueue);
      if (outcome.kind !== 'skipped') return resultOf(outcome, `hold cluster queue ${name}`);
    }
    return this.#writeStatus(clusterQueue);
  }

  async #writeStatus(clusterQueue: ClusterQueue): Promise<ReconcileResult> {
    const { state, clock, objects, settings } = this.#context;
    const { name } = clusterQueue.metadata;
    const activity = state.activity(name);
    const verdict = activity?.isActive === false ? activity : active;
    const { pendingActive, pendingInadmissible, reserving, admitted } = state.counts(name);
    const { fairSharing: _, ...others } = clusterQueue.status;
    const status: ClusterQueue['status'] = {
      ...others,
      conditions: withActive(clusterQueue, verdict, clock.now()),
      flavorsReservation: clusterQueueUsage(clusterQueue.spec, state.reservedUsage(name)),
      flavorsUsage: clusterQueueUsage(clusterQueue.spec, state.admittedUsage(name)),
      pendingWorkloads: pendingActive + pendingInadmissible,
      reservingWorkloads: reserving,
      admittedWorkloads: admitted,
      ...(settings.scheduling.fairSharing && {
        fairSharing: shareStatus(state.tree.shareOfClusterQueue(name)),
      }),
    };
    const patch = mergePatch(clusterQueue, { ...clusterQueue, status });
    const body = patch && withExactShare(patch);
    const outcome = await objects.patchBody('ClusterQueue', clusterQueue, {
      class: 'status',
      subresource: 'status',
      body,
    });
    return resultOf(outcome, `write status of cluster queue ${name}`);
  }
}
