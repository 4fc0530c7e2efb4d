import { expect, test } from 'vitest';
import { admissionEndpoints, admissionPath } from './endpoints.ts';

test('O-7.3, O-7.4: every kind has its paths', () => {
  const paths = admissionEndpoints.map((endpoint) => admissionPath('validate', endpoint));
  expect(paths).toEqual([
    '/validate-kueue-x-k8s-io-v1beta2-workload',
    '/validate-kueue-x-k8s-io-v1beta2-clusterqueue',
    '/validate-kueue-x-k8s-io-v1beta2-resourceflavor',
    '/validate-kueue-x-k8s-io-v1beta2-cohort',
    '/validate-batch-v1-job',
    '/validate--v1-pod',
    '/validate-apps-v1-deployment',
    '/validate-apps-v1-statefulset',
    '/validate-leaderworkerset-x-k8s-io-v1-leaderworkerset',
    '/validate-jobset-x-k8s-io-v1alpha2-jobset',
    '/validate-kubeflow-org-v1-jaxjob',
    '/validate-kubeflow-org-v1-paddlejob',
    '/validate-kubeflow-org-v1-pytorchjob',
    '/validate-kubeflow-org-v1-tfjob',
    '/validate-kubeflow-org-v1-xgboostjob',
    '/validate-kubeflow-org-v2beta1-mpijob',
    '/validate-ray-io-v1-raycluster',
    '/validate-ray-io-v1-rayjob',
    '/validate-ray-io-v1-rayservice',
    '/validate-sparkoperator-k8s-io-v1beta2-sparkapplication',
    '/validate-trainer-kubeflow-org-v1alpha1-trainjob',
    '/validate-workload-codeflare-dev-v1beta2-appwrapper',
  ]);
  const mutated = admissionEndpoints.filter(({ mutates }) => mutates.length > 0);
  expect(mutated).toHaveLength(21);
});
