import { podAnnotations } from '../../../hack/controlplane/index.ts';
import { labels } from '../../../src/api/index.ts';
import type {
  ClusterQueue,
  Condition,
  LocalQueue,
  PodTemplateSpec,
  Workload,
} from '../../../src/api/index.ts';
import type { Manifest, RunningCluster, StoredObject } from './running-cluster.ts';

/** A Job as far as the tests look at it. */
export interface StoredJob extends StoredObject {
  readonly spec: {
    readonly suspend: boolean;
    readonly parallelism: number;
    readonly template: PodTemplateSpec;
  };
  readonly status: {
    readonly active?: number;
    readonly startTime?: string;
    readonly conditions?: readonly Condition[];
  };
}

export interface TeamShape {
  readonly cpu?: string;
  readonly flavor?: object;
  /** Laid over the spec of the ClusterQueue. */
  readonly clusterQueue?: object;
  readonly localQueue?: object;
  readonly without?: readonly ('ResourceFlavor' | 'ClusterQueue' | 'LocalQueue')[];
  readonly namespaceLabels?: Readonly<Record<string, string>>;
}

export interface JobShape {
  readonly pods?: number;
  readonly cpu?: string;
  readonly queue?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Of the pods; without it they run until they are deleted. */
  readonly runFor?: string;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly podSpec?: object;
  readonly suspend?: boolean;
  readonly ownerReferences?: readonly object[];
}

let teamsMade = 0;

/** A namespace with a LocalQueue `main` and a ClusterQueue and a flavor of its own, all for one test. */
export class Team {
  readonly name: string;
  readonly #cluster: RunningCluster;

  private constructor(cluster: RunningCluster, name: string) {
    this.#cluster = cluster;
    this.name = name;
  }

  static async make(cluster: RunningCluster, shape: TeamShape = {}): Promise<Team> {
    teamsMade += 1;
    const team = new Team(cluster, `team-${teamsMade}`);
    const namespaceLabels = shape.namespaceLabels ?? {};
    await cluster.create({ kind: 'Namespace', metadata: { name: team.name, labels: namespaceLabels } });
    for (const kind of ['ResourceFlavor', 'ClusterQueue', 'LocalQueue'] as const) {
      if (!shape.without?.includes(kind)) await cluster.create(team.manifest(kind, shape));
    }
    return team;
  }

  manifest(kind: 'ResourceFlavor' | 'ClusterQueue' | 'LocalQueue', shape: TeamShape = {}): Manifest {
    const { name } = this;
    switch (kind) {
      case 'ResourceFlavor':
        return { kind, metadata: { name }, spec: { ...shape.flavor } };
      case 'ClusterQueue': {
        const resources = [{ name: 'cpu', nominalQuota: shape.cpu ?? '1' }];
        const resourceGroups = [{ coveredResources: ['cpu'], flavors: [{ name, resources }] }];
        return {
          kind,
          metadata: { name },
          spec: { namespaceSelector: {}, resourceGroups, ...shape.clusterQueue },
        };
      }
      case 'LocalQueue':
        return {
          kind,
          metadata: { name: 'main', namespace: name },
          spec: { clusterQueue: name, ...shape.localQueue },
        };
    }
  }

  async submit(name: string, shape: JobShape = {}): Promise<StoredJob> {
    const { queue = 'main', pods = 1, runFor, ownerReferences } = shape;
    const queueLabel = queue === '' ? {} : { [labels.queueName]: queue };
    const lifetime = runFor === undefined ? {} : { [podAnnotations.runFor]: runFor };
    await this.#cluster.create({
      kind: 'Job',
      metadata: {
        name,
        namespace: this.name,
        labels: { ...queueLabel, ...shape.labels },
        annotations: { ...shape.annotations },
        ...(ownerReferences && { ownerReferences }),
      },
      spec: {
        parallelism: pods,
        completions: pods,
        backoffLimit: 0,
        ...(shape.suspend !== undefined && { suspend: shape.suspend }),
        template: {
          metadata: { annotations: { ...lifetime, ...shape.podAnnotations }, labels: { ...shape.podLabels } },
          spec: {
            restartPolicy: 'Never',
            terminationGracePeriodSeconds: 0,
            containers: [
              { name: 'main', image: 'example.org/work', resources: { requests: { cpu: shape.cpu ?? '1' } } },
            ],
            ...shape.podSpec,
          },
        },
      },
    });
    return this.job(name);
  }

  job(name: string): Promise<StoredJob> {
    return this.#cluster.get('Job', `${this.name}/${name}`);
  }

  clusterQueue(): Promise<ClusterQueue> {
    return this.#cluster.get('ClusterQueue', this.name);
  }

  localQueue(): Promise<LocalQueue> {
    return this.#cluster.get('LocalQueue', `${this.name}/main`);
  }

  /** The one Workload of a job. */
  async workload(job: string): Promise<Workload> {
    const owned = await this.workloads(job);
    const [workload] = owned;
    if (!workload || owned.length > 1) throw new Error(`Job ${job} has ${owned.length} Workloads.`);
    return workload;
  }

  async workloads(job?: string): Promise<Workload[]> {
    const all = await this.#cluster.list<Workload>('Workload', this.name);
    const isOwned = ({ metadata }: Workload) => metadata.ownerReferences?.some(({ name }) => name === job);
    return job === undefined ? all : all.filter(isOwned);
  }

  /** Whether a job is held or runs, with its pods counted. */
  async stateOf(name: string): Promise<string> {
    const { spec, status } = await this.job(name);
    return spec.suspend ? 'suspended' : `running ${status.active ?? 0}`;
  }

  /** A condition of a job's Workload in one line. */
  async said(job: string, type: string): Promise<string | undefined> {
    return conditionText(await this.workload(job), type);
  }

  /** What holds quota and what waits, as ClusterQueue and LocalQueue tell it; undefined where the two disagree. */
  async counts(): Promise<{ pending: number; reserving: number; admitted: number; cpu: string } | undefined> {
    const [outer, inner] = await Promise.all([this.clusterQueue(), this.localQueue()]);
    const [ofCluster, ofLocal] = [countsOf(outer), countsOf(inner)];
    return JSON.stringify(ofCluster) === JSON.stringify(ofLocal) ? ofCluster : undefined;
  }
}

function countsOf({ status }: ClusterQueue | LocalQueue) {
  return {
    pending: status.pendingWorkloads ?? 0,
    reserving: status.reservingWorkloads ?? 0,
    admitted: status.admittedWorkloads ?? 0,
    cpu: String(status.flavorsReservation?.[0]?.resources[0]?.total),
  };
}

export const idle = { pending: 0, reserving: 0, admitted: 0, cpu: '0' };

/** A condition as `Status Reason: message`; undefined where it is absent. */
export function conditionText(
  { status }: { readonly status?: { readonly conditions?: readonly Condition[] | undefined } | undefined },
  type: string,
): string | undefined {
  const found = status?.conditions?.find((condition) => condition.type === type);
  return found && `${found.status} ${found.reason}: ${found.message}`;
}
