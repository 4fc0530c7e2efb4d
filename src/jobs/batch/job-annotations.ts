import { annotations } from '../../api/index.ts';
import type { JobObject } from '../integration.ts';

const trueTexts = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const falseTexts = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** Reads a boolean as the API accepts it in annotations, or undefined when the text is none (I-2.3). */
export function parseBoolean(text: string): boolean | undefined {
  if (trueTexts.includes(text)) return true;
  return falseTexts.includes(text) ? false : undefined;
}

/** Reads a decimal integer with an optional sign, or undefined when the text is none. */
export function parseInteger(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** The Job's least parallelism; an unreadable annotation counts as none (I-2.7). */
export function minParallelismOf(job: JobObject): number | undefined {
  const text = job.metadata.annotations?.[annotations.jobMinParallelism];
  return text === undefined ? undefined : parseInteger(text);
}

/** Whether the Job's completions equal its parallelism at all times; an unreadable annotation says no. */
export function isSyncedCompletions(job: JobObject): boolean {
  return (
    parseBoolean(job.metadata.annotations?.[annotations.jobCompletionsEqualParallelism] ?? 'false') ?? false
  );
}
