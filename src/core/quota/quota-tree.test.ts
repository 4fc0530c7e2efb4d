import { describe, expect, test } from 'vitest';
import { UNLIMITED } from '../amounts/index.ts';
import type { QuotaLimits } from './quota-node.ts';
import { QuotaTree } from './quota-tree.ts';

const cpu = 'f/cpu';

function limits(nominal: bigint, more: Partial<QuotaLimits> = {}): ReadonlyMap<string, QuotaLimits> {
  return new Map([[cpu, { nominal, ...more }]]);
}

function used(amount: bigint): ReadonlyMap<string, bigint> {
  return new Map([[cpu, amount]]);
}

function availableAndPotential(tree: QuotaTree, name: string): readonly [bigint, bigint] {
  return [tree.available(name, cpu), tree.potential(name, cpu)];
}

/** The first worked example of 2.2. */
function twoQueues(): QuotaTree {
  const tree = new QuotaTree();
  tree.setClusterQueue('a', { cohort: 'r', quotas: limits(10n, { lendingLimit: 4n }) });
  tree.setClusterQueue('b', { cohort: 'r', quotas: limits(6n, { borrowingLimit: 3n }) });
  tree.addUsage('a', used(7n));
  tree.addUsage('b', used(5n));
  return tree;
}

/** The three levels of 2.2. */
function threeLevels(): QuotaTree {
  const tree = new QuotaTree();
  tree.setCohort('r', { quotas: limits(2n) });
  tree.setCohort('l', { parent: 'r', quotas: limits(4n, { lendingLimit: 3n, borrowingLimit: 5n }) });
  tree.setClusterQueue('x', { cohort: 'l', quotas: limits(4n) });
  tree.setClusterQueue('y', { cohort: 'l', quotas: limits(3n, { lendingLimit: 1n }) });
  tree.setClusterQueue('z', { cohort: 'r', quotas: limits(6n) });
  tree.addUsage('x', used(7n));
  tree.addUsage('y', used(1n));
  tree.addUsage('z', used(2n));
  return tree;
}

describe('quota tree', () => {
  test('local quota is used first and only the rest burdens the cohort (S-2.5, worked example of 2.2)', () => {
    const tree = twoQueues();
    expect(tree.sumsOfCohort('r')).toEqual({ subtree: used(10n), usage: used(6n) });
    expect(availableAndPotential(tree, 'a')).toEqual([4n, 16n]);
    expect(availableAndPotential(tree, 'b')).toEqual([4n, 9n]);
  });

  test('lowered quota shows as nothing available, not as a negative amount (S-2.6)', () => {
    const tree = twoQueues();
    tree.setClusterQueue('a', { cohort: 'r', quotas: limits(2n, { lendingLimit: 4n }) });
    expect(tree.sumsOfCohort('r')).toEqual({ subtree: used(8n), usage: used(12n) });
    expect([tree.available('a', cpu), tree.available('b', cpu)]).toEqual([0n, 0n]);
  });

  test('limits of a cohort between root and queues are respected (three levels of 2.2)', () => {
    const tree = threeLevels();
    expect(['x', 'y', 'z'].map((name) => availableAndPotential(tree, name))).toEqual([
      [7n, 14n],
      [8n, 16n],
      [8n, 11n],
    ]);
    expect(tree.sumsOfCohort('l')).toEqual({ subtree: used(9n), usage: used(7n) });
    expect(tree.sumsOfCohort('r')).toEqual({ subtree: used(11n), usage: used(3n) });
  });

  test.each([
    { name: 'x', value: 1n, want: { level: 1, mayReclaim: true } },
    { name: 'x', value: 2n, want: { level: 1, mayReclaim: true } },
    { name: 'x', value: 3n, want: { level: 2, mayReclaim: false } },
    { name: 'y', value: 2n, want: { level: 0, mayReclaim: true } },
    { name: 'y', value: 3n, want: { level: 1, mayReclaim: true } },
    { name: 'y', value: 4n, want: { level: 2, mayReclaim: false } },
    { name: 'z', value: 100n, want: { level: 2, mayReclaim: false } },
  ])('$value more for $name come from level $want.level (S-2.12, S-2.13)', ({ name, value, want }) => {
    expect(threeLevels().borrowingLevel(name, cpu, value)).toEqual(want);
  });

  test('without a cohort limits have no effect and nothing is reclaimed (S-2.3, S-2.12)', () => {
    const tree = new QuotaTree();
    tree.setClusterQueue('a', { quotas: limits(4n, { borrowingLimit: 9n, lendingLimit: 0n }) });
    tree.addUsage('a', used(1n));
    expect(availableAndPotential(tree, 'a')).toEqual([3n, 4n]);
    expect(tree.borrowingLevel('a', cpu, 9n)).toEqual({ level: 0, mayReclaim: false });
  });

  test('an inactive queue lends its quota but gives its cohort no height (S-2.11, S-2.14)', () => {
    const tree = new QuotaTree();
    tree.setClusterQueue('a', { cohort: 'r', quotas: limits(1n) });
    tree.setCohort('s', { parent: 'r', quotas: new Map() });
    tree.setClusterQueue('b', { cohort: 's', quotas: limits(4n) });
    expect(tree.heightOfTree('a')).toBe(2);
    tree.setActive('b', false);
    expect(tree.heightOfTree('a')).toBe(1);
    expect(tree.available('a', cpu)).toBe(5n);
  });

  test('an amount that saturates can still be taken back exactly (S-1.2, S-2.8)', () => {
    const tree = new QuotaTree();
    tree.setClusterQueue('a', { cohort: 'r', quotas: limits(UNLIMITED) });
    tree.setClusterQueue('b', { cohort: 'r', quotas: limits(5n) });
    tree.addUsage('b', used(3n));
    tree.addUsage('b', used(UNLIMITED));
    expect(tree.sumsOfCohort('r')?.usage).toEqual(used(UNLIMITED));
    tree.removeUsage('b', used(UNLIMITED));
    expect([tree.usageOf('b'), tree.sumsOfCohort('r')?.usage]).toEqual([used(3n), used(3n)]);
  });

  test('usage of a pair that is no longer in the spec still counts (S-2.10)', () => {
    const tree = twoQueues();
    tree.setClusterQueue('b', { cohort: 'r', quotas: new Map() });
    expect(tree.usageOf('b')).toEqual(used(5n));
    expect(tree.isBorrowing('b', cpu)).toBe(true);
  });

  test('borrowing begins above nominal quota, not at it (S-2.9)', () => {
    const tree = twoQueues();
    expect([tree.isBorrowing('b', cpu, 1n), tree.isBorrowing('b', cpu, 2n)]).toEqual([false, true]);
  });

  test('the path leads from the root to the queue (S-9.7)', () => {
    expect(threeLevels().pathOf('x')).toBe('/r/l/x');
    expect(threeLevels().clusterQueuesOfTree('x')).toEqual(['x', 'y', 'z']);
    expect(threeLevels().rootOf('x')).toBe('r');
  });
});

