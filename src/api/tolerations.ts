import { z } from 'zod';
import { celRules } from './cel.ts';
import { int64 } from './numbers.ts';
import { dateTime } from './strings.ts';
import { atomicList } from './lists.ts';

/** A node taint; the effect is checked by a rule and not by an enum (A-3.8, 4.4). */
export const taint = z.object({
  key: z.string(),
  effect: z.string(),
  value: z.string().optional(),
  timeAdded: dateTime.optional(),
});
export type Taint = z.infer<typeof taint>;

export const toleration = z.object({
  key: z.string().optional(),
  operator: z.string().optional(),
  value: z.string().optional(),
  effect: z.string().optional(),
  tolerationSeconds: int64.optional(),
});
export type Toleration = z.infer<typeof toleration>;

const effects = "supported taint effect values: 'NoSchedule', 'PreferNoSchedule', 'NoExecute'";

export const taintRules = celRules({
  message: effects,
  rule: "self.all(x, x.effect in ['NoSchedule', 'PreferNoSchedule', 'NoExecute'])",
});

/** The five rules on a list of tolerations. */
export const tolerationRules = celRules(
  {
    message: "operator must be Exists when 'key' is empty, which means 'match all values and all keys'",
    rule: "self.all(x, !has(x.key) ? x.operator == 'Exists' : true)",
  },
  {
    message: "effect must be 'NoExecute' when 'tolerationSeconds' is set",
    rule: "self.all(x, has(x.tolerationSeconds) ? x.effect == 'NoExecute' : true)",
  },
  {
    message: "supported toleration values: 'Equal'(default), 'Exists'",
    rule: "self.all(x, !has(x.operator) || x.operator in ['Equal', 'Exists'])",
  },
  {
    message: "a value must be empty when 'operator' is 'Exists'",
    rule: "self.all(x, has(x.operator) && x.operator == 'Exists' ? !has(x.value) : true)",
  },
  {
    message: effects,
    rule: "self.all(x, !has(x.effect) || x.effect in ['NoSchedule', 'PreferNoSchedule', 'NoExecute'])",
  },
);

export const tolerations = atomicList(toleration).max(8).meta(tolerationRules);
