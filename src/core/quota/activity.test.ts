import { expect, test } from 'vitest';
import { judgeActivity } from './activity.ts';
import type { ActivityInput } from './activity.ts';

const sound: ActivityInput = {
  isTerminating: false,
  isStopped: false,
  missingFlavors: [],
  missingChecks: [],
  inactiveChecks: [],
  multiKueueChecks: [],
  multiKueueChecksPerFlavor: [],
  provisioningChecks: [],
  isOtherwiseInactive: false,
};

test.each([
  { name: 'a sound queue is ready', input: {}, want: ['Ready', 'Can admit new workloads'] },
  {
    name: 'terminating wins over all',
    input: { isTerminating: true, isStopped: true },
    want: ['Terminating', "Can't admit new workloads; clusterQueue is terminating"],
  },
  {
    name: 'several faults are told together, the first gives the reason',
    input: { isStopped: true, missingFlavors: ['b', 'a'], missingChecks: ['c'] },
    want: [
      'Stopped',
      "Can't admit new workloads: is stopped, references missing ResourceFlavor(s): b,a, references missing AdmissionCheck(s): c.",
    ],
  },
  {
    name: 'inactive checks are named',
    input: { inactiveChecks: ['c', 'd'] },
    want: [
      'AdmissionCheckInactive',
      "Can't admit new workloads: references inactive AdmissionCheck(s): c,d.",
    ],
  },
  {
    name: 'MultiKueue checks exclude each other and provisioning',
    input: { multiKueueChecks: ['m', 'n'], multiKueueChecksPerFlavor: ['n'], provisioningChecks: ['p'] },
    want: [
      'MultipleMultiKueueAdmissionChecks',
      "Can't admit new workloads: Cannot use multiple MultiKueue AdmissionChecks on the same ClusterQueue, found: m,n, " +
        'Cannot specify MultiKueue AdmissionCheck per flavor, found: n, ' +
        'Cannot use both MultiKueue and ProvisioningRequest AdmissionChecks together, found: m,n, p.',
    ],
  },
  {
    name: 'a cycle of cohorts has no text of its own',
    input: { isOtherwiseInactive: true },
    want: ['Unknown', "Can't admit new workloads."],
  },
])('$name (S-2.15)', ({ input, want }) => {
  const activity = judgeActivity({ ...sound, ...input });
  expect([activity.reason, activity.message]).toEqual(want);
  expect(activity.isActive).toBe(want[0] === 'Ready');
});
