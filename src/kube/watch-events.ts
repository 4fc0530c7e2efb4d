import { ApiError } from './api-error.ts';
import type { KubeObject } from './kube-client.ts';

/** What one line of a watch says. */
export type WatchEvent =
  | { readonly kind: 'changed'; readonly object: KubeObject }
  | { readonly kind: 'deleted'; readonly object: KubeObject }
  | { readonly kind: 'bookmark'; readonly resourceVersion: string; readonly endsInitialEvents: boolean };

interface Line {
  readonly type: string;
  readonly object: KubeObject & {
    readonly code?: number;
    readonly reason?: string;
    readonly message?: string;
  };
}

const initialEventsEnd = 'k8s.io/initial-events-end';

/** Reads one line of a watch; an ERROR event is thrown as the `ApiError` it carries. */
export function parseWatchLine(text: string): WatchEvent {
  const { type, object } = JSON.parse(text) as Line;
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'changed', object };
    case 'DELETED':
      return { kind: 'deleted', object };
    case 'BOOKMARK': {
      const { resourceVersion, annotations } = object.metadata;
      return {
        kind: 'bookmark',
        resourceVersion,
        endsInitialEvents: annotations?.[initialEventsEnd] === 'true',
      };
    }
    case 'ERROR':
      throw new ApiError({
        status: object.code ?? 500,
        reason: object.reason ?? '',
        message: `watch: ${object.message ?? text}`,
      });
    default:
      throw new Error(`a watch event of the unknown type ${type}`);
  }
}
