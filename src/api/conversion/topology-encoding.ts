import type { TopologyAssignmentSlice, TopologyLevelValues } from '../topology-assignment.ts';

/** One domain of a topology assignment, in the form v1beta1 has it: a value for each level, and pods. */
export interface AssignedDomain {
  readonly values: readonly string[];
  readonly count: number;
}

export interface EncodingOptions {
  readonly levels: readonly string[];
  /** Gate TASAssignmentsEncodingByHostnamePrefix; off makes it one slice whatever the names are. */
  readonly splitsByHostnamePrefix?: boolean;
}

const hostname = 'kubernetes.io/hostname';
const domainsPerSliceMax = 100_000;
const slicesMax = 1000;

/** The domains of all slices in order; any legal form is read. */
export function decodeSlices(slices: readonly TopologyAssignmentSlice[]): AssignedDomain[] {
  return slices.flatMap((slice) =>
    Array.from({ length: slice.domainCount }, (_, index) => ({
      values: slice.valuesPerLevel.map((level) => valueAt(level, index)),
      count: slice.podCounts.universal ?? slice.podCounts.individual?.[index] ?? 0,
    })),
  );
}

function valueAt({ universal, individual }: TopologyLevelValues, index: number): string {
  if (universal !== undefined) return universal;
  return `${individual?.prefix ?? ''}${individual?.roots[index] ?? ''}${individual?.suffix ?? ''}`;
}

/** Packs domains into slices, split where host names change their prefix if that is shorter. */
export function encodeSlices(
  domains: readonly AssignedDomain[],
  options: EncodingOptions,
): TopologyAssignmentSlice[] {
  const runs = splitIntoRuns(domains, options);
  const slices = runs.map((run) => encodeSlice(run));
  if (slices.length <= 1 || domains.length > domainsPerSliceMax) return slices;
  const single = [encodeSlice(domains)];
  return JSON.stringify(single).length < JSON.stringify(slices).length ? single : slices;
}

function splitIntoRuns(
  domains: readonly AssignedDomain[],
  { levels, splitsByHostnamePrefix = true }: EncodingOptions,
): (readonly AssignedDomain[])[] {
  if (domains.length === 0) return [];
  const isSplit = splitsByHostnamePrefix && domains.length >= 2 && levels.at(-1) === hostname;
  return (isSplit ? splitByPrefix(domains) : undefined) ?? chunks(domains);
}

/** Runs of equal host name prefixes, as long prefixes as the number of slices allows. */
function splitByPrefix(domains: readonly AssignedDomain[]): (readonly AssignedDomain[])[] | undefined {
  const candidates = domains.map((domain) => prefixCandidates(domain.values.at(-1) ?? ''));
  const uses = new Map<string, number>();
  for (const prefix of candidates.flat()) uses.set(prefix, (uses.get(prefix) ?? 0) + 1);
  const isReusable = (prefix: string): boolean => (uses.get(prefix) ?? 0) >= 2;
  const depthMax = candidates.reduce((most, list) => Math.max(most, list.length), 0);
  for (let depth = depthMax; depth >= 1; depth--) {
    const keys = candidates.map((list) => list.slice(0, depth).findLast(isReusable));
    const runs = runsOfEqualKeys(domains, keys).flatMap((run) => chunks(run));
    if (runs.length <= slicesMax) return runs;
  }
  return undefined;
}

/** Each beginning of a host name that ends after a dash, except the whole name. */
function prefixCandidates(name: string): string[] {
  const candidates: string[] = [];
  for (
    let dash = name.indexOf('-');
    dash !== -1 && dash < name.length - 1;
    dash = name.indexOf('-', dash + 1)
  ) {
    candidates.push(name.slice(0, dash + 1));
  }
  return candidates;
}

function runsOfEqualKeys(
  domains: readonly AssignedDomain[],
  keys: readonly (string | undefined)[],
): AssignedDomain[][] {
  const runs: AssignedDomain[][] = [];
  domains.forEach((domain, index) => {
    if (index === 0 || keys[index] !== keys[index - 1]) runs.push([]);
    runs.at(-1)?.push(domain);
  });
  return runs;
}

function chunks(run: readonly AssignedDomain[]): (readonly AssignedDomain[])[] {
  if (run.length <= domainsPerSliceMax) return [run];
  const count = Math.ceil(run.length / domainsPerSliceMax);
  return Array.from({ length: count }, (_, index) =>
    run.slice(index * domainsPerSliceMax, (index + 1) * domainsPerSliceMax),
  );
}

function encodeSlice(domains: readonly AssignedDomain[]): TopologyAssignmentSlice {
  const levels = domains[0]?.values ?? [];
  const counts = domains.map((domain) => domain.count);
  const isSameCount = counts.every((count) => count === counts[0]);
  return {
    domainCount: domains.length,
    valuesPerLevel: levels.map((_, level) =>
      encodeLevel(domains.map((domain) => domain.values[level] ?? '')),
    ),
    podCounts: isSameCount ? { universal: counts[0] ?? 0 } : { individual: counts },
  };
}

function encodeLevel(values: readonly string[]): TopologyLevelValues {
  const first = values[0] ?? '';
  if (values.every((value) => value === first)) return { universal: first };
  const shortest = values.reduce((least, value) => Math.min(least, value.length), first.length);
  const suffixLength = commonSuffixLength(values);
  const prefixLength = Math.min(commonPrefixLength(values), shortest - suffixLength);
  return {
    individual: {
      ...(prefixLength > 0 && { prefix: first.slice(0, prefixLength) }),
      ...(suffixLength > 0 && { suffix: first.slice(first.length - suffixLength) }),
      roots: values.map((value) => value.slice(prefixLength, value.length - suffixLength)),
    },
  };
}

/** Label values are ASCII; other characters end what is common, so that none is cut in two. */
function isPlain(code: number): boolean {
  return code < 128;
}

function commonPrefixLength(values: readonly string[]): number {
  return countWhile((index) => charsAgree(values, (value) => value.charCodeAt(index)));
}

function commonSuffixLength(values: readonly string[]): number {
  return countWhile((index) => charsAgree(values, (value) => value.charCodeAt(value.length - 1 - index)));
}

/** Whether all values have the same character there; beyond its end a value has none (NaN). */
function charsAgree(values: readonly string[], codeOf: (value: string) => number): boolean {
  const code = codeOf(values[0] ?? '');
  return isPlain(code) && values.every((value) => codeOf(value) === code);
}

function countWhile(holds: (index: number) => boolean): number {
  let count = 0;
  while (holds(count)) count++;
  return count;
}
