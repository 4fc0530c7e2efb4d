import { isDeepStrictEqual } from 'node:util';
import { canonicalQuantity } from '../../src/core/amounts/index.ts';
import type { ExpectedCycle, ExpectedState, MessagePattern } from './scenario.ts';

/** One thing that is not as recorded. */
export interface Difference {
  readonly what: string;
  readonly expected: unknown;
  readonly got: unknown;
}

/** The last message that the scenario expects for each workload; where a later text is left out, it is this one. It is
 * undefined where the original wrote nothing, because its reason was empty, and anything sensible is right. */
export type LastMessages = Map<string, MessagePattern | undefined>;

/** How a round differs from what is expected. */
export function compareCycles(
  expected: ExpectedCycle,
  seen: ExpectedCycle,
  last: LastMessages,
): readonly Difference[] {
  const [wanted, got] = [expected.pending ?? {}, seen.pending ?? {}];
  return [
    ...compare('heads', expected.heads, seen.heads),
    ...compare(
      'admitted',
      withCanonicalUsage(expected.admitted ?? {}),
      withCanonicalUsage(seen.admitted ?? {}),
    ),
    ...compare('preempted', sorted(expected.preempted ?? {}), sorted(seen.preempted ?? {})),
    ...keysOf(wanted, got).flatMap((key) => {
      const [want, have] = [wanted[key], got[key]];
      if (want !== undefined) last.set(key, isUnwritten(have?.message) ? undefined : want.message);
      return isSamePending(want, have) ? [] : compare(`pending ${key}`, want, have);
    }),
  ];
}

type Pending = NonNullable<ExpectedCycle['pending']>[string];

function isSamePending(want: Pending | undefined, have: Pending | undefined): boolean {
  if (want === undefined || have === undefined || want.requeued !== have.requeued) return false;
  if (want.reason === undefined || isUnwritten(have.message)) return true;
  return want.reason === have.reason && isMatch(want.message, have.message);
}

/** How the picture at rest differs from what is expected. */
export function compareStates(
  expected: ExpectedState,
  seen: ExpectedState,
  last: LastMessages,
): readonly Difference[] {
  const plain = ['admitted', 'onlyReserved', 'evicted', 'queues', 'usage', 'borrowed', 'shares'] as const;
  return [
    ...plain.flatMap((part) => {
      const empty = Array.isArray(seen[part]) ? [] : {};
      return compare(part, sorted(expected[part] ?? empty), sorted(seen[part] ?? empty));
    }),
    ...compareWaiting(expected.waiting ?? {}, seen.waiting ?? {}, last),
  ];
}

function compareWaiting(
  wanted: NonNullable<ExpectedState['waiting']>,
  got: NonNullable<ExpectedState['waiting']>,
  last: LastMessages,
): readonly Difference[] {
  return keysOf(wanted, got).flatMap((key) => {
    const [want, have] = [wanted[key], got[key]];
    if (isAnythingRight(key, last) && isUnwritten(have?.message)) return [];
    if (want?.message !== undefined) last.set(key, want.message);
    const complete = want && { message: last.get(key), ...want };
    return isSameWaiting(complete, have) ? [] : compare(`waiting ${key}`, complete, have);
  });
}

type Waiting = { readonly reason: string; readonly message?: MessagePattern | undefined };

function isSameWaiting(want: Waiting | undefined, have: Waiting | undefined): boolean {
  return want?.reason === have?.reason && isMatch(want?.message, have?.message);
}

function isAnythingRight(key: string, last: LastMessages): boolean {
  return last.has(key) && last.get(key) === undefined;
}

function keysOf(a: object, b: object): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted();
}

/** Beside a resource that fits, one that no group covers left the original without a reason, and so without a write. */
function isUnwritten(message: MessagePattern | undefined): boolean {
  return typeof message === 'string' && message.endsWith('unavailable in ClusterQueue');
}

function isMatch(pattern: MessagePattern | undefined, message: MessagePattern | undefined): boolean {
  if (typeof pattern !== 'object') return pattern === message;
  return typeof message === 'string' && pattern.anyOf.includes(message);
}

function compare(what: string, expected: unknown, got: unknown): readonly Difference[] {
  return isDeepStrictEqual(expected, got) ? [] : [{ what, expected, got }];
}

/** Usage lists come in any order of keys; only lists of names have one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

function withCanonicalUsage(admitted: NonNullable<ExpectedCycle['admitted']>): unknown {
  return sorted(
    Object.fromEntries(
      Object.entries(admitted).map(([key, one]) => {
        const podSets = Object.entries(one.podSets).map(([name, { count, flavors = {}, usage = {} }]) => {
          const amounts = Object.entries(usage).map(([resource, text]) => [
            resource,
            canonicalQuantity(text),
          ]);
          return [name, { count, flavors, usage: Object.fromEntries(amounts) }];
        });
        return [key, { ...one, podSets: Object.fromEntries(podSets) }];
      }),
    ),
  );
}
