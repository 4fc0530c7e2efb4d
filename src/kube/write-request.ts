import type { ApiError } from './api-error.ts';
import type { KubeObject } from './kube-client.ts';
import type { ResourceType } from './resource-type.ts';

/** What a write is for, most urgent first. */
export const writeClasses = ['admission', 'create', 'finish', 'status', 'event'] as const;
export type WriteClass = (typeof writeClasses)[number];

export interface WriteRequest {
  readonly verb: 'create' | 'mergePatch' | 'update' | 'delete';
  readonly type: ResourceType;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly subresource?: 'status' | undefined;
  /**
   * Makes the body when its turn has come, and again for each retry; undefined means that nothing is left to write. For a
   * delete it is the DeleteOptions, `{}` for none.
   */
  readonly body: () => object | undefined;
  readonly fieldManager?: string | undefined;
  readonly class: WriteClass;
  /** Takes the place of a request of the same object and key that still waits; that one ends as `skipped`. */
  readonly coalesceKey?: string | undefined;
  /** Epoch milliseconds before which it is not sent; others of the same object may pass it meanwhile. */
  readonly notBeforeMs?: number | undefined;
}

/**
 * How a write ended. `conflict` and `exists` carry the object as it is now; `notFound` also means that the namespace or the
 * kind is gone; `refused` with a transient error was given up after a while, and is known not to have been carried out.
 */
export type WriteOutcome =
  | { readonly kind: 'ok'; readonly object: KubeObject }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'conflict'; readonly current?: KubeObject }
  | { readonly kind: 'exists'; readonly current: KubeObject }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'refused'; readonly error: ApiError }
  | { readonly kind: 'stopped' };
