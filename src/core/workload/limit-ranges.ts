import type { ResourceMap } from '../../api/index.ts';
import { compareQuantities } from '../amounts/index.ts';
import { canonicalJson } from './canonical-json.ts';
import type { LimitRange, LimitRangeItem } from './cluster-objects.ts';

/** All items of one type in a namespace, merged (S-1.5). */
export interface MergedLimitItem {
  readonly max: ResourceMap;
  readonly min: ResourceMap;
  readonly default: ResourceMap;
  readonly defaultRequest: ResourceMap;
}

export interface MergedLimits {
  readonly container?: MergedLimitItem;
  readonly pod?: MergedLimitItem;
}

/** The limits of a namespace without LimitRanges. */
const noLimits: MergedLimits = {};

const INTERNED_MAX = 1000;
const mergedByList = new WeakMap<readonly LimitRange[], MergedLimits>();
const internedByContent = new Map<string, MergedLimits>();

/** The LimitRanges of a namespace as one item a type: `max` keeps the lowest, `min` the highest, defaults the first
 * by LimitRange name (S-1.5). Equal content gives the same object, by which further results are cached. */
export function mergeLimitRanges(limitRanges: readonly LimitRange[]): MergedLimits {
  if (limitRanges.length === 0) return noLimits;
  const known = mergedByList.get(limitRanges);
  if (known !== undefined) return known;
  const merged = intern(merge(limitRanges));
  mergedByList.set(limitRanges, merged);
  return merged;
}

function merge(limitRanges: readonly LimitRange[]): MergedLimits {
  const items = limitRanges
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .flatMap((limitRange) => limitRange.spec?.limits ?? []);
  const container = mergeItems(items.filter((item) => item.type === 'Container'));
  const pod = mergeItems(items.filter((item) => item.type === 'Pod'));
  return { ...(container && { container }), ...(pod && { pod }) };
}

function mergeItems(items: readonly LimitRangeItem[]): MergedLimitItem | undefined {
  if (items.length === 0) return undefined;
  return {
    max: mergeMaps(
      items,
      (item) => item.max,
      (kept, next) => compareQuantities(next, kept) < 0,
    ),
    min: mergeMaps(
      items,
      (item) => item.min,
      (kept, next) => compareQuantities(next, kept) > 0,
    ),
    default: mergeMaps(
      items,
      (item) => item.default,
      () => false,
    ),
    defaultRequest: mergeMaps(
      items,
      (item) => item.defaultRequest,
      () => false,
    ),
  };
}

function mergeMaps(
  items: readonly LimitRangeItem[],
  select: (item: LimitRangeItem) => ResourceMap | undefined,
  isReplacedBy: (kept: string | number, next: string | number) => boolean,
): ResourceMap {
  const merged: ResourceMap = {};
  for (const [resource, quantity] of items.flatMap((item) => Object.entries(select(item) ?? {}))) {
    const kept = merged[resource];
    if (kept === undefined || isReplacedBy(kept, quantity)) merged[resource] = quantity;
  }
  return merged;
}

function intern(merged: MergedLimits): MergedLimits {
  if (merged.container === undefined && merged.pod === undefined) return noLimits;
  const content = canonicalJson(merged);
  const known = internedByContent.get(content);
  if (known !== undefined) return known;
  if (internedByContent.size >= INTERNED_MAX) internedByContent.clear();
  internedByContent.set(content, merged);
  return merged;
}
