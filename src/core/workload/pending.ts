import type {
  ConditionType,
  PodSet,
  PodSetTopologyRequest,
  PodTemplateSpec,
  Workload,
} from '../../api/index.ts';
import type { Requests } from '../amounts/index.ts';
import { adjustTemplate } from './adjust-template.ts';
import type { LimitRange, RuntimeClass } from './cluster-objects.ts';
import { findCondition } from './conditions.ts';
import { digestLines } from './digest.ts';
import { keys } from './keys.ts';
import type { SchedulingOptions } from './options.ts';
import { effectiveCount, podRequests, totalRequests } from './pod-requests.ts';
import { isPreemptionGateClosed, isRequeueLocked, requeueAtMs } from './predicates.ts';
import { basePriority, effectivePriority, queueTimestampMs } from './priority.ts';
import { schedulingHash, templateDigest } from './scheduling-hash.ts';
import type { TemplateDigest } from './scheduling-hash.ts';
import { parseTime } from './times.ts';
import type { EpochMs } from './times.ts';

/** One pod set as the scheduler sees it: without reclaimable pods, with the adjusted template and total requests. */
export interface PodSetRequest {
  readonly name: string;
  /** Pods that still need quota (S-1.9); the spec may ask for more. */
  readonly count: number;
  readonly minCount?: number;
  /** What one pod asks for; topology places by it. */
  readonly perPod: Requests;
  /** What all `count` pods ask for (S-1.8). */
  readonly requests: Requests;
  /** The template after S-1.5. */
  readonly template: PodTemplateSpec;
  readonly topologyRequest?: PodSetTopologyRequest;
  readonly templateDigest: TemplateDigest;
}

/** The scheduler's view of one workload that waits for quota. */
export interface PendingWorkload {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  /** `namespace/queueName`. */
  readonly localQueue: string;
  /** With the boost (section 0). */
  readonly priority: number;
  readonly basePriority: number;
  readonly queueTimestampMs: EpochMs;
  readonly creationMs: EpochMs;
  readonly podSets: readonly PodSetRequest[];
  /** Undefined when unknown; an unknown hash equals none (S-3.16). */
  readonly schedulingHash: string | undefined;
  readonly requeueAtMs: EpochMs | undefined;
  /** `Requeued=False` (S-3.8). */
  readonly isLocked: boolean;
  /** Equal iff nothing changed that may take the workload out of the parked set (S-3.7). */
  readonly wakeFingerprint: string;
  readonly workload: Workload;
}

export interface PendingContext {
  /** LimitRanges of the workload's namespace; keep the same list while they do not change. */
  readonly limitRanges: readonly LimitRange[];
  readonly runtimeClass: (name: string) => RuntimeClass | undefined;
  readonly options: SchedulingOptions;
}

/** The scheduler's view of a workload; what depends on the template alone is computed once for all that share it. */
export function describePending(workload: Workload, context: PendingContext): PendingWorkload {
  const { metadata } = workload;
  const { options } = context;
  const podSets = workload.spec.podSets.map((podSet) => describePodSet(workload, podSet, context));
  const priority = effectivePriority(workload, options);
  return {
    key: `${metadata.namespace}/${metadata.name}`,
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation,
    localQueue: `${metadata.namespace}/${workload.spec.queueName ?? ''}`,
    priority,
    basePriority: basePriority(workload),
    queueTimestampMs: queueTimestampMs(workload, options),
    creationMs: parseTime(metadata.creationTimestamp),
    podSets,
    schedulingHash: options.schedulingEquivalenceHashing ? schedulingHash(priority, podSets) : undefined,
    requeueAtMs: requeueAtMs(workload),
    isLocked: isRequeueLocked(workload),
    wakeFingerprint: wakeFingerprint(workload, podSets, options),
    workload,
  };
}

function describePodSet(workload: Workload, podSet: PodSet, context: PendingContext): PodSetRequest {
  const runtimeClassName = podSet.template.spec?.runtimeClassName;
  const template = adjustTemplate(podSet.template, {
    limitRanges: context.limitRanges,
    runtimeClass: runtimeClassName ? context.runtimeClass(runtimeClassName) : undefined,
  });
  const perPod = podRequests(template, context.options);
  const count = effectiveCount(workload, podSet, context.options);
  return {
    name: podSet.name,
    count,
    ...(podSet.minCount !== undefined && { minCount: podSet.minCount }),
    perPod,
    requests: totalRequests(perPod, count),
    template,
    ...(podSet.topologyRequest !== undefined && { topologyRequest: podSet.topologyRequest }),
    templateDigest: templateDigest(template, perPod),
  };
}

/** The generation stands for the whole spec; the digests add what LimitRanges and RuntimeClasses made of it. */
function wakeFingerprint(
  workload: Workload,
  podSets: readonly PodSetRequest[],
  options: SchedulingOptions,
): string {
  const reclaimable =
    workload.status.reclaimablePods?.map(({ name, count }) => `${name}=${count}`).join() ?? '';
  const parts = [
    workload.metadata.generation,
    ...podSets.map((podSet) => podSet.templateDigest.resources),
    reclaimable,
    isPreemptionGateClosed(workload),
    conditionText(workload, 'Evicted'),
    conditionText(workload, 'Requeued'),
    options.priorityBoost ? (workload.metadata.annotations?.[keys.priorityBoost] ?? '') : '',
  ];
  return digestLines(parts);
}

function conditionText(workload: Workload, type: ConditionType): string {
  const condition = findCondition(workload, type);
  if (condition === undefined) return '';
  const { status, reason, message, lastTransitionTime, observedGeneration } = condition;
  return [status, reason, lastTransitionTime, observedGeneration, message].join(' ');
}
