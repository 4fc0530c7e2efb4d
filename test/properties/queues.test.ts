import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PendingQueues } from '../../src/core/queues/index.ts';
import type { Head, RequeueReason } from '../../src/core/queues/index.ts';
import { defaultSchedulingOptions, describePending, formatTime } from '../../src/core/workload/index.ts';
import type { PendingWorkload } from '../../src/core/workload/index.ts';
import { aWorkload } from '../builders/index.ts';
import { NaiveQueues } from './naive-queues.ts';

const start = Date.parse('2026-01-01T12:00:00Z');
const clusterQueues = ['x', 'y'];

/** What differs between workloads; a new combination for a known name is a new version of it. */
const shape = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  namespace: fc.constantFrom('team-a', 'team-b'),
  cpu: fc.constantFrom('1', '2'),
  priority: fc.constantFrom(0, 1),
  hasSpecChange: fc.boolean(),
  isLocked: fc.boolean().chain((flag) => (flag ? fc.boolean() : fc.constant(false))),
  backoffS: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined, freq: 2 }),
});

function pendingOf(one: typeof shape extends fc.Arbitrary<infer T> ? T : never): PendingWorkload {
  const { cpu, priority, hasSpecChange, isLocked, backoffS, ...rest } = one;
  // Another spec is another generation, as with the API server.
  const generation = 1 + priority + (cpu === '2' ? 2 : 0) + (hasSpecChange ? 4 : 0);
  const template = { spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }] } };
  const requeueState = backoffS && { requeueAt: formatTime(start + backoffS * 1000) };
  const workload = aWorkload({
    ...rest,
    priority,
    generation,
    podSets: [{ template }],
    ...(isLocked && { conditions: [{ type: 'Requeued', status: 'False' as const }] }),
    ...(requeueState && { status: { requeueState } }),
  });
  return describePending(workload, {
    limitRanges: [],
    runtimeClass: () => undefined,
    options: defaultSchedulingOptions,
  });
}

const reason = fc.constantFrom<RequeueReason>(
  '',
  'NamespaceMismatch',
  'FailedAfterNomination',
  'PendingPreemption',
  'NoFit',
  'PreemptionNoCandidates',
);

const settings = fc.record({
  strategy: fc.constantFrom('StrictFIFO' as const, 'BestEffortFIFO' as const),
  isActive: fc.boolean(),
});

const clusterQueue = fc.constantFrom('x', 'x', 'x', 'y');

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant('push' as const), clusterQueue, shape }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('pop' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ act: fc.constant('requeue' as const), reason, hasFlavorsLeft: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('remove' as const), shape }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('wake' as const),
      clusterQueue,
      namespaces: fc.subarray(['team-a', 'team-b'], { minLength: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 4000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('set' as const), clusterQueue, settings }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('drop' as const), clusterQueue }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The real queues and the naive ones, driven by the same steps. */
class Pair {
  readonly real = new PendingQueues();
  readonly naive = new NaiveQueues();
  now = start;
  heads: readonly Head[] = [];

  constructor() {
    for (const name of clusterQueues) this.set(name, { strategy: 'BestEffortFIFO', isActive: true });
  }

  run(one: Step): void {
    switch (one.act) {
      case 'push':
        return this.push(one.clusterQueue, pendingOf(one.shape));
      case 'remove':
        this.real.remove(pendingOf(one.shape).key);
        this.naive.remove(pendingOf(one.shape).key);
        return;
      case 'pop':
        return this.pop();
      case 'requeue':
        return this.requeue(one);
      case 'wake':
        return this.wake(one.clusterQueue, one.namespaces);
      case 'wait':
        this.naive.releaseDue(this.now, this.now + one.ms);
        this.now += one.ms;
        this.real.releaseDue(this.now);
        return;
      case 'set':
        return this.set(one.clusterQueue, one.settings);
      case 'drop':
        this.real.removeClusterQueue(one.clusterQueue);
        this.naive.removeClusterQueue(one.clusterQueue);
        return this.set(one.clusterQueue, { strategy: 'BestEffortFIFO', isActive: true });
    }
  }

