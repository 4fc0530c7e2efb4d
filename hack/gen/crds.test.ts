import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../src/api/index.ts';
import type { Kind } from '../../src/api/index.ts';
import type { JsonSchema } from './crd-schema.ts';
import { customResourceDefinition } from './crds.ts';
import { reducePodTemplate } from './reduce-pod-template.ts';

interface Crd {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly names: object;
    readonly scope: string;
    readonly conversion?: object;
    readonly versions: readonly {
      readonly name: string;
      readonly storage: boolean;
      readonly subresources?: object;
      readonly schema: { readonly openAPIV3Schema: JsonSchema };
    }[];
  };
}

const allKinds = Object.keys(kinds) as Kind[];

function crdOf(kind: Kind): Crd {
  return customResourceDefinition(kind) as Crd;
}

function schemaOf(kind: Kind, version: string): JsonSchema {
  const entry = crdOf(kind).spec.versions.find(({ name }) => name === version);
  if (!entry) throw new Error(`${kind} has no ${version}`);
  return entry.schema.openAPIV3Schema;
}

/** The schema of a field, with `[]` for what is in a list; `main.sub[]` and so on. */
function at(schema: JsonSchema, path: string): JsonSchema {
  let current = schema;
  for (const step of path.split('.')) {
    const name = step.replaceAll('[]', '');
    current = (current['properties'] as Record<string, JsonSchema>)[name] as JsonSchema;
    if (step.endsWith('[]')) current = current['items'] as JsonSchema;
  }
  return current;
}

function nodesOf(schema: JsonSchema): JsonSchema[] {
  const below = [
    ...Object.values((schema['properties'] ?? {}) as Record<string, JsonSchema>),
    ...(['items', 'additionalProperties'] as const).flatMap((key) =>
      schema[key] ? [schema[key] as JsonSchema] : [],
    ),
  ];
  return [schema, ...below.flatMap((node) => nodesOf(node))];
}

describe('every CRD (A-3)', () => {
  const known = new Set(
    (
      'description type format default enum pattern minLength maxLength minimum minItems maxItems maxProperties ' +
      'anyOf required additionalProperties items properties x-kubernetes-int-or-string x-kubernetes-list-type ' +
      'x-kubernetes-list-map-keys x-kubernetes-map-type x-kubernetes-validations'
    ).split(' '),
  );

  test.each(allKinds)('%s uses only the keywords of A-3.6', (kind) => {
    for (const version of ['v1beta1', 'v1beta2']) {
      for (const node of nodesOf(schemaOf(kind, version))) {
        expect(Object.keys(node).filter((key) => !known.has(key))).toEqual([]);
      }
    }
  });

  test.each(allKinds)('%s has two versions of which the second is stored (A-3.1)', (kind) => {
    const { versions } = crdOf(kind).spec;
    expect(versions.map(({ name, storage }) => [name, storage])).toEqual([
      ['v1beta1', false],
      ['v1beta2', true],
    ]);
  });

  test.each(allKinds)('in v1beta2 of %s no field with a default is required (A-3.6)', (kind) => {
    for (const node of nodesOf(schemaOf(kind, 'v1beta2'))) {
      const required = (node['required'] ?? []) as string[];
      const properties = (node['properties'] ?? {}) as Record<string, JsonSchema>;
      expect(required.filter((name) => properties[name]?.['default'] !== undefined)).toEqual([]);
    }
  });

  test('five kinds convert by webhook, and six have a status (section 2)', () => {
    const crds = allKinds.map((kind) => crdOf(kind));
    const withWebhook = crds.filter(({ spec }) => spec.conversion).map(({ metadata }) => metadata.name);
    const withStatus = crds.filter(({ spec }) => spec.versions[0]?.subresources);
    expect(withWebhook.sort()).toEqual(
      ['clusterqueues', 'cohorts', 'localqueues', 'multikueueclusters', 'workloads'].map(
        (plural) => `${plural}.kueue.x-k8s.io`,
      ),
    );
    expect(withStatus).toHaveLength(6);
  });
});

