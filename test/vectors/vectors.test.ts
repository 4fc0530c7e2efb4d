import { afterAll, describe, expect, test } from 'vitest';
import { runScenario } from './run-scenario.ts';
import { reasonToLeaveOut } from './scenario-options.ts';
import { loadScenarios } from './scenario.ts';

/** Areas, with what is left out and why, so that nothing goes missing unseen. */
const areas = [
  { area: 'quota-basic', leftOut: {} },
  { area: 'ordering', leftOut: {} },
  { area: 'cohorts', leftOut: {} },
  { area: 'flavors', leftOut: {} },
  { area: 'preemption', leftOut: {} },
  { area: 'fair-sharing', leftOut: {} },
  { area: 'admission-fair-sharing', leftOut: {} },
  { area: 'multi-podset', leftOut: {} },
  {
    area: 'stop-policies',
    leftOut: { 'D-8: quota released by a workload of a stopped LocalQueue wakes the tree': 1 },
  },
  { area: 'partial-admission', leftOut: {} },
  { area: 'reclaimable-pods', leftOut: {} },
  { area: 'admission-checks', leftOut: {} },
];

const tally = new Map<string, { passed: number; failed: number; leftOut: number }>();

describe.each(areas)('$area', ({ area, leftOut }) => {
  const scenarios = loadScenarios(area);
  const reasons = scenarios.map(reasonToLeaveOut).filter((reason) => reason !== undefined);
  const chosen = scenarios.filter((scenario) => reasonToLeaveOut(scenario) === undefined);
  const count = { passed: 0, failed: 0, leftOut: reasons.length };
  tally.set(area, count);

  test('leaves out what is stated and nothing else', () => {
    const counts: Record<string, number> = {};
    for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
    expect(counts).toEqual(leftOut);
  });

  test.each(chosen)('$name', (scenario) => {
    const differences = runScenario(scenario);
    count[differences.length === 0 ? 'passed' : 'failed'] += 1;
    expect(differences.join('\n')).toBe('');
  });
});

afterAll(() => {
  const lines = [...tally].map(([area, { passed, failed, leftOut }]) => {
    return `vectors ${area}: ${passed} passed, ${failed} failed, ${leftOut} left out\n`;
  });
  process.stdout.write(lines.join(''));
});
