import { annotations } from '../src/api/index.ts';
import type { Admission, Workload } from '../src/api/index.ts';
import { hasQuotaReservation, isSemanticallyEqual } from '../src/core/workload/index.ts';
import { admissionGateChangeErrors } from './admission-gates.ts';
import { isElasticWorkload } from './elastic-workload.ts';
import { invalid, required } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { immutableDetail } from './name-rules.ts';
import type { WebhookOptions } from './options.ts';

/** Faults of a change of a Workload, whoever makes it. */
export function workloadChangeErrors(
  workload: Workload,
  old: Workload,
  options: WebhookOptions,
): FieldError[] {
  const gates = annotations.admissionGatedBy;
  return [
    ...(hasQuotaReservation(old) ? podSetChangeErrors(workload, old, options) : []),
    ...(hasQuotaReservation(old) && hasQuotaReservation(workload)
      ? reclaimableChangeErrors(workload, old, options)
      : []),
    ...admissionChangeErrors(workload, old, options),
    ...checkChangeErrors(workload, old),
    ...clusterNameErrors(workload, old, options),
    ...(options.admissionGatedBy
      ? admissionGateChangeErrors(workload.metadata.annotations?.[gates], old.metadata.annotations?.[gates])
      : []),
  ];
}

/** The footprint of a Workload that holds quota is fixed; only with elastic jobs on may counts fall (A-6.31 number 1). */
function podSetChangeErrors(
  { spec }: Workload,
  { spec: old }: Workload,
  options: WebhookOptions,
): FieldError[] {
  const path = 'spec.podSets';
  if (spec.podSets.length !== old.podSets.length) return [invalid(path, spec.podSets, immutableDetail)];
  return spec.podSets.flatMap((podSet, i) => {
    const before = old.podSets[i]!;
    const count = options.elasticJobs ? Math.max(podSet.count, before.count) : podSet.count;
    return isSemanticallyEqual({ ...podSet, count }, before)
      ? []
      : [invalid(`${path}.${i}`, podSet, immutableDetail)];
  });
}

/** Pods given back stay given back (A-6.31 number 2). */
function reclaimableChangeErrors(workload: Workload, old: Workload, options: WebhookOptions): FieldError[] {
  const counts = new Map(workload.status.reclaimablePods?.map(({ name, count }) => [name, count]));
  return (old.status.reclaimablePods ?? []).flatMap(({ name, count }) => {
    if (isScaledDown(workload, name, options)) return [];
    const path = `status.reclaimablePods[${name}]`;
    const now = counts.get(name);
    if (now === undefined) return [required(path, 'cannot be removed')];
    return now < count ? [invalid(`${path}.count`, now, `cannot be less than ${count}`)] : [];
  });
}

function isScaledDown(workload: Workload, podSet: string, options: WebhookOptions): boolean {
  const assignment = workload.status.admission?.podSetAssignments.find(({ name }) => name === podSet);
  const count = workload.spec.podSets.find(({ name }) => name === podSet)?.count;
  if (!isElasticWorkload(workload, options) || assignment?.count === undefined || count === undefined)
    return false;
  return assignment.count > count;
}

/** An admission is set and unset, not changed; only its placement may follow the nodes (A-6.31 number 3, T-3.30). */
function admissionChangeErrors(
  { status: { admission } }: Workload,
  { status: { admission: old } }: Workload,
  { topologyAwareScheduling }: WebhookOptions,
): FieldError[] {
  if (!admission || !old) return [];
  const comparable = topologyAwareScheduling ? withoutPlacement : (value: Admission) => value;
  const isSame = isSemanticallyEqual(comparable(admission), comparable(old));
  return isSame ? [] : [invalid('status.admission', admission, immutableDetail)];
}

function withoutPlacement(admission: Admission): Admission {
  const podSetAssignments = admission.podSetAssignments.map(
    ({ topologyAssignment: _assignment, delayedTopologyRequest: _request, ...rest }) => rest,
  );
  return { ...admission, podSetAssignments };
}

/** What a check asked for is fixed while it is Ready (A-6.31 number 4). */
function checkChangeErrors(workload: Workload, old: Workload): FieldError[] {
  const checks = new Map(workload.status.admissionChecks?.map((check) => [check.name, check]));
  return (old.status.admissionChecks ?? []).flatMap((before, i) => {
    const now = checks.get(before.name);
    if (before.state !== 'Ready' || now?.state !== 'Ready') return [];
    if (isSemanticallyEqual(now.podSetUpdates, before.podSetUpdates)) return [];
    return [invalid(`status.admissionChecks[${i}].podSetUpdates`, now.podSetUpdates, immutableDetail)];
  });
}

/** A cluster is chosen among those nominated before (A-6.31 number 5). */
function clusterNameErrors(workload: Workload, old: Workload, options: WebhookOptions): FieldError[] {
  const name = workload.status.clusterName;
  if (!name || old.status.clusterName) return [];
  const replaces = workload.metadata.annotations?.[annotations.workloadSliceReplacementFor] !== undefined;
  if ((options.elasticJobs && replaces) || old.status.nominatedClusterNames?.includes(name)) return [];
  const detail = 'when setting clusterName it must be one of the nominatedClusterNames';
  return [invalid('status.clusterName', name, detail)];
}
