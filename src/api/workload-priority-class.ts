import { z } from 'zod';
import { rootSchema } from './kinds.ts';
import type { ObjectMeta } from './metadata.ts';
import { int32 } from './numbers.ts';

/** The value every Workload that names the class takes over (4.6). */
export const workloadPriorityClassValue = int32.describe('Higher values are admitted first.');

export const workloadPriorityClass = rootSchema({
  value: workloadPriorityClassValue,
  description: z.string().max(2048).describe('For whom the class is meant.').optional(),
});

/** A WorkloadPriorityClass as read; its fields are at the root, without spec or status. */
export interface WorkloadPriorityClass {
  apiVersion: string;
  kind: 'WorkloadPriorityClass';
  metadata: ObjectMeta;
  value: number;
  description?: string;
}
