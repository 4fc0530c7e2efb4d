import type { NamespacedMeta, ObjectMeta } from '../../src/api/index.ts';

/** The metadata a test may care about; the rest is filled in as the API server would. */
export interface MetadataShape {
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly finalizers?: string[];
  readonly ownerReferences?: ObjectMeta['ownerReferences'];
}

export interface NamespacedShape extends MetadataShape {
  readonly namespace?: string;
}

/** Metadata of a cluster-wide object; the uid follows from the name, so that equal tests give equal objects. */
export function clusterMetadata(shape: MetadataShape, defaultName: string): ObjectMeta {
  const { name = defaultName, uid = `uid-${name}` } = shape;
  return {
    name,
    uid,
    resourceVersion: shape.resourceVersion ?? '1',
    generation: shape.generation ?? 1,
    creationTimestamp: shape.creationTimestamp ?? '2026-01-01T00:00:00Z',
    ...optionalParts(shape),
  };
}

/** Metadata of an object in a namespace. */
export function namespacedMetadata(shape: NamespacedShape, defaultName: string): NamespacedMeta {
  const { namespace = 'team-a', name = defaultName } = shape;
  return { ...clusterMetadata({ uid: `uid-${namespace}-${name}`, ...shape }, defaultName), namespace };
}

function optionalParts(shape: MetadataShape): Partial<ObjectMeta> {
  const { deletionTimestamp, labels, annotations, finalizers, ownerReferences } = shape;
  const parts = { deletionTimestamp, labels, annotations, finalizers, ownerReferences };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}
