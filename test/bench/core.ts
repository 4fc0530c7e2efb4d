import { describeMachine } from './figures-table.ts';
import { measureGrowth, measureQuietRound, warmUp } from './core/growth.ts';
import type { GrowthCase } from './core/growth.ts';
import { measureSearches } from './core/search.ts';
import type { SearchCase } from './core/search.ts';
import { percentile } from './statistics.ts';

// Prints, as Markdown, how fast the core decides when nothing is read or written, and how that changes with size.
// All in processor time of this thread. Takes the names of parts: growth, quiet, search; without any, all.

const sizes = [
  { clusterQueues: 10, pending: 1_000 },
  { clusterQueues: 100, pending: 10_000 },
  { clusterQueues: 1_000, pending: 50_000 },
  { clusterQueues: 5_000, pending: 100_000 },
];
const depths = [1, 2, 3, 4];
const QUIET_ROUNDS = 500;
const SEARCHES = 2_000;

const growthCases: readonly GrowthCase[] = [
  ...sizes.map((size) => ({ ...size, depth: 2, contest: 'plain' as const })),
  ...depths.map((depth) => ({ clusterQueues: 1_000, pending: 20_000, depth, contest: 'plain' as const })),
  ...sizes.map((size) => ({ ...size, depth: 2, contest: 'preemption' as const })),
  ...sizes.map((size) => ({ ...size, depth: 2, contest: 'fairSharing' as const })),
];

const reclaim = {
  withinClusterQueue: 'LowerPriority',
  reclaimWithinCohort: 'Any',
  borrowWithinCohort: { policy: 'LowerPriority' },
} as const;
const within = { ...reclaim, reclaimWithinCohort: 'Never', borrowWithinCohort: { policy: 'Never' } } as const;
const bothStrategies = ['LessThanOrEqualToFinalShare', 'LessThanInitialShare'] as const;
const shares = { fairSharing: { preemptionStrategies: bothStrategies } };

const searchCases: readonly SearchCase[] = [
  { what: 'within the ClusterQueue, up to 16 cores', preemption: within, coresMax: 16 },
  { what: 'within or from borrowers, up to 16 cores', preemption: reclaim, coresMax: 16 },
  { what: 'an idle owner reclaims up to 16 cores', preemption: reclaim, isOwnerIdle: true, coresMax: 16 },
  {
    what: 'an idle owner reclaims up to 1,000 cores',
    preemption: reclaim,
    isOwnerIdle: true,
    coresMax: 1_000,
  },
  { what: 'nobody may be taken', preemption: within, priority: 0, coresMax: 16 },
  { what: 'not enough may be taken', preemption: within, priority: 1, coresMax: 5_000 },
  { what: 'fair sharing, up to 16 cores', preemption: reclaim, options: shares, coresMax: 16 },
  {
    what: 'fair sharing, an idle owner, up to 16 cores',
    preemption: reclaim,
    options: shares,
    isOwnerIdle: true,
    coresMax: 16,
  },
  {
    what: 'fair sharing, an idle owner, up to 1,000 cores',
    preemption: reclaim,
    options: shares,
    isOwnerIdle: true,
    coresMax: 1_000,
  },
];

function printTable(head: readonly string[], rows: Iterable<readonly (string | number)[]>): void {
  print(`| ${head.join(' | ')} |\n| ${head.map(() => '---').join(' | ')} |\n`);
  for (const cells of rows) print(`| ${cells.join(' | ')} |\n`);
  print('\n');
}

function print(text: string): void {
  process.stdout.write(text);
}

function count(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}

function* growthRows(): Generator<readonly (string | number)[]> {
  for (const one of growthCases) {
    const { clusterQueues, pending, depth, contest } = one;
    const figures = measureGrowth(one);
    yield [
      contest,
      count(clusterQueues),
      count(pending),
      depth,
      count(figures.headsPerRound),
      count(figures.roundsPerSecond),
      count(figures.admissionsPerSecond),
      count(figures.admissionsPerSecondWithState),
      figures.microsecondsPerHead.toFixed(1),
    ];
  }
}

function* quietRows(): Generator<readonly string[]> {
  for (const { clusterQueues, pending } of sizes) {
    if (clusterQueues < 100) continue;
    const microseconds = measureQuietRound(clusterQueues, pending, QUIET_ROUNDS);
    yield [count(clusterQueues), count(pending), count(microseconds)];
  }
}

function* searchRows(): Generator<readonly string[]> {
  for (const one of searchCases) {
    const times = measureSearches(one, SEARCHES);
    const shown = [percentile(times, 0.5), percentile(times, 0.99), Math.max(...times)];
    yield [one.what, ...shown.map((ms) => ms.toFixed(2))];
  }
}

const parts = new Set(process.argv.slice(2));
const isWanted = (part: string) => parts.size === 0 || parts.has(part);

print(`${describeMachine()}\n`);
warmUp();
if (isWanted('growth')) {
  printTable(
    [
      'contest',
      'ClusterQueues',
      'pending',
      'depth',
      'heads a round',
      'rounds/s',
      'admissions/s',
      '… with state',
      'µs a head',
    ],
    growthRows(),
  );
}
if (isWanted('quiet'))
  printTable(['ClusterQueues', 'pending elsewhere', 'µs a round of ten heads'], quietRows());
if (isWanted('search'))
  printTable(['victims among 5,000 admitted', 'p50 ms', 'p99 ms', 'worst ms'], searchRows());
