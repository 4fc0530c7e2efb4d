import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Head } from '../queues/index.ts';
import { compareShares, parentOf, QuotaTree, shareOf, subtreeOf, usageOf } from '../quota/index.ts';
import type { QuotaNode, Quotas } from '../quota/index.ts';
import { defaultSchedulingOptions } from '../workload/index.ts';
import type { PendingWorkload, SchedulingOptions } from '../workload/index.ts';
import { inFairOrder } from './fair-order.ts';
import type { Competitor } from './fair-order.ts';

const pair = 'f/cpu';

interface Request {
  readonly queue: string;
  readonly amount: bigint;
  readonly priority?: number;
  readonly timestamp?: number;
  readonly isPreemptor?: boolean;
}

function quota(nominal: bigint): Quotas {
  return new Map([[pair, { nominal }]]);
}

function used(amount: bigint): ReadonlyMap<string, bigint> {
  return new Map([[pair, amount]]);
}

function competitor({
  queue,
  amount,
  priority = 0,
  timestamp = 0,
  isPreemptor = false,
}: Request): Competitor {
  const pending = { uid: `uid-${queue}`, priority, queueTimestampMs: timestamp } as PendingWorkload;
  const head: Head = { clusterQueue: queue, pending, isPreemptor };
  return { head, assignment: { usage: used(amount) } };
}

/** The order in which entries come when each is admitted as soon as it does. */
function playOut(
  tree: QuotaTree,
  requests: readonly Request[],
  options: Partial<SchedulingOptions> = {},
): string[] {
  const order: string[] = [];
  const merged = { ...defaultSchedulingOptions, ...options };
  for (const entry of inFairOrder(requests.map(competitor), tree, merged)) {
    order.push(entry.head.clusterQueue);
    tree.addUsage(entry.head.clusterQueue, entry.assignment.usage);
  }
  return order;
}

function flatTree(queues: Readonly<Record<string, { nominal: bigint; usage?: bigint; weight?: number }>>) {
  const tree = new QuotaTree();
  for (const [name, { nominal, usage = 0n, weight }] of Object.entries(queues)) {
    tree.setClusterQueue(name, { cohort: 'root', quotas: quota(nominal), weight });
    tree.addUsage(name, used(usage));
  }
  return tree;
}

describe('order of fair sharing', () => {
  test('who would not borrow comes before who would (S-7.8)', () => {
    const tree = flatTree({ a: { nominal: 10n, usage: 10n }, b: { nominal: 2n }, c: { nominal: 8n } });
    const requests = [
      { queue: 'a', amount: 1n },
      { queue: 'b', amount: 2n },
    ];
    expect(playOut(tree, requests)).toEqual(['b', 'a']);
  });

  test.each([
    {
      name: 'the lower share comes first (S-7.7 rule 3)',
      requests: [
        { queue: 'a', amount: 4n },
        { queue: 'b', amount: 3n },
      ],
      options: {},
      want: ['b', 'a'],
    },
    {
      name: 'at equal shares the higher priority (S-7.7 rule 4)',
      requests: [
        { queue: 'a', amount: 3n },
        { queue: 'b', amount: 3n, priority: 1, timestamp: 1 },
      ],
      options: {},
      want: ['b', 'a'],
    },
    {
      name: 'without priority sorting the earlier one (S-7.7 rule 5)',
      requests: [
        { queue: 'a', amount: 3n, timestamp: 1, priority: 1 },
        { queue: 'b', amount: 3n },
      ],
      options: { prioritySortingWithinCohort: false },
      want: ['b', 'a'],
    },
    {
      name: 'a preemptor before all others, if so configured (S-7.7 rule 1)',
      requests: [
        { queue: 'a', amount: 1n },
        { queue: 'b', amount: 9n, isPreemptor: true },
      ],
      options: { prioritizePreemptorWorkloads: true },
      want: ['b', 'a'],
    },
    {
      name: 'the smaller uid last of all (S-7.7 rule 6)',
      requests: [
        { queue: 'b', amount: 1n },
        { queue: 'a', amount: 1n },
      ],
      options: {},
      want: ['a', 'b'],
    },
  ])('$name', ({ requests, options, want }) => {
    const tree = flatTree({ a: { nominal: 0n }, b: { nominal: 0n }, lender: { nominal: 20n } });
    expect(playOut(tree, requests, options)).toEqual(want);
  });

  test('without the gate a share decides even where one does not borrow what it asks (S-7.7 rule 2)', () => {
    const other = 'f/gpu';
    const tree = new QuotaTree();
    const both = (cpu: bigint, gpu: bigint): Quotas =>
      new Map([
        [pair, { nominal: cpu }],
        [other, { nominal: gpu }],
      ]);
    tree.setClusterQueue('a', { cohort: 'root', quotas: both(5n, 0n) });
    tree.setClusterQueue('b', { cohort: 'root', quotas: both(0n, 0n) });
    tree.setClusterQueue('lender', { cohort: 'root', quotas: both(15n, 10n) });
    // What a borrows of another resource raises its share, but it asks for its own.
    tree.addUsage('a', new Map([[other, 9n]]));
    const requests = [
      { queue: 'a', amount: 1n },
      { queue: 'b', amount: 1n },
    ];
    const run = (isOn: boolean) => {
      const mark = tree.mark();
      const order = playOut(tree, requests, { fairSharingPrioritizeNonBorrowing: isOn });
      tree.undoTo(mark);
      return order;
    };
    expect([run(true), run(false)]).toEqual([
      ['a', 'b'],
      ['b', 'a'],
    ]);
  });

  test('a heavier cohort lets more of its entries pass, each seeing what the last one took (S-7.6)', () => {
    const tree = new QuotaTree();
    tree.setCohort('root', { quotas: quota(40n) });
    tree.setCohort('light', { parent: 'root', quotas: quota(0n), weight: 1 });
    tree.setCohort('heavy', { parent: 'root', quotas: quota(0n), weight: 2.5 });
    for (const name of ['l1', 'l2']) tree.setClusterQueue(name, { cohort: 'light', quotas: quota(0n) });
    for (const name of ['h1', 'h2', 'h3']) tree.setClusterQueue(name, { cohort: 'heavy', quotas: quota(0n) });
    const requests = ['l1', 'l2', 'h1', 'h2', 'h3'].map((queue) => ({ queue, amount: 2n }));
    expect(playOut(tree, requests)).toEqual(['h1', 'h2', 'l1', 'h3', 'l2']);
  });
});

