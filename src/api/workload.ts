import { z } from 'zod';
import { celRules } from './cel.ts';
import { rootSchema } from './kinds.ts';
import { atomicList, mapList } from './lists.ts';
import type { NamespacedMeta } from './metadata.ts';
import { int32 } from './numbers.ts';
import { podTemplateSpec } from './pod-template.ts';
import { label, subdomain } from './strings.ts';
import { admissionSizeRule, priorityClassRefRules, reservedFieldRules } from './workload-rules.ts';
import { workloadStatus } from './workload-status.ts';
import type { WorkloadStatus } from './workload-status.ts';

const topologyKey = z.string().max(63);

const podSetTopologyRequest = z.object({
  required: topologyKey.describe('All pods go into one domain of this level.').optional(),
  preferred: topologyKey.describe('As required, but spreading higher up is allowed.').optional(),
  unconstrained: z.boolean().optional(),
  podIndexLabel: z.string().max(317).optional(),
  subGroupIndexLabel: z.string().max(317).optional(),
  subGroupCount: int32.min(0).optional(),
  podSetGroupName: z.string().max(256).optional(),
  podSetSliceRequiredTopology: topologyKey.optional(),
  podSetSliceSize: int32.min(1).optional(),
  podsetSliceRequiredTopologyConstraints: atomicList(
    z.object({ topology: topologyKey.min(1), size: int32.min(1) }),
  )
    .max(3)
    .optional(),
});
export type PodSetTopologyRequest = z.infer<typeof podSetTopologyRequest>;

/** The rule on one pod set, the same in both versions. */
export const podSetRules = celRules({
  message: 'minCount should be positive and less or equal to count',
  rule: 'has(self.minCount) ? self.minCount <= self.count : true',
});

/** A number of pods that are all alike. */
export const podSet = z
  .object({
    name: label.default('main'),
    template: podTemplateSpec,
    count: int32.min(0).default(1),
    minCount: int32.min(1).describe('The least number of pods the job can run with.').optional(),
    topologyRequest: podSetTopologyRequest.optional(),
  })
  .meta(podSetRules);
export type PodSet = z.infer<typeof podSet>;

const priorityClassRef = z
  .object({
    group: z.enum(['kueue.x-k8s.io', 'scheduling.k8s.io']),
    kind: z.enum(['WorkloadPriorityClass', 'PriorityClass']),
    name: subdomain.min(1),
  })
  .meta(
    celRules(
      {
        message: 'only the PriorityClass kind is allowed for the scheduling.k8s.io group',
        rule: "(self.group == 'scheduling.k8s.io') ? self.kind == 'PriorityClass' : true",
      },
      {
        message: 'only the WorkloadPriorityClass kind is allowed for the kueue.x-k8s.io group',
        rule: "(self.group == 'kueue.x-k8s.io') ? self.kind == 'WorkloadPriorityClass' : true",
      },
    ),
  );
export type PriorityClassRef = z.infer<typeof priorityClassRef>;

const preemptionGate = z.object({ name: z.string().min(1).max(63) });
export type PreemptionGate = z.infer<typeof preemptionGate>;

export const workloadSpec = z
  .object({
    podSets: mapList(podSet, 'name').min(1).max(18).optional(),
    queueName: subdomain.describe('A LocalQueue in the same namespace.').optional(),
    priorityClassRef: priorityClassRef.optional(),
    priority: int32.describe('Absent counts as 0.').optional(),
    active: z
      .boolean()
      .default(true)
      .describe('When false the workload is never admitted, and evicted if it runs.'),
    maximumExecutionTimeSeconds: int32.min(1).optional(),
    preemptionGates: mapList(preemptionGate, 'name').max(8).optional(),
  })
  .meta(
    celRules({
      message: 'priority should not be nil when priorityClassRef is set',
      rule: '!has(self.priorityClassRef) || has(self.priority)',
    }),
  );
/** The spec as read; one stored without pod sets has an empty list (trap 7 of section 14). */
export type WorkloadSpec = Omit<z.infer<typeof workloadSpec>, 'podSets'> & { podSets: PodSet[] };

export const workload = rootSchema({
  spec: workloadSpec.optional(),
  status: workloadStatus.optional(),
}).meta(celRules(admissionSizeRule, ...priorityClassRefRules, ...reservedFieldRules));

/** A Workload as read: defaults filled in, `spec` and `status` always there. */
export interface Workload {
  apiVersion: string;
  kind: 'Workload';
  metadata: NamespacedMeta;
  spec: WorkloadSpec;
  status: WorkloadStatus;
}
