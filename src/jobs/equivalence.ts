import type { PodSet, PodTemplateSpec, Workload } from '../api/index.ts';
import { canonicalQuantity } from '../core/amounts/index.ts';
import {
  hasQuotaReservation,
  isAdmitted,
  isPartialAdmissible,
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

function areTemplatesEqual(left: PodTemplateSpec, right: PodTemplateSpec, withTolerations: boolean): boolean {
  const fields = withTolerations ? [...comparedFields, 'tolerations'] : comparedFields;
  return left === right || fields.every((field) => areEqual(left.spec?.[field], right.spec?.[field], field));
}

const comparedFields = ['initContainers', 'containers'];
const quantityMaps = new Set(['requests', 'limits']);

/**
 * Compares two JSON values as the API does: absent, null, empty list, map and string are one, and
 * quantities count by value. The API server fills a Workload's template with such empty defaults.
 */
function areEqual(left: unknown, right: unknown, field: string): boolean {
  if (left === right) return true;
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right);
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => areEqual(item, right[index], field));
  }
  return isMap(left) && isMap(right) && areMapsEqual(left, right, field);
}

function areMapsEqual(left: JsonMap, right: JsonMap, field: string): boolean {
  const areQuantities = quantityMaps.has(field);
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => {
    if (areQuantities && key in left && key in right) return areQuantitiesEqual(left[key], right[key]);
    return areEqual(left[key], right[key], key);
  });
}

type JsonMap = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areQuantitiesEqual(left: unknown, right: unknown): boolean {
  return left === right || canonicalQuantity(left as string) === canonicalQuantity(right as string);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).length === 0;
}
