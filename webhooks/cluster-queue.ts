import type { AdmissionCheckStrategyRule, ClusterQueue, ClusterQueueSpec } from '../src/api/index.ts';
import { isSemanticallyEqual } from '../src/core/workload/index.ts';
import { forbidden, invalid, unsupported } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { labelSelectorErrors } from './label-selector.ts';
import { immutableDetail } from './name-rules.ts';
import type { WebhookOptions } from './options.ts';
import { fairSharingErrors, resourceGroupErrors } from './quota-rules.ts';

const FLAVORS_MAX = 256;
const COVERED_RESOURCES_MAX = 256;
const COMBINATIONS_MAX = 512;
const CONCURRENT_FLAVORS_MAX = 16;
const policyPath = 'spec.concurrentAdmissionPolicy';

/** Faults of a ClusterQueue on create, or with `old` on update, beyond what its schema says. */
export function clusterQueueErrors(
  { spec }: ClusterQueue,
  old: ClusterQueue | undefined,
  options: WebhookOptions,
): FieldError[] {
  const owner = { lenderWord: 'cohort', hasLender: !!spec.cohortName, canLendAboveNominal: false } as const;
  return [
    ...resourceGroupErrors(spec.resourceGroups ?? [], owner),
    ...labelSelectorErrors('spec.namespaceSelector', spec.namespaceSelector),
    ...preemptionErrors(spec),
    ...fungibilityErrors(spec),
    ...fairSharingErrors(spec.fairSharing),
    ...totalErrors(spec),
    ...(options.concurrentAdmission ? concurrentAdmissionErrors(spec) : []),
    ...checkFlavorErrors(spec, old?.spec, options),
    ...(old ? policyChangeErrors(spec, old.spec) : []),
  ];
}

/** The CRD's own rule says the same; this one also sees old values that were stored before it. */
function preemptionErrors({ preemption }: ClusterQueueSpec): FieldError[] {
  const isContradictory =
    preemption.reclaimWithinCohort === 'Never' && preemption.borrowWithinCohort.policy !== 'Never';
  const detail = 'reclaimWithinCohort=Never and borrowWithinCohort.Policy!=Never';
  return isContradictory ? [invalid('spec.preemption', preemption, detail)] : [];
}

/** As above for the order of flavors. */
function fungibilityErrors({ flavorFungibility }: ClusterQueueSpec): FieldError[] {
  const { preference, whenCanBorrow, whenCanPreempt } = flavorFungibility;
  const isSearching = whenCanBorrow === 'TryNextFlavor' && whenCanPreempt === 'TryNextFlavor';
  if (preference === undefined || isSearching) return [];
  const detail = `preference "${preference}" requires both whenCanBorrow and whenCanPreempt to be TryNextFlavor`;
  return [invalid('spec.flavorFungibility.preference', preference, detail)];
}

function totalErrors({ resourceGroups = [] }: ClusterQueueSpec): FieldError[] {
  const path = 'spec.resourceGroups';
  const flavors = resourceGroups.reduce((sum, group) => sum + group.flavors.length, 0);
  const resources = resourceGroups.reduce((sum, group) => sum + group.coveredResources.length, 0);
  return [
    ...aboveMax(path, flavors, { max: FLAVORS_MAX, what: 'flavors' }),
    ...aboveMax(path, resources, { max: COVERED_RESOURCES_MAX, what: 'covered resources' }),
    ...resourceGroups.flatMap((group, i) => {
      const combinations = group.flavors.length * group.coveredResources.length;
      if (combinations <= COMBINATIONS_MAX) return [];
      const detail = `number of flavor-resource combinations in a resourceGroup must be ≤ ${COMBINATIONS_MAX}, got ${combinations}`;
      return [invalid(`${path}[${i}]`, combinations, detail)];
    }),
  ];
}

function aboveMax(path: string, count: number, { max, what }: { max: number; what: string }): FieldError[] {
  if (count <= max) return [];
  const detail = `total number of ${what} across all resourceGroups must be ≤ ${max}, got ${count}`;
  return [invalid(path, count, detail)];
}

