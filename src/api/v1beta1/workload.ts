import { z } from 'zod';
import { celRules } from '../cel.ts';
import type { CelRule } from '../cel.ts';
import { rootSchema } from '../kinds.ts';
import { alwaysRequired, mapList } from '../lists.ts';
import { int32 } from '../numbers.ts';
import { subdomain } from '../strings.ts';
import { podSet, podSetRules, workloadSpec } from '../workload.ts';
import { admissionSizeRule, quotaReservedBefore, reservedFieldRules } from '../workload-rules.ts';
import { workloadStatusV1beta1 } from './workload-status.ts';

/** The v1beta1 side of section 5; the differences are those of. */
const topologyRequest = z.object({
  required: z.string().optional(),
  preferred: z.string().optional(),
  unconstrained: z.boolean().optional(),
  podIndexLabel: z.string().optional(),
  subGroupIndexLabel: z.string().optional(),
  subGroupCount: int32.optional(),
  podSetGroupName: z.string().optional(),
  podSetSliceRequiredTopology: z.string().optional(),
  podSetSliceSize: int32.min(1).optional(),
});

const podSetV1beta1 = z
  .object({
    ...podSet.shape,
    count: podSet.shape.count.meta(alwaysRequired),
    topologyRequest: topologyRequest.optional(),
  })
  .meta(podSetRules);

const {
  priorityClassRef: _priorityClassRef,
  preemptionGates: _preemptionGates,
  ...sharedSpec
} = workloadSpec.shape;

const spec = z
  .object({
    ...sharedSpec,
    podSets: mapList(podSetV1beta1, 'name').min(1).max(18),
    priorityClassSource: z
      .enum(['kueue.x-k8s.io/workloadpriorityclass', 'scheduling.k8s.io/priorityclass', ''])
      .default(''),
    priorityClassName: subdomain.optional(),
  })
  .meta(
    celRules({
      message: 'priority should not be nil when priorityClassName is set',
      rule: 'has(self.priorityClassName) ? has(self.priority) : true',
    }),
  );

const bothHaveSource = 'has(oldSelf.spec.priorityClassSource) && has(self.spec.priorityClassSource)';

const priorityClassRules: readonly CelRule[] = [
  {
    message: 'priorityClassSource is immutable while workload quota reserved',
    rule: `(${quotaReservedBefore} && ${bothHaveSource}) ? (oldSelf.spec.priorityClassSource == self.spec.priorityClassSource) : true`,
  },
  {
    message:
      'priorityClassName is immutable while workload quota reserved and priorityClassSource is not equal to kueue.x-k8s.io/workloadpriorityclass',
    rule: `(${quotaReservedBefore} && ${bothHaveSource} && (self.spec.priorityClassSource != 'kueue.x-k8s.io/workloadpriorityclass') && has(oldSelf.spec.priorityClassName) && has(self.spec.priorityClassName)) ? (oldSelf.spec.priorityClassName == self.spec.priorityClassName) : true`,
  },
];

export const workloadV1beta1 = rootSchema({
  spec: spec.optional(),
  status: workloadStatusV1beta1.optional(),
}).meta(celRules(admissionSizeRule, ...priorityClassRules, ...reservedFieldRules));
