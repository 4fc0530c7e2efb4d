/** An item that knows its own position, so that it is found in the heap without a search; -1 outside of any heap. */
export interface HeapItem {
  position: number;
}

/** A binary heap whose items can be moved or removed by identity in O(log n); an item is in one heap at a time. */
export class IndexedHeap<Item extends HeapItem> {
  readonly #items: Item[] = [];
  readonly #compare: (a: Item, b: Item) => number;

  constructor(compare: (a: Item, b: Item) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  get top(): Item | undefined {
    return this.#items[0];
  }

  /** The items in no particular order. */
  [Symbol.iterator](): IterableIterator<Item> {
    return this.#items.values();
  }

  add(item: Item): void {
    this.#items.push(item);
    this.#siftUp(item, this.#items.length - 1);
  }

  /** Restores the order after the item's key changed. */
  update(item: Item): void {
    const { position } = item;
    this.#siftUp(item, position);
    if (item.position === position) this.#siftDown(item, position);
  }

  remove(item: Item): void {
    const { position } = item;
    const last = this.#items.pop();
    item.position = -1;
    if (last === undefined || last === item) return;
    this.#place(last, position);
    this.update(last);
  }

  #siftUp(item: Item, from: number): void {
    let position = from;
    while (position > 0) {
      const parent = this.#items[(position - 1) >> 1] as Item;
      if (this.#compare(parent, item) <= 0) break;
      this.#place(parent, position);
      position = (position - 1) >> 1;
    }
    this.#place(item, position);
  }

  #siftDown(item: Item, from: number): void {
    let position = from;
    for (;;) {
      const child = this.#lesserChild(position);
      if (child === undefined || this.#compare(item, child) <= 0) break;
      const next = child.position;
      this.#place(child, position);
      position = next;
    }
    this.#place(item, position);
  }

  #lesserChild(position: number): Item | undefined {
    const left = this.#items[2 * position + 1];
    const right = this.#items[2 * position + 2];
    if (left === undefined || right === undefined) return left;
    return this.#compare(left, right) <= 0 ? left : right;
  }

  #place(item: Item, position: number): void {
    this.#items[position] = item;
    item.position = position;
  }
}
