import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeFindings } from './describe-findings.ts';
import { describeScenario } from './describe-scenario.ts';
import { runScenario } from './run-scenario.ts';
import type { Finding } from './run-scenario.ts';
import { disputed, reasonToLeaveOut } from './scenario-options.ts';
import { loadScenariosBelow } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { renderTable } from './text-table.ts';

// Runs every scenario below the given folders, or of this one, and tells by area how many are decided as recorded.

type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly text: string }
  | { readonly kind: 'disputed'; readonly why: string }
  | { readonly kind: 'leftOut'; readonly why: string };

function judge(scenario: Scenario): Verdict {
  const reason = reasonToLeaveOut(scenario);
  if (reason !== undefined) return { kind: 'leftOut', why: reason };
  const why = disputed[scenario.name];
  try {
    const findings = runScenario(scenario);
    if (findings.length === 0) return { kind: 'passed' };
    return why === undefined
      ? { kind: 'failed', text: explainFailure(scenario, findings) }
      : { kind: 'disputed', why };
  } catch (error) {
    return { kind: 'failed', text: `${describeScenario(scenario)}\n${(error as Error).stack}\n` };
  }
}

function explainFailure(scenario: Scenario, findings: readonly Finding[]): string {
  return `${describeScenario(scenario)}\n${describeFindings(findings)}`;
}

function main(paths: readonly string[]): void {
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length > 0) throw new Error(`there is no ${missing.join(', ')}`);
  const scenarios = paths.flatMap(loadScenariosBelow);
  if (scenarios.length === 0) throw new Error(`no scenario (*.yaml) below ${paths.join(', ')}`);
  const judged = scenarios.map((scenario) => ({ scenario, verdict: judge(scenario) }));
  for (const { verdict } of judged) if (verdict.kind === 'failed') print(`FAILED ${verdict.text}\n`);
  printReasons(judged);
  printTally(judged);
  if (judged.some(({ verdict }) => verdict.kind === 'failed')) process.exitCode = 1;
}

type Judged = readonly { readonly scenario: Scenario; readonly verdict: Verdict }[];

/** What stays red on purpose one by one, what is left out by reason. */
function printReasons(judged: Judged): void {
  const leftOut = new Map<string, number>();
  for (const { scenario, verdict } of judged) {
    if (verdict.kind === 'disputed') print(`RED ON PURPOSE ${scenario.name}: ${verdict.why}\n`);
    if (verdict.kind === 'leftOut') leftOut.set(verdict.why, (leftOut.get(verdict.why) ?? 0) + 1);
  }
  for (const [why, count] of leftOut) print(`LEFT OUT ${count}: ${why}\n`);
}

function printTally(judged: Judged): void {
  const areas = new Map<string, Record<Verdict['kind'], number>>();
  const total = { passed: 0, failed: 0, disputed: 0, leftOut: 0 };
  for (const { scenario, verdict } of judged) {
    const area = scenario.about[0] ?? 'no area';
    const counts = areas.get(area) ?? { passed: 0, failed: 0, disputed: 0, leftOut: 0 };
    areas.set(area, counts);
    counts[verdict.kind] += 1;
    total[verdict.kind] += 1;
  }
  const rows = [...areas, ['all', total] as const].map(
    ([area, { passed, failed, disputed: red, leftOut }]) => {
      return [area, ...[passed, failed, red, leftOut].map(String)];
    },
  );
  print(`\n${renderTable(['area', 'passed', 'failed', 'red on purpose', 'left out'], rows)}`);
}

function print(text: string): void {
  process.stdout.write(text);
}

try {
  const [...paths] = process.argv.slice(2);
  main(paths.length > 0 ? paths : [fileURLToPath(new URL('./', import.meta.url))]);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\nUsage: npm run vectors -- DIR…\n`);
  process.exitCode = 1;
}
