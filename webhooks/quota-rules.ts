import type { FairSharing, FlavorQuotas, ResourceGroup, ResourceQuota } from '../src/api/index.ts';
import { canonicalQuantity, compareQuantities } from '../src/core/amounts/index.ts';
import { duplicate, invalid } from './field-errors.ts';
import type { FieldError } from './field-errors.ts';
import { invalidForEach, labelKeyFaults, nonNegativeDetail } from './name-rules.ts';

/** How the quotas of a ClusterQueue and those of a Cohort differ. */
export interface QuotaOwner {
  /** What the owner borrows from, as it is called in the texts. */
  readonly lenderWord: 'cohort' | 'parent';
  readonly hasLender: boolean;
  /** Whether more than the nominal quota may be offered to others. */
  readonly canLendAboveNominal: boolean;
}

const groupsPath = 'spec.resourceGroups';
const quotas = ['nominalQuota', 'borrowingLimit', 'lendingLimit'] as const;

/** Faults of resource groups: names, repetitions and limits. */
export function resourceGroupErrors(groups: readonly ResourceGroup[], owner: QuotaOwner): FieldError[] {
  const resources = new Set<string>();
  const flavors = new Set<string>();
  return groups.flatMap((group, i) => [
    ...coveredResourceErrors(group.coveredResources, `${groupsPath}[${i}].coveredResources`, resources),
    ...group.flavors.flatMap((flavor, j) => {
      const path = `${groupsPath}[${i}].flavors[${j}]`;
      return [
        ...flavorErrors({ flavor, path, coveredResources: group.coveredResources, owner }),
        ...repetition(flavors, flavor.name, `${path}.name`),
      ];
    }),
  ]);
}

/** Faults of a fair sharing weight, reported at the object that holds it. */
export function fairSharingErrors(fairSharing: FairSharing | undefined): FieldError[] {
  const weight = fairSharing?.weight;
  if (weight === undefined) return [];
  const path = 'spec.fairSharing';
  const sign = compareQuantities(weight, 0);
  if (sign < 0) return [invalid(path, canonicalQuantity(weight), nonNegativeDetail)];
  const isTooSmall = sign > 0 && compareQuantities(weight, '1n') <= 0;
  return isTooSmall ? [invalid(path, canonicalQuantity(weight), 'When not 0, weight must be > 10e-9')] : [];
}

function coveredResourceErrors(names: readonly string[], path: string, seen: Set<string>): FieldError[] {
  return names.flatMap((name, j) => [
    ...invalidForEach(`${path}[${j}]`, name, labelKeyFaults(name)),
    ...repetition(seen, name, `${path}[${j}]`),
  ]);
}

interface FlavorPlace {
  readonly flavor: FlavorQuotas;
  readonly path: string;
  readonly coveredResources: readonly string[];
  readonly owner: QuotaOwner;
}

/** Resources beyond the covered ones are the schema's business. */
function flavorErrors({ flavor, path, coveredResources, owner }: FlavorPlace): FieldError[] {
  return flavor.resources.slice(0, coveredResources.length).flatMap((quota, k) => {
    const resourcePath = `${path}.resources[${k}]`;
    const isInOrder = quota.name === coveredResources[k];
    return [
      ...(isInOrder
        ? []
        : [invalid(`${resourcePath}.name`, quota.name, 'must match the name in coveredResources')]),
      ...quotas.flatMap((field) => limitErrors(quota, `${resourcePath}.${field}`, { field, owner })),
    ];
  });
}

function limitErrors(
  quota: ResourceQuota,
  path: string,
  { field, owner }: { field: (typeof quotas)[number]; owner: QuotaOwner },
): FieldError[] {
  const value = quota[field];
  if (value === undefined) return [];
  const text = canonicalQuantity(value);
  const negative = compareQuantities(value, 0) < 0 ? [invalid(path, text, nonNegativeDetail)] : [];
  if (field === 'nominalQuota') return negative;
  const orphaned = owner.hasLender
    ? []
    : [invalid(path, text, `must be nil when ${owner.lenderWord} is empty`)];
  if (field === 'borrowingLimit') return [...orphaned, ...negative];
  const isAboveNominal = !owner.canLendAboveNominal && compareQuantities(value, quota.nominalQuota) > 0;
  const excessive = isAboveNominal
    ? [invalid(path, text, 'must be less than or equal to the nominalQuota')]
    : [];
  return [...negative, ...orphaned, ...excessive];
}

function repetition(seen: Set<string>, name: string, path: string): FieldError[] {
  if (seen.has(name)) return [duplicate(path, name)];
  seen.add(name);
  return [];
}