function concurrentAdmissionErrors(spec: ClusterQueueSpec): FieldError[] {
  if (!spec.concurrentAdmissionPolicy) return [];
  const groups = spec.resourceGroups ?? [];
  const when = 'when ConcurrentAdmissionPolicy is defined';
  const errors: FieldError[] = [];
  if (groups.length !== 1) {
    errors.push(invalid('spec.resourceGroups', groups.length, `must have exactly one ResourceGroup ${when}`));
  } else if (groups[0]!.flavors.length > CONCURRENT_FLAVORS_MAX) {
    const detail = `cannot have more than ${CONCURRENT_FLAVORS_MAX} resource flavors in the ResourceGroup ${when}`;
    errors.push(invalid('spec.resourceGroups[0].flavors', groups[0]!.flavors.length, detail));
  }
  errors.push(...constraintErrors(spec));
  if (spec.queueingStrategy === 'StrictFIFO') {
    const detail = `StrictFIFO queueing strategy cannot be used ${when}`;
    errors.push(invalid('spec.queueingStrategy', spec.queueingStrategy, detail));
  }
  return errors;
}

function constraintErrors(spec: ClusterQueueSpec): FieldError[] {
  const migration = spec.concurrentAdmissionPolicy?.migration;
  if (!migration?.constraints) return [];
  const path = `${policyPath}.migration.constraints`;
  const mode: string = migration.mode;
  if (mode !== '' && mode !== 'TryPreferredFlavors') {
    return [forbidden(path, `may only be set when migration.mode is "TryPreferredFlavors" (got "${mode}")`)];
  }
  const last = migration.constraints.lastAcceptableFlavorName;
  const flavors = flavorNames(spec);
  if (last === undefined || flavors.includes(last)) return [];
  const detail = `must be one of the flavors defined in the ClusterQueue: [${flavors.join(' ')}]`;
  return [invalid(`${path}.lastAcceptableFlavorName`, last, detail)];
}

/**
 * Flavors named by checks that the queue does not have. What was so before may stay, or a queue could no longer be
 * edited after a flavor was taken out of it.
 */
function checkFlavorErrors(
  spec: ClusterQueueSpec,
  old: ClusterQueueSpec | undefined,
  options: WebhookOptions,
): FieldError[] {
  const flavors = new Set(flavorNames(spec));
  const isTolerant =
    old !== undefined && !options.rejectInvalidOnFlavors && isSameSet(flavorNames(old), [...flavors]);
  return (spec.admissionChecksStrategy?.admissionChecks ?? []).flatMap((check, i) => {
    if (isTolerant && hasSameCheck(old, check)) return [];
    const path = `spec.admissionChecksStrategy.admissionChecks[${i}].onFlavors`;
    return (check.onFlavors ?? []).flatMap((flavor, j) =>
      flavors.has(flavor) ? [] : [unsupported(`${path}[${j}]`, flavor, [...flavors].toSorted())],
    );
  });
}

function hasSameCheck(old: ClusterQueueSpec, check: AdmissionCheckStrategyRule): boolean {
  const before = old.admissionChecksStrategy?.admissionChecks.find(({ name }) => name === check.name);
  return before !== undefined && isSameSet(before.onFlavors ?? [], check.onFlavors ?? []);
}

function policyChangeErrors(spec: ClusterQueueSpec, old: ClusterQueueSpec): FieldError[] {
  const policy = spec.concurrentAdmissionPolicy;
  const isSame = isSemanticallyEqual(policy, old.concurrentAdmissionPolicy);
  return isSame ? [] : [invalid(policyPath, policy, immutableDetail)];
}

function flavorNames({ resourceGroups = [] }: ClusterQueueSpec): string[] {
  return resourceGroups.flatMap(({ flavors }) => flavors.map(({ name }) => name));
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const [left, right] = [new Set(a), new Set(b)];
  return left.size === right.size && [...left].every((item) => right.has(item));
}
