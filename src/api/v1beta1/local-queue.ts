import { z } from 'zod';
import { unboundedConditions } from '../conditions.ts';
import { rootSchema } from '../kinds.ts';
import { atomicList, mapList, setList } from '../lists.ts';
import { localQueueSpec, localQueueStatus } from '../local-queue.ts';
import { stringMap, subdomain } from '../strings.ts';
import { taint } from '../tolerations.ts';

/** The v1beta1 side of 4.3; the differences are those of. */
const availableFlavor = z.object({
  name: subdomain,
  resources: setList(z.string()).max(64).optional(),
  nodeLabels: stringMap.meta({ 'x-kubernetes-map-type': 'atomic', maxProperties: 8 }).optional(),
  nodeTaints: atomicList(taint).max(8).optional(),
  topology: z.object({ name: subdomain, levels: atomicList(z.string()).min(1).max(16) }).optional(),
});

const { flavorsUsage, ...sharedStatus } = localQueueStatus.shape;

const status = z.object({
  ...sharedStatus,
  conditions: unboundedConditions.optional(),
  flavorUsage: flavorsUsage,
  flavors: mapList(availableFlavor, 'name').max(64).describe('No longer written.').optional(),
});

export const localQueueV1beta1 = rootSchema({ spec: localQueueSpec.optional(), status: status.optional() });
