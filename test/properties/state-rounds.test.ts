import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Workload } from '../../src/api/index.ts';
import type { Head, RequeueReason } from '../../src/core/queues/index.ts';
import { defaultSchedulingOptions } from '../../src/core/workload/index.ts';
import { ClusterState, compareStates, keyOf } from '../../src/state/index.ts';
import { aCondition, anAdmission } from '../builders/index.ts';
import { finalLists, history, start } from './cluster-history.ts';
import type { HistoryEvent } from './cluster-history.ts';
import { dump, findFaults } from './state-dump.ts';

const answer = fc.record({
  /** What a round does with a head, and how the write of an admission ends. */
  fate: fc.constantFrom('admit', 'wait'),
  outcome: fc.constantFrom('confirmed', 'failed', 'seenPendingFirst', 'ended', 'open'),
  reason: fc.constantFrom<RequeueReason>(
    '',
    'NoFit',
    'NamespaceMismatch',
    'PendingPreemption',
    'FailedAfterNomination',
  ),
});
type Answer = typeof answer extends fc.Arbitrary<infer T> ? T : never;

const answers = fc.array(answer, { minLength: 12, maxLength: 12 });

/** The workload as it is written when it is admitted. */
function admitted(workload: Workload, clusterQueue: string): Workload {
  const others = (workload.status.conditions ?? []).filter(({ type }) => type !== 'QuotaReserved');
  const conditions = [...others, aCondition({ type: 'QuotaReserved' }), aCondition({ type: 'Admitted' })];
  return {
    ...workload,
    status: { ...workload.status, admission: anAdmission({ clusterQueue }), conditions },
  };
}

/** The ways in which a workload ends while its admission is being written (S-2.19). */
function endOf(workload: Workload, turn: number): HistoryEvent {
  const kind = 'Workload';
  const conditions = [...(workload.status.conditions ?? []), aCondition({ type: 'Finished' })];
  const finished = { ...workload, status: { ...workload.status, conditions } };
  const inactive = { ...workload, spec: { ...workload.spec, active: false } };
  if (turn % 3 === 0) return { kind, object: workload, isRemoval: true };
  return { kind, object: turn % 3 === 1 ? finished : inactive, isRemoval: false };
}

/** A cluster whose histories go on while rounds decide and write: versions grow by both. */
class Run {
  readonly state = new ClusterState({ scheduling: defaultSchedulingOptions, clock: () => start });
  readonly stored = new Map<string, HistoryEvent>();
  #version = 0;
  #turn = 0;
  readonly #answers: readonly Answer[];

  constructor(turns: readonly Answer[]) {
    this.#answers = turns;
  }

  /** A change by others; the API server numbers it. */
  deliver({ kind, object, isRemoval }: HistoryEvent): void {
    const event = { kind, object: this.#numbered(object), isRemoval };
    this.stored.set(`${kind} ${keyOf(object)}`, event);
    if (isRemoval) this.state.remove(kind, event.object);
    else this.state.upsert(kind, event.object, 'watch');
  }

  round(): void {
    this.state.flushWakeUps(start);
    for (const head of this.state.queues.popHeads()) {
      const turn = this.#answers[this.#turn++ % this.#answers.length] as Answer;
      if (turn.fate === 'admit') this.#admit(head, turn);
      else this.#requeue(head, turn);
    }
  }

  /** All writes end: what is open is confirmed. */
  settle(): void {
    const workloads = [...this.state.list('Workload')];
    for (const workload of workloads) {
      if (this.state.isAssumed(keyOf(workload))) this.#write(workload, 'watch');
    }
  }

  lists() {
    return finalLists([...this.stored.values()]);
  }

  #admit(head: Head, { outcome }: Answer): void {
    const { key, workload } = head.pending;
    const after = admitted(workload, head.clusterQueue);
    expect(this.state.assume(key, after)).toBe('assumed');
    if (outcome === 'confirmed') this.#write(after, 'answer');
    if (outcome === 'failed') this.state.forget(key);
    if (outcome === 'seenPendingFirst') {
      // S-2.19: somebody changed the pending workload, and the write has not been seen yet.
      this.deliver({ kind: 'Workload', object: workload, isRemoval: false });
      expect(this.state.isAccounted(key)).toBe(true);
    }
    if (outcome === 'ended') {
      this.deliver(endOf(workload, this.#turn));
      expect(this.state.isAccounted(key)).toBe(false);
      expect(this.state.isAssumed(key)).toBe(false);
    }
  }

  #requeue(head: Head, { reason }: Answer): void {
    const newest = this.state.newest(head.pending.key);
    const request = { reason, hasFlavorsLeft: false, conditionReason: '', newest };
    expect(this.state.queues.requeue(head, request, start)).not.toBe('dropped');
  }

  #write(object: Workload, origin: 'watch' | 'answer'): void {
    const written = this.#numbered(object);
    this.stored.set(`Workload ${keyOf(object)}`, { kind: 'Workload', object: written, isRemoval: false });
    this.state.upsert('Workload', written, origin);
    expect(this.state.isAssumed(keyOf(object))).toBe(false);
  }

  #numbered<T extends { readonly metadata: object }>(object: T): T {
    this.#version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }
}

test('while rounds decide and writes end one way or the other, usage and places stay right (invariants 21 to 23)', () => {
  fc.assert(
    fc.property(history, answers, (events, turns) => {
      const run = new Run(turns);
      for (const event of events) {
        run.deliver(event);
        run.round();
        expect(findFaults(run.state)).toEqual([]);
      }
      run.settle();
      expect(findFaults(run.state)).toEqual([]);
      expect(compareStates(run.state, run.lists())).toEqual([]);
    }),
  );
});

describe('an assumption', () => {
  test('that is forgotten leaves everything as it was (I-2)', () => {
    fc.assert(
      fc.property(history, (events) => {
        const run = new Run([]);
        for (const event of events) run.deliver(event);
        run.state.flushWakeUps(start);
        const before = dump(run.state);
        for (const head of run.state.queues.popHeads()) {
          run.state.assume(head.pending.key, admitted(head.pending.workload, head.clusterQueue));
          expect(run.state.isAccounted(head.pending.key)).toBe(true);
          run.state.forget(head.pending.key);
        }
        expect(dump(run.state)).toEqual(before);
      }),
    );
  });

  test('that is confirmed leaves what a fresh list of the confirmed version gives', () => {
    fc.assert(
      fc.property(history, (events) => {
        const run = new Run([{ fate: 'admit', outcome: 'confirmed', reason: '' }]);
        for (const event of events) run.deliver(event);
        run.round();
        expect(findFaults(run.state)).toEqual([]);
        expect(compareStates(run.state, run.lists())).toEqual([]);
      }),
    );
  });
});
