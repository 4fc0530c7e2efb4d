import fc from 'fast-check';
import { apiVersion, parseAdmissionCheck } from '../../src/api/index.ts';
import type { Condition, Workload } from '../../src/api/index.ts';
import { keyOf } from '../../src/state/index.ts';
import type { FreshList, KubeObject, StateKind } from '../../src/state/index.ts';
import {
  aClusterQueue,
  aCohort,
  aLocalQueue,
  anAdmission,
  aReservingWorkload,
  aResourceFlavor,
  aWorkload,
} from '../builders/index.ts';

/** One version of an object, or the end of it. */
export interface HistoryEvent {
  readonly kind: StateKind;
  readonly object: KubeObject;
  readonly isRemoval: boolean;
}

export const start = Date.parse('2026-01-01T12:00:00Z');

/** Mostly the first, so that things happen at all. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    { weight: 2, arbitrary: fc.constantFrom(...others) },
  );
}

const clusterQueueNames = ['x', 'y', 'z'];
const clusterQueueName = fc.constantFrom('x', 'x', 'y', 'y', 'z', 'missing');
const cohortName = fc.constantFrom(undefined, 'top', 'middle', 'loop');
const namespace = fc.constantFrom('team-a', 'team-b');
const flavorName = fc.constantFrom('default', 'spot');
const stopPolicy = mostly<'None' | 'Hold' | 'HoldAndDrain'>('None', 'Hold', 'HoldAndDrain');
const labels = fc.constantFrom<Record<string, string>>({}, { team: 'yes' });
const cpu = fc.constantFrom('1', '2', '3');

const clusterQueue = fc
  .record({
    name: fc.constantFrom(...clusterQueueNames),
    cohort: cohortName,
    cpu,
    flavor: flavorName,
    stopPolicy,
    queueingStrategy: fc.constantFrom('StrictFIFO' as const, 'BestEffortFIFO' as const),
    namespaceSelector: mostly<object | undefined>({}, { matchLabels: { team: 'yes' } }, undefined),
    hasCheck: mostly(false, true),
    pendingWorkloads: fc.nat(3),
  })
  .map(({ name, cohort, flavor, cpu: nominal, hasCheck, pendingWorkloads, ...spec }) =>
    aClusterQueue({
      name,
      ...(cohort && { cohort }),
      quotas: { [flavor]: { cpu: nominal } },
      spec: {
        ...spec,
        ...(hasCheck && { admissionChecksStrategy: { admissionChecks: [{ name: 'check' }] } }),
      },
      status: { pendingWorkloads },
    }),
  );

const cohort = fc
  .record({ name: fc.constantFrom('top', 'middle', 'loop'), parent: cohortName, cpu })
  .map(({ name, parent, cpu: nominal }) =>
    aCohort({ name, ...(parent && { parent }), quotas: { default: { cpu: nominal } } }),
  );

const localQueue = fc
  .record({
    name: fc.constantFrom('main', 'side'),
    namespace,
    clusterQueue: clusterQueueName,
    stopPolicy,
    isDeleting: mostly(false, true),
  })
  .map(({ stopPolicy: policy, isDeleting, ...shape }) =>
    aLocalQueue({
      ...shape,
      ...(isDeleting && { deletionTimestamp: '2026-01-01T11:00:00Z' }),
      spec: { stopPolicy: policy },
    }),
  );

const condition = mostly<(Partial<Condition> & Pick<Condition, 'type'>) | undefined>(
  undefined,
  { type: 'Finished' },
  { type: 'Evicted', reason: 'Preempted' },
  { type: 'Requeued', status: 'False' },
  { type: 'QuotaReserved', status: 'False', reason: 'WaitingForQuota' },
);

const workload = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c'),
    namespace,
    queueName: fc.constantFrom('main', 'side'),
    priority: fc.constantFrom(0, 1),
    generation: fc.constantFrom(1, 2),
    active: mostly(true, false),
    held: fc.option(
      fc.record({ clusterQueue: clusterQueueName, cpu, flavor: flavorName, isAdmitted: fc.boolean() }),
      { freq: 2 },
    ),
    runtimeClassName: fc.constantFrom(undefined, 'sandbox'),
    requeueAt: mostly(undefined, '2026-01-01T11:59:00Z', '2026-01-01T12:01:00Z'),
    condition,
  })
  .map(({ active, held, condition: extra, requeueAt, runtimeClassName, priority, ...rest }): Workload => {
    const template = { spec: { containers: [{ name: 'c' }], ...(runtimeClassName && { runtimeClassName }) } };
    const shape = {
      ...rest,
      priority,
      podSets: [{ template }],
      spec: { active },
      ...(extra && !(held && extra.type === 'QuotaReserved') && { conditions: [extra] }),
      ...(requeueAt && { status: { requeueState: { requeueAt } } }),
    };
    if (!held) return aWorkload(shape);
    const assignment = { flavors: { cpu: held.flavor }, resourceUsage: { cpu: held.cpu } };
    const admission = anAdmission({ clusterQueue: held.clusterQueue, podSetAssignments: [assignment] });
    return aReservingWorkload({ ...shape, admission, isAdmitted: held.isAdmitted });
  });

const flavor = fc
  .record({ name: flavorName, nodeLabels: labels })
  .map(({ name, nodeLabels }) => aResourceFlavor({ name, spec: { nodeLabels } }));

const check = fc.constantFrom('True', 'False').map((status) =>
  parseAdmissionCheck({
    apiVersion,
    kind: 'AdmissionCheck',
    metadata: plainMetadata('check'),
    spec: { controllerName: 'example.com/check' },
    status: {
      conditions: [{ type: 'Active', status, reason: 'Active', message: '', lastTransitionTime: '' }],
    },
  }),
);

const namespaceObject = fc
  .record({ name: namespace, labels })
  .map(({ name, labels: present }) => ({ metadata: { ...plainMetadata(name), labels: present } }));

const limitRange = fc.record({ namespace, cpu }).map(({ namespace: where, cpu: defaultRequest }) => ({
  metadata: { ...plainMetadata('limits'), namespace: where },
  spec: { limits: [{ type: 'Container', defaultRequest: { cpu: defaultRequest } }] },
}));

const runtimeClass = cpu.map((overhead) => ({
  metadata: plainMetadata('sandbox'),
  overhead: { podFixed: { cpu: overhead } },
}));

const kinds: readonly (readonly [StateKind, number, fc.Arbitrary<KubeObject>])[] = [
  ['Workload', 8, workload],
  ['LocalQueue', 4, localQueue],
  ['ClusterQueue', 4, clusterQueue],
  ['Cohort', 3, cohort],
  ['ResourceFlavor', 2, flavor],
  ['AdmissionCheck', 1, check],
  ['Namespace', 2, namespaceObject],
  ['LimitRange', 1, limitRange],
  ['RuntimeClass', 1, runtimeClass],
];

export const kindNames = kinds.map(([kind]) => kind);

const change = fc.oneof(
  ...kinds.map(([kind, weight, objects]) => ({
    weight,
    arbitrary: fc.record({
      kind: fc.constant(kind),
      object: objects,
      isRemoval: mostly(false, true),
    }),
  })),
);

/** A cluster in which something can be admitted, so that not every history has to come upon it. */
const beginning: readonly {
  readonly kind: StateKind;
  readonly object: KubeObject;
  readonly isRemoval: false;
}[] = [
  ...['default', 'spot'].map((name) => ({ kind: 'ResourceFlavor', object: aResourceFlavor({ name }) })),
  ...['team-a', 'team-b'].map((name) => ({ kind: 'Namespace', object: { metadata: plainMetadata(name) } })),
  { kind: 'ClusterQueue', object: aClusterQueue({ name: 'x', cohort: 'top' }) },
  { kind: 'ClusterQueue', object: aClusterQueue({ name: 'y', cohort: 'middle' }) },
  { kind: 'LocalQueue', object: aLocalQueue({ name: 'main', namespace: 'team-a', clusterQueue: 'x' }) },
  { kind: 'LocalQueue', object: aLocalQueue({ name: 'side', namespace: 'team-a', clusterQueue: 'y' }) },
  { kind: 'LocalQueue', object: aLocalQueue({ name: 'main', namespace: 'team-b', clusterQueue: 'x' }) },
].map((event) => ({ ...event, isRemoval: false }));

