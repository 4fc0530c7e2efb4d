import schema from './pod-template.schema.json' with { type: 'json' };
import type { PodTemplateSpec } from './pod-template.ts';
import { fillDefaults, findJsonDefaults } from './structural-defaults.ts';

type JsonObject = Record<string, unknown>;

const root: JsonObject = schema;
const defaults = findJsonDefaults(root);

/**
 * A pod template as the API server keeps it inside a Workload: without fields that its schema lacks, and with
 * its 47 defaults. Compare templates in this form only. The argument is not changed.
 */
export function storedPodTemplate(template: PodTemplateSpec): PodTemplateSpec {
  return fillDefaults(defaults, prune(root, template)) as PodTemplateSpec;
}

/** Drops unknown fields at every depth; what has none is shared with the result. */
function prune(node: JsonObject, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const below = (node['items'] ?? node['additionalProperties']) as JsonObject | undefined;
  if (Array.isArray(value)) return below ? pruneItems(below, value) : value;
  if (below) return pruneFields(value as JsonObject, () => below);
  const properties = node['properties'] as Record<string, JsonObject> | undefined;
  return properties ? pruneFields(value as JsonObject, (name) => properties[name]) : value;
}

function pruneItems(items: JsonObject, list: readonly unknown[]): unknown {
  const pruned = list.map((item) => prune(items, item));
  return pruned.every((item, index) => item === list[index]) ? list : pruned;
}

function pruneFields(object: JsonObject, schemaOf: (name: string) => JsonObject | undefined): JsonObject {
  const entries = Object.entries(object).flatMap(([name, value]) => {
    const node = schemaOf(name);
    return node && value !== undefined ? [[name, prune(node, value)] as const] : [];
  });
  const isSame =
    entries.length === Object.keys(object).length && entries.every(([name, value]) => value === object[name]);
  return isSame ? object : Object.fromEntries(entries);
}
