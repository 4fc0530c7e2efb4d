import { z } from 'zod';

/** A list replaced as a whole by server-side apply. */
export function atomicList<Item extends z.ZodType>(item: Item): z.ZodArray<Item> {
  return z.array(item).meta({ 'x-kubernetes-list-type': 'atomic' });
}

/** A list of distinct scalars, merged by value. */
export function setList<Item extends z.ZodType>(item: Item): z.ZodArray<Item> {
  return z.array(item).meta({ 'x-kubernetes-list-type': 'set' });
}

/** A list merged by the named fields, which identify an item. */
export function mapList<Item extends z.ZodType>(item: Item, ...keys: string[]): z.ZodArray<Item> {
  return z.array(item).meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys });
}

/** Marks a field that a CRD requires although it has a default, as some of v1beta1 do. */
export const alwaysRequired = { alwaysRequired: true };
