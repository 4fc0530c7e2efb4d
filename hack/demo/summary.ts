import { formatAmount } from '../../src/core/amounts/index.ts';
import type { JobRoll } from './job-roll.ts';
import type { UsageLedger } from './usage-ledger.ts';

export interface SummaryInput {
  readonly elapsedMs: number;
  readonly roll: JobRoll;
  readonly ledger: UsageLedger;
  /** What else went wrong, seen elsewhere. */
  readonly faults: readonly string[];
}

/** How it went, in lines to print, and whether all is as it should be. */
export interface Summary {
  readonly lines: readonly string[];
  readonly isGood: boolean;
}

/** Sums up the run: Jobs, the highest usage of each flavor against its quota, waits, and everything that is wrong. */
export function summarize({ elapsedMs, roll, ledger, faults }: SummaryInput): Summary {
  const all = [...findFaults(roll, ledger), ...faults];
  const lines = [
    `${roll.count('finished')} of ${roll.expected.size} Jobs finished in ${inSeconds(elapsedMs)}`,
    '',
    'Highest usage of both teams together, against the sum of their quotas:',
    ...ledger
      .peaks()
      .map(({ flavor, resource, highest, nominal }) =>
        [
          `  ${flavor.padEnd(8)}${resource.padEnd(16)}`,
          `${formatAmount(resource, highest).padStart(8)} of ${formatAmount(resource, nominal).padEnd(8)}`,
          percent(highest, nominal).padStart(5),
        ].join(''),
      ),
    '',
    `Waits from creation to start: ${describeWaits(roll.waitsMs())}`,
    '',
    ...(all.length === 0
      ? [
          'All is as it should be: every Job finished, usage kept within quota and borrowing limit, and is zero now.',
        ]
      : ['Something is wrong:', ...all.map((fault) => `  ${fault}`)]),
  ];
  return { lines, isGood: all.length === 0 };
}

function findFaults(roll: JobRoll, ledger: UsageLedger): string[] {
  const failed = roll.count('failed');
  const missing = roll.expected.size - roll.count('finished') - failed;
  return [
    ...(failed > 0 ? [`${failed} Jobs failed`] : []),
    ...(missing > 0 ? [`${missing} Jobs have not finished`] : []),
    ...[...ledger.violations].sort(),
    ...(ledger.isEmpty() ? [] : ['quota is still in use']),
  ];
}

function describeWaits(waitsMs: readonly number[]): string {
  const [shortest] = waitsMs;
  const longest = waitsMs.at(-1);
  const median = waitsMs[Math.floor((waitsMs.length - 1) / 2)];
  if (shortest === undefined || longest === undefined || median === undefined) return 'no Job has started';
  return `shortest ${inSeconds(shortest)}, median ${inSeconds(median)}, longest ${inSeconds(longest)}`;
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function percent(part: bigint, whole: bigint): string {
  return whole === 0n ? '' : `${(part * 100n) / whole}%`;
}
