/** `npm run test:long` gives every property more runs; one that states its own number keeps it. */
if (process.env['QUAYMASTER_LONG'] === '1') {
  const { default: fastCheck } = await import('fast-check');
  fastCheck.configureGlobal({ numRuns: 5_000 });
}

export {};
