import { ApiError } from './api-error.ts';
import type { KubeClient, KubeObject } from './kube-client.ts';
import type { WriteOutcome, WriteRequest } from './write-request.ts';

/** What one try left behind when it did not end the write. */
export interface Unfinished {
  readonly kind: 'again';
  readonly error: ApiError;
  /** Set when the server may have carried the write out: it must be read before anything is sent again. */
  readonly unresolved?: Unresolved;
}

/** A write whose outcome is not known, with the version that its body was computed from, if it named one. */
export interface Unresolved {
  readonly sentVersion: string | undefined;
}

/** Sends one write once and says how it ended, or that it has to be tried again. Never throws. */
export async function attemptWrite(
  client: KubeClient,
  request: WriteRequest,
  signal: AbortSignal,
): Promise<WriteOutcome | Unfinished> {
  let sentVersion: string | undefined;
  try {
    const body = request.body();
    if (body === undefined) return { kind: 'skipped' };
    sentVersion = versionIn(body);
    return { kind: 'ok', object: await send(client, request, { body, signal }) };
  } catch (thrown) {
    const error = asApiError(request, thrown);
    if (error.isAlreadyExists)
      return resolveWrite(client, request, { unresolved: { sentVersion }, error, signal });
    return judgeFailure(client, request, { error, sentVersion, signal });
  }
}

/**
 * Reads the object to learn what became of a write without a known outcome: `again` without `unresolved` when it was not
 * carried out.
 */
export async function resolveWrite(
  client: KubeClient,
  request: WriteRequest,
  { unresolved, error, signal }: { unresolved: Unresolved; error: ApiError; signal: AbortSignal },
): Promise<WriteOutcome | Unfinished> {
  let current: KubeObject;
  try {
    current = await client.get(request.type, { ...placeOf(request), signal });
  } catch (thrown) {
    const readError = asApiError(request, thrown);
    if (readError.isNotFound)
      return request.verb === 'create' ? { kind: 'again', error } : { kind: 'notFound' };
    if (readError.isTransient) return { kind: 'again', error: readError, unresolved };
    return { kind: 'refused', error: readError };
  }
  return judgeCurrent(request, current, { unresolved, error });
}

function judgeCurrent(
  request: WriteRequest,
  current: KubeObject,
  { unresolved, error }: { unresolved: Unresolved; error: ApiError },
): WriteOutcome | Unfinished {
  if (request.verb === 'create') return { kind: 'exists', current };
  if (request.verb === 'delete') {
    const isOnItsWay = current.metadata.deletionTimestamp !== undefined;
    return isOnItsWay ? { kind: 'ok', object: current } : { kind: 'again', error };
  }
  const { sentVersion } = unresolved;
  // Without a version the write overwrites anyway, so sending it twice does no harm.
  if (sentVersion === undefined || sentVersion === current.metadata.resourceVersion)
    return { kind: 'again', error };
  return { kind: 'conflict', current };
}

async function judgeFailure(
  client: KubeClient,
  request: WriteRequest,
  { error, sentVersion, signal }: { error: ApiError; sentVersion: string | undefined; signal: AbortSignal },
): Promise<WriteOutcome | Unfinished> {
  if (error.isConflict) return readAfterConflict(client, request, signal);
  if (error.isNotFound) return { kind: 'notFound' };
  if (!error.isTransient) return { kind: 'refused', error };
  const isCertainlyNotDone = error.status === 429 || error.status === 503 || !error.isSent;
  return isCertainlyNotDone
    ? { kind: 'again', error }
    : { kind: 'again', error, unresolved: { sentVersion } };
}

async function readAfterConflict(
  client: KubeClient,
  request: WriteRequest,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  try {
    return { kind: 'conflict', current: await client.get(request.type, { ...placeOf(request), signal }) };
  } catch (thrown) {
    return asApiError(request, thrown).isNotFound ? { kind: 'notFound' } : { kind: 'conflict' };
  }
}

async function send(
  client: KubeClient,
  request: WriteRequest,
  { body, signal }: { body: object; signal: AbortSignal },
): Promise<KubeObject> {
  const { type, fieldManager, subresource } = request;
  const place = placeOf(request);
  switch (request.verb) {
    case 'create':
      return client.create(type, { namespace: place.namespace, body, fieldManager, signal });
    case 'mergePatch':
      return client.mergePatch(type, { ...place, subresource, body, fieldManager, signal });
    case 'update':
      return client.update(type, { ...place, subresource, body, fieldManager, signal });
    case 'delete':
      return (await client.delete(type, { ...place, body, signal })) ?? gone(request);
  }
}

/** Stands for the object after a delete that was carried out at once, to which the server answers without it. */
function gone({ namespace, name }: WriteRequest): KubeObject {
  const unknown = { uid: '', resourceVersion: '', generation: 0, creationTimestamp: '' };
  return { metadata: { name, ...(namespace !== undefined && { namespace }), ...unknown } };
}

function placeOf({ namespace, name }: WriteRequest): { namespace: string | undefined; name: string } {
  return { namespace, name };
}

function versionIn(body: object): string | undefined {
  return (body as { metadata?: { resourceVersion?: string } }).metadata?.resourceVersion;
}

/** A body that cannot be made is refused like one that the server refuses: the same again would not help. */
function asApiError(request: WriteRequest, thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const message = `${request.verb} ${request.type.kind} ${request.name}: ${String(thrown)}`;
  return new ApiError({ status: 400, reason: 'NotMade', message }, { cause: thrown });
}
