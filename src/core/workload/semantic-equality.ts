import { compareQuantities } from '../amounts/index.ts';

type Reading = 'plain' | 'text' | 'quantities' | 'quantity';

/** Maps of resource names to quantities, and single quantities, by the name of the field that holds them. */
const quantityMaps = new Set(['requests', 'limits', 'overhead', 'capacity', 'resourceUsage']);
const quantityFields = new Set(['sizeLimit', 'divisor']);
/** Maps whose keys users choose: nothing in them is a quantity, whatever its key. */
const textMaps = new Set(['labels', 'annotations', 'nodeSelector', 'matchLabels']);

/**
 * Whether two values of the API say the same: quantities by value; absent, null, empty lists and empty maps
 * alike; the order of a list matters.
 */
export function isSemanticallyEqual(a: unknown, b: unknown): boolean {
  return isEqual(a, b, 'plain');
}

function isEqual(a: unknown, b: unknown, reading: Reading): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true;
  if (Array.isArray(a) && Array.isArray(b)) return isEqualList(a, b, reading);
  if (isMap(a) && isMap(b)) return isEqualMap(a, b, reading);
  return reading === 'quantity' && isEqualQuantity(a, b);
}

function isEqualQuantity(a: unknown, b: unknown): boolean {
  return isScalar(a) && isScalar(b) && compareQuantities(a, b) === 0;
}

function isEqualList(a: readonly unknown[], b: readonly unknown[], reading: Reading): boolean {
  return a.length === b.length && a.every((item, index) => isEqual(item, b[index], reading));
}

type JsonMap = Readonly<Record<string, unknown>>;

function isEqualMap(a: JsonMap, b: JsonMap, reading: Reading): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const own = (map: JsonMap, key: string): unknown => (Object.hasOwn(map, key) ? map[key] : undefined);
  return [...keys].every((key) => isEqual(own(a, key), own(b, key), readingOf(key, reading)));
}

function readingOf(key: string, outer: Reading): Reading {
  if (outer === 'quantities') return 'quantity';
  if (outer === 'text' || textMaps.has(key)) return 'text';
  if (quantityMaps.has(key)) return 'quantities';
  return quantityFields.has(key) ? 'quantity' : 'plain';
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
