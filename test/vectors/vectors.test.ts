import { afterAll, describe, expect, test } from 'vitest';
import { describeFindings } from './describe-findings.ts';
import { describeScenario } from './describe-scenario.ts';
import { runScenario } from './run-scenario.ts';
import { disputed, reasonToLeaveOut } from './scenario-options.ts';
import { loadScenarios } from './scenario.ts';

/** By name, so that none goes missing unseen. */
const areas = [
  { area: 'quota-basic' },
  { area: 'ordering' },
  { area: 'cohorts' },
  { area: 'flavors' },
  { area: 'preemption' },
  { area: 'fair-sharing' },
  { area: 'admission-fair-sharing' },
  { area: 'multi-podset' },
  { area: 'stop-policies' },
  { area: 'partial-admission' },
  { area: 'reclaimable-pods' },
  { area: 'admission-checks' },
];

const tally = new Map<string, { passed: number; failed: number; redOnPurpose: number }>();

describe.each(areas)('$area', ({ area }) => {
  const scenarios = loadScenarios(area);
  const count = { passed: 0, failed: 0, redOnPurpose: 0 };
  tally.set(area, count);

  test('has scenarios, and all of them are run', () => {
    expect(scenarios).not.toEqual([]);
    expect(scenarios.filter((scenario) => reasonToLeaveOut(scenario) !== undefined)).toEqual([]);
  });

  test.each(scenarios.filter(({ name }) => disputed[name] === undefined))('$name', (scenario) => {
    const findings = runScenario(scenario);
    count[findings.length === 0 ? 'passed' : 'failed'] += 1;
    const text = findings.length === 0 ? '' : `${describeScenario(scenario)}\n${describeFindings(findings)}`;
    expect(text).toBe('');
  });

  test.each(scenarios.filter(({ name }) => disputed[name] !== undefined))('$name is red', (scenario) => {
    count.redOnPurpose += 1;
    expect(runScenario(scenario)).not.toEqual([]);
  });
});

afterAll(() => {
  const lines = [...tally].map(([area, { passed, failed, redOnPurpose }]) => {
    return `vectors ${area}: ${passed} passed, ${failed} failed, ${redOnPurpose} red on purpose\n`;
  });
  process.stdout.write(lines.join(''));
});
