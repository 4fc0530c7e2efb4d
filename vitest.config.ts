import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './hack/checks/summary-reporter.ts';

const isLong = process.env['QUAYMASTER_LONG'] === '1';

/**
 * Three projects, cheapest first: the groups run one after another, and where a control plane is started, one file at
 * a time, so that two cores are enough.
 */
export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{src,webhooks,hack}/**/*.test.ts',
            'test/{properties,vectors,simulation,builders}/**/*.test.ts',
          ],
          setupFiles: ['hack/checks/property-runs.ts'],
          sequence: { groupOrder: 0 },
          testTimeout: isLong ? 3_600_000 : 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'apiserver',
          include: ['test/apiserver/**/*.test.ts'],
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          sequence: { groupOrder: 2 },
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
