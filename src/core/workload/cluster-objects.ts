import type { ResourceMap } from '../../api/index.ts';

/** The little that the core reads of kinds that are not ours. */
export interface LimitRangeItem {
  readonly type: string;
  readonly max?: ResourceMap;
  readonly min?: ResourceMap;
  readonly default?: ResourceMap;
  readonly defaultRequest?: ResourceMap;
}

export interface LimitRange {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly limits?: readonly LimitRangeItem[] };
}

export interface RuntimeClass {
  readonly metadata: { readonly name: string };
  readonly overhead?: { readonly podFixed?: ResourceMap };
}
