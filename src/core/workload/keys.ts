/** Labels and annotations that decisions read (L-1.7). The core has no values from `api`, so they stand here again. */
export const keys = {
  admissionGatedBy: 'kueue.x-k8s.io/admission-gated-by',
  isGroupWorkload: 'kueue.x-k8s.io/is-group-workload',
  jobUid: 'kueue.x-k8s.io/job-uid',
  priorityBoost: 'kueue.x-k8s.io/priority-boost',
  workload: 'kueue.x-k8s.io/workload',
  workloadSliceName: 'kueue.x-k8s.io/workload-slice-name',
} as const;
