import type { Container, PodSet, PodSpec, PodTemplateSpec, ResourceMap, Workload } from '../../api/index.ts';
import { amountOfNano, multiplyRequests, parseQuantity, UNLIMITED } from '../amounts/index.ts';
import type { Amount, Requests } from '../amounts/index.ts';
import type { SchedulingOptions } from './options.ts';
import { transformResources } from './resource-transformations.ts';

export type PodRequestOptions = Pick<
  SchedulingOptions,
  'excludeResourcePrefixes' | 'resourceTransformations'
>;

/** Exact amounts in billionths by resource. */
type NanoMap = Map<string, bigint>;

const COUNTS_MAX = 64;
const UNREADABLE_NANO = UNLIMITED * 10n ** 9n;
const requestsByTemplate = new WeakMap<PodTemplateSpec, { options: PodRequestOptions; requests: Requests }>();
const totalsByRequests = new WeakMap<Requests, Map<number, Requests>>();

/** What one pod of an adjusted template asks for: as kube-scheduler counts it, less excluded resources, transformed,
 * as integers not below 0 (S-1.7, S-1.8 steps 1, 2 and 4). */
export function podRequests(template: PodTemplateSpec, options: PodRequestOptions): Requests {
  const known = requestsByTemplate.get(template);
  if (known !== undefined && known.options === options) return known.requests;
  const requests = computePodRequests(template, options);
  requestsByTemplate.set(template, { options, requests });
  return requests;
}

/** The same for a number of pods; equal counts of one template share one result (S-1.8 step 4). */
export function totalRequests(requests: Requests, count: number): Requests {
  const totals = totalsByRequests.get(requests) ?? new Map<number, Requests>();
  const known = totals.get(count);
  if (known !== undefined) return known;
  if (totals.size >= COUNTS_MAX) totals.clear();
  const total = multiplyRequests(requests, count);
  totalsByRequests.set(requests, totals.set(count, total));
  return total;
}

/** The pods of a pending pod set that still need quota: the count less reclaimable pods (S-1.9). */
export function effectiveCount(
  workload: Workload,
  podSet: Pick<PodSet, 'name' | 'count'>,
  options: Pick<SchedulingOptions, 'reclaimablePods'>,
): number {
  if (!options.reclaimablePods) return podSet.count;
  const reclaimable = workload.status.reclaimablePods?.find(({ name }) => name === podSet.name)?.count ?? 0;
  return podSet.count - Math.min(reclaimable, podSet.count);
}

/** The exact sum of one pod in billionths, before any transformation (S-1.7). */
export function podSum(spec: PodSpec | undefined): ReadonlyMap<string, bigint> {
  const sum: NanoMap = new Map();
  if (spec === undefined) return sum;
  for (const container of spec.containers ?? []) addTo(sum, container.resources?.requests);
  const greatest = walkInitContainers(spec.initContainers ?? [], sum);
  raiseTo(sum, greatest);
  for (const [resource, quantity] of Object.entries(spec.resources?.requests ?? {})) {
    if (isPodLevelResource(resource)) sum.set(resource, readNano(quantity));
  }
  addTo(sum, spec.overhead);
  return sum;
}

/** A quantity in billionths. What cannot be read (the schema lets `1e1.5` pass) counts as more than any quota, so that
 * the one workload waits and the others go on. */
export function readNano(quantity: string | number): bigint {
  try {
    return parseQuantity(quantity).nano;
  } catch (error) {
    if (error instanceof RangeError) return UNREADABLE_NANO;
    throw error;
  }
}

function computePodRequests(template: PodTemplateSpec, options: PodRequestOptions): Requests {
  const sum = new Map(podSum(template.spec));
  for (const resource of sum.keys()) {
    if (options.excludeResourcePrefixes.some((prefix) => resource.startsWith(prefix))) sum.delete(resource);
  }
  const requests = new Map<string, Amount>();
  for (const [resource, nano] of transformResources(sum, options.resourceTransformations)) {
    requests.set(resource, nano > 0n ? amountOfNano(resource, nano) : 0n);
  }
  return requests;
}

/** Adds sidecars to the containers' sum, and returns the most that any step of initialisation needs. */
function walkInitContainers(initContainers: readonly Container[], containersSum: NanoMap): NanoMap {
  const greatest: NanoMap = new Map();
  const sidecars: NanoMap = new Map();
  for (const container of initContainers) {
    const requests = container.resources?.requests;
    if (container.restartPolicy === 'Always') {
      addTo(containersSum, requests);
      addTo(sidecars, requests);
      raiseTo(greatest, sidecars);
    } else {
      const step = new Map(sidecars);
      addTo(step, requests);
      raiseTo(greatest, step);
    }
  }
  return greatest;
}

function addTo(sum: NanoMap, requests: ResourceMap | undefined): void {
  for (const resource in requests) {
    sum.set(resource, (sum.get(resource) ?? 0n) + readNano(requests[resource] ?? 0));
  }
}

function raiseTo(sum: NanoMap, least: ReadonlyMap<string, bigint>): void {
  for (const [resource, nano] of least) {
    const present = sum.get(resource);
    if (present === undefined || present < nano) sum.set(resource, nano);
  }
}

function isPodLevelResource(resource: string): boolean {
  return resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-');
}
