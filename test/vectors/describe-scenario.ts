import type { Manifest, Scenario, Step } from './scenario.ts';
import { renderTable } from './text-table.ts';

/** A scenario as tables: who owns what quota, who asks for what, and what happens when. */
export function describeScenario({ name, about, config, objects, steps }: Scenario): string {
  const settings = config === undefined ? '' : `config: ${JSON.stringify(config)}\n`;
  const everything = [...objects, ...steps.flatMap(({ apply = [] }) => apply)];
  const parts = [
    renderTable(['quota of', 'below', 'rules', 'flavor', 'quota'], describeQuotas(everything)),
    renderTable(['flavor', 'labels', 'taints'], describeFlavors(everything)),
    renderTable(['local queue', 'cluster queue', 'rules'], describeLocalQueues(everything)),
    renderTable(['workload', 'queue', 'priority', 'created', 'pod sets'], describeWorkloads(everything)),
    renderTable(['step', 'at', 'what happens', 'cycles'], steps.map(describeStep)),
  ];
  const tables = parts.filter((part) => part !== '');
  return `${name} (${about.join(', ')})\n${settings}\n${tables.join('\n')}`;
}

interface Quota {
  readonly name: string;
  readonly nominalQuota?: string | number;
  readonly borrowingLimit?: string | number;
  readonly lendingLimit?: string | number;
}

interface QuotaSpec {
  readonly resourceGroups?: readonly {
    readonly flavors: readonly { readonly name: string; readonly resources: readonly Quota[] }[];
  }[];
  readonly cohortName?: string;
  readonly parentName?: string;
  readonly [rule: string]: unknown;
}

/** One row a flavor; the second and later rows of one owner repeat nothing. */
function describeQuotas(manifests: readonly Manifest[]): readonly (readonly string[])[] {
  const owners = manifests.filter(({ kind }) => kind === 'ClusterQueue' || kind === 'Cohort');
  return owners.flatMap(({ kind, metadata, spec }) => {
    const { resourceGroups = [], cohortName, parentName, ...rules } = (spec ?? {}) as QuotaSpec;
    const flavors = resourceGroups.flatMap((group) => group.flavors);
    const first = [`${kind} ${metadata.name}`, cohortName ?? parentName ?? '', describeRules(rules)];
    if (flavors.length === 0) return [[...first, '', '']];
    return flavors.map(({ name, resources }, index) => {
      const owner = index === 0 ? first : ['', '', ''];
      return [...owner, name, resources.map(describeQuota).join(', ')];
    });
  });
}

function describeQuota({ name, nominalQuota = 0, borrowingLimit, lendingLimit }: Quota): string {
  const borrows = borrowingLimit === undefined ? '' : ` borrows ${borrowingLimit}`;
  const lends = lendingLimit === undefined ? '' : ` lends ${lendingLimit}`;
  return `${name} ${nominalQuota}${borrows}${lends}`;
}

/** What is as usual is left out. */
function describeRules(rules: Readonly<Record<string, unknown>>): string {
  return Object.entries(rules)
    .filter(([rule, value]) => rule !== 'namespaceSelector' || JSON.stringify(value) !== '{}')
    .map(([rule, value]) => `${rule} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

function describeFlavors(manifests: readonly Manifest[]): readonly (readonly string[])[] {
  return manifests
    .filter(({ kind, spec }) => kind === 'ResourceFlavor' && Object.keys(spec ?? {}).length > 0)
    .map(({ metadata, spec = {} }) => {
      const { nodeLabels, ...others } = spec;
      return [
        metadata.name,
        nodeLabels === undefined ? '' : JSON.stringify(nodeLabels),
        describeRules(others),
      ];
    });
}

function describeLocalQueues(manifests: readonly Manifest[]): readonly (readonly string[])[] {
  return manifests
    .filter(({ kind }) => kind === 'LocalQueue')
    .map(({ metadata, spec = {} }) => {
      const { clusterQueue, ...rules } = spec;
      return [`${metadata.namespace}/${metadata.name}`, String(clusterQueue), describeRules(rules)];
    });
}

interface WorkloadSpec {
  readonly queueName?: string;
  readonly priority?: number;
  readonly podSets?: readonly {
    readonly name?: string;
    readonly count?: number;
    readonly minCount?: number;
    readonly template?: {
      readonly spec?: {
        readonly containers?: readonly { readonly resources?: { readonly requests?: object } }[];
      };
    };
  }[];
}

function describeWorkloads(manifests: readonly Manifest[]): readonly (readonly string[])[] {
  return manifests
    .filter(({ kind }) => kind === 'Workload')
    .map(({ metadata, spec }) => {
      const { queueName = '', priority = 0, podSets = [] } = (spec ?? {}) as WorkloadSpec;
      const created = (metadata.creationTimestamp ?? '').slice('2026-01-01T'.length, -1);
      const asked = podSets.map(({ name = 'main', count = 1, minCount, template }) => {
        const requests = (template?.spec?.containers ?? []).map(({ resources }) => resources?.requests ?? {});
        const minimum = minCount === undefined ? '' : ` (at least ${minCount})`;
        return `${name}: ${count}${minimum} x ${describeRequests(requests)}`;
      });
      return [
        `${metadata.namespace}/${metadata.name}`,
        queueName,
        String(priority),
        created,
        asked.join('; '),
      ];
    });
}

function describeRequests(containers: readonly object[]): string {
  return containers
    .map((requests) => {
      return Object.entries(requests)
        .map(([resource, quantity]) => `${resource} ${quantity}`)
        .join(', ');
    })
    .join(' + ');
}

function describeStep(step: Step, index: number): readonly string[] {
  const { at, finish, delete: deleted, deactivate, activate, reclaimable, checks, apply = [] } = step;
  const applied = apply.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  const acts = Object.entries({ finish, delete: deleted, deactivate, activate, apply: applied })
    .filter(([, names]) => names !== undefined && names.length > 0)
    .map(([act, names = []]) => `${act} ${names.join(', ')}`);
  const reports = Object.entries({ reclaimable, checks })
    .filter(([, report]) => report !== undefined)
    .map(([act, report]) => `${act} ${JSON.stringify(report)}`);
  const cycles = String(step.expect?.cycles?.length ?? 0);
  return [String(index + 1), at.slice('2026-01-01T'.length, -1), [...acts, ...reports].join('; '), cycles];
}
