import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IndexedHeap } from './indexed-heap.ts';

interface Item {
  key: number;
  readonly id: number;
  position: number;
}

const byKey = (a: Item, b: Item): number => a.key - b.key || a.id - b.id;

const step = fc.record({
  act: fc.constantFrom('add', 'change', 'remove', 'pop'),
  key: fc.integer({ min: 0, max: 9 }),
  pick: fc.nat(),
});

test('a heap gives its items in order, whatever is added, changed and removed meanwhile', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const heap = new IndexedHeap<Item>(byKey);
      const model: Item[] = [];
      steps.forEach(({ act, key, pick }, id) => {
        const chosen = model[pick % model.length];
        if (act === 'add' || chosen === undefined) {
          const item = { key, id, position: -1 };
          heap.add(item);
          model.push(item);
        } else if (act === 'change') {
          chosen.key = key;
          heap.update(chosen);
        } else {
          const removed = act === 'pop' ? (heap.top as Item) : chosen;
          heap.remove(removed);
          model.splice(model.indexOf(removed), 1);
          expect(removed.position).toBe(-1);
        }
        model.sort(byKey);
        expect(heap.size).toBe(model.length);
        expect(heap.top).toBe(model[0]);
        expect([...heap].toSorted(byKey)).toEqual(model);
      });
    }),
  );
});
