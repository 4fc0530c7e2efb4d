import { ObjectStore } from './object-store.ts';
import { decisiveKinds } from './state-kinds.ts';
import type { ObjectOf, StateKind } from './state-kinds.ts';

/** The stores of all kinds, made when a kind is first heard of. */
export class ObjectStores {
  readonly #stores = new Map<string, ObjectStore>();

  of(kind: StateKind): ObjectStore {
    let store = this.#stores.get(kind);
    if (store === undefined) this.#stores.set(kind, (store = new ObjectStore()));
    return store;
  }

  get<Kind extends StateKind>(kind: Kind, key: string): ObjectOf<Kind> | undefined {
    return this.#stores.get(kind)?.get(key) as ObjectOf<Kind> | undefined;
  }

  kinds(): IterableIterator<string> {
    return this.#stores.keys();
  }

  get areDecisiveKindsSynced(): boolean {
    return decisiveKinds.every((kind) => this.#stores.get(kind)?.isSynced);
  }
}