describe('schemas made from zod (A-3.6)', () => {
  const clusterQueue = schemaOf('ClusterQueue', 'v1beta2');

  test.each<{ name: string; node: JsonSchema; want: JsonSchema }>([
    {
      name: 'a quantity has no type (A-1.3)',
      node: at(clusterQueue, 'spec.fairSharing.weight'),
      want: {
        anyOf: [{ type: 'integer' }, { type: 'string' }],
        'x-kubernetes-int-or-string': true,
        default: 1,
        pattern:
          '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$',
      },
    },
    {
      name: 'an integer has a format and the minimum of the specification only (A-3.4)',
      node: at(clusterQueue, 'status.conditions[].observedGeneration'),
      want: { type: 'integer', format: 'int64', minimum: 0 },
    },
    {
      name: 'an integer without minimum has none',
      node: at(clusterQueue, 'spec.preemption.borrowWithinCohort.maxPriorityThreshold'),
      want: { type: 'integer', format: 'int32' },
    },
    {
      name: 'a key keeps its slash',
      node: at(clusterQueue, 'status.conditions[].type'),
      want: {
        type: 'string',
        maxLength: 316,
        pattern:
          '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
      },
    },
    {
      name: 'a kind may be written in any case (A-1.2)',
      node: at(schemaOf('AdmissionCheck', 'v1beta2'), 'spec.parameters.kind'),
      want: { type: 'string', minLength: 1, maxLength: 63, pattern: '^(?i)[a-z]([-a-z0-9]*[a-z0-9])?$' },
    },
    {
      name: 'a count of v1beta1 is required although it has a default (A-11.5)',
      node: { required: at(schemaOf('Workload', 'v1beta1'), 'spec.podSets[]')['required'] },
      want: { required: ['count', 'template'] },
    },
  ])('$name', ({ node, want }) => {
    const { description: _, ...rest } = node;
    expect(rest).toEqual(want);
  });
});

describe('the pod template (A-3.7)', () => {
  const template = at(schemaOf('Workload', 'v1beta2'), 'spec.podSets[].template');
  const nodes = nodesOf(template);

  test('has 1216 typed nodes and 47 defaults, and is the same in both versions', () => {
    expect(nodes.filter((node) => node['type'] !== undefined)).toHaveLength(1216);
    expect(nodes.filter((node) => 'default' in node)).toHaveLength(47);
    expect(at(schemaOf('Workload', 'v1beta1'), 'spec.podSets[].template')).toEqual(template);
  });

  test('has no enum and no bound', () => {
    const bounds = ['enum', 'maxLength', 'maxItems', 'minimum', 'description'];
    expect(nodes.filter((node) => bounds.some((key) => key in node))).toEqual([]);
  });

  test.each([
    { path: 'spec.containers[].envFrom[].configMapRef' },
    { path: 'spec.initContainers[].envFrom[].secretRef' },
    { path: 'spec.volumes[].configMap' },
    { path: 'spec.volumes[].projected.sources[].secret' },
  ])('$path is replaced as a whole (step 7)', ({ path }) => {
    expect(at(template, path)['x-kubernetes-map-type']).toBe('atomic');
  });

  test('needs containers once it has a spec', () => {
    expect([template['required'], at(template, 'spec')['required']]).toEqual([undefined, ['containers']]);
  });
});

describe('reducing an OpenAPI document (A-3.7)', () => {
  const reduce = (properties: object, extra: object = {}) =>
    reducePodTemplate({
      components: {
        schemas: { 'io.k8s.api.core.v1.PodTemplateSpec': { type: 'object', properties, ...extra } },
      },
    })['properties'];
  const quantity = { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' };

  test.each([
    {
      name: 'descriptions and enums go',
      properties: { a: { type: 'string', description: 'x', enum: ['y'] } },
      want: { a: { type: 'string' } },
    },
    {
      name: 'an empty default beside allOf goes',
      properties: { a: { allOf: [quantity], default: {} } },
      want: { a: expect.not.objectContaining({ default: {} }) },
    },
    {
      name: 'a zero default of a required field goes',
      properties: { a: { type: 'string', default: '' } },
      extra: { required: ['a'] },
      want: { a: { type: 'string' } },
    },
    {
      name: 'a zero default of an optional field stays',
      properties: { a: { type: 'string', default: '' } },
      want: { a: { type: 'string', default: '' } },
    },
    {
      name: 'a zero default of a list item goes',
      properties: { a: { type: 'array', items: { type: 'string', default: '' } } },
      want: { a: { type: 'array', items: { type: 'string' } } },
    },
  ])('$name', ({ properties, extra, want }) => expect(reduce(properties, extra)).toEqual(want));
});

test('the README names every kind', () => {
  const readme = readFileSync(new URL('../../src/api/README.md', import.meta.url), 'utf8');
  for (const kind of allKinds) expect(readme).toContain(kind);
});
