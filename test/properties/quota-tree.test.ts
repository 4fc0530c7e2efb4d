import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UNLIMITED } from '../../src/core/amounts/index.ts';
import { QuotaTree } from '../../src/core/quota/index.ts';
import type { QuotaLimits } from '../../src/core/quota/index.ts';
import { NaiveQuota } from './naive-quota.ts';

const pair = 'f/cpu';
const queueNames = ['a', 'b', 'c', 'd'];
const cohortNames = ['r', 's', 't'];

const queueName = fc.constantFrom(...queueNames);
const cohortName = fc.constantFrom(...cohortNames);
const optionalCohort = fc.option(cohortName, { nil: undefined });
const finite = fc.bigInt(0n, 12n);
const anyAmount = fc.oneof(
  { weight: 12, arbitrary: finite },
  { weight: 1, arbitrary: fc.constant(UNLIMITED) },
);

function limitsOf(amount: fc.Arbitrary<bigint>): fc.Arbitrary<QuotaLimits> {
  return fc.record(
    { nominal: amount, borrowingLimit: amount, lendingLimit: amount },
    { requiredKeys: ['nominal'] },
  );
}

type Step =
  | { kind: 'setQueue'; name: string; cohort: string | undefined; quota: QuotaLimits | undefined }
  | { kind: 'removeQueue'; name: string }
  | { kind: 'setCohort'; name: string; parent: string | undefined; quota: QuotaLimits | undefined }
  | { kind: 'removeCohort'; name: string }
  | { kind: 'use'; name: string; amount: bigint }
  | { kind: 'release'; name: string; amount: bigint }
  | { kind: 'activate'; name: string; isActive: boolean };

function stepsOf(amount: fc.Arbitrary<bigint>): fc.Arbitrary<Step[]> {
  const quota = fc.option(limitsOf(amount), { nil: undefined, freq: 6 });
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('setQueue' as const),
        name: queueName,
        cohort: optionalCohort,
        quota,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('removeQueue' as const), name: queueName }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('setCohort' as const),
        name: cohortName,
        parent: optionalCohort,
        quota,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('removeCohort' as const), name: cohortName }) },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('use' as const), name: queueName, amount }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('release' as const), name: queueName, amount }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('activate' as const),
        name: queueName,
        isActive: fc.boolean(),
      }),
    },
  );
  return fc.array(step, { minLength: 4, maxLength: 30 });
}

function quotas(quota: QuotaLimits | undefined): ReadonlyMap<string, QuotaLimits> {
  return quota === undefined ? new Map() : new Map([[pair, quota]]);
}

/** The same history in the tree and in the model; more is never released than was used. */
class Both {
  readonly tree = new QuotaTree();
  readonly model = new NaiveQuota();

  take(step: Step): void {
    switch (step.kind) {
      case 'setQueue':
      case 'removeQueue':
        this.#takeQueue(step);
        return;
      case 'setCohort':
        this.tree.setCohort(step.name, { parent: step.parent, quotas: quotas(step.quota) });
        this.model.cohorts.set(step.name, { parent: step.parent, quota: step.quota });
        return;
      case 'removeCohort':
        this.tree.removeCohort(step.name);
        this.model.cohorts.delete(step.name);
        return;
      case 'activate':
        this.tree.setActive(step.name, step.isActive);
        return;
      case 'use':
      case 'release':
        this.#use(step);
    }
  }

  #takeQueue(step: Extract<Step, { kind: 'setQueue' | 'removeQueue' }>): void {
    if (step.kind === 'removeQueue') {
      this.tree.removeClusterQueue(step.name);
      this.model.queues.delete(step.name);
      return;
    }
    const { name, cohort, quota } = step;
    this.tree.setClusterQueue(name, { cohort, quotas: quotas(quota) });
    this.model.queues.set(name, { cohort, quota, used: this.model.queues.get(name)?.used ?? 0n });
  }

  #use({ kind, name, amount }: Extract<Step, { kind: 'use' | 'release' }>): void {
    const queue = this.model.queues.get(name);
    if (queue === undefined) return;
    if (kind === 'use') {
      this.tree.addUsage(name, new Map([[pair, amount]]));
      queue.used += amount;
      return;
    }
    const released = amount < queue.used ? amount : queue.used;
    this.tree.removeUsage(name, new Map([[pair, released]]));
    queue.used -= released;
  }
}

function both(steps: readonly Step[]): Both {
  const all = new Both();
  for (const step of steps) all.take(step);
  return all;
}

/** Every number that the tree shows. */
function numbersOf(tree: QuotaTree): unknown {
  const queues = queueNames.filter((name) => tree.hasClusterQueue(name));
  return {
    queues: queues.map((name) => [
      name,
      tree.usageOf(name),
      tree.available(name, pair),
      tree.potential(name, pair),
    ]),
    cohorts: cohortNames.map((name) => [name, tree.sumsOfCohort(name)]),
  };
}

function queuesOf({ model }: Both): readonly string[] {
  return [...model.queues.keys()];
}

function expectFormulasHold(all: Both): void {
  const { tree, model } = all;
  for (const name of queuesOf(all)) {
    expect(tree.isCyclic(name)).toBe(model.isCyclic(model.queues.get(name)?.cohort));
    expect(tree.available(name, pair)).toBe(model.available(name));
    expect(tree.potential(name, pair)).toBe(model.potential(name));
  }
  const present = cohortNames.filter((name) => tree.sumsOfCohort(name) !== undefined);
  expect(present).toEqual(model.cohortNames());
  for (const name of present.filter((one) => !model.isCyclic(one))) {
    const sums = tree.sumsOfCohort(name);
    expect(sums?.subtree.get(pair) ?? 0n).toBe(model.subtreeOfCohort(name));
    expect(sums?.usage.get(pair) ?? 0n).toBe(model.usageOfCohort(name));
  }
}

