import type { TopologyAssignmentSlice } from '../topology-assignment.ts';
import { changeField, changeItems, renameField, withFields, withoutFields } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import { decodeSlices, encodeSlices } from './topology-encoding.ts';
import type { AssignedDomain } from './topology-encoding.ts';

interface PriorityClassSource {
  readonly source: string;
  readonly group: string;
  readonly kind: string;
}

/** The two spellings of where a priority comes from. */
const priorityClassSources: readonly PriorityClassSource[] = [
  {
    source: 'kueue.x-k8s.io/workloadpriorityclass',
    group: 'kueue.x-k8s.io',
    kind: 'WorkloadPriorityClass',
  },
  { source: 'scheduling.k8s.io/priorityclass', group: 'scheduling.k8s.io', kind: 'PriorityClass' },
];

const newTime = 'accumulatedPastExecutionTimeSeconds';
const oldTime = 'accumulatedPastExexcutionTimeSeconds';

/** Workload from v1beta1 to v1beta2. */
export function upgradeWorkload(workload: JsonObject): JsonObject {
  const withSpec = changeField(workload, 'spec', upgradePriorityClass);
  return changeField(withSpec, 'status', (status) =>
    changeAssignments(renameField(status, oldTime, newTime), upgradeTopologyAssignment),
  );
}

/** Workload from v1beta2 to v1beta1; preemption gates and slice constraints are lost. */
export function downgradeWorkload(workload: JsonObject): JsonObject {
  const withSpec = changeField(workload, 'spec', (spec) =>
    changeItems(withoutFields(downgradePriorityClass(spec), 'preemptionGates'), 'podSets', (podSet) =>
      changeField(podSet, 'topologyRequest', (request) =>
        withoutFields(request, 'podsetSliceRequiredTopologyConstraints'),
      ),
    ),
  );
  return changeField(withSpec, 'status', (status) =>
    changeAssignments(
      renameField(withoutFields(status, 'preemptionGates'), newTime, oldTime),
      downgradeTopologyAssignment,
    ),
  );
}

/** A class name without a source is lost. */
function upgradePriorityClass(spec: JsonObject): JsonObject {
  const { priorityClassSource: source, priorityClassName: name } = spec;
  if (source === undefined && name === undefined) return spec;
  const match = priorityClassSources.find((known) => known.source === source);
  return withFields(spec, {
    priorityClassSource: undefined,
    priorityClassName: undefined,
    priorityClassRef: match && { group: match.group, kind: match.kind, name: name ?? '' },
  });
}

/** A reference to any other kind gives neither field. */
function downgradePriorityClass(spec: JsonObject): JsonObject {
  const reference = spec['priorityClassRef'] as JsonObject | undefined;
  if (!reference) return spec;
  const match = priorityClassSources.find(
    ({ group, kind }) => group === reference['group'] && kind === reference['kind'],
  );
  return withFields(spec, {
    priorityClassRef: undefined,
    priorityClassSource: match?.source,
    priorityClassName: match && (reference['name'] || undefined),
  });
}

function changeAssignments(
  status: JsonObject,
  changeTopology: (assignment: JsonObject) => JsonObject,
): JsonObject {
  return changeField(status, 'admission', (admission) =>
    changeItems(admission, 'podSetAssignments', (assignment) =>
      changeField(assignment, 'topologyAssignment', changeTopology),
    ),
  );
}

function upgradeTopologyAssignment(assignment: JsonObject): JsonObject {
  const domains = (assignment['domains'] ?? []) as AssignedDomain[];
  const levels = (assignment['levels'] ?? []) as string[];
  return withFields(assignment, { domains: undefined, slices: encodeSlices(domains, { levels }) });
}

function downgradeTopologyAssignment(assignment: JsonObject): JsonObject {
  const slices = (assignment['slices'] ?? []) as TopologyAssignmentSlice[];
  return withFields(assignment, { slices: undefined, domains: decodeSlices(slices) });
}
