import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aWorkload } from '../../../test/builders/index.ts';
import type { WorkloadShape } from '../../../test/builders/index.ts';
import { defaultSchedulingOptions, describePending } from '../workload/index.ts';
import type { PendingWorkload } from '../workload/index.ts';
import { PendingQueues } from './pending-queues.ts';

const now = Date.parse('2026-01-01T12:00:00Z');

/** A workload of its own scheduling hash where the amount differs. */
function pendingOf(cpu: string, shape: WorkloadShape): PendingWorkload {
  const template = { spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }] } };
  return describePending(aWorkload({ podSets: [{ template }], ...shape }), {
    limitRanges: [],
    runtimeClass: () => undefined,
    options: defaultSchedulingOptions,
  });
}

function queuesWith(workloads: readonly PendingWorkload[]): PendingQueues {
  const queues = new PendingQueues();
  queues.upsertClusterQueue('main', { strategy: 'BestEffortFIFO', isActive: true });
  for (const workload of workloads) queues.push('main', workload, now);
  return queues;
}

const orderOf = (queues: PendingQueues) => queues.order('main').map(({ name }) => name);

describe('heap order by usage (S-3.3 step 1)', () => {
  test('where usage counts, it counts before priority', () => {
    const queues = queuesWith([
      pendingOf('1', { name: 'heavy', queueName: 'h', priority: 9 }),
      pendingOf('1', { name: 'light', queueName: 'l', priority: 0 }),
    ]);
    expect(orderOf(queues)).toEqual(['heavy', 'light']);
    expect(queues.setUsage('main', 'team-a/h', 2)).toBe(true);
    expect(queues.setUsage('main', 'team-a/l', 1)).toBe(true);
    expect(queues.setUsage('main', 'team-a/l', 1)).toBe(false);
    expect(orderOf(queues)).toEqual(['light', 'heavy']);
    expect(queues.popHeads()[0]?.pending.name).toBe('light');
  });

  test('usage changes the order of workloads that wait, whatever their hash, and of those that come later (S-8.11)', () => {
    const usage = fc.constantFrom(0, 0.5, 1, Number.POSITIVE_INFINITY);
    const step = fc.oneof(
      fc.record({ localQueue: fc.nat(2), cpu: fc.constantFrom('1', '2'), priority: fc.nat(2) }),
      fc.record({ localQueue: fc.nat(2), usage }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const queues = queuesWith([]);
        const usages = new Map<string, number>();
        const priorities = new Map<string, readonly [localQueue: string, priority: number]>();
        for (const [index, one] of steps.entries()) {
          const localQueue = `q${one.localQueue}`;
          if ('usage' in one) {
            usages.set(localQueue, one.usage);
            queues.setUsage('main', `team-a/${localQueue}`, one.usage);
            continue;
          }
          const { cpu, priority } = one;
          const name = `w${String(index).padStart(2, '0')}`;
          priorities.set(name, [localQueue, priority]);
          queues.push('main', pendingOf(cpu, { name, queueName: localQueue, priority }), now);
        }
        const keyOf = (name: string): readonly [number, number] => {
          const [localQueue = '', priority = 0] = priorities.get(name) ?? [];
          return [usages.get(localQueue) ?? 0, -priority];
        };
        const popped = steps.flatMap(() =>
          queues.popHeads().map(({ pending: { name, key } }) => (queues.remove(key), name)),
        );
        expect(popped).toHaveLength(priorities.size);
        for (const [index, name] of popped.entries()) {
          const [first, next] = [keyOf(name), keyOf(popped[index + 1] ?? name)];
          expect(first[0] < next[0] || (first[0] === next[0] && first[1] <= next[1])).toBe(true);
        }
      }),
    );
  });
});
