import { z } from 'zod';
import { objectMeta } from './metadata.ts';

export const group = 'kueue.x-k8s.io';
/** The version that is stored and the hub of conversion. */
export const version = 'v1beta2';
export const apiVersion = `${group}/${version}`;
/** Served for old clients, deprecated. */
export const deprecatedVersion = 'v1beta1';
export const deprecatedApiVersion = `${group}/${deprecatedVersion}`;

/** The root of a kind's schema; `spec` and `status` stay optional and carry no default. */
export function rootSchema<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object({
    apiVersion: z.string().optional(),
    kind: z.string().optional(),
    metadata: objectMeta.optional(),
    ...shape,
  });
}
