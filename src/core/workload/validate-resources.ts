import type { PodTemplateSpec, ResourceMap, ResourceRequirements } from '../../api/index.ts';
import type { LimitRange } from './cluster-objects.ts';
import { mergeLimitRanges } from './limit-ranges.ts';
import type { MergedLimitItem, MergedLimits } from './limit-ranges.ts';
import { podSum, readNano } from './pod-requests.ts';

type NanoMap = ReadonlyMap<string, bigint>;
type TemplatedPodSet = { readonly template: PodTemplateSpec };

/** A part of a template that has resources of its own. */
interface Part {
  /** Below `spec.podSets[i].template`. */
  readonly path: string;
  readonly isContainer: boolean;
  readonly requests: NanoMap;
  readonly limits: NanoMap;
}

const EXCEEDS_LIMITS = 'requests must not exceed its limits';
const ABOVE_MAX = 'requests must not be above the limitRange max';
const BELOW_MIN = 'requests must not be below the limitRange min';

/** Faults of adjusted templates whose requests exceed their limits, one for each container (S-1.15). */
export function validateResources(podSets: readonly TemplatedPodSet[]): string[] {
  return eachTemplate(podSets, (template) =>
    partsOf(template).flatMap(({ path, requests, limits }) =>
      faultOf(
        path,
        EXCEEDS_LIMITS,
        namesWhere(requests, limits, (request, limit) => request > limit),
      ),
    ),
  );
}

/** Faults of adjusted templates against the LimitRanges of their namespace (S-1.16). */
export function validateLimitRanges(
  podSets: readonly TemplatedPodSet[],
  limitRanges: readonly LimitRange[],
): string[] {
  const limits = mergeLimitRanges(limitRanges);
  if (limits.container === undefined && limits.pod === undefined) return [];
  return eachTemplate(podSets, (template) => limitRangeFaults(template, limits));
}

/** Several faults as one text: duplicates once, one bare, more in brackets (S-1.17, A-1.9). */
export function joinFaults(faults: readonly string[]): string {
  const distinct = [...new Set(faults)];
  return distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`;
}

function eachTemplate(
  podSets: readonly TemplatedPodSet[],
  validate: (template: PodTemplateSpec) => string[],
): string[] {
  return podSets.flatMap(({ template }, index) =>
    validate(template).map((fault) => `spec.podSets[${index}].template.${fault}`),
  );
}

function limitRangeFaults(template: PodTemplateSpec, { container, pod }: MergedLimits): string[] {
  const faults: string[] = [];
  for (const { path, isContainer, requests, limits } of container ? partsOf(template) : []) {
    if (!isContainer) continue;
    faults.push(
      ...rangeFaults(
        path,
        { greatest: pick(requests, limits, isGreater), least: pick(requests, limits, isLess) },
        container,
      ),
    );
  }
  if (pod === undefined) return faults;
  const sum = podSum(template.spec);
  return [...faults, ...rangeFaults('spec', { greatest: sum, least: sum }, pod)];
}

function rangeFaults(
  path: string,
  { greatest, least }: { readonly greatest: NanoMap; readonly least: NanoMap },
  item: MergedLimitItem | undefined,
): string[] {
  if (item === undefined) return [];
  return [
    ...faultOf(path, ABOVE_MAX, namesWhere(greatest, nanoMap(item.max), isGreater)),
    ...faultOf(path, BELOW_MIN, namesWhere(least, nanoMap(item.min), isLess)),
  ];
}

function partsOf({ spec }: PodTemplateSpec): Part[] {
  const parts: Part[] = [];
  for (const list of ['initContainers', 'containers'] as const) {
    (spec?.[list] ?? []).forEach(({ resources }, index) => {
      parts.push({ path: `spec.${list}[${index}]`, isContainer: true, ...amountsOf(resources) });
    });
  }
  if (spec?.resources)
    parts.push({ path: 'spec.resources', isContainer: false, ...amountsOf(spec.resources) });
  return parts;
}

function amountsOf(resources: ResourceRequirements | undefined): Pick<Part, 'requests' | 'limits'> {
  return { requests: nanoMap(resources?.requests), limits: nanoMap(resources?.limits) };
}

function nanoMap(quantities: ResourceMap | undefined): NanoMap {
  return new Map(
    Object.entries(quantities ?? {}).map(([resource, quantity]) => [resource, readNano(quantity)]),
  );
}

function pick(a: NanoMap, b: NanoMap, wins: (left: bigint, right: bigint) => boolean): NanoMap {
  const picked = new Map(a);
  for (const [resource, nano] of b) {
    const present = picked.get(resource);
    if (present === undefined || wins(nano, present)) picked.set(resource, nano);
  }
  return picked;
}

/** Sorted names that are on both sides and for which the rule is broken. */
function namesWhere(a: NanoMap, b: NanoMap, isBroken: (left: bigint, right: bigint) => boolean): string[] {
  return [...a]
    .filter(([resource, nano]) => {
      const other = b.get(resource);
      return other !== undefined && isBroken(nano, other);
    })
    .map(([resource]) => resource)
    .toSorted();
}

function faultOf(path: string, text: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${path}: Invalid value: ${JSON.stringify(names)}: ${text}`];
}

function isGreater(left: bigint, right: bigint): boolean {
  return left > right;
}

function isLess(left: bigint, right: bigint): boolean {
  return left < right;
}
