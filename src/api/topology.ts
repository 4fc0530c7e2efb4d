import { z } from 'zod';
import { celRules, uniqueItems } from './cel.ts';
import type { CelRule } from './cel.ts';
import { rootSchema } from './kinds.ts';
import { atomicList } from './lists.ts';
import type { ObjectMeta } from './metadata.ts';
import { key } from './strings.ts';

/** One level of a data centre's hierarchy, named by the node label that tells its domains apart. */
const topologyLevel = z.object({ nodeLabel: key.min(1).max(316) });
export type TopologyLevel = z.infer<typeof topologyLevel>;

const mutableWithHostname: CelRule = {
  message:
    'levels are mutable only when kubernetes.io/hostname is the lowest level both before and after the change',
  rule: "self == oldSelf || (self[size(self) - 1].nodeLabel == 'kubernetes.io/hostname' && oldSelf[size(oldSelf) - 1].nodeLabel == 'kubernetes.io/hostname')",
};

const hostnameLowest: CelRule = {
  message: 'the kubernetes.io/hostname label can only be used at the lowest level of topology',
  rule: "size(self.filter(i, i.nodeLabel == 'kubernetes.io/hostname')) == 0 || self[size(self) - 1].nodeLabel == 'kubernetes.io/hostname'",
};

/** The list of levels; only the first rule differs between the versions. */
export function topologyLevels(changeRule: CelRule) {
  return atomicList(topologyLevel)
    .min(1)
    .max(16)
    .meta(celRules(changeRule, uniqueItems, hostnameLowest))
    .describe('Levels from the highest to the lowest.');
}

export const topologySpec = z.object({ levels: topologyLevels(mutableWithHostname) });
export type TopologySpec = z.infer<typeof topologySpec>;

export const topology = rootSchema({ spec: topologySpec.optional() });

/** A Topology as read; one stored without spec has no levels. */
export interface Topology {
  apiVersion: string;
  kind: 'Topology';
  metadata: ObjectMeta;
  spec: TopologySpec;
}
