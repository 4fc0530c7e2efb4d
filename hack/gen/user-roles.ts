import { group, kinds } from '../../src/api/index.ts';
import type { Kind } from '../../src/api/index.ts';
import { integrations } from '../../src/jobs/index.ts';
import { readVerbs } from './manager-rules.ts';
import type { Rule } from './manager-rules.ts';

/** The labels by which a part joins a role that people are bound to. */
const audiences = {
  batchAdmin: 'rbac.kueue.x-k8s.io/batch-admin',
  batchUser: 'rbac.kueue.x-k8s.io/batch-user',
  /** Ours alone: for those who run a namespace and may bring its queues themselves (O-18). */
  namespaceAdmin: 'rbac.quaymaster.io/namespace-admin',
  view: 'rbac.authorization.k8s.io/aggregate-to-view',
  edit: 'rbac.authorization.k8s.io/aggregate-to-edit',
  admin: 'rbac.authorization.k8s.io/aggregate-to-admin',
} as const;
type Audience = keyof typeof audiences;

/** A ClusterRole of one kind and one purpose, and whose roles it becomes part of. */
export interface PartRole {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
}

interface KindAccess {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly hasStatus: boolean;
  readonly editors: readonly Audience[];
  readonly viewers: readonly Audience[];
}

const everybody: readonly Audience[] = ['batchAdmin', 'batchUser', 'namespaceAdmin', 'view', 'edit', 'admin'];
const administrators: readonly Audience[] = ['batchAdmin', 'admin'];
const editVerbs = [...readVerbs, 'create', 'delete', 'patch', 'update'];

/** Who may edit and see our own kinds; those of O-12.14 are for the batch administrator alone. */
const ownAccess: Readonly<Record<Kind, Pick<KindAccess, 'editors' | 'viewers'>>> = {
  ClusterQueue: { editors: ['batchAdmin'], viewers: administrators },
  Cohort: { editors: ['batchAdmin'], viewers: administrators },
  ResourceFlavor: { editors: ['batchAdmin'], viewers: administrators },
  Topology: { editors: ['batchAdmin'], viewers: administrators },
  LocalQueue: { editors: ['batchAdmin', 'namespaceAdmin'], viewers: everybody },
  Workload: { editors: ['batchAdmin'], viewers: everybody },
  AdmissionCheck: { editors: ['batchAdmin'], viewers: ['batchAdmin'] },
  WorkloadPriorityClass: { editors: ['batchAdmin'], viewers: ['batchAdmin'] },
  MultiKueueConfig: { editors: ['batchAdmin'], viewers: ['batchAdmin'] },
  MultiKueueCluster: { editors: ['batchAdmin'], viewers: ['batchAdmin'] },
  ProvisioningRequestConfig: { editors: ['batchAdmin'], viewers: ['batchAdmin'] },
};

/** The roles that people are bound to; the aggregation controller fills in their rules (O-12.11). */
export function aggregatedRoles(): { readonly name: string; readonly label: string }[] {
  return [
    { name: 'kueue-batch-admin-role', label: audiences.batchAdmin },
    { name: 'kueue-batch-user-role', label: audiences.batchUser },
    { name: 'kueue-namespace-admin-role', label: audiences.namespaceAdmin },
  ];
}

/** An editor and a viewer role for each of our kinds and each job kind (O-12.12, O-12.14). */
export function partRoles(): PartRole[] {
  return [...ownKinds(), ...jobKinds()].flatMap((access) => [editorOf(access), viewerOf(access)]);
}

function ownKinds(): KindAccess[] {
  return (Object.keys(ownAccess) as Kind[]).map((kind) => {
    const { plural, hasStatus } = kinds[kind];
    return { group, kind, plural, hasStatus: hasStatus && kind !== 'Cohort', ...ownAccess[kind] };
  });
}

function jobKinds(): KindAccess[] {
  return integrations.map(({ type }) => ({
    group: type.group,
    kind: type.kind,
    plural: type.plural,
    hasStatus: true,
    editors: ['batchAdmin', 'batchUser', 'namespaceAdmin'],
    viewers: everybody,
  }));
}

function editorOf(access: KindAccess): PartRole {
  return partRole(access, { purpose: 'editor', verbs: editVerbs, audience: access.editors });
}

function viewerOf(access: KindAccess): PartRole {
  return partRole(access, { purpose: 'viewer', verbs: readVerbs, audience: access.viewers });
}

interface Purpose {
  readonly purpose: 'editor' | 'viewer';
  readonly verbs: readonly string[];
  readonly audience: readonly Audience[];
}

function partRole(access: KindAccess, { purpose, verbs, audience }: Purpose): PartRole {
  const name = `${access.kind.toLowerCase()}-${purpose}`;
  const apiGroups = [access.group];
  const status = { apiGroups, resources: [`${access.plural}/status`], verbs: ['get'] };
  return {
    name: `kueue-${name}-role`,
    labels: {
      'rbac.kueue.x-k8s.io/role': name,
      ...Object.fromEntries(audience.map((each) => [audiences[each], 'true'])),
    },
    rules: [{ apiGroups, resources: [access.plural], verbs }, ...(access.hasStatus ? [status] : [])],
  };
}
