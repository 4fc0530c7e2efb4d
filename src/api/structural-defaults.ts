import type { z } from 'zod';

/** The parts of a schema below which there is a default; everything else is left alone. */
export interface DefaultTree {
  readonly fields?: ReadonlyMap<string, FieldDefault>;
  /** Tree of list items or map values. */
  readonly items?: DefaultTree;
}

interface FieldDefault {
  /** The value as in the schema; what is below it is defaulted after it is put in. */
  readonly value?: unknown;
  readonly below?: DefaultTree;
}

type JsonObject = Record<string, unknown>;

/** Finds all defaults of a zod schema once, so that filling them in later costs next to nothing. */
export function findDefaults(schema: z.core.$ZodType): DefaultTree | undefined {
  const inner = unwrap(schema).schema as z.core.$ZodTypes;
  const def = inner._zod.def;
  if (def.type === 'array') return wrapItems(findDefaults(def.element));
  if (def.type === 'record') return wrapItems(findDefaults(def.valueType));
  if (def.type !== 'object') return undefined;
  const fields = new Map<string, FieldDefault>();
  for (const [name, field] of Object.entries(def.shape)) {
    const { schema: fieldSchema, value } = unwrap(field);
    const below = findDefaults(fieldSchema);
    if (value !== undefined || below) fields.set(name, { value, below });
  }
  return fields.size > 0 ? { fields } : undefined;
}

/** Strips `optional`, `default` and `prefault` off a schema and keeps the default. */
function unwrap(schema: z.core.$ZodType): { schema: z.core.$ZodType; value?: unknown } {
  let current = schema as z.core.$ZodTypes;
  let value: unknown;
  for (;;) {
    const def = current._zod.def;
    if (def.type === 'default' || def.type === 'prefault') value ??= def.defaultValue;
    else if (def.type !== 'optional') return { schema: current, value };
    current = def.innerType as z.core.$ZodTypes;
  }
}

/** The same for a schema in the form it has in a CRD. */
export function findJsonDefaults(schema: JsonObject): DefaultTree | undefined {
  const items = (schema['items'] ?? schema['additionalProperties']) as JsonObject | undefined;
  if (items) return wrapItems(findJsonDefaults(items));
  const fields = new Map<string, FieldDefault>();
  const properties = (schema['properties'] ?? {}) as Record<string, JsonObject>;
  for (const [name, field] of Object.entries(properties)) {
    const below = findJsonDefaults(field);
    if (field['default'] !== undefined || below) fields.set(name, { value: field['default'], below });
  }
  return fields.size > 0 ? { fields } : undefined;
}

function wrapItems(items: DefaultTree | undefined): DefaultTree | undefined {
  return items && { items };
}

/**
 * Fills in defaults as the API server does: absent fields only, then within what was filled in.
 * The argument is not changed; what needs no default is shared with the result, unknown fields included.
 */
export function fillDefaults<Value>(tree: DefaultTree | undefined, value: Value): Value {
  if (!tree || typeof value !== 'object' || value === null) return value;
  if (tree.items) return fillItems(tree.items, value);
  return fillFields(tree.fields ?? new Map(), value as JsonObject) as Value;
}

function fillItems<Value extends object>(items: DefaultTree, value: Value): Value {
  if (Array.isArray(value)) {
    let list: unknown[] | undefined;
    value.forEach((item, index) => {
      const filled = fillDefaults(items, item);
      if (filled !== item) (list ??= [...value])[index] = filled;
    });
    return (list as Value | undefined) ?? value;
  }
  return fillFields(
    new Map(Object.keys(value).map((name) => [name, { below: items }])),
    value as JsonObject,
  ) as Value;
}

function fillFields(fields: ReadonlyMap<string, FieldDefault>, value: JsonObject): JsonObject {
  let object: JsonObject | undefined;
  for (const [name, field] of fields) {
    const present = value[name];
    const filled = fillDefaults(field.below, present ?? field.value);
    if (filled !== present && filled !== undefined) (object ??= { ...value })[name] = filled;
  }
  return object ?? value;
}
