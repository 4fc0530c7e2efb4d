import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UNLIMITED } from '../amounts/index.ts';
import type { Quotas } from './quota-node.ts';
import { QuotaTree } from './quota-tree.ts';
import { compareShares, weightedShare } from './shares.ts';
import type { Share } from './shares.ts';

type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never;

const [cpu, gpu] = ['f/cpu', 'f/gpu'];

function quotas(amounts: Readonly<Record<string, bigint>>): Quotas {
  return new Map(Object.entries(amounts).map(([pair, nominal]) => [pair, { nominal }]));
}

function used(amounts: Readonly<Record<string, bigint>>): ReadonlyMap<string, bigint> {
  return new Map(Object.entries(amounts));
}

/** The worked example of 7.1. */
function example(): QuotaTree {
  const tree = new QuotaTree();
  tree.setCohort('t', { parent: 'r', quotas: new Map(), weight: 2 });
  tree.setClusterQueue('a', { cohort: 't', quotas: quotas({ [cpu]: 4n, [gpu]: 0n }) });
  tree.setClusterQueue('b', { cohort: 'r', quotas: quotas({ [cpu]: 4n, [gpu]: 8n }), weight: 0.5 });
  tree.setClusterQueue('c', { cohort: 'r', quotas: quotas({ [cpu]: 12n, [gpu]: 0n }), weight: 0 });
  tree.addUsage('a', used({ [cpu]: 8n, [gpu]: 4n }));
  tree.addUsage('b', used({ [cpu]: 6n }));
  return tree;
}

function shareOfQueue(tree: QuotaTree, name: string): Share {
  return tree.shareOfClusterQueue(name);
}

function shareOfCohort(tree: QuotaTree, name: string): Share {
  const share = tree.shareOfCohort(name);
  if (share === undefined) throw new Error(`no cohort ${name}`);
  return share;
}

describe('dominant share', () => {
  test('the resource of which most is borrowed counts, divided by the weight (S-7.2, worked example of 7.1)', () => {
    const tree = example();
    expect(shareOfQueue(tree, 'a')).toEqual({
      ratio: 500,
      weight: 1,
      isBorrowing: true,
      dominantResource: 'gpu',
    });
    expect(weightedShare(shareOfCohort(tree, 't'))).toBe(250);
    expect(weightedShare(shareOfQueue(tree, 'b'))).toBe(200);
    expect(weightedShare(shareOfQueue(tree, 'c'))).toBe(0);
  });

  test('a weight of zero makes the share infinite as soon as anything is borrowed (S-7.2)', () => {
    const tree = example();
    tree.addUsage('c', used({ [gpu]: 2n }));
    expect(shareOfQueue(tree, 'c').ratio).toBe(250);
    expect(weightedShare(shareOfQueue(tree, 'c'))).toBe(Number.POSITIVE_INFINITY);
  });

  test('a root and a queue without cohort have no share, whatever they use (S-7.2)', () => {
    const tree = example();
    tree.setClusterQueue('alone', { quotas: quotas({ [cpu]: 1n }) });
    tree.addUsage('alone', used({ [cpu]: 9n }));
    expect(weightedShare(shareOfQueue(tree, 'alone'))).toBe(0);
    expect(weightedShare(shareOfCohort(tree, 'r'))).toBe(0);
  });

  test('usage of a pair that is no longer listed is not borrowed (S-7.2)', () => {
    const tree = example();
    tree.addUsage('b', used({ 'gone/cpu': 9n }));
    expect(weightedShare(shareOfQueue(tree, 'b'))).toBe(200);
  });

  test('what nobody lends weighs nothing, but is borrowed (S-7.2)', () => {
    const tree = new QuotaTree();
    tree.setClusterQueue('a', { cohort: 'r', quotas: quotas({ [cpu]: 0n }) });
    tree.addUsage('a', used({ [cpu]: 1n }));
    expect(shareOfQueue(tree, 'a')).toMatchObject({ ratio: 0, isBorrowing: true });
  });

  test('of equal ratios the resource with the smaller name is dominant (S-7.4)', () => {
    const tree = new QuotaTree();
    tree.setClusterQueue('a', { cohort: 'r', quotas: quotas({ [gpu]: 0n, [cpu]: 0n }) });
    tree.setClusterQueue('b', { cohort: 'r', quotas: quotas({ [gpu]: 4n, [cpu]: 8n }) });
    tree.addUsage('a', used({ [gpu]: 1n, [cpu]: 2n }));
    expect(shareOfQueue(tree, 'a')).toMatchObject({ ratio: 250, dominantResource: 'cpu' });
  });

  test('a change of weight or quota shows at once (S-7.1)', () => {
    const tree = example();
    tree.setClusterQueue('b', { cohort: 'r', quotas: quotas({ [cpu]: 4n, [gpu]: 8n }), weight: 4 });
    expect(weightedShare(shareOfQueue(tree, 'b'))).toBe(25);
    tree.setClusterQueue('c', { cohort: 'r', quotas: quotas({ [cpu]: 32n }), weight: 0 });
    expect(weightedShare(shareOfQueue(tree, 'b'))).toBe(12.5);
  });

  test('unlimited quota is lent without end (S-1.3, S-7.2)', () => {
    const tree = new QuotaTree();
    tree.setClusterQueue('a', { cohort: 'r', quotas: quotas({ [cpu]: UNLIMITED }) });
    tree.setClusterQueue('b', { cohort: 'r', quotas: quotas({ [cpu]: 0n }) });
    tree.addUsage('b', used({ [cpu]: 1_000n }));
    expect(shareOfQueue(tree, 'b').ratio).toBeCloseTo(0, 10);
    expect(shareOfQueue(tree, 'b').ratio).toBeGreaterThan(0);
  });
});

