/** A taint as the Node API spells it. */
export interface NodeTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** A number of equal simulated nodes, named `<name>-0`, `<name>-1` and so on. */
export interface NodeGroup {
  readonly name: string;
  readonly count: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly taints?: readonly NodeTaint[];
  /** What pods may ask for, as quantities: `{ cpu: '8', memory: '32Gi', 'nvidia.com/gpu': '4' }`. `pods` is 110 by default. */
  readonly allocatable: Readonly<Record<string, string>>;
  /** Labels that differ from node to node, such as its rack. */
  readonly labelsOf?: (index: number) => Readonly<Record<string, string>>;
}

/** A Node manifest, as far as the control plane writes it. */
export interface NodeManifest {
  readonly apiVersion: 'v1';
  readonly kind: 'Node';
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly taints: readonly NodeTaint[] };
  readonly status: {
    readonly allocatable: Readonly<Record<string, string>>;
    readonly capacity: Readonly<Record<string, string>>;
  };
}

/** The manifests of all nodes of the groups, with the labels that a kubelet would set by itself. */
export function nodeManifests(groups: readonly NodeGroup[]): NodeManifest[] {
  return groups.flatMap((group) =>
    Array.from({ length: group.count }, (_, index) => nodeManifest(group, index)),
  );
}

function nodeManifest(group: NodeGroup, index: number): NodeManifest {
  const name = `${group.name}-${index}`;
  const resources = { pods: '110', ...group.allocatable };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        ...group.labels,
        ...group.labelsOf?.(index),
      },
      annotations: { ...group.annotations },
    },
    spec: { taints: [...(group.taints ?? [])] },
    status: { allocatable: resources, capacity: resources },
  };
}