test('kept sums equal the formulas after any history of changes (I-1)', () => {
  fc.assert(
    fc.property(stepsOf(anyAmount), (steps) => {
      const all = new Both();
      for (const [index, step] of steps.entries()) {
        all.take(step);
        // Looking only now and then lets changes pile up between two recomputations.
        if (index % 3 === 0 || index === steps.length - 1) expectFormulasHold(all);
      }
    }),
  );
});

test('what is tried leaves no trace once it is undone, nested trials too (I-2)', () => {
  const trial = fc.record({
    name: queueName,
    amount: anyAmount,
    isRelease: fc.boolean(),
    opensMark: fc.boolean(),
  });
  fc.assert(
    fc.property(stepsOf(anyAmount), fc.array(trial, { maxLength: 12 }), (steps, trials) => {
      const { tree } = both(steps);
      const before = numbersOf(tree);
      const outer = tree.mark();
      for (const { name, amount, isRelease, opensMark } of trials) {
        if (!tree.hasClusterQueue(name)) continue;
        const inner = opensMark ? tree.mark() : undefined;
        if (isRelease) tree.removeUsage(name, new Map([[pair, amount]]));
        else tree.addUsage(name, new Map([[pair, amount]]));
        if (inner !== undefined && amount % 2n === 0n) tree.undoTo(inner);
      }
      tree.undoTo(outer);
      expect(numbersOf(tree)).toEqual(before);
    }),
  );
});

test('adding and then removing the same usage restores every number (I-2)', () => {
  fc.assert(
    fc.property(stepsOf(anyAmount), queueName, anyAmount, (steps, name, amount) => {
      const { tree } = both(steps);
      fc.pre(tree.hasClusterQueue(name));
      const before = numbersOf(tree);
      tree.addUsage(name, new Map([[pair, amount]]));
      tree.removeUsage(name, new Map([[pair, amount]]));
      expect(numbersOf(tree)).toEqual(before);
    }),
  );
});

test('never more is available than could ever be, and usage anywhere makes no more available (I-3, I-4)', () => {
  fc.assert(
    fc.property(stepsOf(finite), queueName, finite, (steps, user, amount) => {
      const all = both(steps);
      const { tree } = all;
      fc.pre(tree.hasClusterQueue(user));
      const look = () =>
        queuesOf(all).map((name) => [tree.available(name, pair), tree.potential(name, pair)] as const);
      const before = look();
      tree.addUsage(user, new Map([[pair, amount]]));
      for (const [index, [available, potential]] of look().entries()) {
        const [availableBefore, potentialBefore] = before[index] ?? [0n, 0n];
        expect(available <= potential && availableBefore <= potential).toBe(true);
        expect(available <= availableBefore).toBe(true);
        expect(potential).toBe(potentialBefore);
      }
    }),
  );
});

test('a raised nominal quota or borrowing limit lowers nobody, a raised lending limit no other queue (I-4)', () => {
  const raise = fc.record({
    name: queueName,
    field: fc.constantFrom('nominal' as const, 'borrowingLimit' as const, 'lendingLimit' as const),
    more: fc.bigInt(1n, 5n),
  });
  fc.assert(
    fc.property(stepsOf(finite), raise, (steps, { name, field, more }) => {
      const all = both(steps);
      const { tree, model } = all;
      const { cohort, quota } = model.queues.get(name) ?? {};
      const present = quota?.[field];
      fc.pre(quota !== undefined && present !== undefined);
      const potentials = () => queuesOf(all).map((one) => tree.potential(one, pair));
      const before = potentials();
      const raised = { ...quota, [field]: (present ?? 0n) + more } as QuotaLimits;
      tree.setClusterQueue(name, { cohort, quotas: quotas(raised) });
      const lowered = queuesOf(all).filter((_, index) => (potentials()[index] ?? 0n) < (before[index] ?? 0n));
      expect(lowered.filter((one) => field !== 'lendingLimit' || one !== name)).toEqual([]);
    }),
  );
});

test('level 0 means within nominal or alone, no level exceeds the height, and levels grow with the request (I-5)', () => {
  fc.assert(
    fc.property(stepsOf(finite), finite, finite, (steps, first, second) => {
      const all = both(steps);
      const { tree } = all;
      const [less, more] = first < second ? [first, second] : [second, first];
      for (const name of queuesOf(all)) {
        tree.setActive(name, true);
        const isWithin = !tree.hasCohort(name) || !tree.isBorrowing(name, pair, less);
        const { level } = tree.borrowingLevel(name, pair, less);
        expect(level === 0).toBe(isWithin);
        expect(level <= tree.heightOfTree(name)).toBe(true);
        expect(level <= tree.borrowingLevel(name, pair, more).level).toBe(true);
      }
    }),
  );
});

test('no subtree counts more of a queue than its lending limit (I-6)', () => {
  fc.assert(
    fc.property(stepsOf(finite), queueName, (steps, name) => {
      const { tree, model } = both(steps);
      const { cohort, quota } = model.queues.get(name) ?? {};
      fc.pre(cohort !== undefined && !tree.isCyclic(name) && quota?.lendingLimit !== undefined);
      const subtree = () => tree.sumsOfCohort(cohort ?? '')?.subtree.get(pair) ?? 0n;
      const withQueue = subtree();
      tree.setClusterQueue(name, { cohort, quotas: new Map() });
      expect(withQueue - subtree() <= (quota?.lendingLimit ?? 0n)).toBe(true);
    }),
  );
});
