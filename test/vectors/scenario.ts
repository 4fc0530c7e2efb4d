import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { PreemptionStrategy } from '../../src/core/workload/index.ts';

/** An object as a user writes it. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly creationTimestamp?: string;
    readonly [field: string]: unknown;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export type MessagePattern = string | { readonly anyOf: readonly string[] };

export interface ExpectedPodSet {
  readonly count: number;
  readonly flavors?: Readonly<Record<string, string>>;
  readonly usage?: Readonly<Record<string, string>>;
}

export interface ExpectedCycle {
  readonly heads: readonly string[];
  readonly admitted?: Readonly<
    Record<
      string,
      {
        readonly clusterQueue: string;
        readonly podSets: Readonly<Record<string, ExpectedPodSet>>;
        readonly onlyReserved?: boolean;
      }
    >
  >;
  readonly pending?: Readonly<
    Record<
      string,
      {
        readonly reason?: string;
        readonly message?: MessagePattern;
        readonly requeued?: 'active' | 'inadmissible';
      }
    >
  >;
  readonly preempted?: Readonly<
    Record<string, { readonly by: string; readonly reason: string; readonly message: string }>
  >;
  readonly evicted?: unknown;
}

type UsageByQueue = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

export interface ExpectedState {
  readonly admitted?: readonly string[];
  readonly onlyReserved?: readonly string[];
  readonly evicted?: Readonly<Record<string, string>>;
  readonly queues?: Readonly<
    Record<string, { readonly active?: readonly string[]; readonly inadmissible?: readonly string[] }>
  >;
  readonly usage?: UsageByQueue;
  readonly borrowed?: UsageByQueue;
  /** With fair sharing; 9223372036854775807 stands for infinite. */
  readonly shares?: Readonly<Record<string, number>>;
  readonly waiting?: Readonly<Record<string, { readonly reason: string; readonly message?: MessagePattern }>>;
}

export interface Step {
  readonly at: string;
  readonly finish?: readonly string[];
  readonly delete?: readonly string[];
  readonly deactivate?: readonly string[];
  readonly activate?: readonly string[];
  readonly reclaimable?: Readonly<Record<string, { name: string; count: number }[]>>;
  readonly checks?: Readonly<
    Record<string, Readonly<Record<string, 'Pending' | 'Ready' | 'Retry' | 'Rejected'>>>
  >;
  readonly apply?: readonly Manifest[];
  readonly schedule?: {
    readonly cycles?: number;
    readonly untilIdle?: boolean;
    readonly limit?: number;
    readonly tick?: string;
  };
  readonly expect?: {
    readonly cycles?: readonly ExpectedCycle[];
    readonly ended?: 'idle' | 'repeats' | 'limit';
    readonly state?: ExpectedState;
  };
}

export interface Scenario {
  readonly name: string;
  readonly about: readonly string[];
  readonly config?: {
    readonly featureGates?: Readonly<Record<string, boolean>>;
    readonly admissionFairSharing?: {
      readonly usageHalfLifeTime: string;
      readonly usageSamplingInterval: string;
      readonly resourceWeights?: Readonly<Record<string, number>>;
    };
    readonly fairSharing?: { readonly preemptionStrategies: readonly PreemptionStrategy[] };
    readonly resources?: {
      readonly excludeResourcePrefixes?: readonly string[];
      readonly transformations?: readonly {
        readonly input: string;
        readonly strategy?: 'Retain' | 'Replace';
        readonly multiplyBy?: string;
        readonly outputs?: Readonly<Record<string, string>>;
      }[];
    };
    readonly [section: string]: unknown;
  };
  readonly objects: readonly Manifest[];
  readonly steps: readonly Step[];
}

/** All scenarios of an area of this folder, in the order of files and documents. */
export function loadScenarios(area: string): readonly Scenario[] {
  return loadScenariosBelow(fileURLToPath(new URL(`./${area}/`, import.meta.url)));
}

/** All scenarios of a file, or of all files below a folder, in the order of paths and documents. */
export function loadScenariosBelow(path: string): readonly Scenario[] {
  return scenarioFilesOf(path)
    .flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')))
    .map((document) => document.toJS() as Scenario);
}

function scenarioFilesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) => join(path, file));
}
