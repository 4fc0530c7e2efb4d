import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { convertedResources, kinds } from '../../src/api/index.ts';
import type { Kind } from '../../src/api/index.ts';
import { decisionKinds } from '../../src/controllers/index.ts';
import { integrations } from '../../src/jobs/index.ts';
import { managerRules } from './manager-rules.ts';
import type { Rule } from './manager-rules.ts';
import { rbacFiles } from './rbac.ts';
import { partRoles } from './user-roles.ts';

interface RbacObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly name: string }[];
  readonly aggregationRule?: {
    readonly clusterRoleSelectors: readonly { readonly matchLabels: Readonly<Record<string, string>> }[];
  };
}

const objects = [...rbacFiles().files.values()].flatMap((text) =>
  parseAllDocuments(text).map((document) => document.toJS() as RbacObject),
);

function objectOf(kind: string, name: string): RbacObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
}

/** What rules allow on whole kinds, and by name. */
function verbsOn(
  rules: readonly Rule[],
  [apiGroup, resource]: readonly [apiGroup: string, resource: string],
  name?: string,
): string[] {
  return rules
    .filter(
      ({ apiGroups = [], resources = [] }) => apiGroups.includes(apiGroup) && resources.includes(resource),
    )
    .filter(({ resourceNames }) => resourceNames === undefined || resourceNames.includes(name ?? ''))
    .flatMap(({ verbs }) => verbs)
    .sort();
}

/** The rules that the aggregation controller will put into a role. */
function aggregated(role: string): Rule[] {
  const selectors = objectOf('ClusterRole', role).aggregationRule?.clusterRoleSelectors ?? [];
  const chosen = objects.filter(({ metadata }) =>
    selectors.some(({ matchLabels }) =>
      Object.entries(matchLabels).every(([key, value]) => metadata.labels?.[key] === value),
    ),
  );
  return chosen.flatMap(({ rules = [] }) => rules);
}

describe('all roles (O-17.6)', () => {
  test('nothing is granted by a star', () => {
    for (const { rules = [] } of objects) {
      for (const rule of rules) {
        const granted = Object.values(rule).flat() as string[];
        expect(granted.filter((text) => text.includes('*'))).toEqual([]);
      }
    }
  });

  test('every binding is to a role that exists', () => {
    const bindings = objects.filter(({ roleRef }) => roleRef !== undefined);
    expect(bindings.length).toBeGreaterThan(0);
    for (const { roleRef, subjects } of bindings) {
      expect(objectOf(roleRef!.kind, roleRef!.name).rules).not.toEqual([]);
      expect(subjects).toMatchObject([{ name: 'kueue-controller-manager' }]);
    }
  });
});

describe('the manager (O-12.7)', () => {
  const rules = managerRules();
  const kueue = 'kueue.x-k8s.io';

  test.each(decisionKinds.map(({ type }) => type))('reads $plural', ({ group, plural }) => {
    expect(verbsOn(rules, [group, plural])).toEqual(expect.arrayContaining(['get', 'list', 'watch']));
  });

  test.each(integrations.map(({ framework, type }) => ({ framework, type })))(
    'starts, stops and deletes jobs of $framework, and never creates one (O-12.8)',
    ({ type: { group, plural } }) => {
      expect(verbsOn(rules, [group, plural])).toEqual(['delete', 'get', 'list', 'patch', 'watch']);
      expect(verbsOn(rules, [group, `${plural}/status`])).toEqual(['patch']);
      expect(verbsOn(rules, [group, `${plural}/finalizers`])).toEqual(['update']);
    },
  );

  test.each([
    { resource: 'workloads', want: ['create', 'delete', 'get', 'list', 'patch', 'watch'] },
    { resource: 'workloads/status', want: ['patch'] },
    { resource: 'clusterqueues', want: ['get', 'list', 'patch', 'watch'] },
    { resource: 'clusterqueues/status', want: ['patch'] },
    { resource: 'cohorts', want: ['get', 'list', 'watch'] },
    { resource: 'cohorts/status', want: ['patch'] },
    { resource: 'resourceflavors', want: ['get', 'list', 'patch', 'watch'] },
    { resource: 'admissionchecks', want: ['get', 'list', 'patch', 'watch'] },
    { resource: 'localqueues', want: ['get', 'list', 'watch'] },
    { resource: 'localqueues/status', want: ['patch'] },
  ])('has on $resource just what it writes', ({ resource, want }) => {
    expect(verbsOn(rules, [kueue, resource])).toEqual(want);
  });

  test('changes webhook configurations and CRDs by name only', () => {
    const verbs = ['get', 'list', 'update', 'watch'];
    const crds = ['apiextensions.k8s.io', 'customresourcedefinitions'] as const;
    for (const plural of convertedResources)
      expect(verbsOn(rules, crds, `${plural}.${kueue}`)).toEqual(verbs);
    expect(verbsOn(rules, crds, 'others.example.com')).toEqual([]);
    const mutating = ['admissionregistration.k8s.io', 'mutatingwebhookconfigurations'] as const;
    expect(verbsOn(rules, mutating, 'kueue-mutating-webhook-configuration')).toEqual(verbs);
    expect(verbsOn(rules, mutating, 'others')).toEqual([]);
  });

  test('has no right to Secrets but to its own in its own namespace', () => {
    expect(verbsOn(rules, ['', 'secrets'])).toEqual([]);
    const own = objectOf('Role', 'kueue-manager-secrets-role').rules!;
    expect(verbsOn(own, ['', 'secrets'], 'kueue-webhook-server-cert')).toEqual([
      'get',
      'list',
      'update',
      'watch',
    ]);
    expect(verbsOn(own, ['', 'secrets'], 'others')).toEqual([]);
  });
});

