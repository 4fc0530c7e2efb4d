import type { Workload } from '../../api/index.ts';

type JsonObject = Record<string, unknown>;

/** The least JSON merge patch that turns one stored status into another, tied to the version it starts from; undefined
 * when they are equal. Lists are sent whole, fields that went away as null (L-1.6, A-10.1). */
export function statusPatch(before: Workload, after: Workload): JsonObject | undefined {
  const status = mergePatch(before.status, after.status);
  if (status === undefined) return undefined;
  return { metadata: { resourceVersion: before.metadata.resourceVersion }, status };
}

/** The least JSON merge patch from one value to another; undefined when they are equal. */
export function mergePatch(before: object, after: object): JsonObject | undefined {
  if (before === after) return undefined;
  const from = before as JsonObject;
  const to = after as JsonObject;
  const patch: JsonObject = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const change = changeOf(from[key], to[key]);
    if (change !== undefined) patch[key] = change;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function changeOf(from: unknown, to: unknown): unknown {
  if (from === to) return undefined;
  if (to === undefined) return null;
  if (isObject(from) && isObject(to)) return mergePatch(from, to);
  return JSON.stringify(from) === JSON.stringify(to) ? undefined : to;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
