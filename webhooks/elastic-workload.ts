import { annotations } from '../src/api/index.ts';
import type { Workload } from '../src/api/index.ts';
import type { WebhookOptions } from './options.ts';

/** Whether the Workload is a slice of an elastic job (L-4.1). */
export function isElasticWorkload({ metadata }: Workload, options: WebhookOptions): boolean {
  return options.elasticJobs && metadata.annotations?.[annotations.elasticJob] === 'true';
}
