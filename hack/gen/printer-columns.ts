import type { Kind } from '../../src/api/index.ts';

export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly priority?: number;
}

const age: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** What `kubectl get` prints after the name; kinds that are not listed get name and age. */
export function printerColumns(kind: Kind, version: string): readonly PrinterColumn[] | undefined {
  if (kind === 'ClusterQueue') {
    return clusterQueueColumns(version === 'v1beta1' ? '.spec.cohort' : '.spec.cohortName');
  }
  return otherColumns[kind];
}

function clusterQueueColumns(cohortPath: string): readonly PrinterColumn[] {
  return [
    { name: 'Cohort', type: 'string', jsonPath: cohortPath },
    { name: 'Strategy', type: 'string', jsonPath: '.spec.queueingStrategy', priority: 1 },
    { name: 'Pending Workloads', type: 'integer', jsonPath: '.status.pendingWorkloads' },
    { name: 'Admitted Workloads', type: 'integer', jsonPath: '.status.admittedWorkloads', priority: 1 },
  ];
}

function conditionStatus(name: string, type: string): PrinterColumn {
  return { name, type: 'string', jsonPath: `.status.conditions[?(@.type=='${type}')].status` };
}

const otherColumns: Partial<Record<Kind, readonly PrinterColumn[]>> = {
  LocalQueue: [
    { name: 'ClusterQueue', type: 'string', jsonPath: '.spec.clusterQueue' },
    { name: 'Pending Workloads', type: 'integer', jsonPath: '.status.pendingWorkloads' },
    { name: 'Admitted Workloads', type: 'integer', jsonPath: '.status.admittedWorkloads' },
  ],
  Workload: [
    { name: 'Queue', type: 'string', jsonPath: '.spec.queueName' },
    { name: 'Reserved in', type: 'string', jsonPath: '.status.admission.clusterQueue' },
    conditionStatus('Admitted', 'Admitted'),
    conditionStatus('Finished', 'Finished'),
    age,
  ],
  WorkloadPriorityClass: [{ name: 'Value', type: 'integer', jsonPath: '.value' }],
  MultiKueueCluster: [conditionStatus('Connected', 'Active'), age],
};
