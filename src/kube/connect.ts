import { errorOfConnection } from './api-error.ts';
import type {
  ChangeRequest,
  CreateRequest,
  DeleteRequest,
  KubeClient,
  KubeList,
  KubeObject,
  Method,
  ObjectPlace,
  QueryValue,
  RawAnswer,
  RawOptions,
  Selection,
} from './kube-client.ts';
import { openTransport } from './http-transport.ts';
import type { HttpTransport } from './http-transport.ts';
import { apiVersionOf, resourcePath } from './resource-type.ts';
import type { ResourceType } from './resource-type.ts';
import { findServer } from './server-access.ts';
import type { ServerAccess } from './server-access.ts';

export interface ConnectOptions {
  /** Path of a kubeconfig; without it the pod's service account, or the kubeconfig of this user. */
  readonly kubeconfig?: string | undefined;
  /** O-1.5: `kueue/<version> (<os>/<arch>) <commit>`. */
  readonly userAgent: string;
  /** Acts as this user. */
  readonly impersonate?: string | undefined;
  readonly fieldManager?: string | undefined;
  readonly connections?: number | undefined;
  readonly answerTimeoutMs?: number | undefined;
}

const listPageSize = 500;

/** O-1.5: how we name ourselves to the API server. */
export function userAgentOf(version: string, commit: string): string {
  return `kueue/${version} (${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}) ${commit.slice(0, 7)}`;
}

/** Opens a client; no request is sent yet. */
export async function connect(options: ConnectOptions): Promise<KubeClient & { readonly namespace: string }> {
  return connectTo(await findServer(options.kubeconfig), options);
}

/** As `connect`, for a server already found. */
export async function connectTo(
  access: ServerAccess,
  options: ConnectOptions,
): Promise<KubeClient & { readonly namespace: string }> {
  const headers = {
    'user-agent': options.userAgent,
    accept: 'application/json',
    ...(options.impersonate !== undefined && { 'impersonate-user': options.impersonate }),
  };
  const limits = {
    connections: options.connections ?? 32,
    answerTimeoutMs: options.answerTimeoutMs ?? 60_000,
  };
  const transport = await openTransport(access, headers, limits);
  return new HttpKubeClient(transport, {
    namespace: access.namespace,
    fieldManager: options.fieldManager ?? 'kueue',
  });
}

class HttpKubeClient implements KubeClient {
  readonly namespace: string;
  readonly #transport: HttpTransport;
  readonly #fieldManager: string;

  constructor(transport: HttpTransport, own: { namespace: string; fieldManager: string }) {
    this.#transport = transport;
    this.namespace = own.namespace;
    this.#fieldManager = own.fieldManager;
  }

  async get(type: ResourceType, place: ObjectPlace & { signal?: AbortSignal }): Promise<KubeObject> {
    return this.#object('GET', resourcePath(type, place), { signal: place.signal });
  }

  async list(type: ResourceType, selection: Selection & { signal?: AbortSignal } = {}): Promise<KubeList> {
    const items: KubeObject[] = [];
    let resourceVersion = '';
    for await (const page of this.pages(type, selection)) {
      for (const item of page.items) items.push(item);
      resourceVersion = page.resourceVersion;
    }
    return { items, resourceVersion };
  }

  async *pages(
    type: ResourceType,
    { namespace, labelSelector, fieldSelector, signal }: Selection & { signal?: AbortSignal } = {},
  ): AsyncGenerator<KubeList> {
    let continueFrom: string | undefined;
    do {
      const query = { labelSelector, fieldSelector, limit: listPageSize, continue: continueFrom };
      const answer = await this.raw('GET', resourcePath(type, { namespace }), { query, signal });
      const { metadata, items } = JSON.parse(answer.text) as ListPage;
      yield { items: withKind(type, items ?? []), resourceVersion: metadata.resourceVersion };
      continueFrom = metadata.continue;
    } while (continueFrom);
  }

  async create(type: ResourceType, request: CreateRequest): Promise<KubeObject> {
    return this.#object('POST', resourcePath(type, { namespace: request.namespace }), this.#write(request));
  }

  async mergePatch(type: ResourceType, request: ChangeRequest): Promise<KubeObject> {
    const options = { ...this.#write(request), contentType: 'application/merge-patch+json' };
    return this.#object('PATCH', resourcePath(type, request), options);
  }

  async apply(type: ResourceType, request: ChangeRequest): Promise<KubeObject> {
    const write = this.#write(request);
    const options = {
      ...write,
      query: { ...write.query, force: true },
      contentType: 'application/apply-patch+yaml',
    };
    return this.#object('PATCH', resourcePath(type, request), options);
  }

  async update(type: ResourceType, request: ChangeRequest): Promise<KubeObject> {
    return this.#object('PUT', resourcePath(type, request), this.#write(request));
  }

  async delete(type: ResourceType, request: DeleteRequest): Promise<KubeObject | undefined> {
    const options = { body: request.body, signal: request.signal };
    const answer = await this.#object('DELETE', resourcePath(type, request), options);
    return answer.kind === 'Status' ? undefined : answer;
  }

  async raw(method: Method, path: string, options: RawOptions = {}): Promise<RawAnswer> {
    return this.#transport.send({
      method,
      path: withQuery(path, options.query),
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      contentType: options.contentType,
      signal: options.signal,
    });
  }

  async stream(
    path: string,
    options: { query?: Readonly<Record<string, QueryValue>>; signal: AbortSignal },
  ): Promise<AsyncIterable<Uint8Array>> {
    return this.#transport.stream(withQuery(path, options.query), options.signal);
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  #write(request: CreateRequest): RawOptions {
    return {
      query: { fieldManager: request.fieldManager ?? this.#fieldManager },
      body: request.body,
      signal: request.signal,
    };
  }

  async #object(method: Method, path: string, options: RawOptions): Promise<KubeObject> {
    const answer = await this.raw(method, path, options);
    try {
      return JSON.parse(answer.text) as KubeObject;
    } catch (cause) {
      throw errorOfConnection(`${method} ${path}: an answer that is no JSON`, cause);
    }
  }
}

interface ListPage {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly KubeObject[] | null;
}

/** Items of a list leave out apiVersion and kind for built-in types; single objects and events have them. */
function withKind(type: ResourceType, items: readonly KubeObject[]): readonly KubeObject[] {
  const apiVersion = apiVersionOf(type);
  return items.map((item) => ({ apiVersion, kind: type.kind, ...item }));
}

/** Adds query parameters, leaving out those without a value. */
function withQuery(path: string, query: Readonly<Record<string, QueryValue>> | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}
