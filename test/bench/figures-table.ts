import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { median } from './statistics.ts';

/** One row of figures: a number each run, in the order of the runs. */
export interface FigureRow {
  readonly what: string;
  readonly unit: string;
  /** Digits after the point. */
  readonly digits?: number;
  readonly runs: readonly number[];
}

/** A table in Markdown: every run's figure and, where there are several runs, their median. */
export function figuresTable(title: string, rows: readonly FigureRow[]): string {
  const runCount = rows[0]?.runs.length ?? 0;
  const runNames = Array.from({ length: runCount }, (_, index) => `run ${index + 1}`);
  const head = [title, 'unit', ...(runCount > 1 ? ['median', ...runNames] : ['figure'])];
  const body = rows.map(({ what, unit, runs, digits = 0 }) => {
    const figures = runCount > 1 ? [median(runs), ...runs] : runs;
    return [what, unit, ...figures.map((figure) => figure.toFixed(digits))];
  });
  return markdownTable(head, body, 2);
}

/** A table in Markdown, with so many columns of text before the columns of numbers. */
export function markdownTable(
  head: readonly string[],
  body: readonly (readonly string[])[],
  textColumns: number,
): string {
  const dashes = head.map((_, index) => (index < textColumns ? '---' : '--:'));
  return `${[head, dashes, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

/** The machine that figures come from. Call it before the work: the load is that of others then. */
export function describeMachine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const load = loadavg().map((average) => average.toFixed(1));
  return `${availableParallelism()} cores (${model}), ${memory}, node ${process.version}; load average before: ${load.join(' ')}\n`;
}