/** What happened in a cluster, in the order in which it happened, each version numbered by it. */
export const history: fc.Arbitrary<readonly HistoryEvent[]> = fc
  .array(change, { minLength: 10, maxLength: 50, size: 'max' })
  .map((changes) => {
    const last = new Map<string, HistoryEvent>();
    return [...beginning, ...changes].flatMap((event, index) => {
      const id = idOf(event);
      const before = last.get(id);
      const isThere = before !== undefined && !before.isRemoval;
      if (event.isRemoval && !isThere) return [];
      const uid = isThere ? before.object.metadata.uid : `${event.object.metadata.uid}-${index}`;
      const object = event.isRemoval && before ? before.object : event.object;
      const metadata = { ...object.metadata, uid, resourceVersion: String(index + 1) };
      const numbered = { ...event, object: { ...object, metadata } };
      last.set(id, numbered);
      return [numbered];
    });
  });

/** Another order of the same events that keeps the order of each object's own. */
export function interleave(
  events: readonly HistoryEvent[],
  rolls: readonly number[],
): readonly HistoryEvent[] {
  const lanes = [...Map.groupBy(events, idOf).values()];
  const order: HistoryEvent[] = [];
  for (let turn = 0; order.length < events.length; turn += 1) {
    const waiting = lanes.filter((lane) => lane.length > 0);
    const lane = waiting[(rolls[turn % rolls.length] ?? 0) % waiting.length];
    const event = lane?.shift();
    if (event) order.push(event);
  }
  return order;
}

/** What lists give after all that happened. */
export function finalLists(events: readonly HistoryEvent[]): readonly FreshList[] {
  const last = new Map(events.map((event) => [idOf(event), event]));
  const present = [...last.values()].filter(({ isRemoval }) => !isRemoval);
  return kindNames.map((kind) => ({
    kind,
    objects: present.filter((event) => event.kind === kind).map(({ object }) => object),
    resourceVersion: '1000',
  }));
}

function idOf({ kind, object }: HistoryEvent): string {
  return `${kind} ${keyOf(object)}`;
}

function plainMetadata(name: string) {
  return {
    name,
    uid: `uid-${name}`,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
}
