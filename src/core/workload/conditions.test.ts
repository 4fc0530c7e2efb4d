import { describe, expect, test } from 'vitest';
import { aCondition, aWorkload } from '../../../test/builders/index.ts';
import { findCondition, removeCondition, setCondition, withCondition } from './conditions.ts';
import { parseTime } from './times.ts';
import { truncateBytes } from './truncate.ts';

const now = parseTime('2026-03-01T12:00:00.900Z');
const written = { type: 'Evicted', status: 'True', reason: 'Preempted', message: 'why' } as const;

describe('writing a condition (A-1.7, L-1.2)', () => {
  test('a new type is appended with the time of now in whole seconds', () => {
    const before = [aCondition({ type: 'Admitted' })];
    expect(withCondition(before, { ...written, observedGeneration: 3 }, now)).toEqual([
      ...before,
      { ...written, observedGeneration: 3, lastTransitionTime: '2026-03-01T12:00:00Z' },
    ]);
  });

  test.each([
    { name: 'another reason keeps the time', change: { reason: 'PodsReadyTimeout' }, isMoved: false },
    { name: 'another message keeps the time', change: { message: 'because' }, isMoved: false },
    { name: 'another generation keeps the time', change: { observedGeneration: 9 }, isMoved: false },
    { name: 'another status moves the time', change: { status: 'False' as const }, isMoved: true },
  ])('$name', ({ change, isMoved }) => {
    const before = [aCondition({ ...written, observedGeneration: 1 })];
    const after = withCondition(before, { ...written, observedGeneration: 1, ...change }, now);
    const time = isMoved ? '2026-03-01T12:00:00Z' : '2026-01-01T00:00:00Z';
    expect(after).toEqual([{ ...before[0], ...change, lastTransitionTime: time }]);
  });

  test('no change gives the same list', () => {
    const before = [aCondition({ ...written, observedGeneration: 1 })];
    expect(withCondition(before, { ...written, observedGeneration: 1 }, now)).toBe(before);
  });

  test('the generation is that of the workload, but Preempted=True carries none (L-1.2)', () => {
    const workload = aWorkload({ generation: 5 });
    const evicted = setCondition(workload, written, now);
    expect(findCondition(evicted, 'Evicted')?.observedGeneration).toBe(5);
    const preempted = setCondition(workload, { ...written, type: 'Preempted' }, now);
    expect(findCondition(preempted, 'Preempted')).not.toHaveProperty('observedGeneration');
    const cleared = setCondition(preempted, { ...written, type: 'Preempted', status: 'False' }, now);
    expect(findCondition(cleared, 'Preempted')?.observedGeneration).toBe(5);
  });

  test('a condition is removed, and removing an absent one changes nothing', () => {
    const workload = aWorkload({ conditions: [{ type: 'Evicted' }, { type: 'Admitted' }] });
    expect(removeCondition(workload, 'Evicted').status.conditions?.map(({ type }) => type)).toEqual([
      'Admitted',
    ]);
    expect(removeCondition(workload, 'Finished')).toBe(workload);
  });
});

describe('truncation (A-1.8, L-1.3, S-9.2)', () => {
  test('a message of exactly 32768 bytes stays, one more is cut to 32764 and a tail', () => {
    const full = 'x'.repeat(32_768);
    expect(truncateBytes(full, 32_768)).toBe(full);
    const [cut] = withCondition([], { ...written, message: `${full}x` }, now);
    expect(cut?.message).toBe(`${'x'.repeat(32_764)} ...`);
  });

  test('a truncated message that is written again changes nothing', () => {
    const input = { ...written, message: 'y'.repeat(40_000) };
    const once = withCondition([], input, now);
    expect(withCondition(once, input, now)).toBe(once);
  });

  test.each([
    { name: 'no character is cut in two', text: 'ä'.repeat(10), bytesMax: 15, want: `${'ä'.repeat(5)} ...` },
    { name: 'four-byte characters count as four', text: '😀😀😀', bytesMax: 11, want: '😀 ...' },
    { name: 'three-byte characters that fit stay', text: '€€€', bytesMax: 9, want: '€€€' },
  ])('$name', ({ text, bytesMax, want }) => {
    expect(truncateBytes(text, bytesMax)).toBe(want);
    expect(Buffer.byteLength(want)).toBeLessThanOrEqual(bytesMax);
  });
});
