import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aReservingWorkload, aWorkload } from '../../../test/builders/index.ts';
import { setCondition } from './conditions.ts';
import { defaultSchedulingOptions } from './options.ts';
import { unsetReservation } from './reservation.ts';
import { withStatusFields } from './status-fields.ts';
import { mergePatch, statusPatch } from './status-patch.ts';

const metadata = { resourceVersion: '7' };

describe('the status patch', () => {
  test('no change gives no patch, also for an equal copy', () => {
    const workload = aReservingWorkload();
    expect(statusPatch(workload, workload)).toBeUndefined();
    expect(statusPatch(workload, structuredClone(workload))).toBeUndefined();
  });

  test('a changed condition sends the whole list and nothing else', () => {
    const before = aReservingWorkload({ resourceVersion: '7' });
    const after = setCondition(
      before,
      { type: 'Finished', status: 'True', reason: 'Succeeded', message: '' },
      0,
    );
    expect(statusPatch(before, after)).toEqual({ metadata, status: { conditions: after.status.conditions } });
  });

  test('fields that went away are sent as null', () => {
    const before = aReservingWorkload({
      resourceVersion: '7',
      status: { requeueState: { count: 1, requeueAt: 't' } },
    });
    const unset = { reason: 'Suspended', message: 'm', options: defaultSchedulingOptions } as const;
    const after = unsetReservation(before, unset, 0);
    expect(statusPatch(before, after)).toMatchObject({ metadata, status: { admission: null } });
    const shorter = withStatusFields(before, { requeueState: { count: 1 } });
    expect(statusPatch(before, shorter)).toEqual({ metadata, status: { requeueState: { requeueAt: null } } });
  });

  test('a first field is sent whole', () => {
    const before = aWorkload({ resourceVersion: '7' });
    const after = withStatusFields(before, { requeueState: { count: 1 } });
    expect(statusPatch(before, after)).toEqual({ metadata, status: { requeueState: { count: 1 } } });
  });

  test('applied by the rules of RFC 7396 it leads from one object to the other', () => {
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer(), { maxLength: 3 }));
    const { object } = fc.letrec<{ object: Record<string, unknown> }>((tie) => ({
      object: fc.dictionary(
        fc.constantFrom('a', 'b', 'c', 'd'),
        fc.oneof({ maxDepth: 3 }, leaf, tie('object')),
        {
          noNullPrototype: true,
        },
      ),
    }));
    fc.assert(
      fc.property(object, object, (before, after) => {
        expect(apply(before, mergePatch(before, after) ?? {})).toEqual(after);
      }),
    );
  });
});

function apply(target: unknown, patch: Record<string, unknown>): Record<string, unknown> {
  const isMap = typeof target === 'object' && target !== null && !Array.isArray(target);
  const result: Record<string, unknown> = isMap ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (typeof value === 'object' && !Array.isArray(value)) {
      result[key] = apply(result[key], value as Record<string, unknown>);
    } else result[key] = value;
  }
  return result;
}