describe('roles for people (O-12.11 to O-12.14)', () => {
  const editor = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
  const kueue = 'kueue.x-k8s.io';

  test('each of our kinds and each job kind has an editor and a viewer', () => {
    const all = [...Object.keys(kinds), ...integrations.map(({ type }) => type.kind)];
    const want = all.flatMap((kind) =>
      ['editor', 'viewer'].map((part) => `kueue-${kind.toLowerCase()}-${part}-role`),
    );
    expect(
      partRoles()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(want.sort());
  });

  test('the batch administrator edits every kind of ours', () => {
    const rules = aggregated('kueue-batch-admin-role');
    for (const { plural } of Object.values(kinds))
      expect(verbsOn(rules, [kueue, plural])).toEqual(expect.arrayContaining(editor));
  });

  test('the batch user edits jobs and sees queues and workloads, and nothing else', () => {
    const rules = aggregated('kueue-batch-user-role');
    expect(rules.flatMap(({ resources = [] }) => resources).sort()).toEqual([
      'jobs',
      'jobs',
      'jobs/status',
      'jobs/status',
      'localqueues',
      'localqueues/status',
      'workloads',
      'workloads/status',
    ]);
    expect(verbsOn(rules, [kueue, 'localqueues'])).toEqual(['get', 'list', 'watch']);
    expect(verbsOn(rules, ['batch', 'jobs'])).toEqual(expect.arrayContaining(editor));
  });

  test('the namespace administrator edits LocalQueues besides, and only sees workloads (O-18)', () => {
    const rules = aggregated('kueue-namespace-admin-role');
    expect(verbsOn(rules, [kueue, 'localqueues'])).toEqual(expect.arrayContaining(editor));
    expect(verbsOn(rules, [kueue, 'workloads'])).toEqual(['get', 'list', 'watch']);
    expect(verbsOn(rules, [kueue, 'clusterqueues'])).toEqual([]);
  });

  test('nobody may write a status', () => {
    const onStatus = partRoles()
      .flatMap(({ rules }) => rules)
      .filter(({ resources = [] }) => resources.some((resource) => resource.endsWith('/status')));
    expect(onStatus.length).toBeGreaterThan(0);
    expect(new Set(onStatus.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get']));
  });

  test('of the roles of Kubernetes only admin sees what is not of a namespace', () => {
    const label = 'rbac.authorization.k8s.io/aggregate-to-';
    const audienceOf = (kind: Kind) =>
      ['view', 'edit', 'admin'].filter(
        (role) =>
          objectOf('ClusterRole', `kueue-${kind.toLowerCase()}-viewer-role`).metadata.labels?.[label + role],
      );
    expect(audienceOf('ClusterQueue')).toEqual(['admin']);
    expect(audienceOf('LocalQueue')).toEqual(['view', 'edit', 'admin']);
    expect(audienceOf('AdmissionCheck')).toEqual([]);
  });
});