describe('order of fair sharing on generated trees', () => {
  const requests = fc.array(
    fc.record({
      cohort: fc.nat(4),
      nominal: fc.bigInt({ min: 0n, max: 6n }),
      usage: fc.bigInt({ min: 0n, max: 8n }),
      amount: fc.bigInt({ min: 0n, max: 6n }),
      weight: fc.constantFrom(0, 0.5, 1, 2),
      priority: fc.nat(1),
      timestamp: fc.nat(1),
      isPreemptor: fc.boolean(),
      isAdmitted: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  );
  const options = fc.record({
    fairSharingPrioritizeNonBorrowing: fc.boolean(),
    prioritizePreemptorWorkloads: fc.boolean(),
    prioritySortingWithinCohort: fc.boolean(),
  });

  /** Cohort 4 stands for none; the others form a tree. */
  function build(generated: Generated<typeof requests>): { tree: QuotaTree; entries: Admissible[] } {
    const tree = new QuotaTree();
    [0, 1, 2, 3].forEach((index) => {
      const parent = index === 0 ? {} : { parent: `h${(index - 1) >> 1}` };
      tree.setCohort(`h${index}`, { ...parent, quotas: quota(BigInt(index)), weight: index });
    });
    const entries = generated.map((one, index) => {
      const queue = `q${index}`;
      const cohort = one.cohort === 4 ? {} : { cohort: `h${one.cohort}` };
      tree.setClusterQueue(queue, { ...cohort, quotas: quota(one.nominal), weight: one.weight });
      tree.addUsage(queue, used(one.usage));
      return { ...competitor({ queue, ...one }), isAdmitted: one.isAdmitted };
    });
    return { tree, entries };
  }

  test('the order is that of a tournament played anew for each entry, and undoes what it tries (S-7.5 to S-7.7)', () => {
    fc.assert(
      fc.property(requests, options, (generated, chosen) => {
        const merged = { ...defaultSchedulingOptions, ...chosen };
        const { tree, entries } = build(generated);
        const naive = playNaively(build(generated), merged);
        const seen: string[] = [];
        for (const entry of inFairOrder(entries, tree, merged)) {
          seen.push(entry.head.clusterQueue);
          if (entry.isAdmitted) tree.addUsage(entry.head.clusterQueue, entry.assignment.usage);
        }
        const ofTree = (order: readonly string[]) => order.filter((name) => tree.hasCohort(name));
        expect(ofTree(seen)).toEqual(ofTree(naive));
        expect(seen.toSorted()).toEqual(entries.map(({ head }) => head.clusterQueue).toSorted());
        for (const { head, assignment, isAdmitted } of entries.filter((one) => one.isAdmitted)) {
          if (isAdmitted) tree.removeUsage(head.clusterQueue, assignment.usage);
        }
        const fresh = build(generated).tree;
        for (const { head } of entries)
          expect(tree.usageOf(head.clusterQueue)).toEqual(fresh.usageOf(head.clusterQueue));
      }),
    );
  });

  test('in a flat cohort nobody who would borrow comes before one who would not, and of equals the least share (I-28)', () => {
    fc.assert(
      fc.property(requests, (generated) => {
        const { tree, entries } = build(generated.map((one) => ({ ...one, cohort: 0 })));
        const waiting = new Set(entries);
        for (const entry of inFairOrder(entries, tree, defaultSchedulingOptions)) {
          const own = worthOf(entry, tree, 0);
          waiting.delete(entry);
          for (const other of waiting) {
            const others = worthOf(other, tree, 0);
            expect(Number(own.isBorrowing)).toBeLessThanOrEqual(Number(others.isBorrowing));
            if (own.isBorrowing === others.isBorrowing) {
              expect(compareShares(own.share, others.share)).toBeLessThanOrEqual(0);
            }
          }
          if (entry.isAdmitted) tree.addUsage(entry.head.clusterQueue, entry.assignment.usage);
        }
      }),
    );
  });
});

type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Admissible = Competitor & { readonly isAdmitted: boolean };

function wayUp(tree: QuotaTree, clusterQueue: string): QuotaNode[] {
  const way: QuotaNode[] = [];
  let node: QuotaNode | undefined = tree.nodeOf(clusterQueue);
  for (; node !== undefined; node = parentOf(node)) way.push(node);
  return way;
}

function worthOf({ head, assignment }: Competitor, tree: QuotaTree, steps: number) {
  const place = wayUp(tree, head.clusterQueue)[steps] as QuotaNode;
  const mark = tree.mark();
  tree.addUsage(head.clusterQueue, assignment.usage);
  const share = shareOf(place);
  const isBorrowing = [...assignment.usage].some(
    ([one, amount]) => amount > 0n && usageOf(place, one) > subtreeOf(place, one),
  );
  tree.undoTo(mark);
  return { share, isBorrowing };
}

/** The rules word by word: at each cohort the entries below it compete, and only its winner goes up. */
function playNaively(
  { tree, entries }: { tree: QuotaTree; entries: readonly Admissible[] },
  options: SchedulingOptions,
): string[] {
  const order: string[] = [];
  let waiting = entries.filter(({ head }) => tree.hasCohort(head.clusterQueue));
  while (waiting.length > 0) {
    const winner = winnerBelow('h0', { tree, waiting, options }) as Admissible;
    order.push(winner.head.clusterQueue);
    waiting = waiting.filter((entry) => entry !== winner);
    if (winner.isAdmitted) tree.addUsage(winner.head.clusterQueue, winner.assignment.usage);
  }
  return order;
}

interface Field {
  readonly tree: QuotaTree;
  readonly waiting: readonly Admissible[];
  readonly options: SchedulingOptions;
}

function winnerBelow(cohort: string, field: Field): Admissible | undefined {
  const { tree, waiting, options } = field;
  const children = new Map<string, Admissible[]>();
  for (const entry of waiting) {
    const path = wayUp(tree, entry.head.clusterQueue);
    const at = path.findIndex((place) => place.kind === 'cohort' && place.name === cohort);
    const child = path[at - 1];
    if (at < 1 || child === undefined) continue;
    const key = `${child.kind} ${child.name}`;
    children.set(key, [...(children.get(key) ?? []), entry]);
  }
  const finalists = [...children].flatMap(([key, below]) => {
    const [kind, name = ''] = key.split(' ');
    return kind === 'cohort' ? (winnerBelow(name, field) ?? []) : below;
  });
  const stepsTo = (entry: Admissible) =>
    wayUp(tree, entry.head.clusterQueue).findIndex(({ kind, name }) => kind === 'cohort' && name === cohort) -
    1;
  return finalists.toSorted((a, b) => {
    const [first, second] = [worthOf(a, tree, stepsTo(a)), worthOf(b, tree, stepsTo(b))];
    const keys: number[] = [];
    if (options.prioritizePreemptorWorkloads)
      keys.push(Number(b.head.isPreemptor) - Number(a.head.isPreemptor));
    if (options.fairSharingPrioritizeNonBorrowing)
      keys.push(Number(first.isBorrowing) - Number(second.isBorrowing));
    keys.push(compareShares(first.share, second.share));
    if (options.prioritySortingWithinCohort) keys.push(b.head.pending.priority - a.head.pending.priority);
    keys.push(a.head.pending.queueTimestampMs - b.head.pending.queueTimestampMs);
    keys.push(a.head.pending.uid < b.head.pending.uid ? -1 : 1);
    return keys.find((key) => key !== 0) ?? 0;
  })[0];
}
