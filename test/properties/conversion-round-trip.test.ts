import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { convertObject, kinds, schemas } from '../../src/api/index.ts';
import type { Kind } from '../../src/api/index.ts';
import { arbitraryOf } from './arbitrary-of-schema.ts';

interface Parts {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

const old = 'kueue.x-k8s.io/v1beta1';
const stored = 'kueue.x-k8s.io/v1beta2';

/** What say is lost on the way to v1beta2, done to the v1beta1 object itself. */
const losses: Partial<Record<Kind, (object: Parts) => void>> = {
  ClusterQueue: ({ spec, status }) => {
    if (spec) loseFromClusterQueue(spec);
    delete status?.['pendingWorkloadsStatus'];
    loseHistory(status);
  },
  Cohort: ({ status }) => loseHistory(status),
  LocalQueue: ({ status }) => {
    delete status?.['flavors'];
  },
  Workload: ({ spec }) => {
    if (!spec || spec['priorityClassSource']) return;
    delete spec['priorityClassSource'];
    delete spec['priorityClassName'];
  },
  MultiKueueCluster: () => undefined,
};

function loseFromClusterQueue(spec: Record<string, unknown>): void {
  const checks = (spec['admissionChecks'] ?? []) as string[];
  delete spec['admissionChecks'];
  if (checks.length > 0) {
    spec['admissionChecksStrategy'] = { admissionChecks: checks.map((name) => ({ name })) };
  }
  const fungibility = spec['flavorFungibility'] as Record<string, unknown> | undefined;
  if (fungibility?.['whenCanBorrow'] === 'Borrow') fungibility['whenCanBorrow'] = 'MayStopSearch';
  if (fungibility?.['whenCanPreempt'] === 'Preempt') fungibility['whenCanPreempt'] = 'MayStopSearch';
}

function loseHistory(status: Record<string, unknown> | undefined): void {
  const fairSharing = status?.['fairSharing'] as Record<string, unknown> | undefined;
  delete fairSharing?.['admissionFairSharingStatus'];
}

describe('v1beta1 to v1beta2 and back', () => {
  const convertedKinds = (Object.keys(kinds) as Kind[]).filter((kind) => kinds[kind].convertedByWebhook);

  test.each(convertedKinds)('%s loses only what A-11.2 names, and the input is not changed', (kind) => {
    fc.assert(
      fc.property(arbitraryOf(schemas[kind].v1beta1), (value) => {
        const parts = asManifest(value as Parts, kind);
        const before = structuredClone(parts);
        const back = convertObject(convertObject(parts, stored), old);
        expect(parts).toEqual(before);
        losses[kind]?.(before);
        expect(back).toEqual(before);
      }),
    );
  });

  test.each(convertedKinds)('%s: what came from v1beta2 survives the way there and back again', (kind) => {
    fc.assert(
      fc.property(arbitraryOf(schemas[kind].v1beta1), (value) => {
        const there = convertObject(asManifest(value as Parts, kind), stored);
        expect(convertObject(convertObject(there, old), stored)).toEqual(there);
      }),
    );
  });
});

interface Admission {
  podSetAssignments?: { topologyAssignment?: { domains: { values: string[] }[] } }[];
}

/** A generated topology assignment has ragged domains; those of a real one have a value for each level. */
function asManifest(parts: Parts, kind: Kind): Record<string, unknown> & Parts {
  const object = { ...structuredClone(parts), apiVersion: old, kind, metadata: { name: 'a' } };
  const admission = object.status?.['admission'] as Admission | undefined;
  for (const { topologyAssignment } of admission?.podSetAssignments ?? []) {
    for (const domain of topologyAssignment?.domains ?? []) {
      domain.values = [domain.values[0] ?? 'x', domain.values[1] ?? 'y'];
    }
  }
  return object;
}
