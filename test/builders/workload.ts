import { apiVersion, parseWorkload } from '../../src/api/index.ts';
import type {
  Admission,
  Condition,
  PodSet,
  PodSetAssignment,
  Workload,
  WorkloadSpec,
  WorkloadStatus,
} from '../../src/api/index.ts';
import { namespacedMetadata } from './metadata.ts';
import type { NamespacedShape } from './metadata.ts';
import { aPodSet } from './pod-template.ts';

export interface WorkloadShape extends NamespacedShape {
  readonly queueName?: string;
  readonly priority?: number;
  readonly podSets?: readonly Partial<PodSet>[];
  readonly conditions?: readonly (Partial<Condition> & Pick<Condition, 'type'>)[];
  /** Laid over the spec made from the fields above. */
  readonly spec?: Partial<WorkloadSpec>;
  readonly status?: Partial<WorkloadStatus>;
}

/** A pending workload with one pod of one cpu in the queue `main`. */
export function aWorkload(shape: WorkloadShape = {}): Workload {
  const { queueName = 'main', priority = 0, podSets = [{}], conditions, spec, status } = shape;
  return parseWorkload({
    apiVersion,
    kind: 'Workload',
    metadata: namespacedMetadata(shape, 'job-sample'),
    spec: { queueName, priority, podSets: podSets.map(aPodSet), active: true, ...spec },
    status: { ...(conditions && { conditions: conditions.map(aCondition) }), ...status },
  });
}

/** A workload that holds quota, with `QuotaReserved` and, unless `isAdmitted` is false, `Admitted`. */
export function aReservingWorkload(
  shape: WorkloadShape & { readonly admission?: Admission; readonly isAdmitted?: boolean } = {},
): Workload {
  const { admission = anAdmission(), isAdmitted = true, conditions = [], status, ...rest } = shape;
  const held = [{ type: 'QuotaReserved', reason: 'QuotaReserved' }];
  const admitted = isAdmitted ? [{ type: 'Admitted', reason: 'Admitted' }] : [];
  return aWorkload({
    ...rest,
    conditions: [...held, ...admitted, ...conditions],
    status: { admission, ...status },
  });
}

/** A True condition since the start of 2026. */
export function aCondition(shape: Partial<Condition> & Pick<Condition, 'type'>): Condition {
  const defaults = { status: 'True' as const, reason: shape.type, message: `${shape.type} is so` };
  return { ...defaults, lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 1, ...shape };
}

/** An admission of one pod of one cpu on the flavor `default`. */
export function anAdmission(
  shape: {
    readonly clusterQueue?: string;
    readonly podSetAssignments?: readonly Partial<PodSetAssignment>[];
  } = {},
): Admission {
  const { clusterQueue = 'main', podSetAssignments = [{}] } = shape;
  return {
    clusterQueue,
    podSetAssignments: podSetAssignments.map((assignment) => ({
      name: 'main',
      flavors: { cpu: 'default' },
      resourceUsage: { cpu: '1' },
      count: 1,
      ...assignment,
    })),
  };
}
