import { convertedResources, group, names } from '../../src/api/index.ts';
import { decisionKinds } from '../../src/controllers/index.ts';
import { integrations } from '../../src/jobs/index.ts';

/** One rule of a Role or ClusterRole. */
export interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

interface Right {
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

export const readVerbs = ['get', 'list', 'watch'] as const;

/** What is written among our own kinds, beside the status. A patch of the object is that of its finalizer. */
const ownWrites: readonly Right[] = [
  { apiGroup: group, resource: 'workloads', verbs: ['create', 'patch', 'delete'] },
  { apiGroup: group, resource: 'clusterqueues', verbs: ['patch'] },
  { apiGroup: group, resource: 'resourceflavors', verbs: ['patch'] },
  { apiGroup: group, resource: 'admissionchecks', verbs: ['patch'] },
  ...['workloads/status', 'clusterqueues/status', 'cohorts/status', 'localqueues/status'].map((resource) => ({
    apiGroup: group,
    resource,
    verbs: ['patch'],
  })),
];

const otherRights: readonly Right[] = [
  { apiGroup: 'events.k8s.io', resource: 'events', verbs: ['create', 'patch'] },
  // An owner that is no job kind may itself be owned by one (L-3.2).
  { apiGroup: 'apps', resource: 'replicasets', verbs: ['get'] },
];

/**
 * The rules of the manager's ClusterRole: reading what decisions are made from, and just the writes that the program does.
 * Objects that exist once are named, for reading too, since they are watched by name (O-17.6).
 */
export function managerRules(): Rule[] {
  const reads = decisionKinds.map(({ type }) => rightTo(type, readVerbs));
  const jobs = integrations.flatMap(({ type }) => [
    // No create: jobs are made by their users (O-12.8). The delete is that of a retention policy.
    rightTo(type, [...readVerbs, 'patch', 'delete']),
    rightTo(type, ['patch'], 'status'),
    // A Workload blocks the deletion of its job, and some clusters ask for this right then.
    rightTo(type, ['update'], 'finalizers'),
  ]);
  return [...groupRights([...reads, ...ownWrites, ...jobs, ...otherRights]), ...namedRules()];
}

interface ResourceName {
  readonly group: string;
  readonly plural: string;
}

function rightTo({ group: apiGroup, plural }: ResourceName, verbs: readonly string[], sub?: string): Right {
  return { apiGroup, resource: sub === undefined ? plural : `${plural}/${sub}`, verbs };
}

/** Rights to one resource become one, and resources with equal verbs share a rule. */
function groupRights(rights: readonly Right[]): Rule[] {
  const verbsByResource = new Map<string, Set<string>>();
  for (const { apiGroup, resource, verbs } of rights) {
    const key = `${apiGroup} ${resource}`;
    const known = verbsByResource.get(key) ?? new Set();
    verbsByResource.set(key, new Set([...known, ...verbs]));
  }
  const resourcesByVerbs = new Map<string, string[]>();
  for (const [key, verbs] of verbsByResource) {
    const [apiGroup = '', resource = ''] = key.split(' ');
    const rule = `${apiGroup} ${[...verbs].join(',')}`;
    resourcesByVerbs.set(rule, [...(resourcesByVerbs.get(rule) ?? []), resource]);
  }
  return [...resourcesByVerbs].sort(byText).map(([key, resources]) => {
    const [apiGroup = '', verbs = ''] = key.split(' ');
    return { apiGroups: [apiGroup], resources: resources.sort(), verbs: verbs.split(',') };
  });
}

function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** The objects that the CA bundle is put into (O-6.10). */
function namedRules(): Rule[] {
  const verbs = [...readVerbs, 'update'];
  const admission = 'admissionregistration.k8s.io';
  return [
    named(admission, 'mutatingwebhookconfigurations', [names.mutatingWebhookConfiguration]),
    named(admission, 'validatingwebhookconfigurations', [names.validatingWebhookConfiguration]),
    named(
      'apiextensions.k8s.io',
      'customresourcedefinitions',
      convertedResources.map((plural) => `${plural}.${group}`),
    ),
  ];

  function named(apiGroup: string, resource: string, resourceNames: string[]): Rule {
    return { apiGroups: [apiGroup], resources: [resource], resourceNames, verbs };
  }
}