describe('order of shares', () => {
  const share = (ratio: number, weight: number): Share => ({
    ratio,
    weight,
    isBorrowing: ratio > 0,
    dominantResource: '',
  });

  test.each([
    { name: 'a lower share comes first', a: share(100, 1), b: share(300, 2), want: -1 },
    { name: 'weight zero that borrows is above all', a: share(1, 0), b: share(1000, 1), want: 1 },
    { name: 'weight zero that borrows nothing is not', a: share(0, 0), b: share(1, 1), want: -1 },
    { name: 'two of weight zero are told apart by ratio', a: share(1, 0), b: share(2, 0), want: -1 },
    { name: 'equal shares of unequal weights are equal', a: share(100, 1), b: share(200, 2), want: 0 },
  ])('$name (S-7.3)', ({ a, b, want }) => {
    expect(Math.sign(compareShares(a, b))).toBe(want);
    expect(Math.sign(compareShares(b, a))).toBe(want === 0 ? 0 : -want);
  });
});

describe('shares on generated trees', () => {
  const amount = fc.bigInt({ min: 0n, max: 20n });
  const node = fc.record({ cpu: amount, gpu: amount, weight: fc.constantFrom(0, 0.25, 1, 3) });
  const world = fc.record({
    queues: fc.array(fc.record({ node, cohort: fc.nat(3), usedCpu: amount, usedGpu: amount }), {
      minLength: 1,
      maxLength: 6,
    }),
    cohorts: fc.tuple(node, node, node, node),
    chosen: fc.nat(5),
    more: fc.record({ cpu: amount, gpu: amount }),
  });

  function build({ queues, cohorts }: Generated<typeof world>): QuotaTree {
    const tree = new QuotaTree();
    const of = (one: Generated<typeof node>) => quotas({ [cpu]: one.cpu, [gpu]: one.gpu });
    cohorts.forEach((one, index) => {
      const parent = index === 0 ? {} : { parent: `h${(index - 1) >> 1}` };
      tree.setCohort(`h${index}`, { ...parent, quotas: of(one), weight: one.weight });
    });
    queues.forEach((one, index) => {
      tree.setClusterQueue(`q${index}`, {
        cohort: `h${one.cohort}`,
        quotas: of(one.node),
        weight: one.node.weight,
      });
      tree.addUsage(`q${index}`, used({ [cpu]: one.usedCpu, [gpu]: one.usedGpu }));
    });
    return tree;
  }

  test('a share is never negative, a root has none, and more usage never lowers the own one (I-27)', () => {
    fc.assert(
      fc.property(world, (generated) => {
        const tree = build(generated);
        const name = `q${generated.chosen % generated.queues.length}`;
        const before = shareOfQueue(tree, name);
        expect(weightedShare(before)).toBeGreaterThanOrEqual(0);
        expect(weightedShare(shareOfCohort(tree, 'h0'))).toBe(0);
        if (!before.isBorrowing) expect(weightedShare(before)).toBe(0);
        tree.addUsage(name, used({ [cpu]: generated.more.cpu, [gpu]: generated.more.gpu }));
        expect(compareShares(before, shareOfQueue(tree, name))).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('a share that is undone is the share from before (I-2)', () => {
    fc.assert(
      fc.property(world, (generated) => {
        const tree = build(generated);
        const name = `q${generated.chosen % generated.queues.length}`;
        const shares = () => [
          tree.shareOfClusterQueue(name),
          ...['h0', 'h1', 'h2', 'h3'].map((one) => tree.shareOfCohort(one)),
        ];
        const before = shares();
        const mark = tree.mark();
        tree.addUsage(name, used({ [cpu]: generated.more.cpu, [gpu]: generated.more.gpu }));
        tree.undoTo(mark);
        expect(shares()).toEqual(before);
      }),
    );
  });
});