describe('cohorts by name', () => {
  test('a cohort that is only named disappears with its last child (S-2.2)', () => {
    const tree = twoQueues();
    tree.removeClusterQueue('a');
    expect(tree.sumsOfCohort('r')).toBeDefined();
    tree.removeClusterQueue('b');
    expect(tree.sumsOfCohort('r')).toBeUndefined();
  });

  test('deleting a cohort object keeps its children in a tree of their own (S-2.2)', () => {
    const tree = threeLevels();
    tree.removeCohort('l');
    expect(tree.clusterQueuesOfTree('x')).toEqual(['x', 'y']);
    expect(tree.clusterQueuesOfTree('z')).toEqual(['z']);
    expect(tree.sumsOfCohort('l')).toEqual({ subtree: used(5n), usage: used(7n) });
    expect(tree.sumsOfCohort('r')).toEqual({ subtree: used(8n), usage: used(2n) });
  });

  test('everything on or below a cycle is cyclic until the cycle is broken (S-2.4)', () => {
    const tree = threeLevels();
    tree.setCohort('r', { parent: 'l', quotas: limits(2n) });
    expect(['x', 'z'].map((name) => tree.isCyclic(name))).toEqual([true, true]);
    tree.addUsage('x', used(1n));
    expect(tree.clusterQueuesOfTree('x')).toEqual(['x']);
    tree.setCohort('r', { quotas: limits(2n) });
    tree.removeUsage('x', used(1n));
    expect(availableAndPotential(tree, 'x')).toEqual([7n, 14n]);
    expect(tree.isCohortCyclic('r')).toBe(false);
  });
});

describe('generation', () => {
  test('grows for all queues of a tree whose quota changes, and for no other (S-2.17)', () => {
    const tree = threeLevels();
    tree.setClusterQueue('alone', { quotas: limits(1n) });
    const before = ['x', 'z', 'alone'].map((name) => tree.generation(name));
    tree.setClusterQueue('z', { cohort: 'r', quotas: limits(7n) });
    const after = ['x', 'z', 'alone'].map((name) => tree.generation(name));
    expect(after.map((generation, index) => generation > (before[index] ?? 0))).toEqual([true, true, false]);
  });

  test('grows when usage is released, but not in a trial, nor when nothing changes (S-2.17)', () => {
    const tree = threeLevels();
    const start = tree.generation('x');
    const mark = tree.mark();
    tree.removeUsage('x', used(1n));
    tree.undoTo(mark);
    tree.setClusterQueue('z', { cohort: 'r', quotas: limits(6n) });
    expect(tree.generation('x')).toBe(start);
    tree.removeUsage('x', used(1n));
    expect(tree.generation('x')).toBeGreaterThan(start);
    expect(tree.generation('y')).toBeLessThanOrEqual(start);
  });
});

describe('journal', () => {
  test('closing an outer mark undoes what inner ones left', () => {
    const tree = threeLevels();
    const outer = tree.mark();
    tree.addUsage('x', used(1n));
    tree.mark();
    tree.addUsage('y', used(9n));
    tree.undoTo(outer);
    expect([tree.usageOf('x'), tree.usageOf('y')]).toEqual([used(7n), used(1n)]);
    expect(tree.sumsOfCohort('r')?.usage).toEqual(used(3n));
  });

  test('a mark closes once, and the shape stays as it is while one is open', () => {
    const tree = threeLevels();
    const mark = tree.mark();
    expect(() => tree.removeClusterQueue('x')).toThrow('may not change shape');
    tree.undoTo(mark);
    expect(() => tree.undoTo(mark)).toThrow('closed already');
  });
});
