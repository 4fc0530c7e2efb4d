import { expect } from 'vitest';

/**
 * How often fast-check tries a property: over generated clusters (test/properties) 500 times, and 20,000 times with
 * `npm run test:long`; all others by its own default, and 5,000 times. QUAYMASTER_RUNS sets the first number.
 */
const isLong = process.env['QUAYMASTER_LONG'] === '1';
const isOverClusters = (expect.getState().testPath ?? '').includes('/test/properties/');
const clusterRuns = Number(process.env['QUAYMASTER_RUNS'] ?? (isLong ? 20_000 : 500));

if (isLong || isOverClusters) {
  const { default: fastCheck } = await import('fast-check');
  fastCheck.configureGlobal({ numRuns: isOverClusters ? clusterRuns : 5_000 });
}
