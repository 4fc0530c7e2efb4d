import { annotations, labels } from '../api/index.ts';
import type { PodSetAssignment, ResourceFlavor, Workload } from '../api/index.ts';
import { mergePodSetUpdates } from '../core/workload/index.ts';
import type { PodSetInfo } from '../core/workload/index.ts';

const labelValue = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_LENGTH_MAX = 63;

/** Switches for the labels and annotations that a start adds to the pods. */
export interface StartOptions {
  readonly assignQueueLabelsForPods: boolean;
  readonly topologyAwareScheduling: boolean;
}

/** The infos to start with, or why there are none: a flavor not yet seen (retry), or a conflict (permanent). */
export type StartInfos =
  | { readonly kind: 'infos'; readonly infos: readonly PodSetInfo[] }
  | { readonly kind: 'flavorMissing'; readonly flavor: string }
  | { readonly kind: 'conflict'; readonly message: string };

/**
 * What an admission adds to each pod set when its job starts (L-3.9, I-1.20): the flavors' node labels and
 * tolerations, our labels and annotation, the updates of admission checks, and the assigned count.
 */
export function computeStartInfos(
  workload: Workload,
  flavorOf: (name: string) => ResourceFlavor | undefined,
  options: StartOptions,
): StartInfos {
  const infos: PodSetInfo[] = [];
  for (const assignment of workload.status.admission?.podSetAssignments ?? []) {
    const placement = placementOf(assignment, flavorOf);
    if (placement.kind === 'flavorMissing') return placement;
    const base = { ...baseInfo(workload, assignment, options), ...placement.info };
    const merged = mergePodSetUpdates(base, workload.status.admissionChecks ?? []);
    if (merged.kind === 'conflict') return merged;
    infos.push(merged.info);
  }
  return { kind: 'infos', infos };
}

function baseInfo(
  workload: Workload,
  { name, count }: PodSetAssignment,
  options: StartOptions,
): Omit<PodSetInfo, 'nodeSelector' | 'tolerations'> {
  const specCount = workload.spec.podSets.find((podSet) => podSet.name === name)?.count ?? 0;
  return {
    name,
    count: count ?? specCount,
    labels: startLabels(workload, name, options),
    annotations: options.topologyAwareScheduling ? { [annotations.workload]: workload.metadata.name } : {},
    schedulingGates: [],
  };
}

type Placement =
  | { kind: 'placement'; info: Pick<PodSetInfo, 'nodeSelector' | 'tolerations'> }
  | { kind: 'flavorMissing'; flavor: string };

/** Flavors are taken in order of the resource names, so that a label key in two of them has one winner. */
function placementOf(
  assignment: PodSetAssignment,
  flavorOf: (name: string) => ResourceFlavor | undefined,
): Placement {
  const byResource = Object.entries(assignment.flavors ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const nodeSelector: Record<string, string> = {};
  const tolerations: PodSetInfo['tolerations'][number][] = [];
  for (const name of new Set(byResource.map(([, flavor]) => flavor))) {
    const flavor = flavorOf(name);
    if (!flavor) return { kind: 'flavorMissing', flavor: name };
    for (const [key, value] of Object.entries(flavor.spec.nodeLabels ?? {})) nodeSelector[key] ??= value;
    tolerations.push(...(flavor.spec.tolerations ?? []));
  }
  return { kind: 'placement', info: { nodeSelector, tolerations } };
}

function startLabels(workload: Workload, podSet: string, options: StartOptions): Record<string, string> {
  const added: Record<string, string> = { [labels.podSet]: podSet };
  if (!options.assignQueueLabelsForPods) return added;
  const clusterQueue = workload.status.admission?.clusterQueue ?? '';
  if (workload.spec.queueName !== undefined) added[labels.localQueueName] = workload.spec.queueName;
  if (clusterQueue.length <= LABEL_LENGTH_MAX && labelValue.test(clusterQueue)) {
    added[labels.clusterQueueName] = clusterQueue;
  }
  return added;
}
