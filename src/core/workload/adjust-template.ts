import type {
  Container,
  PodSpec,
  PodTemplateSpec,
  ResourceMap,
  ResourceRequirements,
} from '../../api/index.ts';
import type { LimitRange, RuntimeClass } from './cluster-objects.ts';
import { mergeLimitRanges } from './limit-ranges.ts';
import type { MergedLimitItem, MergedLimits } from './limit-ranges.ts';

export interface AdjustmentContext {
  readonly limitRanges: readonly LimitRange[];
  readonly runtimeClass: RuntimeClass | undefined;
}

interface Adjustment {
  readonly limits: MergedLimits;
  readonly overhead: ResourceMap | undefined;
  readonly adjusted: PodTemplateSpec;
}

/** Templates are shared between workloads, and one is seldom used with more sets of limits than this. */
const ADJUSTMENTS_MAX = 8;
const adjustments = new WeakMap<PodTemplateSpec, Adjustment[]>();

/** The template as it is counted: with the overhead of its RuntimeClass, the defaults of the LimitRanges, and limits
 * standing in for missing requests (S-1.5). The same template when nothing changes; the same result for the same input. */
export function adjustTemplate(template: PodTemplateSpec, context: AdjustmentContext): PodTemplateSpec {
  const limits = mergeLimitRanges(context.limitRanges);
  const overhead = context.runtimeClass?.overhead?.podFixed;
  const known = adjustments.get(template) ?? [];
  const found = known.find((entry) => entry.limits === limits && entry.overhead === overhead);
  if (found !== undefined) return found.adjusted;
  const adjusted = adjust(template, limits, overhead);
  adjustments.set(template, [{ limits, overhead, adjusted }, ...known.slice(0, ADJUSTMENTS_MAX - 1)]);
  return adjusted;
}

function adjust(
  template: PodTemplateSpec,
  limits: MergedLimits,
  overhead: ResourceMap | undefined,
): PodTemplateSpec {
  const spec = template.spec;
  if (spec === undefined) return template;
  const changes: Partial<PodSpec> = {};
  const isOverheadMissing = isEmpty(spec.overhead) && Boolean(spec.runtimeClassName);
  if (isOverheadMissing && overhead !== undefined) changes.overhead = overhead;
  const containers = adjustContainers(spec.containers, limits.container);
  if (containers !== spec.containers) changes.containers = containers;
  const initContainers = adjustContainers(spec.initContainers, limits.container);
  if (initContainers !== spec.initContainers) changes.initContainers = initContainers;
  const resources = spec.resources && adjustResources(spec.resources, limits.pod);
  if (resources !== spec.resources) changes.resources = resources;
  if (Object.keys(changes).length === 0) return template;
  return { ...template, spec: { ...spec, ...changes } };
}

function adjustContainers<List extends Container[] | undefined>(
  containers: List,
  item: MergedLimitItem | undefined,
): List {
  if (containers === undefined) return containers;
  const adjusted = containers.map((container) => adjustContainer(container, item));
  return adjusted.every((container, index) => container === containers[index])
    ? containers
    : (adjusted as List);
}

function adjustContainer(container: Container, item: MergedLimitItem | undefined): Container {
  const before = container.resources ?? {};
  const after = adjustResources(before, item);
  return after === before ? container : { ...container, resources: after };
}

function adjustResources(
  resources: ResourceRequirements,
  item: MergedLimitItem | undefined,
): ResourceRequirements {
  const limits = withMissing(resources.limits, item?.default);
  const requests = withMissing(withMissing(resources.requests, item?.defaultRequest), limits);
  if (limits === resources.limits && requests === resources.requests) return resources;
  return { ...resources, ...(limits && { limits }), ...(requests && { requests }) };
}

function withMissing(
  present: ResourceMap | undefined,
  defaults: ResourceMap | undefined,
): ResourceMap | undefined {
  if (defaults === undefined) return present;
  const missing = Object.entries(defaults).filter(([resource]) => present?.[resource] === undefined);
  return missing.length === 0 ? present : { ...present, ...Object.fromEntries(missing) };
}

function isEmpty(map: ResourceMap | undefined): boolean {
  return map === undefined || Object.keys(map).length === 0;
}
