import { apiVersion, deprecatedApiVersion } from '../kinds.ts';
import type { JsonObject } from './json-object.ts';
import { downgradeMultiKueueCluster, upgradeMultiKueueCluster } from './multi-kueue-cluster.ts';
import {
  downgradeClusterQueue,
  downgradeLocalQueue,
  upgradeClusterQueue,
  upgradeCohort,
  upgradeLocalQueue,
} from './queues.ts';
import { downgradeWorkload, upgradeWorkload } from './workload.ts';

interface Conversion {
  /** From v1beta1 to v1beta2. */
  readonly upgrade: (object: JsonObject) => JsonObject;
  readonly downgrade: (object: JsonObject) => JsonObject;
}

const conversions: ReadonlyMap<string, Conversion> = new Map<string, Conversion>([
  ['ClusterQueue', { upgrade: upgradeClusterQueue, downgrade: downgradeClusterQueue }],
  ['Cohort', { upgrade: upgradeCohort, downgrade: (cohort) => cohort }],
  ['LocalQueue', { upgrade: upgradeLocalQueue, downgrade: downgradeLocalQueue }],
  ['Workload', { upgrade: upgradeWorkload, downgrade: downgradeWorkload }],
  ['MultiKueueCluster', { upgrade: upgradeMultiKueueCluster, downgrade: downgradeMultiKueueCluster }],
]);

/**
 * The object in the wanted version. The argument is not changed; metadata and all else that is the
 * same in both versions is shared with the result. Throws on a kind or version that is not converted.
 */
export function convertObject(object: JsonObject, targetApiVersion: string): JsonObject {
  const { kind, apiVersion: sourceApiVersion } = object;
  const conversion = conversions.get(String(kind));
  if (!conversion) throw new Error(`kind ${String(kind)} is not converted`);
  for (const known of [sourceApiVersion, targetApiVersion]) {
    if (known !== apiVersion && known !== deprecatedApiVersion) {
      throw new Error(`${String(kind)} has no version ${String(known)}`);
    }
  }
  if (sourceApiVersion === targetApiVersion) return object;
  const change = targetApiVersion === apiVersion ? conversion.upgrade : conversion.downgrade;
  return { ...change(object), apiVersion: targetApiVersion };
}
