import { createHash } from 'node:crypto';

const NAME_LENGTH_MAX = 253;
const HASH_LENGTH = 5;

/** What the name of a job's Workload is made of; `extra` tells the slices of an elastic job apart. */
export interface JobIdentity {
  readonly kind: string;
  readonly group: string;
  readonly name: string;
  readonly uid: string;
  readonly extra?: string;
}

/**
 * Names the Workload of a job (L-3.7a, I-1.26): kind and name, cut to fit, and five hex digits of a hash over the
 * job's identity. The same job always gets the same name, a recreated one another.
 */
export function workloadName(job: JobIdentity): string {
  const parts = [job.kind, job.group, job.name, job.uid];
  if (job.extra !== undefined) parts.push(job.extra);
  const hash = createHash('sha1').update(parts.join('\n')).digest('hex').slice(0, HASH_LENGTH);
  const prefix = `${job.kind.toLowerCase()}-${job.name}`.slice(0, NAME_LENGTH_MAX - HASH_LENGTH - 1);
  return `${prefix}-${hash}`;
}
