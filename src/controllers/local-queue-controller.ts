import type { LocalQueue } from '../api/index.ts';
import { formatNano } from '../core/amounts/index.ts';
import { formatTime } from '../core/workload/index.ts';
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
    const nextSampleMs = this.#sample(localQueue, key);
    const versions = { before: localQueue, after: this.#withStatus(localQueue, key) };
    const outcome = await objects.patch('LocalQueue', versions, { class: 'status', subresource: 'status' });
    const result = resultOf(outcome, `write status of local queue ${key}`);
    return result.kind === 'done' && nextSampleMs !== undefined
      ? { kind: 'again', afterMs: nextSampleMs }
      : result;
  }

  /** Samples past usage while both queues are active; gives the time until the next sampling (L-13.6, S-8.9). */
  #sample({ spec }: LocalQueue, key: string): number | undefined {
    const { state } = this.#context;
    const isActive = spec.stopPolicy === 'None' && state.activity(spec.clusterQueue ?? '')?.isActive === true;
    return isActive ? state.sampleLocalQueue(key) : undefined;
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
      ...this.#sampledUsage(key),
    };
  }

  /** The last sampling; the weighted share has no meaning for a LocalQueue and is 0 (L-13.6). */
  #sampledUsage(key: string): Pick<LocalQueue['status'], 'fairSharing'> {
    const sample = this.#context.state.sampleOfLocalQueue(key);
    if (sample === undefined) return {};
    const amounts = [...sample.consumed].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const consumedResources = Object.fromEntries(
      amounts.map(([resource, nano]) => [resource, formatNano(resource, nano)]),
    );
    const lastUpdate = formatTime(sample.atMs);
    return {
      fairSharing: { weightedShare: 0, admissionFairSharingStatus: { consumedResources, lastUpdate } },
    };
  }
}
