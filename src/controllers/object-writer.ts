import type { ObjectMeta } from '../api/index.ts';
import type { WriteClass, WriteOutcome, Writer, WriteRequest } from '../kube/index.ts';
import type { ClusterState, KubeObject, StateKind } from '../state/index.ts';
import { mergePatch } from '../core/workload/index.ts';
import type { WatchedKind } from './watched-kinds.ts';

/** Two versions of one object; the write carries the resourceVersion of the first. */
export interface Versions {
  readonly before: KubeObject;
  readonly after: KubeObject;
}

/** How one write is queued. */
export interface WriteOptions {
  readonly class: WriteClass;
  readonly subresource?: 'status';
  readonly fieldManager?: string;
}

/**
 * Writes objects that the state holds, and feeds every answer back into the state at once: the watch event that
 * follows later changes nothing any more. All patches carry the resourceVersion that they were computed from.
 */
export class ObjectWriter {
  readonly #writer: Writer;
  readonly #state: ClusterState;
  readonly #kinds: ReadonlyMap<string, WatchedKind>;

  constructor(writer: Writer, state: ClusterState, kinds: readonly WatchedKind[]) {
    this.#writer = writer;
    this.#state = state;
    this.#kinds = new Map(kinds.map((watched) => [watched.kind, watched]));
  }

  /** Creates an object; one of the same name that is there already is answered as `exists`. */
  create(kind: StateKind, draft: { readonly metadata: Partial<ObjectMeta> }): Promise<WriteOutcome> {
    const { name = '', namespace } = draft.metadata;
    return this.#submit(kind, { verb: 'create', name, namespace, class: 'create', body: () => draft });
  }

  /** Writes the difference of two versions of an object, strictly; nothing is sent where there is none. */
  patch(kind: StateKind, { before, after }: Versions, options: WriteOptions): Promise<WriteOutcome> {
    return this.patchBody(kind, before, { ...options, body: mergePatch(before, after) });
  }

  /** Writes a merge patch that was computed from `before`, strictly; without a body nothing is sent. */
  patchBody(
    kind: StateKind,
    before: KubeObject,
    { body, ...options }: WriteOptions & { readonly body: object | undefined },
  ): Promise<WriteOutcome> {
    const { name, namespace, resourceVersion } = before.metadata;
    const strict = body && withResourceVersion(body, resourceVersion);
    return this.#submit(kind, { verb: 'mergePatch', name, namespace, ...options, body: () => strict });
  }

  /** Deletes an object in the background; one that is gone already counts as deleted. */
  delete(kind: StateKind, object: KubeObject): Promise<WriteOutcome> {
    const { name, namespace, uid } = object.metadata;
    const body = { propagationPolicy: 'Background', preconditions: { uid } };
    return this.#submit(kind, { verb: 'delete', name, namespace, class: 'finish', body: () => body });
  }

  async #submit(kind: StateKind, request: Omit<WriteRequest, 'type'>): Promise<WriteOutcome> {
    const watched = this.#kinds.get(kind);
    if (!watched) throw new Error(`no such kind: ${kind}`);
    const outcome = await this.#writer.submit({ ...request, type: watched.type });
    const answer = answerOf(outcome);
    if (answer && request.verb !== 'delete')
      this.#state.upsert(watched.kind, watched.decode(answer), 'answer');
    return outcome;
  }
}

function answerOf(outcome: WriteOutcome): unknown {
  if (outcome.kind === 'ok') return outcome.object;
  return outcome.kind === 'conflict' || outcome.kind === 'exists' ? outcome.current : undefined;
}

function withResourceVersion(body: object, resourceVersion: string): object {
  const metadata = 'metadata' in body ? (body.metadata as object) : {};
  return { ...body, metadata: { ...metadata, resourceVersion } };
}
