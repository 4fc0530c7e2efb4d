import { z } from 'zod';
import { atomicList } from './lists.ts';
import { stringMap } from './strings.ts';

const labelSelectorRequirement = z.object({
  key: z.string(),
  operator: z.string(),
  values: atomicList(z.string()).optional(),
});
export type LabelSelectorRequirement = z.infer<typeof labelSelectorRequirement>;

/** A selector over labels; an empty one selects everything, an absent one nothing (A-3.8, 4.1). */
export const labelSelector = z
  .object({
    matchExpressions: atomicList(labelSelectorRequirement).optional(),
    matchLabels: stringMap.optional(),
  })
  .meta({ 'x-kubernetes-map-type': 'atomic' });
export type LabelSelector = z.infer<typeof labelSelector>;
