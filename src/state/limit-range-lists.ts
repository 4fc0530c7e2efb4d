import type { LimitRange } from '../core/workload/index.ts';

const none: readonly LimitRange[] = [];

/** The LimitRanges of each namespace, sorted by name; the same list is given as long as nothing changed (S-1.5). */
export class LimitRangeLists {
  readonly #byNamespace = new Map<string, readonly LimitRange[]>();

  of(namespace: string): readonly LimitRange[] {
    return this.#byNamespace.get(namespace) ?? none;
  }

  update(before: LimitRange | undefined, after: LimitRange | undefined): void {
    const changed = after ?? before;
    if (changed === undefined) return;
    const { name, namespace = '' } = changed.metadata;
    const others = this.of(namespace).filter((limitRange) => limitRange.metadata.name !== name);
    const list = after ? [...others, after].sort(byName) : others;
    if (list.length > 0) this.#byNamespace.set(namespace, list);
    else this.#byNamespace.delete(namespace);
  }
}

function byName(a: LimitRange, b: LimitRange): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
