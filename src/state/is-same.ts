import { canonicalJson } from '../core/workload/index.ts';

/** Whether two plain JSON values have the same content, whatever the order of their keys. */
export function isSame(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}
