import { isTrue, keyOf } from './observation.ts';
import type { ObservedPodSpec, ObservedWorkload } from './observation.ts';
import { sumOf, thousandths } from './quota-limits.ts';
import type { Amounts } from './quota-limits.ts';

/** A Workload in the observer's own figures. */
export interface DescribedWorkload {
  readonly object: ObservedWorkload;
  readonly key: string;
  /** The one that admitted it, or that its LocalQueue leads to. */
  readonly clusterQueue: string;
  /** When it was first seen. */
  readonly firstVersion: number;
  /** Equal for workloads that ask for the same, in the same places. */
  readonly shape: string;
  /** What each pod set asks for, by resource. */
  readonly requests: readonly Amounts[];
  /** What it takes of the quota, by `flavor/resource`; undefined while it takes none. */
  readonly usage: Amounts | undefined;
  readonly isWaiting: boolean;
}

export interface Surroundings {
  readonly clusterQueueOf: (localQueue: string) => string;
  readonly firstVersion: number;
}

type PodSet = ObservedWorkload['spec']['podSets'][number];

/** Reckons what a Workload asks for and takes, from its pod templates and the flavors of its admission. */
export function describeWorkload(
  object: ObservedWorkload,
  { clusterQueueOf, firstVersion }: Surroundings,
): DescribedWorkload {
  const { podSets, queueName } = object.spec;
  const admission = object.status?.admission;
  const isFinished = isTrue(object, 'Finished');
  return {
    object,
    key: keyOf(object),
    clusterQueue: admission?.clusterQueue ?? clusterQueueOf(`${object.metadata.namespace}/${queueName}`),
    firstVersion,
    shape: podSets.map(shapeOf).join(' and '),
    requests: podSets.map(({ count, template }) => requestsOf(template.spec, count)),
    usage: admission === undefined || isFinished ? undefined : usageOf(object),
    isWaiting: admission === undefined && !isFinished,
  };
}

/** Where the admission claims other amounts than the pods ask for; a sentence each. */
export function falseClaimsOf({ object, requests, key }: DescribedWorkload): string[] {
  const assignments = object.status?.admission?.podSetAssignments ?? [];
  return assignments.flatMap(({ resourceUsage = {} }, index) =>
    [...(requests[index] ?? [])]
      .filter(([resource, amount]) => thousandths(resourceUsage[resource] ?? 0) !== amount)
      .map(([resource]) => `the admission of ${key} claims ${resourceUsage[resource]} of ${resource}`),
  );
}

/** What so many pods ask for, by resource. */
export function requestsOf({ containers }: ObservedPodSpec, count: number): Amounts {
  return sumOf(
    containers.map(({ resources }) => {
      const requests = Object.entries(resources?.requests ?? {});
      return new Map(requests.map(([name, quantity]) => [name, thousandths(quantity) * count]));
    }),
  );
}

/** The same amounts, as those of one flavor. */
export function onFlavor(requests: Amounts, flavor: string): Map<string, number> {
  return new Map([...requests].map(([resource, amount]) => [`${flavor}/${resource}`, amount]));
}

/** Pods that are over and will not be replaced take nothing any more, as soon as the Workload says so. */
function usageOf({ spec, status }: ObservedWorkload): Amounts {
  const assignments = status?.admission?.podSetAssignments ?? [];
  const overOf = (name: string) => status?.reclaimablePods?.find((entry) => entry.name === name)?.count ?? 0;
  return sumOf(
    spec.podSets.map(({ name, count, template }) => {
      const flavors = assignments.find((assignment) => assignment.name === name)?.flavors ?? {};
      const amounts = requestsOf(template.spec, count - overOf(name));
      return new Map([...amounts].map(([resource, amount]) => [`${flavors[resource]}/${resource}`, amount]));
    }),
  );
}

function shapeOf({ count, template: { spec } }: PodSet): string {
  const requests = [...requestsOf(spec, 1)]
    .map(([name, amount]) => `${amount / 1000} ${name}`)
    .toSorted((one, other) => one.localeCompare(other));
  const selectors = Object.values(spec.nodeSelector ?? {}).map((value) => ` only on ${value}`);
  return `${count}x(${requests.join(', ')})${selectors.join('')}`;
}
