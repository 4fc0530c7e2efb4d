/** How far a Job is. */
export type JobPhase = 'waiting' | 'running' | 'finished' | 'failed';

/** As much of a Job as is looked at. */
export interface SeenJob {
  readonly metadata: { readonly namespace?: string | undefined; readonly name: string };
  readonly spec: { readonly suspend?: boolean | undefined };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[] | undefined;
  };
}

export interface JobStep {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly phase: JobPhase;
  readonly atMs: number;
}

interface Entry {
  phase: JobPhase;
  readonly namespace: string;
  readonly firstSeenMs: number;
  startedMs: number | undefined;
}

/** Where a set of expected Jobs stands, and how long each of them waited. Jobs that were not expected are not looked at. */
export class JobRoll {
  readonly expected: ReadonlySet<string>;
  readonly #entries = new Map<string, Entry>();

  constructor(expected: Iterable<string>) {
    this.expected = new Set(expected);
  }

  /** Takes a Job as it is now; the answer is the step that it has made, if it has made one. */
  see(job: SeenJob, nowMs: number): JobStep | undefined {
    const { namespace = '', name } = job.metadata;
    const key = `${namespace}/${name}`;
    if (!this.expected.has(key)) return undefined;
    const phase = phaseOf(job);
    const entry = this.#entries.get(key);
    if (entry?.phase === phase) return undefined;
    const known = entry ?? { phase, namespace, firstSeenMs: nowMs, startedMs: undefined };
    known.phase = phase;
    if (phase !== 'waiting') known.startedMs ??= nowMs;
    this.#entries.set(key, known);
    return { key, namespace, name, phase, atMs: nowMs };
  }

  count(phase: JobPhase, namespace?: string): number {
    return [...this.#entries.values()].filter(
      (entry) => entry.phase === phase && (namespace ?? entry.namespace) === entry.namespace,
    ).length;
  }

  /** Whether every expected Job has come to its end. */
  isDone(): boolean {
    return this.count('finished') + this.count('failed') === this.expected.size;
  }

  /** How long the Jobs that have started were waiting, shortest first. */
  waitsMs(): number[] {
    return [...this.#entries.values()]
      .flatMap(({ firstSeenMs, startedMs }) => (startedMs === undefined ? [] : [startedMs - firstSeenMs]))
      .sort((a, b) => a - b);
  }
}

function phaseOf({ spec, status }: SeenJob): JobPhase {
  const has = (name: string) =>
    (status?.conditions ?? []).some(({ type, status: value }) => type === name && value === 'True');
  if (has('Complete')) return 'finished';
  if (has('Failed')) return 'failed';
  return spec.suspend === true ? 'waiting' : 'running';
}
