import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { podTemplateMarker } from '../../src/api/pod-template.ts';

export type JsonSchema = Record<string, unknown>;

const podTemplate = JSON.parse(
  readFileSync(new URL('../../src/api/pod-template.schema.json', import.meta.url), 'utf8'),
) as JsonSchema;

/** Keys in the order in which a reader wants them; whatever is not listed has no place in a CRD. */
const keyOrder = [
  'description',
  'type',
  'format',
  'default',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'minItems',
  'maxItems',
  'maxProperties',
  'anyOf',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'required',
  'additionalProperties',
  'items',
  'properties',
  'x-kubernetes-validations',
];

/** The structural schema of a kind's root, made from its zod schema. */
export function crdSchema(schema: z.ZodType): JsonSchema {
  const raw = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', unrepresentable: 'any' });
  const root = tidy(raw);
  const properties = root['properties'] as Record<string, JsonSchema>;
  properties['metadata'] = { type: 'object' };
  return root;
}

function tidy(raw: JsonSchema): JsonSchema {
  if (raw[podTemplateMarker]) return podTemplate;
  const schema: JsonSchema = { ...raw };
  if (schema['x-kubernetes-int-or-string']) {
    schema['anyOf'] = [{ type: 'integer' }, { type: 'string' }];
  }
  // The format is the range check; zod adds the limits of the type only where no minimum is given.
  if (schema['type'] === 'integer' && (schema['minimum'] as number) < -1) delete schema['minimum'];
  if (schema['items']) schema['items'] = tidy(schema['items'] as JsonSchema);
  if (typeof schema['additionalProperties'] === 'object') {
    schema['additionalProperties'] = tidy(schema['additionalProperties'] as JsonSchema);
  }
  if (schema['properties']) Object.assign(schema, tidyFields(schema));
  return inOrder(schema);
}

function tidyFields(schema: JsonSchema): JsonSchema {
  const fields = Object.entries(schema['properties'] as Record<string, JsonSchema>);
  const required = new Set((schema['required'] ?? []) as string[]);
  for (const [name, field] of fields) if (field['alwaysRequired']) required.add(name);
  const properties = Object.fromEntries(fields.map(([name, field]) => [name, tidy(field)]));
  return required.size > 0 ? { properties, required: [...required].sort() } : { properties };
}

function inOrder(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(keyOrder.filter((key) => key in schema).map((key) => [key, schema[key]]));
}
