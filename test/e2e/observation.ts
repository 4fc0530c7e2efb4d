/** As much of a Job, a Pod or a Workload as the observer looks at. */
export interface Observed {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly uid: string }[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

export interface ObservedJob extends Observed {
  readonly spec: { readonly suspend?: boolean; readonly completions?: number };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

interface ObservedContainer {
  readonly resources?: { readonly requests?: Readonly<Record<string, string | number>> };
}

export interface ObservedPodSpec {
  readonly containers: readonly ObservedContainer[];
  readonly nodeName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
}

export interface ObservedPod extends Observed {
  readonly spec: ObservedPodSpec;
  readonly status?: { readonly phase?: string };
}

export interface ObservedWorkload extends Observed {
  readonly spec: {
    readonly queueName?: string;
    readonly priority?: number;
    readonly podSets: readonly {
      readonly name: string;
      readonly count: number;
      readonly template: { readonly spec: ObservedPodSpec };
    }[];
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly reclaimablePods?: readonly { readonly name: string; readonly count: number }[];
    readonly admission?: {
      readonly clusterQueue: string;
      readonly podSetAssignments: readonly {
        readonly name: string;
        readonly count?: number;
        readonly flavors?: Readonly<Record<string, string>>;
        readonly resourceUsage?: Readonly<Record<string, string | number>>;
      }[];
    };
  };
}

/** A change of one object; without the object, it is gone. */
export type Observation = {
  readonly uid: string;
  /** Of the change. The versions of one etcd are one sequence over all kinds: what really came first has the lower one. */
  readonly version: number;
  readonly receivedMs: number;
} & (
  | { readonly kind: 'Job'; readonly object: ObservedJob | undefined }
  | { readonly kind: 'Pod'; readonly object: ObservedPod | undefined }
  | { readonly kind: 'Workload'; readonly object: ObservedWorkload | undefined }
);

/** Versions between which a watch was not told everything, since it had to list anew. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

export function isTrue(
  object: { readonly status?: { readonly conditions?: readonly Condition[] } } | undefined,
  condition: string,
): boolean {
  return (
    object?.status?.conditions?.some(({ type, status }) => type === condition && status === 'True') ?? false
  );
}

/** Whether a pod takes up what it asks for, on a node or soon. */
export function isActivePod({ status }: ObservedPod): boolean {
  return status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

export function keyOf({ metadata }: Observed): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** The Job that an object belongs to. */
export function jobUidOf({ metadata }: Observed): string | undefined {
  return metadata.ownerReferences?.find(({ kind }) => kind === 'Job')?.uid;
}
