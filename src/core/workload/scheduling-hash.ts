import type {
  Container,
  PodSetTopologyRequest,
  PodSpec,
  PodTemplateSpec,
  ResourceMap,
} from '../../api/index.ts';
import type { Requests } from '../amounts/index.ts';
import { canonicalJson } from './canonical-json.ts';
import { digest, digestLines } from './digest.ts';
import { readNano } from './pod-requests.ts';

/** Digests of an adjusted template, made once for all workloads that share it. */
export interface TemplateDigest {
  /** Equal iff all that decides where a pod can go is equal (S-3.16). */
  readonly scheduling: string;
  /** Equal iff the adjustment of S-1.5 came out the same (S-1.6). */
  readonly resources: string;
}

interface HashedPodSet {
  readonly name: string;
  readonly count: number;
  readonly minCount?: number;
  readonly topologyRequest?: PodSetTopologyRequest;
  readonly templateDigest: TemplateDigest;
}

const digests = new WeakMap<PodTemplateSpec, { perPod: Requests; digest: TemplateDigest }>();

/** The digests of an adjusted template whose pods ask for `perPod`. */
export function templateDigest(template: PodTemplateSpec, perPod: Requests): TemplateDigest {
  const known = digests.get(template);
  if (known !== undefined && known.perPod === perPod) return known.digest;
  const made = { scheduling: digestScheduling(template, perPod), resources: digestResources(template) };
  digests.set(template, { perPod, digest: made });
  return made;
}

/** The scheduling hash: equal for workloads that the scheduler cannot tell apart (S-3.16). The totals follow from
 * count and template, so they need no place of their own. */
export function schedulingHash(priority: number, podSets: readonly HashedPodSet[]): string {
  const lines = podSets.map(({ name, count, minCount = '', topologyRequest, templateDigest: template }) => {
    const topology = topologyRequest === undefined ? '' : canonicalJson(topologyRequest);
    return `${name} ${count} ${minCount} ${template.scheduling} ${topology}`;
  });
  return digestLines([priority, ...lines]);
}

function digestScheduling(template: PodTemplateSpec, perPod: Requests): string {
  const spec: Partial<PodSpec> = template.spec ?? {};
  const content = {
    perPod: [...perPod].map(([resource, amount]) => `${resource}=${amount}`).toSorted(),
    containers: requestsAndPorts(spec.containers),
    initContainers: requestsAndPorts(spec.initContainers),
    nodeSelector: spec.nodeSelector,
    affinity: spec.affinity,
    tolerations: spec.tolerations,
    runtimeClassName: spec.runtimeClassName,
    priority: spec.priority,
    topologySpreadConstraints: spec.topologySpreadConstraints,
    overhead: byValue(spec.overhead),
    resourceClaims: spec.resourceClaims,
    podLevel: byValue(spec.resources?.requests),
  };
  return digest(canonicalJson(content));
}

function digestResources(template: PodTemplateSpec): string {
  const spec: Partial<PodSpec> = template.spec ?? {};
  const content = {
    containers: spec.containers?.map(({ resources }) => resources),
    initContainers: spec.initContainers?.map(({ resources }) => resources),
    podLevel: spec.resources,
    overhead: spec.overhead,
  };
  return digest(canonicalJson(content));
}

function requestsAndPorts(containers: readonly Container[] | undefined): object | undefined {
  return containers?.map(({ resources, ports }) => ({ requests: byValue(resources?.requests), ports }));
}

/** Quantities compare by value and not by text. */
function byValue(requests: ResourceMap | undefined): Record<string, string> | undefined {
  if (requests === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(requests).map(([resource, quantity]) => [resource, readNano(quantity).toString()]),
  );
}
