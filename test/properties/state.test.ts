import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSchedulingOptions } from '../../src/core/workload/index.ts';
import { ClusterState, compareStates } from '../../src/state/index.ts';
import { finalLists, history, interleave, start } from './cluster-history.ts';
import type { HistoryEvent } from './cluster-history.ts';
import { dump, findFaults } from './state-dump.ts';

const rolls = fc.array(fc.nat(), { minLength: 20, maxLength: 20 });

function newState(): ClusterState {
  return new ClusterState({ scheduling: defaultSchedulingOptions, clock: () => start });
}

function deliver(state: ClusterState, { kind, object, isRemoval }: HistoryEvent): void {
  if (isRemoval) state.remove(kind, object);
  else state.upsert(kind, object, 'watch');
}

function stateOf(events: readonly HistoryEvent[]): ClusterState {
  const state = newState();
  for (const event of events) deliver(state, event);
  return state;
}

function stateOfLists(events: readonly HistoryEvent[]): ClusterState {
  const state = newState();
  for (const { kind, objects, resourceVersion } of finalLists(events))
    state.replace(kind, objects, resourceVersion);
  return state;
}

test('events in any order that keeps each object its own end in what fresh lists give (invariant 32)', () => {
  fc.assert(
    fc.property(history, rolls, (events, order) => {
      const state = stateOf(interleave(events, order));
      expect(compareStates(state, finalLists(events))).toEqual([]);
      expect(dump(state)).toEqual(dump(stateOfLists(events)));
    }),
  );
});

test('the usage is the sum of its parts and each workload in one place, at any time (I-10, I-12)', () => {
  fc.assert(
    fc.property(history, rolls, (events, order) => {
      const state = newState();
      for (const event of interleave(events, order)) {
        deliver(state, event);
        expect(findFaults(state)).toEqual([]);
      }
    }),
  );
});

test('an event that comes a second time, even late, changes nothing and tells nobody', () => {
  fc.assert(
    fc.property(history, rolls, (events, order) => {
      const state = newState();
      const delivered: HistoryEvent[] = [];
      for (const [index, event] of interleave(events, order).entries()) {
        deliver(state, event);
        delivered.push(event);
        const before = JSON.stringify(dump(state), printable);
        const { version } = state;
        let told = 0;
        const unsubscribe = state.subscribe(() => (told += 1));
        const late = delivered[(order[index % order.length] ?? 0) % delivered.length];
        deliver(state, event);
        if (late) deliver(state, late);
        unsubscribe();
        expect(told).toBe(0);
        expect(state.version).toBe(version);
        expect(JSON.stringify(dump(state), printable)).toBe(before);
      }
    }),
  );
});

test('an answer is as good as the watch event, whichever comes first', () => {
  fc.assert(
    fc.property(history, fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }), (events, flips) => {
      const state = newState();
      for (const [index, event] of events.entries()) {
        const isAnswerFirst = flips[index % flips.length];
        if (isAnswerFirst && !event.isRemoval) state.upsert(event.kind, event.object, 'answer');
        deliver(state, event);
        // An answer that comes after the deletion was seen brings nothing back.
        const earlier = events[Math.max(0, index - 3)];
        if (earlier && !earlier.isRemoval) state.upsert(earlier.kind, earlier.object, 'answer');
      }
      expect(dump(state)).toEqual(dump(stateOf(events)));
    }),
  );
});

test('a fresh list in the middle brings a state that missed events to where it should be', () => {
  fc.assert(
    fc.property(history, fc.nat(), fc.nat(), (events, at, missed) => {
      const cut = at % (events.length + 1);
      const from = missed % (cut + 1);
      const state = stateOf(events.slice(0, from));
      const version = events[cut - 1]?.object.metadata.resourceVersion ?? '0';
      for (const { kind, objects } of finalLists(events.slice(0, cut))) state.replace(kind, objects, version);
      expect(dump(state)).toEqual(dump(stateOf(events.slice(0, cut))));
    }),
  );
});

test('a list that is read again changes nothing', () => {
  fc.assert(
    fc.property(history, (events) => {
      const state = stateOfLists(events);
      state.flushWakeUps(start);
      const { version } = state;
      for (const { kind, objects, resourceVersion } of finalLists(events))
        state.replace(kind, objects, resourceVersion);
      state.flushWakeUps(start);
      expect(state.version).toBe(version);
    }),
  );
});

function printable(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
