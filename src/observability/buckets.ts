const from1 = (count: number): readonly number[] => [
  1,
  2.5,
  ...Array.from({ length: count - 2 }, (_, step) => 5 * 2 ** step),
];

/** The bucket bounds of O-9.10, in seconds. */
export const buckets = {
  /** 1 s to about 3 hours. */
  e14: from1(14),
  /** 1 s to about 11 hours. */
  e16: from1(16),
  /** 5 ms to 10 s. */
  short: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  /** 10 ms to about 10 s, doubling. */
  c11: Array.from({ length: 11 }, (_, step) => 0.01 * 2 ** step),
} as const;
