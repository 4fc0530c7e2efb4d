import { quantityPattern } from '../../src/api/quantity.ts';

export type JsonSchema = Record<string, unknown>;

interface OpenApiDocument {
  components: { schemas: Record<string, JsonSchema> };
}

const corePrefix = 'io.k8s.api.core.v1.';

const keptKeys = [
  'type',
  'format',
  'required',
  'default',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
];

const intOrString: JsonSchema = {
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  'x-kubernetes-int-or-string': true,
};

const strings: JsonSchema = { type: 'string' };

/** Types that are written out by hand instead of being followed (steps 3 and 4). */
const replacements: Record<string, JsonSchema> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { ...intOrString, pattern: quantityPattern },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': intOrString,
  'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': {
    type: 'object',
    properties: {
      annotations: { type: 'object', additionalProperties: strings },
      finalizers: { type: 'array', items: strings },
      labels: { type: 'object', additionalProperties: strings },
      name: strings,
      namespace: strings,
    },
  },
};

/** References to a ConfigMap or Secret are replaced as a whole by server-side apply (step 7). */
const atomicFields: Record<string, readonly string[]> = {
  EnvFromSource: ['configMapRef', 'secretRef'],
  Volume: ['configMap'],
  VolumeProjection: ['configMap', 'secret'],
};

const fieldsWithoutDefault: Record<string, readonly string[]> = {
  AzureDiskVolumeSource: ['cachingMode', 'kind'],
};

/** Reduces the OpenAPI document of core/v1 to the schema a pod template has inside a Workload. */
export function reducePodTemplate(document: OpenApiDocument): JsonSchema {
  return reduceNamed(document, `${corePrefix}PodTemplateSpec`);
}

function reduceNamed(document: OpenApiDocument, name: string): JsonSchema {
  const replacement = replacements[name];
  if (replacement) return structuredClone(replacement);
  const source = document.components.schemas[name];
  if (!source) throw new Error(`the OpenAPI document has no schema ${name}`);
  const schema = reduce(document, source);
  const shortName = name.startsWith(corePrefix) ? name.slice(corePrefix.length) : '';
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  for (const field of atomicFields[shortName] ?? []) {
    (properties[field] as JsonSchema)['x-kubernetes-map-type'] = 'atomic';
  }
  for (const field of fieldsWithoutDefault[shortName] ?? []) delete properties[field]?.['default'];
  return schema;
}

function reduce(document: OpenApiDocument, source: JsonSchema): JsonSchema {
  const schema: JsonSchema = { ...follow(document, source) };
  for (const kept of keptKeys) if (source[kept] !== undefined) schema[kept] = source[kept];
  if (source['allOf'] && isEmptyObject(schema['default'])) delete schema['default'];
  const required = new Set((source['required'] ?? []) as string[]);
  if (source['properties']) {
    const fields = Object.entries(source['properties'] as Record<string, JsonSchema>);
    schema['properties'] = Object.fromEntries(
      fields.map(([name, field]) => {
        const reduced = reduce(document, field);
        return [name, required.has(name) ? withoutZeroDefault(reduced) : reduced];
      }),
    );
  }
  for (const below of ['items', 'additionalProperties']) {
    const item = source[below];
    if (item) schema[below] = withoutZeroDefault(reduce(document, item as JsonSchema));
  }
  return schema;
}

/** What a reference, alone or as the only member of `allOf`, points to (step 1). */
function follow(document: OpenApiDocument, source: JsonSchema): JsonSchema {
  const [only] = (source['allOf'] ?? []) as JsonSchema[];
  const reference = (only ?? source)['$ref'] as string | undefined;
  return reference === undefined ? {} : reduceNamed(document, reference.replace('#/components/schemas/', ''));
}

/** A default that is the type's zero value says nothing about a field that must be there (step 5). */
function withoutZeroDefault(schema: JsonSchema): JsonSchema {
  if (!['', 0, false].includes(schema['default'] as string)) return schema;
  const { default: _, ...rest } = schema;
  return rest;
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
