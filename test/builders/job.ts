import type { NamespacedMeta, PodTemplateSpec } from '../../src/api/index.ts';
import { namespacedMetadata } from './metadata.ts';
import type { NamespacedShape } from './metadata.ts';
import { aPodTemplate } from './pod-template.ts';

export interface JobShape extends NamespacedShape {
  /** Written as the queue label; an empty name leaves the label out. */
  readonly queueName?: string;
  readonly template?: PodTemplateSpec;
  /** Laid over the job's spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

export interface BuiltJob {
  apiVersion: 'batch/v1';
  kind: 'Job';
  metadata: NamespacedMeta;
  spec: {
    parallelism: number;
    completions: number;
    suspend: boolean;
    template: PodTemplateSpec;
    [field: string]: unknown;
  };
  status: Record<string, unknown>;
}

/** A suspended Job of one pod with the queue label `main`. */
export function aJob(shape: JobShape = {}): BuiltJob {
  const { queueName = 'main', template = aPodTemplate(), spec, status } = shape;
  const queueLabel: Record<string, string> =
    queueName === '' ? {} : { 'kueue.x-k8s.io/queue-name': queueName };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: namespacedMetadata({ ...shape, labels: { ...queueLabel, ...shape.labels } }, 'sample'),
    spec: { parallelism: 1, completions: 1, suspend: true, template, ...spec },
    status: { ...status },
  };
}
