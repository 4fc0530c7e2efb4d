import { describe, expect, test } from 'vitest';
import type { PodTemplateSpec } from './pod-template.ts';
import { storedPodTemplate } from './stored-pod-template.ts';

const container = { name: 'main' };

describe('a pod template as it is stored (A-3.7)', () => {
  test.each<{ name: string; template: PodTemplateSpec; want: PodTemplateSpec }>([
    {
      name: 'ports get a protocol',
      template: { spec: { containers: [{ ...container, ports: [{ containerPort: 80 }] }] } },
      want: { spec: { containers: [{ ...container, ports: [{ containerPort: 80, protocol: 'TCP' }] }] } },
    },
    {
      name: 'a reference without a name gets an empty one, in init containers too',
      template: {
        spec: {
          containers: [container],
          initContainers: [{ ...container, envFrom: [{ configMapRef: {} }] }],
          imagePullSecrets: [{}],
        },
      },
      want: {
        spec: {
          containers: [container],
          initContainers: [{ ...container, envFrom: [{ configMapRef: { name: '' } }] }],
          imagePullSecrets: [{ name: '' }],
        },
      },
    },
    {
      name: 'metadata keeps five fields only',
      template: {
        metadata: { labels: { a: 'b' }, creationTimestamp: null, ownerReferences: [], name: 'x' },
        spec: { containers: [container] },
      },
      want: { metadata: { labels: { a: 'b' }, name: 'x' }, spec: { containers: [container] } },
    },
    {
      name: 'fields that the schema lacks are dropped at every depth',
      template: { spec: { containers: [{ ...container, invented: 1 }], alsoInvented: {} } },
      want: { spec: { containers: [container] } },
    },
    {
      name: 'keys of maps are not fields',
      template: {
        spec: {
          containers: [{ ...container, resources: { requests: { cpu: 1 } } }],
          nodeSelector: { x: 'y' },
        },
      },
      want: {
        spec: {
          containers: [{ ...container, resources: { requests: { cpu: 1 } } }],
          nodeSelector: { x: 'y' },
        },
      },
    },
  ])('$name', ({ template, want }) => {
    const before = structuredClone(template);
    expect(storedPodTemplate(template)).toEqual(want);
    expect(template).toEqual(before);
  });

  test('a template that lacks nothing is shared and not copied', () => {
    const template = { spec: { containers: [container] } };
    expect(storedPodTemplate(template)).toBe(template);
  });
});
