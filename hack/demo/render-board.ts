import type { JobPhase, JobRoll } from './job-roll.ts';
import type { Quota, UsageLedger } from './usage-ledger.ts';

/** What the board shows. */
export interface BoardContent {
  readonly elapsedMs: number;
  readonly teams: readonly string[];
  readonly roll: JobRoll;
  readonly ledger: UsageLedger;
  /** The newest last. */
  readonly news: readonly string[];
}

/** The resource that has bars. */
export const shownResource = 'nvidia.com/gpu';

const phases: readonly JobPhase[] = ['waiting', 'running', 'finished', 'failed'];
const nameWidth = 11;
const columnWidth = 10;
const barWidthMax = 40;
const newsShown = 8;
const marks = { used: '█', borrowed: '▓', free: '░', borrowable: '·' } as const;

/** The lines of the board: how many Jobs of each team are where, and a bar for each team's usage of each flavor. */
export function renderBoard(content: BoardContent): string[] {
  const { elapsedMs, roll, ledger, news } = content;
  const seconds = (elapsedMs / 1000).toFixed(1);
  return [
    `Quaymaster demo: ${roll.expected.size} Jobs of two teams, ${seconds} s`,
    '',
    `${''.padEnd(nameWidth)}${phases.map((phase) => phase.padStart(columnWidth)).join('')}`,
    ...content.teams.map((team) => renderTeam(roll, team)),
    '',
    `GPUs: ${marks.used} used  ${marks.borrowed} borrowed  ${marks.free} free of the quota  ${marks.borrowable} may be borrowed`,
    ...flavorsOf(ledger.quotas).flatMap((flavor) => renderFlavor(ledger, flavor)),
    '',
    ...Array.from({ length: newsShown }, (_, index) => news.at(index - newsShown) ?? ''),
  ];
}

function renderTeam(roll: JobRoll, team: string): string {
  const cells = phases.map((phase) => String(roll.count(phase, team)).padStart(columnWidth));
  return `${team.padEnd(nameWidth)}${cells.join('')}`;
}

function flavorsOf(quotas: readonly Quota[]): string[] {
  const shown = quotas.filter(({ resource }) => resource === shownResource);
  return [...new Set(shown.map(({ flavor }) => flavor))].sort();
}

function renderFlavor(ledger: UsageLedger, flavor: string): string[] {
  const shown = ledger.quotas.filter(({ resource }) => resource === shownResource);
  const barWidth = Math.max(...shown.map((quota) => renderBar(0n, quota).length));
  return shown
    .filter((quota) => quota.flavor === flavor)
    .map((quota, index) => {
      const usage = ledger.usageOf(quota);
      const label = (index === 0 ? flavor : '').padEnd(nameWidth);
      const bar = renderBar(usage, quota).padEnd(barWidth);
      return `${label}${quota.clusterQueue.padEnd(nameWidth)}${bar}  ${describeUsage(usage, quota)}`;
    });
}

/** One mark for each GPU, or for a share of them where there are very many. */
export function renderBar(usage: bigint, { nominal, borrowingLimit = 0n }: Quota): string {
  const limit = Number(nominal + borrowingLimit);
  const perMark = Math.max(1, Math.ceil(limit / barWidthMax));
  const toMarks = (amount: bigint) => Math.ceil(Number(amount) / perMark);
  const used = toMarks(smaller(usage, nominal));
  const borrowed = usage > nominal ? toMarks(usage - nominal) : 0;
  const free = Math.max(0, toMarks(nominal) - used);
  const borrowable = Math.max(0, toMarks(borrowingLimit) - borrowed);
  return (
    marks.used.repeat(used) +
    marks.free.repeat(free) +
    marks.borrowed.repeat(borrowed) +
    marks.borrowable.repeat(borrowable)
  );
}

function describeUsage(usage: bigint, { nominal }: Quota): string {
  const borrowed = usage > nominal ? `, ${usage - nominal} borrowed` : '';
  return `${usage} of ${nominal}${borrowed}`;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
