/**
 * Annotations of a pod that say how it lives on a simulated node; the README tells what each of them does. Times are Go
 * durations such as `1500ms` or `2m`.
 */
export const podAnnotations = {
  startAfter: 'test.quaymaster.dev/start-after',
  readyAfter: 'test.quaymaster.dev/ready-after',
  runFor: 'test.quaymaster.dev/run-for',
  outcome: 'test.quaymaster.dev/outcome',
  exitCode: 'test.quaymaster.dev/exit-code',
  terminateAfter: 'test.quaymaster.dev/terminate-after',
} as const;
