import type { ObjectMeta } from '../api/metadata.ts';
import type { ResourceType } from './resource-type.ts';

/** An object as the API server returns it: plain JSON, treated as immutable. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** A whole collection, in the version it had. */
export interface KubeList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

/** Which objects of a collection; without a namespace, those of all. */
export interface Selection {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface ObjectPlace {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface CreateRequest {
  readonly namespace?: string | undefined;
  readonly body: object;
  readonly fieldManager?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ChangeRequest extends ObjectPlace {
  readonly subresource?: string | undefined;
  readonly body: object;
  readonly fieldManager?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface DeleteRequest extends ObjectPlace {
  /** DeleteOptions: preconditions, propagationPolicy and so on. */
  readonly body?: object | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type QueryValue = string | number | boolean | undefined;

export interface RawOptions {
  readonly query?: Readonly<Record<string, QueryValue>> | undefined;
  readonly body?: object | undefined;
  readonly contentType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * The API server. Every method throws `ApiError` for an answer of 400 and more and for a broken connection; writes carry
 * the field manager `kueue` unless told otherwise.
 */
export interface KubeClient {
  get(type: ResourceType, place: ObjectPlace & { signal?: AbortSignal }): Promise<KubeObject>;
  /** The whole collection, fetched in pages of 500. */
  list(type: ResourceType, selection?: Selection & { signal?: AbortSignal }): Promise<KubeList>;
  /** As `list`, page by page; each carries the version of the whole. */
  pages(type: ResourceType, selection?: Selection & { signal?: AbortSignal }): AsyncIterable<KubeList>;
  create(type: ResourceType, request: CreateRequest): Promise<KubeObject>;
  /** strict when the body carries `metadata.resourceVersion`. */
  mergePatch(type: ResourceType, request: ChangeRequest): Promise<KubeObject>;
  /** Server-side apply, A-10.1; takes over fields of other managers. */
  apply(type: ResourceType, request: ChangeRequest): Promise<KubeObject>;
  /** PUT of the whole object or of one subresource. */
  update(type: ResourceType, request: ChangeRequest): Promise<KubeObject>;
  /** Resolves to the object where it stays for its finalizers or its grace period. */
  delete(type: ResourceType, request: DeleteRequest): Promise<KubeObject | undefined>;
  /** Any request; answers of 400 and more are thrown here too. */
  raw(method: Method, path: string, options?: RawOptions): Promise<RawAnswer>;
  /** An endless answer, such as a watch, on a connection of its own; the signal ends it. */
  stream(
    path: string,
    options: { query?: Readonly<Record<string, QueryValue>>; signal: AbortSignal },
  ): Promise<AsyncIterable<Uint8Array>>;
  /** Closes all connections; requests under way fail. */
  close(): Promise<void>;
}
