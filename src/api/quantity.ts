import { z } from 'zod';

export const quantityPattern =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))' +
  '(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$';

/** A resource amount as it is on the wire: text or a bare JSON integer. Arithmetic lives elsewhere. */
export const quantity = z
  .union([z.int(), z.string().regex(new RegExp(quantityPattern))])
  .meta({ 'x-kubernetes-int-or-string': true, pattern: quantityPattern });
export type QuantityText = z.infer<typeof quantity>;

export const quantityMap = z.record(z.string(), quantity);
