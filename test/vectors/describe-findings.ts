import type { Finding } from './run-scenario.ts';
import { renderTable } from './text-table.ts';

type Row = readonly [where: string, expected: string, got: string];

/** What is not as recorded, as a table: only the parts that differ, each with what was expected and what came. */
export function describeFindings(findings: readonly Finding[]): string {
  const rows = findings.flatMap(({ step, cycle, what, expected, got }) => {
    const where = cycle === undefined ? `step ${step}, ${what}` : `step ${step}, cycle ${cycle}, ${what}`;
    return differingLeaves(where, expected, got);
  });
  return renderTable(['where', 'expected', 'got'], rows);
}

function differingLeaves(where: string, expected: unknown, got: unknown): readonly Row[] {
  if (isBranch(expected) || isBranch(got)) {
    const [wanted, seen] = [branchesOf(expected), branchesOf(got)];
    const keys = [...new Set([...Object.keys(wanted), ...Object.keys(seen)])].toSorted();
    return keys.flatMap((key) => differingLeaves(`${where} ${key}`, wanted[key], seen[key]));
  }
  const [want, have] = [describe(expected), describe(got)];
  return want === have ? [] : [[where, want, have]];
}

/** Messages with alternatives are leaves, as one of them is enough. */
function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('anyOf' in value);
}

function branchesOf(value: unknown): Readonly<Record<string, unknown>> {
  return isBranch(value) ? value : {};
}

function describe(value: unknown): string {
  if (value === undefined) return '-';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return value.join(', ') || 'none';
  return JSON.stringify(value);
}
