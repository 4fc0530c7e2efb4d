import { describe, expect, test } from 'vitest';
import {
  aClusterQueue,
  aLocalQueue,
  anAdmission,
  aReservingWorkload,
  aResourceFlavor,
  aWorkload,
} from '../../test/builders/index.ts';
import type { Workload } from '../api/index.ts';
import { defaultSchedulingOptions } from '../core/workload/index.ts';
import { ClusterState } from './cluster-state.ts';
import type { KubeObject, StateKind } from './state-kinds.ts';

const start = Date.parse('2026-01-01T12:00:00Z');
const minute = 60_000;
const byUsage = { admissionScope: { admissionMode: 'UsageBasedAdmissionFairSharing' } } as const;
const heavyStatus = {
  fairSharing: {
    weightedShare: 0,
    admissionFairSharingStatus: {
      consumedResources: { cpu: '4' },
      lastUpdate: '2026-01-01T11:00:00Z',
    },
  },
};

/** A state with two LocalQueues before one ClusterQueue, and a clock of its own. */
class World {
  now = start;
  readonly state: ClusterState;
  #version = 100;

  constructor({ isOn = true, status = {} }: { isOn?: boolean; status?: object } = {}) {
    const admissionFairSharing = isOn
      ? { usageHalfLifeMs: 10 * minute, usageSamplingIntervalMs: 5 * minute, resourceWeights: {} }
      : undefined;
    const scheduling = { ...defaultSchedulingOptions, admissionFairSharing };
    this.state = new ClusterState({ scheduling, clock: () => this.now });
    this.put('ResourceFlavor', aResourceFlavor());
    this.put('LocalQueue', aLocalQueue({ name: 'heavy', status }));
    this.put('LocalQueue', aLocalQueue({ name: 'light' }));
    this.put('ClusterQueue', aClusterQueue({ spec: byUsage }));
    this.put('Workload', aWorkload({ name: 'from-heavy', queueName: 'heavy', priority: 1 }));
    this.put('Workload', aWorkload({ name: 'from-light', queueName: 'light' }));
  }

  put(kind: StateKind, object: KubeObject): void {
    this.#version += 1;
    const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
    this.state.upsert(kind, { ...object, metadata }, 'watch');
  }

  get order(): string[] {
    return this.state.queues.order('main').map(({ name }) => name);
  }

  usage(localQueue: string): number | undefined {
    return this.state.localQueueUsage(`team-a/${localQueue}`);
  }

  /** As the scheduler does it: assumed with what will be written. */
  assume(name: string): Workload {
    const before = this.state.get('Workload', `team-a/${name}`) as Workload;
    const held = aReservingWorkload({ admission: anAdmission() });
    const after = { ...before, status: { ...before.status, ...held.status } };
    expect(this.state.assume(`team-a/${name}`, after)).toBe('assumed');
    return after;
  }
}

describe('order by past usage (S-3.3 step 1)', () => {
  test('the status from before the start counts at once (S-8.10)', () => {
    const world = new World({ status: heavyStatus });
    expect([world.usage('heavy'), world.usage('light')]).toEqual([4, 0]);
    expect(world.order).toEqual(['from-light', 'from-heavy']);
  });

  test('without the setting, or for a ClusterQueue that does not ask for it, priority decides', () => {
    const off = new World({ isOn: false, status: heavyStatus });
    expect([off.usage('heavy'), off.order]).toEqual([undefined, ['from-heavy', 'from-light']]);
    const world = new World({ status: heavyStatus });
    world.put('ClusterQueue', aClusterQueue());
    expect([world.usage('heavy'), world.order]).toEqual([undefined, ['from-heavy', 'from-light']]);
  });

  test('a changed scope holds at once, both ways (D-11)', () => {
    const world = new World({ status: heavyStatus });
    const { version } = world.state;
    world.put('ClusterQueue', aClusterQueue());
    expect(world.order[0]).toBe('from-heavy');
    world.put('ClusterQueue', aClusterQueue({ spec: byUsage }));
    expect(world.order[0]).toBe('from-light');
    expect(world.state.version).toBeGreaterThan(version);
  });

  test('a changed weight of a LocalQueue holds at once (S-8.11)', () => {
    const world = new World({ status: heavyStatus });
    world.put('LocalQueue', aLocalQueue({ name: 'light', spec: { fairSharing: { weight: 0 } } }));
    expect(world.order).toEqual(['from-heavy', 'from-light']);
    expect(world.usage('light')).toBe(Infinity);
  });

  test('a LocalQueue that is made anew starts with nothing (S-8.11)', () => {
    const world = new World({ status: heavyStatus });
    const old = world.state.get('LocalQueue', 'team-a/heavy') as KubeObject;
    world.state.remove('LocalQueue', old);
    world.put('LocalQueue', aLocalQueue({ name: 'heavy', uid: 'another' }));
    expect(world.usage('heavy')).toBe(0);
    expect(world.order).toEqual(['from-heavy', 'from-light']);
  });
});

describe('penalties (S-8.6 to S-8.8)', () => {
  test('an assumed admission weighs at once, and no more when its write failed', () => {
    const world = new World();
    world.put('Workload', aWorkload({ name: 'next', queueName: 'heavy', priority: 9 }));
    world.assume('from-heavy');
    expect(world.usage('heavy')).toBe(0.292893218);
    expect(world.order).toEqual(['from-light', 'next']);
    world.state.forget('team-a/from-heavy');
    expect(world.usage('heavy')).toBe(0);
    expect(world.order).toEqual(['next', 'from-heavy', 'from-light']);
  });

  test('a written admission becomes consumption, which fades when the workload is gone', () => {
    const world = new World();
    world.put('Workload', world.assume('from-heavy'));
    expect(world.usage('heavy')).toBe(0.292893218);
    world.state.remove('Workload', world.state.get('Workload', 'team-a/from-heavy') as KubeObject);
    expect(world.usage('heavy')).toBe(0.292893218);
    world.state.sampleLocalQueue('team-a/heavy');
    world.now += 10 * minute;
    world.state.sampleLocalQueue('team-a/heavy');
    expect(world.usage('heavy')).toBe(0.146446609);
  });

  test.each<{ name: string; act: (world: World, after: Workload) => void }>([
    {
      name: 'was deleted',
      act: ({ state }, after) => state.remove('Workload', after),
    },
    {
      name: 'moved to another LocalQueue',
      act: (world, after) => {
        const moved: Workload = { ...after, spec: { ...after.spec, queueName: 'light' } };
        world.put('Workload', moved);
      },
    },
    {
      name: 'finished',
      act: (world) => world.put('Workload', finishedWorkload()),
    },
  ])('a reservation that waits for checks keeps its penalty until the workload $name', ({ act }) => {
    const world = new World();
    const before = world.state.get('Workload', 'team-a/from-heavy') as Workload;
    const held = aReservingWorkload({ admission: anAdmission(), isAdmitted: false });
    const after = { ...before, status: { ...before.status, ...held.status } };
    world.state.assume('team-a/from-heavy', after);
    world.put('Workload', after);
    expect(world.usage('heavy')).toBe(0.292893218);
    act(world, world.state.get('Workload', 'team-a/from-heavy') as Workload);
    expect(world.usage('heavy')).toBe(0);
  });
});

function finishedWorkload(): Workload {
  return aWorkload({ name: 'from-heavy', queueName: 'heavy', conditions: [{ type: 'Finished' }] });
}
