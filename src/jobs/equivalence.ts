import type { PodSet, PodTemplateSpec, Workload } from '../api/index.ts';
import {
  hasQuotaReservation,
  isAdmitted,
  isPartialAdmissible,
  isSemanticallyEqual,
  mergePodSetInfo,
} from '../core/workload/index.ts';
import type { PodSetInfo } from '../core/workload/index.ts';
import { controllerOf } from './ancestors.ts';
import type { JobObject } from './integration.ts';
import { maximumExecutionTimeOf } from './job-labels.ts';

/** What a job is compared by: itself, its sanitized pod sets and whether it is suspended. */
export interface ComparedJob {
  readonly job: JobObject;
  readonly podSets: readonly PodSet[];
  readonly isSuspended: boolean;
}

/**
 * Whether a Workload still stands for its job (L-3.6). `infos` are the start infos of the Workload's admission;
 * absent when it has none or they cannot be resolved.
 */
export function isEquivalent(
  compared: ComparedJob,
  workload: Workload,
  infos: readonly PodSetInfo[] | undefined,
): boolean {
  const { job, podSets } = compared;
  const owner = controllerOf(workload);
  if (owner?.name !== job.metadata.name || owner.uid !== job.metadata.uid) return false;
  if (workload.spec.maximumExecutionTimeSeconds !== maximumExecutionTimeOf(job)) return false;
  const areTolerationsCompared = !isAdmitted(workload);
  const plain = workload.spec.podSets;
  const started = infos && hasQuotaReservation(workload) ? startedPodSets(workload, infos) : undefined;
  if (!started) return arePodSetsEqual(podSets, plain, areTolerationsCompared);
  if (arePodSetsEqual(podSets, started, areTolerationsCompared)) return true;
  return compared.isSuspended && arePodSetsEqual(podSets, plain, areTolerationsCompared);
}

/** The pod sets as the start leaves them on the job: infos merged in, counts as partially admitted. */
function startedPodSets(workload: Workload, infos: readonly PodSetInfo[]): PodSet[] | undefined {
  const isPartial = isPartialAdmissible(workload);
  const started: PodSet[] = [];
  for (const podSet of workload.spec.podSets) {
    const info = infos.find(({ name }) => name === podSet.name);
    if (!info) return undefined;
    const merged = mergePodSetInfo(podSet.template, info);
    if (merged.kind === 'conflict') return undefined;
    const count = isPartial && podSet.minCount !== undefined ? info.count : podSet.count;
    started.push({ ...podSet, count, template: merged.template });
  }
  return started;
}

function arePodSetsEqual(
  left: readonly PodSet[],
  right: readonly PodSet[],
  withTolerations: boolean,
): boolean {
  if (left.length !== right.length) return false;
  return left.every((podSet, index) => {
    const other = right[index]!;
    if (podSet.count !== other.count || podSet.minCount !== other.minCount) return false;
    return areTemplatesEqual(podSet.template, other.template, withTolerations);
  });
}

/** Both sides are in the form in which the API server stores a template, so that defaults make no difference. */
function areTemplatesEqual(left: PodTemplateSpec, right: PodTemplateSpec, withTolerations: boolean): boolean {
  const fields = withTolerations ? [...comparedFields, 'tolerations'] : comparedFields;
  return (
    left === right || fields.every((field) => isSemanticallyEqual(left.spec?.[field], right.spec?.[field]))
  );
}

const comparedFields = ['initContainers', 'containers'];
