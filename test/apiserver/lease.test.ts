import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { start } from '../../hack/controlplane/index.ts';
import type { ControlPlane } from '../../hack/controlplane/index.ts';
import { connect, LeaderElection, resources } from '../../src/kube/index.ts';
import type { KubeClient, LeaderElectionOptions } from '../../src/kube/index.ts';

const namespace = 'default';
let controlPlane: ControlPlane;
let client: KubeClient;

beforeAll(async () => {
  controlPlane = await start({ components: [] });
  client = await connectAgain();
});
afterAll(async () => {
  await client?.close();
  await controlPlane?.stop();
});

const candidates: Candidate[] = [];
afterEach(async () => {
  for (const { election, client: own } of candidates.splice(0)) {
    await election.release();
    await own.close();
  }
});

interface Candidate {
  readonly election: LeaderElection;
  readonly client: KubeClient;
  readonly ended: Promise<void>;
}

function connectAgain(): Promise<KubeClient> {
  return connect({ kubeconfig: controlPlane.kubeconfig, userAgent: 'kueue/test' });
}

/** A candidate with connections of its own; what happens to it goes to the diary. */
async function aCandidate(
  name: string,
  identity: string,
  ...[diary = [], times = {}]: [diary?: string[], times?: Partial<LeaderElectionOptions>]
): Promise<Candidate> {
  const own = await connectAgain();
  const election = new LeaderElection({
    client: own,
    namespace,
    name,
    identity,
    leaseDurationMs: 3000,
    renewDeadlineMs: 1500,
    retryPeriodMs: 200,
    onStartedLeading: () => diary.push(`${identity} leads`),
    onStoppedLeading: () => diary.push(`${identity} stops`),
    ...times,
  });
  const candidate = { election, client: own, ended: election.run() };
  candidates.push(candidate);
  return candidate;
}

async function specOf(name: string): Promise<Record<string, unknown>> {
  const { spec } = await client.get(resources.leases, { namespace, name });
  return spec as Record<string, unknown>;
}

function leads({ election }: Candidate) {
  return expect.poll(() => election.isLeader, { timeout: 15_000, interval: 10 });
}

test('the first candidate makes the lease, leads, and renews it (O-8.5, O-8.7)', async () => {
  const only = await aCandidate('first', 'a');
  await leads(only).toBe(true);
  const taken = await specOf('first');
  expect(taken).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 3, leaseTransitions: 0 });
  await expect.poll(async () => (await specOf('first')).renewTime).not.toBe(taken.renewTime);
  expect(await specOf('first')).toMatchObject({ acquireTime: taken.acquireTime, leaseTransitions: 0 });
});

test('of several candidates exactly one leads, and the others know which', async () => {
  const diary: string[] = [];
  const all = await Promise.all(['a', 'b', 'c'].map((identity) => aCandidate('several', identity, diary)));
  await expect.poll(() => all.every(({ election }) => election.leader !== '')).toBe(true);
  expect(diary).toHaveLength(1);
  expect(all.filter(({ election }) => election.isLeader)).toHaveLength(1);
  expect(new Set(all.map(({ election }) => `${election.leader} leads`))).toEqual(new Set(diary));
});

test('a leader cut off from the server stops before another one takes over (O-8.6, O-8.7)', async () => {
  const diary: string[] = [];
  const first = await aCandidate('cut-off', 'a', diary);
  await leads(first).toBe(true);
  const second = await aCandidate('cut-off', 'b', diary);
  await expect.poll(() => second.election.leader).toBe('a');
  await first.client.close();
  await first.ended;
  expect(first.election.isLeader).toBe(false);
  await leads(second).toBe(true);
  expect(diary).toEqual(['a leads', 'a stops', 'b leads']);
  expect(await specOf('cut-off')).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
});

test('a released lease is free at once and passes to the one who waits (O-8.8)', async () => {
  const diary: string[] = [];
  // Without the word of the release, the second would try again after an hour only.
  const patient = { leaseDurationMs: 3_600_000, renewDeadlineMs: 2_400_000, retryPeriodMs: 3_600_000 };
  const first = await aCandidate('released', 'a', diary, patient);
  await leads(first).toBe(true);
  const second = await aCandidate('released', 'b', diary, patient);
  await expect.poll(() => second.election.leader).toBe('a');
  await first.election.release();
  expect(first.election.isLeader).toBe(false);
  await leads(second).toBe(true);
  // No word of stopping: the one who releases has stopped before.
  expect(diary).toEqual(['a leads', 'b leads']);
  expect(await specOf('released')).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
});

test('a released lease has no holder and lasts one second (O-8.8)', async () => {
  const only = await aCandidate('given-back', 'a');
  await leads(only).toBe(true);
  await only.election.release();
  expect(await specOf('given-back')).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
});

test('a lease that another one took by force is lost at the next renewal', async () => {
  const diary: string[] = [];
  const only = await aCandidate('forced', 'a', diary);
  await leads(only).toBe(true);
  const body = { spec: { holderIdentity: 'intruder', leaseDurationSeconds: 60 } };
  await client.mergePatch(resources.leases, { namespace, name: 'forced', body });
  await only.ended;
  expect(diary).toEqual(['a leads', 'a stops']);
  expect(await specOf('forced')).toMatchObject({ holderIdentity: 'intruder' });
});

test('a restart of the server shorter than the deadline changes no leader', async () => {
  const diary: string[] = [];
  const times = { leaseDurationMs: 60_000, renewDeadlineMs: 45_000 };
  const only = await aCandidate('restart', 'a', diary, times);
  await leads(only).toBe(true);
  await controlPlane.killApiServer();
  await controlPlane.restartApiServer();
  const { renewTime } = await specOf('restart');
  await expect.poll(async () => (await specOf('restart')).renewTime, { timeout: 15_000 }).not.toBe(renewTime);
  expect(diary).toEqual(['a leads']);
});

test('taking and giving back the lease is told in events on it (O-8.9)', async () => {
  const only = await aCandidate('told', 'a');
  await leads(only).toBe(true);
  await only.election.release();
  const messages = async (): Promise<string[]> => {
    const { items } = await client.list(resources.coreEvents, {
      namespace,
      fieldSelector: 'involvedObject.kind=Lease,involvedObject.name=told,reason=LeaderElection',
    });
    return items.map((item) => (item as { message?: string }).message ?? '').toSorted();
  };
  await expect.poll(messages).toEqual(['a became leader', 'a stopped leading']);
});
