import type { AdmissionCheckState, ClusterQueueSpec, Workload } from '../../api/index.ts';
import { checksText, messages } from './messages.ts';
import { withStatusFields } from './status-fields.ts';
import { formatTime } from './times.ts';
import type { EpochMs } from './times.ts';

/** What the states of the checks of a workload with quota ask for (L-9.4). */
export type ChecksVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'evict'; readonly message: string }
  | { readonly kind: 'deactivate'; readonly message: string };

/** The checks that apply, sorted: with assigned flavors those that meet one of them, without (`undefined`) only those
 * that cover all flavors of the ClusterQueue (L-9.1, L-9.2). */
export function requiredChecks(
  spec: Pick<ClusterQueueSpec, 'admissionChecksStrategy' | 'resourceGroups'>,
  assigned: Iterable<string> | undefined,
): readonly string[] {
  const rules = spec.admissionChecksStrategy?.admissionChecks ?? [];
  if (rules.length === 0) return [];
  const all = new Set((spec.resourceGroups ?? []).flatMap(({ flavors }) => flavors.map(({ name }) => name)));
  const given = assigned === undefined ? undefined : [...assigned];
  return rules
    .filter(({ onFlavors = [] }) => {
      const covered = onFlavors.length === 0 ? all : new Set(onFlavors);
      if (given === undefined) return [...all].every((flavor) => covered.has(flavor));
      return given.some((flavor) => covered.has(flavor));
    })
    .map(({ name }) => name)
    .toSorted();
}

/** The list of check states brought in line with the checks that apply: missing ones Pending, surplus ones away. Only a
 * missing or a surplus one is a change (L-9.3). */
export function syncAdmissionChecks(workload: Workload, names: readonly string[], now: EpochMs): Workload {
  const before = workload.status.admissionChecks ?? [];
  const present = new Map(before.map((check) => [check.name, check]));
  if (before.length === names.length && names.every((name) => present.has(name))) return workload;
  const admissionChecks = names.toSorted().map((name) => present.get(name) ?? newCheck(name, now));
  return withStatusFields(workload, {
    admissionChecks: admissionChecks.length === 0 ? undefined : admissionChecks,
  });
}

/** Rejected checks deactivate, others in Retry evict (L-9.4). */
export function judgeChecks(workload: Workload): ChecksVerdict {
  const checks = workload.status.admissionChecks ?? [];
  const rejected = checks.filter(({ state }) => state === 'Rejected');
  if (rejected.length > 0) return { kind: 'deactivate', message: checksText('Rejected', rejected) };
  const retried = checks.filter(({ state }) => state === 'Retry');
  if (retried.length === 0) return { kind: 'none' };
  return { kind: 'evict', message: messages.checksEvict(checksText('Retry', retried)) };
}

function newCheck(name: string, now: EpochMs): AdmissionCheckState {
  return { name, state: 'Pending', message: '', lastTransitionTime: formatTime(now) };
}
