import { changeField, isObject, withFields } from './json-object.ts';
import type { JsonObject } from './json-object.ts';

/** MultiKueueCluster from v1beta1 to v1beta2; a kubeconfig without a location is none. */
export function upgradeMultiKueueCluster(cluster: JsonObject): JsonObject {
  return changeField(cluster, 'spec', (spec) => {
    const { kubeConfig, clusterProfileRef } = spec;
    const hasLocation = isObject(kubeConfig) && Boolean(kubeConfig['location']);
    return withFields(spec, {
      kubeConfig: undefined,
      clusterProfileRef: undefined,
      clusterSource: {
        ...(hasLocation && { kubeConfig }),
        ...(clusterProfileRef !== undefined && { clusterProfileRef }),
      },
    });
  });
}

/** MultiKueueCluster from v1beta2 to v1beta1, which always has a kubeconfig. */
export function downgradeMultiKueueCluster(cluster: JsonObject): JsonObject {
  return changeField(cluster, 'spec', (spec) => {
    const source = isObject(spec['clusterSource']) ? spec['clusterSource'] : {};
    return withFields(spec, {
      clusterSource: undefined,
      clusterProfileRef: source['clusterProfileRef'],
      kubeConfig: source['kubeConfig'] ?? { location: '', locationType: '' },
    });
  });
}
