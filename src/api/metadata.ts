import { z } from 'zod';

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** Object metadata as the API server returns it. Fields it always fills in are required here. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid: string;
  resourceVersion: string;
  generation: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
}

/** Metadata of an object that lives in a namespace. */
export interface NamespacedMeta extends ObjectMeta {
  namespace: string;
}

/** An object as it is sent to be created: without what only the API server can fill in, and without status. */
export type Draft<Kind extends { metadata: ObjectMeta }> = Omit<Kind, 'metadata' | 'status'> & {
  metadata: Omit<Partial<ObjectMeta>, 'uid' | 'resourceVersion' | 'generation' | 'creationTimestamp'>;
};

/** The API server validates metadata by itself; a CRD only says that it is an object. */
export const objectMeta = z.looseObject({});
