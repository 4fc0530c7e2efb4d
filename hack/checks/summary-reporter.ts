import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with one line that people and programs can read, and fails a run in which nothing ran. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(testModules: readonly TestModule[]): void {
    const counts = countTests(testModules);
    if (counts.passed + counts.failed === 0) process.exitCode = 1;
    process.stdout.write(`\n${renderSummary(counts)}\n`);
  }
}

interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** A module or suite that fell outside its tests (an import or a hook) counts as one failure of its own. */
function countTests(testModules: readonly TestModule[]): TestCounts {
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  for (const testModule of testModules) {
    const before = counts.failed;
    for (const test of testModule.children.allTests()) {
      const { state } = test.result();
      if (state === 'pending') counts.failed += 1;
      else counts[state] += 1;
    }
    if (testModule.state() === 'failed' && counts.failed === before) counts.failed += 1;
  }
  return counts;
}

function renderSummary({ passed, failed, skipped }: TestCounts): string {
  const ran = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? ran : `${ran}, ${skipped} skipped`;
}
