/** Items in order, found only as far as somebody asks for them; several readers see the same ones. */
export class CandidateList<Item> implements Iterable<Item> {
  readonly #found: Item[] = [];
  #next: (() => Item | undefined) | undefined;

  /** `next` gives one item after the other, then undefined. */
  constructor(next: () => Item | undefined) {
    this.#next = next;
  }

  get isEmpty(): boolean {
    return this.at(0) === undefined;
  }

  at(index: number): Item | undefined {
    while (index >= this.#found.length) {
      const item = this.#next?.();
      if (item === undefined) {
        this.#next = undefined;
        return undefined;
      }
      this.#found.push(item);
    }
    return this.#found[index];
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let index = 0; ; index += 1) {
      const item = this.at(index);
      if (item === undefined) return;
      yield item;
    }
  }
}
