import type {
  Container,
  PodSet,
  PodSpec,
  PodTemplateMeta,
  PodTemplateSpec,
  ResourceMap,
} from '../../src/api/index.ts';

export interface PodTemplateShape {
  /** Requests of the one container; by default one cpu. */
  readonly requests?: ResourceMap;
  readonly limits?: ResourceMap;
  readonly metadata?: PodTemplateMeta;
  /** Laid over the pod spec; its containers replace the one made from `requests` and `limits`. */
  readonly spec?: Partial<PodSpec>;
}

/** A template with one container that asks for one cpu. */
export function aPodTemplate(shape: PodTemplateShape = {}): PodTemplateSpec {
  const { requests = { cpu: '1' }, limits, metadata, spec } = shape;
  const container = aContainer({ resources: { requests, ...(limits && { limits }) } });
  return {
    ...(metadata && { metadata }),
    spec: { containers: [container], restartPolicy: 'Never', ...spec },
  };
}

/** A container without resources. */
export function aContainer(shape: Partial<Container> = {}): Container {
  return { name: 'main', image: 'registry.example/work:1', ...shape };
}

/** A pod set of one pod. */
export function aPodSet(shape: Partial<PodSet> = {}): PodSet {
  return { name: 'main', count: 1, template: aPodTemplate(), ...shape };
}
