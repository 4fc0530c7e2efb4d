import { batchJob } from './batch/job.ts';
import type { JobIntegration } from './integration.ts';

/** Every job kind that Quaymaster knows, in the order in which they are listed to users. */
export const integrations: readonly JobIntegration[] = [batchJob as JobIntegration];

/** Finds the integration of an owner reference or object by its apiVersion and kind. */
export function integrationOfKind(apiVersion: string, kind: string): JobIntegration | undefined {
  return integrations.find(
    ({ type }) => type.kind === kind && `${type.group}/${type.version}` === apiVersion,
  );
}
