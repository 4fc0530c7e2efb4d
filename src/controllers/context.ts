import type { LabelSelector } from '../api/index.ts';
import type { SchedulingOptions } from '../core/workload/index.ts';
import type { ReadinessPolicy } from '../core/workload/index.ts';
import type { JobIntegration, JobOptions, StartOptions } from '../jobs/index.ts';
import type { Clock, EventRecorder, KubeClient } from '../kube/index.ts';
import type { Logger, Metrics } from '../observability/index.ts';
import type { ClusterState } from '../state/index.ts';
import type { ObjectWriter } from './object-writer.ts';

/** What the controllers do, as read from the settings file and the feature gates at the start. */
export interface ControllerSettings {
  readonly scheduling: SchedulingOptions;
  readonly jobs: JobOptions;
  readonly start: StartOptions;
  readonly manageJobsWithoutQueueName: boolean;
  /** Absent: every namespace is managed (L-3.3 J4). */
  readonly managedJobsNamespaceSelector: LabelSelector | undefined;
  readonly labelKeysToCopy: readonly string[];
  /** Absent: PodsReady is not written and nothing times out (L-8.1). */
  readonly readiness: ReadinessPolicy | undefined;
  /** Milliseconds after which finished Workloads are deleted; absent: never (L-10.5). */
  readonly finishedRetentionMs: number | undefined;
  /** Milliseconds after which jobs deactivated by us are deleted; absent: never (L-10.6). */
  readonly deactivatedRetentionMs: number | undefined;
  /** Goes away with gate FinishOrphanedWorkloads. */
  readonly finishOrphanedWorkloads: boolean;
}

/** The parts that every controller works with. */
export interface ControllerContext {
  readonly state: ClusterState;
  readonly objects: ObjectWriter;
  /** For reads of what the state does not hold: owners of unknown kinds, and facts to be sure of. */
  readonly client: KubeClient;
  readonly events: EventRecorder;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly settings: ControllerSettings;
  readonly integrations: readonly JobIntegration[];
}
