import { z } from 'zod';
import { mapList } from './lists.ts';
import { int64 } from './numbers.ts';
import { dateTime, key, reasonPattern } from './strings.ts';

/** One condition of a status. */
const condition = z.object({
  type: key.max(316),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string().min(1).max(1024).regex(new RegExp(reasonPattern)),
  message: z.string().max(32768),
  lastTransitionTime: dateTime,
  observedGeneration: int64.min(0).optional(),
});
export type Condition = z.infer<typeof condition>;
export type ConditionStatus = Condition['status'];

/** The condition list of v1beta1, which has no bound. */
export const unboundedConditions = mapList(condition, 'type');
export const conditions = unboundedConditions.max(16);
