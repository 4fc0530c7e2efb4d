import type { WatchedKind } from './controllers/index.ts';
import { Watch } from './kube/index.ts';
import type { KubeClient } from './kube/index.ts';
import type { Logger } from './observability/index.ts';
import type { ClusterState, KubeObject } from './state/index.ts';

/** The watches that fill the state, one a kind. They run on every replica (L-15.2). */
export class ClusterWatches {
  readonly #watches: ReadonlyMap<string, Watch<KubeObject>>;
  /** Resolves when every kind has been listed once. */
  readonly synced: Promise<void>;

  constructor(
    { client, state, logger }: { client: KubeClient; state: ClusterState; logger: Logger },
    kinds: readonly WatchedKind[],
  ) {
    const watches = kinds.map(({ kind, type, decode }) => {
      const watch = new Watch<KubeObject>({
        client,
        type,
        decode,
        handler: {
          replace: (items, resourceVersion) => state.replace(kind, items, resourceVersion),
          upsert: (item) => state.upsert(kind, item, 'watch'),
          remove: (item) => state.remove(kind, item),
          bookmark: (resourceVersion) => state.bookmark(kind, resourceVersion),
        },
        onError: (error, about) => {
          if (about === 'object') logger.error('Unreadable object skipped', { kind, error });
          else logger.verbose(2, 'Watch interrupted', { kind, error: error.message });
        },
      });
      return { kind, watch };
    });
    this.#watches = new Map(watches.map(({ kind, watch }) => [kind, watch]));
    this.synced = Promise.all(
      watches.map(async ({ kind, watch }) => {
        await watch.synced;
        state.markSynced(kind);
      }),
    ).then(() => undefined);
  }

  start(): void {
    for (const watch of this.#watches.values()) watch.start();
  }

  /**
   * Returns when the state holds every reservation that the leader before us wrote. Its last ones may not have reached
   * a watch that was cut off, and deciding without them would give the same quota out twice (L-15.4).
   */
  async catchUpWithReservations(): Promise<void> {
    await this.#watches.get('Workload')?.refresh();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#watches.values()].map((watch) => watch.stop()));
  }
}
