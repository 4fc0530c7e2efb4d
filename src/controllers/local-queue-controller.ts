import type { LocalQueue } from '../api/index.ts';
import type { ReconcileResult } from '../kube/index.ts';
import type { ControllerContext } from './context.ts';
import { done, resultOf } from './outcomes.ts';
import { judgeLocalQueue, localQueueUsage, withActive } from './queue-status.ts';

/** Keeps a LocalQueue's status (L-13.3, L-13.4). */
export class LocalQueueController {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  async reconcile(key: string): Promise<ReconcileResult> {
    const { state, objects } = this.#context;
    const localQueue = state.get('LocalQueue', key);
    if (!localQueue) return done;
    const versions = { before: localQueue, after: this.#withStatus(localQueue, key) };
    const outcome = await objects.patch('LocalQueue', versions, { class: 'status', subresource: 'status' });
    return resultOf(outcome, `write status of local queue ${key}`);
  }

  #withStatus(localQueue: LocalQueue, key: string): LocalQueue {
    return { ...localQueue, status: this.#statusOf(localQueue, key) };
  }

  #statusOf(localQueue: LocalQueue, key: string): LocalQueue['status'] {
    const { state, clock } = this.#context;
    const name = localQueue.spec.clusterQueue ?? '';
    const clusterQueue = state.get('ClusterQueue', name);
    const isActive = clusterQueue !== undefined && state.activity(name)?.isActive === true;
    const verdict = judgeLocalQueue(localQueue.spec.stopPolicy, {
      exists: clusterQueue !== undefined,
      isActive,
    });
    const conditions = withActive(localQueue, verdict, clock.now());
    if (!clusterQueue) {
      return { conditions, pendingWorkloads: 0, reservingWorkloads: 0, admittedWorkloads: 0 };
    }
    const { pending, reserving, admitted } = state.localQueueCounts(key);
    return {
      ...localQueue.status,
      conditions,
      pendingWorkloads: pending,
      reservingWorkloads: reserving,
      admittedWorkloads: admitted,
      flavorsReservation: localQueueUsage(clusterQueue.spec, state.localQueueReserved(key)),
      flavorsUsage: localQueueUsage(clusterQueue.spec, state.localQueueAdmitted(key)),
    };
  }
}
