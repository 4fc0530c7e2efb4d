import type { CelRule } from './cel.ts';

/** Text of the test whether a condition is True; X is `self` or `oldSelf` (section 5). */
function isTrue(x: string, type: string): string {
  return `has(${x}.status) && has(${x}.status.conditions) && ${x}.status.conditions.exists(c, c.type == '${type}' && c.status == 'True')`;
}

export const quotaReservedBefore = isTrue('oldSelf', 'QuotaReserved');
const quotaReservedNow = isTrue('self', 'QuotaReserved');
const admittedBefore = isTrue('oldSelf', 'Admitted');
const admittedNow = isTrue('self', 'Admitted');

/** Rule 1 of. */
export const admissionSizeRule: CelRule = {
  message: 'podSetAssignments must have the same number of podSets as the spec',
  rule: `${quotaReservedNow} && has(self.status.admission) ? size(self.spec.podSets) == size(self.status.admission.podSetAssignments) : true`,
};

function priorityClassRefFieldRule(field: string, messageDetail = '', condition = ''): CelRule {
  const both = `(${quotaReservedBefore} && has(oldSelf.spec.priorityClassRef) && has(self.spec.priorityClassRef)${condition})`;
  return {
    message: `priorityClassRef.${field} is immutable${messageDetail} while workload quota reserved`,
    rule: `${both} ? oldSelf.spec.priorityClassRef.${field} == self.spec.priorityClassRef.${field} : true`,
  };
}

/** Rules 2 to 5 of: while quota is held only the name of a WorkloadPriorityClass may change. */
export const priorityClassRefRules: readonly CelRule[] = [
  {
    message: 'priorityClassRef is immutable while workload quota reserved',
    rule: `(${quotaReservedBefore}) ? (!has(oldSelf.spec.priorityClassRef) && !has(self.spec.priorityClassRef)) || (has(oldSelf.spec.priorityClassRef) && has(self.spec.priorityClassRef)) : true`,
  },
  priorityClassRefFieldRule('group'),
  priorityClassRefFieldRule('kind'),
  priorityClassRefFieldRule(
    'name',
    ' for scheduling.k8s.io/priorityclass',
    " && self.spec.priorityClassRef.group == 'scheduling.k8s.io' && self.spec.priorityClassRef.kind == 'PriorityClass'",
  ),
];

/** Rules 6 and 7 of; the second one's text says reserved while it asks for admitted. */
export const reservedFieldRules: readonly CelRule[] = [
  {
    message: 'queueName is immutable while workload quota reserved',
    rule: `((${quotaReservedBefore}) && (${quotaReservedNow})) ? ((has(oldSelf.spec.queueName) == has(self.spec.queueName)) && (!has(oldSelf.spec.queueName) || oldSelf.spec.queueName == self.spec.queueName)) : true`,
  },
  {
    message: 'maximumExecutionTimeSeconds is immutable while workload quota reserved',
    rule: `((${admittedBefore}) && (${admittedNow})) ? ((has(oldSelf.spec.maximumExecutionTimeSeconds)?oldSelf.spec.maximumExecutionTimeSeconds:0) == (has(self.spec.maximumExecutionTimeSeconds)?self.spec.maximumExecutionTimeSeconds:0)) : true`,
  },
];

/** The rules of on status. */
export const statusRules: readonly CelRule[] = [
  {
    message: 'clusterName is immutable once set',
    rule: '!has(oldSelf.clusterName) || !has(self.clusterName) || oldSelf.clusterName == self.clusterName',
  },
  {
    message: 'clusterName and nominatedClusterNames are mutually exclusive',
    rule: '!has(self.clusterName) || (!has(self.nominatedClusterNames) || (has(self.nominatedClusterNames) && size(self.nominatedClusterNames) == 0))',
  },
];
