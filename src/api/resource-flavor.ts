import { z } from 'zod';
import { celRules } from './cel.ts';
import { rootSchema } from './kinds.ts';
import { atomicList } from './lists.ts';
import type { ObjectMeta } from './metadata.ts';
import { stringMap, subdomain } from './strings.ts';
import { taint, taintRules, tolerations } from './tolerations.ts';

/** A sort of node, by labels and taints (4.4). */
export const resourceFlavorSpec = z
  .object({
    nodeLabels: stringMap
      .meta({ 'x-kubernetes-map-type': 'atomic', maxProperties: 8 })
      .describe('Labels of the nodes of this flavor; added to the node selector of what is admitted.')
      .optional(),
    nodeTaints: atomicList(taint)
      .max(8)
      .meta(taintRules)
      .describe('Taints of these nodes that a workload must tolerate to get the flavor.')
      .optional(),
    tolerations: tolerations.describe('Added to the pods of what is admitted.').optional(),
    topologyName: subdomain.describe('A Topology; makes placement within the flavor exact.').optional(),
  })
  .meta(
    celRules(
      {
        message: 'at least one nodeLabel is required when topology is set',
        rule: '!has(self.topologyName) || self.nodeLabels.size() >= 1',
      },
      {
        message: 'topologyName is immutable when topologyName is set',
        rule: '!has(oldSelf.topologyName) || (has(self.topologyName) && self.topologyName == oldSelf.topologyName)',
      },
    ),
  );
export type ResourceFlavorSpec = z.infer<typeof resourceFlavorSpec>;

export const resourceFlavor = rootSchema({ spec: resourceFlavorSpec.optional() });

/** A ResourceFlavor as read: `spec` always there; the kind has no status. */
export interface ResourceFlavor {
  apiVersion: string;
  kind: 'ResourceFlavor';
  metadata: ObjectMeta;
  spec: ResourceFlavorSpec;
}
