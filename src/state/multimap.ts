/** A map from a key to a set of names; one name alone takes no set, and an empty set leaves nothing behind. */
export class Multimap {
  readonly #names = new Map<string, string | Set<string>>();

  add(key: string, name: string): void {
    const present = this.#names.get(key);
    if (present === undefined) this.#names.set(key, name);
    else if (typeof present !== 'string') present.add(name);
    else if (present !== name) this.#names.set(key, new Set([present, name]));
  }

  delete(key: string, name: string): void {
    const present = this.#names.get(key);
    if (present === name) this.#names.delete(key);
    if (typeof present !== 'object') return;
    present.delete(name);
    if (present.size === 0) this.#names.delete(key);
  }

  has(key: string): boolean {
    return this.#names.has(key);
  }

  /** A copy, so that the map may be changed while it is gone through. */
  get(key: string): readonly string[] {
    const present = this.#names.get(key);
    if (present === undefined) return [];
    return typeof present === 'string' ? [present] : [...present];
  }
}
