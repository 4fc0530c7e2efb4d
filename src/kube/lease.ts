import type { KubeObject } from './kube-client.ts';

/** The spec of a coordination.k8s.io/v1 Lease (O-8.5). */
export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

export interface Lease extends KubeObject {
  readonly spec?: LeaseSpec;
}

/** A lease as last seen, and when we saw it change, on our own clock. */
export interface SeenLease {
  readonly lease: Lease;
  readonly changedMs: number;
}

/**
 * O-8.6: free when nobody holds it, or when it has not been seen to change for its own duration. Times inside the record come
 * from other clocks and are not looked at.
 */
export function isTakable({ lease, changedMs }: SeenLease, monotonicMs: number): boolean {
  const spec = lease.spec ?? {};
  if (!spec.holderIdentity) return true;
  return monotonicMs - changedMs > (spec.leaseDurationSeconds ?? 0) * 1000;
}

/** O-8.5: the record that says we hold the lease; taking it from another counts as a transition. */
export function heldSpec(
  before: LeaseSpec | undefined,
  { identity, durationMs }: { identity: string; durationMs: number },
  now: number,
): LeaseSpec {
  const isOurs = before?.holderIdentity === identity;
  const transitions = before?.leaseTransitions ?? 0;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.max(1, Math.ceil(durationMs / 1000)),
    acquireTime: isOurs && before.acquireTime !== undefined ? before.acquireTime : microTime(now),
    renewTime: microTime(now),
    leaseTransitions: before === undefined || isOurs ? transitions : transitions + 1,
  };
}

/** O-8.8: the record that gives the lease back at once. */
export function releasedSpec(before: LeaseSpec | undefined, now: number): LeaseSpec {
  return {
    holderIdentity: '',
    leaseDurationSeconds: 1,
    acquireTime: microTime(now),
    renewTime: microTime(now),
    leaseTransitions: before?.leaseTransitions ?? 0,
  };
}

/** A MicroTime of the API: RFC 3339 with six decimals. */
export function microTime(now: number): string {
  return new Date(now).toISOString().replace('Z', '000Z');
}