  push(name: string, pending: PendingWorkload): void {
    this.real.push(name, pending, this.now);
    this.naive.push(name, pending, this.now);
  }

  requeue({ reason: why, hasFlavorsLeft }: { reason: RequeueReason; hasFlavorsLeft: boolean }): void {
    for (const head of this.heads) {
      const newest = this.real.pendingOf(head.pending.key);
      const request = { reason: why, hasFlavorsLeft, conditionReason: '', newest };
      const place = this.real.requeue(head, request, this.now);
      this.naive.requeue(head, { reason: why, hasFlavorsLeft }, this.now);
      // Every popped head is back in heap or parked, unless it left meanwhile (I-9).
      expect(place === 'dropped').toBe(newest === undefined);
    }
    this.heads = [];
  }

  /** Pops all that is ready, each for good: the whole heap comes out in order. */
  drain(): void {
    while (this.real.hasHeads()) {
      this.pop();
      for (const { pending } of this.heads) {
        this.real.remove(pending.key);
        this.naive.remove(pending.key);
      }
      this.heads = [];
    }
  }

  private pop(): void {
    const heads = this.real.popHeads();
    expect(heads.map(({ clusterQueue: name, pending }) => `${name} ${pending.key}`)).toEqual(
      this.naive.popHeads(),
    );
    this.heads = [...this.heads, ...heads];
  }

  private wake(name: string, namespaces: readonly string[]): void {
    const matches = (namespace: string): boolean => namespaces.includes(namespace);
    this.real.wake([name], { now: this.now, matchesNamespace: (_, namespace) => matches(namespace) });
    this.naive.wake(name, matches, this.now);
    // I-22.
    for (const pending of this.real.order(name)) {
      const isDue = !pending.isLocked && (pending.requeueAtMs ?? 0) <= this.now && matches(pending.namespace);
      if (isDue) expect(this.real.placeOf(pending.key)?.place).not.toBe('parked');
    }
  }

  /** A ClusterQueue whose strategy changes is woken, as after any change of its spec (S-3.19). */
  private set(name: string, to: Parameters<NaiveQueues['upsertClusterQueue']>[1]): void {
    this.real.upsertClusterQueue(name, to);
    this.naive.upsertClusterQueue(name, to);
    this.wake(name, ['team-a', 'team-b']);
  }
}

function placesOf(queues: PendingQueues): string[] {
  return [...queues.keys()].map((key) => {
    const place = queues.placeOf(key);
    return `${key} ${place?.clusterQueue} ${place?.place}`;
  });
}

test('the queues do what section 3 says word by word (I-9, I-10, I-22, I-24)', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const pair = new Pair();
      for (const one of steps) {
        pair.run(one);
        expect(placesOf(pair.real).toSorted()).toEqual(pair.naive.places().toSorted());
        for (const name of clusterQueues) {
          expect(pair.real.order(name).map(({ key }) => key)).toEqual(
            pair.naive.order(name).map(({ key }) => key),
          );
          const places = pair.naive.places().filter((place) => place.includes(` ${name} `));
          expect(pair.real.counts(name)).toEqual({
            active: places.filter((place) => place.endsWith('heap')).length,
            inadmissible: places.filter((place) => place.endsWith('parked')).length,
          });
        }
      }
      pair.drain();
    }),
  );
});

test('popping and requeueing never loses a workload (invariant 23)', () => {
  fc.assert(
    fc.property(
      fc.array(shape, { maxLength: 12, size: 'max' }),
      fc.array(reason, { maxLength: 12, size: 'max' }),
      (shapes, reasons) => {
        const pair = new Pair();
        for (const one of shapes) pair.push('x', pendingOf(one));
        const keys = [...pair.real.keys()].toSorted();
        for (const why of reasons) {
          pair.run({ act: 'pop' });
          pair.requeue({ reason: why, hasFlavorsLeft: false });
          expect([...pair.real.keys()].toSorted()).toEqual(keys);
          expect(placesOf(pair.real).some((place) => place.endsWith('inFlight'))).toBe(false);
        }
      },
    ),
  );
});
