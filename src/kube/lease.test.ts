import { expect, test } from 'vitest';
import { heldSpec, isTakable, microTime, releasedSpec } from './lease.ts';
import type { LeaseSpec } from './lease.ts';

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const stamp = '2026-01-02T03:04:05.678000Z';

function seen(spec: LeaseSpec, changedMs: number) {
  const metadata = { name: 'l', uid: 'u', resourceVersion: '1', generation: 1, creationTimestamp: '' };
  return { lease: { metadata, spec }, changedMs };
}

test.each([
  {
    name: 'held and just seen to change',
    spec: { holderIdentity: 'a', leaseDurationSeconds: 15 },
    age: 0,
    want: false,
  },
  {
    name: 'held and unchanged for its duration',
    spec: { holderIdentity: 'a', leaseDurationSeconds: 15 },
    age: 15_000,
    want: false,
  },
  {
    name: 'held and unchanged for longer',
    spec: { holderIdentity: 'a', leaseDurationSeconds: 15 },
    age: 15_001,
    want: true,
  },
  { name: 'released', spec: { holderIdentity: '', leaseDurationSeconds: 1 }, age: 0, want: true },
  { name: 'never held', spec: {}, age: 0, want: true },
])('a lease $name may be taken: $want (O-8.6)', ({ spec, age, want }) => {
  expect(isTakable(seen(spec, 1000), 1000 + age)).toBe(want);
});

test('an old renewTime inside the record alone does not make it free (O-8.6)', () => {
  const spec = { holderIdentity: 'a', leaseDurationSeconds: 15, renewTime: '2001-01-01T00:00:00.000000Z' };
  expect(isTakable(seen(spec, 1000), 2000)).toBe(false);
});

test.each([
  {
    name: 'the first holder starts at no transition',
    before: undefined,
    want: { acquireTime: stamp, leaseTransitions: 0 },
  },
  {
    name: 'renewing keeps acquireTime and transitions',
    before: { holderIdentity: 'me', acquireTime: 'then', leaseTransitions: 4 },
    want: { acquireTime: 'then', leaseTransitions: 4 },
  },
  {
    name: 'taking it from another counts',
    before: { holderIdentity: 'other', acquireTime: 'then', leaseTransitions: 4 },
    want: { acquireTime: stamp, leaseTransitions: 5 },
  },
  {
    name: 'taking it after a release counts',
    before: { holderIdentity: '', acquireTime: 'then', leaseTransitions: 4 },
    want: { acquireTime: stamp, leaseTransitions: 5 },
  },
])('$name (O-8.5)', ({ before, want }) => {
  expect(heldSpec(before, { identity: 'me', durationMs: 15_000 }, now)).toEqual({
    holderIdentity: 'me',
    leaseDurationSeconds: 15,
    renewTime: stamp,
    ...want,
  });
});

test('a released lease has no holder and lasts one second (O-8.8)', () => {
  expect(releasedSpec({ holderIdentity: 'me', leaseTransitions: 4 }, now)).toEqual({
    holderIdentity: '',
    leaseDurationSeconds: 1,
    acquireTime: stamp,
    renewTime: stamp,
    leaseTransitions: 4,
  });
});

test('times have six decimals (O-8.5)', () => expect(microTime(now)).toBe(stamp));
