import { changeField, renameField, withFields, withoutFields } from './json-object.ts';
import type { JsonObject } from './json-object.ts';

/** ClusterQueue from v1beta1 to v1beta2. */
export function upgradeClusterQueue(clusterQueue: JsonObject): JsonObject {
  const withSpec = changeField(clusterQueue, 'spec', (spec) =>
    changeField(
      upgradeAdmissionChecks(renameField(spec, 'cohort', 'cohortName')),
      'flavorFungibility',
      upgradeFungibility,
    ),
  );
  return changeField(withSpec, 'status', (status) =>
    withoutFairSharingHistory(withoutFields(status, 'pendingWorkloadsStatus')),
  );
}

/** ClusterQueue from v1beta2 to v1beta1; a strategy never becomes a list again. */
export function downgradeClusterQueue(clusterQueue: JsonObject): JsonObject {
  return changeField(clusterQueue, 'spec', (spec) =>
    renameField(withoutFields(spec, 'concurrentAdmissionPolicy'), 'cohortName', 'cohort'),
  );
}

/** Cohort from v1beta1 to v1beta2; the other way nothing changes. */
export function upgradeCohort(cohort: JsonObject): JsonObject {
  return changeField(cohort, 'status', withoutFairSharingHistory);
}

/** LocalQueue from v1beta1 to v1beta2. */
export function upgradeLocalQueue(localQueue: JsonObject): JsonObject {
  return changeField(localQueue, 'status', (status) =>
    renameField(withoutFields(status, 'flavors'), 'flavorUsage', 'flavorsUsage'),
  );
}

/** LocalQueue from v1beta2 to v1beta1. */
export function downgradeLocalQueue(localQueue: JsonObject): JsonObject {
  return changeField(localQueue, 'status', (status) => renameField(status, 'flavorsUsage', 'flavorUsage'));
}

/** A list that names checks replaces a strategy given beside it; an empty list leaves it. */
function upgradeAdmissionChecks(spec: JsonObject): JsonObject {
  const checks = spec['admissionChecks'];
  if (!Array.isArray(checks) || checks.length === 0) return withoutFields(spec, 'admissionChecks');
  return withFields(spec, {
    admissionChecks: undefined,
    admissionChecksStrategy: { admissionChecks: checks.map((name: unknown) => ({ name })) },
  });
}

function upgradeFungibility(fungibility: JsonObject): JsonObject {
  const changes = {
    ...(fungibility['whenCanBorrow'] === 'Borrow' && { whenCanBorrow: 'MayStopSearch' }),
    ...(fungibility['whenCanPreempt'] === 'Preempt' && { whenCanPreempt: 'MayStopSearch' }),
  };
  return Object.keys(changes).length === 0 ? fungibility : { ...fungibility, ...changes };
}

function withoutFairSharingHistory(status: JsonObject): JsonObject {
  return changeField(status, 'fairSharing', (fairSharing) =>
    withoutFields(fairSharing, 'admissionFairSharingStatus'),
  );
}
