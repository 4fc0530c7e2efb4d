import { ApiError } from './api-error.ts';
import { sleep, systemClock } from './clock.ts';
import type { Clock, Random } from './clock.ts';
import type { KubeClient } from './kube-client.ts';
import { heldSpec, isTakable, microTime, releasedSpec } from './lease.ts';
import type { Lease, LeaseSpec, SeenLease } from './lease.ts';
import { apiVersionOf } from './resource-type.ts';
import { resources } from './resources.ts';
import { Watch } from './watch.ts';

export interface LeaderElectionOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** `<hostname>_<uuid>` (O-8.5). */
  readonly identity: string;
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
  readonly onStartedLeading: () => void;
  /** The lease was lost: nothing may be written any more. Not called by `release`. */
  readonly onStoppedLeading: () => void;
  readonly onNewLeader?: ((identity: string) => void) | undefined;
  readonly onError?: ((error: Error) => void) | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

/** O-8.6: waits while acquiring are stretched by up to this factor, so that candidates do not march in step. */
const acquireStretch = 1.2;
/** The pod has 10 s to end (O-8.8). */
const releaseDeadlineMs = 3000;

/**
 * Leader election over a Lease, O-8.4 to O-8.9. It leads at most once: after losing or releasing the lease the process is meant
 * to end.
 */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #stop = new AbortController();
  #seen: SeenLease | undefined;
  #leader = '';
  #isLeading = false;
  /** When the last successful renewal was sent: the lease is ours from then on for its duration. */
  #renewedMs = -Infinity;
  /** Aborted when the lease was seen without a holder while we wait for it. */
  #released = new AbortController();
  /** Our copy of the lease is stale. */
  #mustRead = false;
  #running: Promise<void> | undefined;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  /** Whether we lead and the lease cannot have run out since, for instance while the process was paused. */
  get isLeader(): boolean {
    return this.#isLeading && this.#clock.monotonicMs() - this.#renewedMs < this.#options.leaseDurationMs;
  }

  /** Who holds the lease as far as we have seen; empty when unknown. */
  get leader(): string {
    return this.#leader;
  }

  /** Tries for the lease, then holds it. Resolves after the lease was lost or released. */
  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** O-8.8: stops trying and gives the lease back at once if we hold it. Stop writing before. */
  async release(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    if (!this.#isLeading) return;
    this.#isLeading = false;
    const signal = AbortSignal.timeout(releaseDeadlineMs);
    try {
      await this.#giveBack(signal);
      await this.#announce('stopped leading');
    } catch (error) {
      this.#report(error);
    }
  }

  /** Our copy may be older than the lease, when a renewal was cut off by the stop. */
  async #giveBack(signal: AbortSignal): Promise<void> {
    const lease = await this.#read(signal);
    if (lease?.spec?.holderIdentity !== this.#options.identity) return;
    await this.#write(lease, releasedSpec(lease.spec, this.#clock.now()), signal);
  }

  async #run(): Promise<void> {
    const watch = this.#watchForRelease();
    watch.start();
    try {
      await this.#acquire();
    } finally {
      await watch.stop();
    }
    // A lease taken while stopping is given back by `release`.
    if (this.#stop.signal.aborted) return;
    void this.#announce('became leader');
    this.#options.onStartedLeading();
    await this.#hold();
  }

  async #acquire(): Promise<void> {
    const { retryPeriodMs, renewDeadlineMs } = this.#options;
    while (!this.#stop.signal.aborted) {
      this.#released = new AbortController();
      if (await this.#try(AbortSignal.timeout(renewDeadlineMs))) return;
      const until = AbortSignal.any([this.#stop.signal, this.#released.signal]);
      await sleep(this.#clock, retryPeriodMs * (1 + acquireStretch * this.#random()), until);
    }
  }

  /** A released lease is tried for at once; without the right to watch it is found by trying now and then. */
  #watchForRelease(): Watch<Lease> {
    const { client, namespace, name } = this.#options;
    const look = ({ spec }: Lease): void => {
      if (!spec?.holderIdentity) this.#released.abort();
    };
    return new Watch<Lease>({
      client,
      type: resources.leases,
      namespace,
      fieldSelector: `metadata.name=${name}`,
      decode: (raw) => raw as Lease,
      handler: {
        replace: (leases) => leases.forEach(look),
        upsert: look,
        remove: () => this.#released.abort(),
      },
      clock: this.#clock,
      random: this.#random,
    });
  }

  async #hold(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await sleep(this.#clock, this.#options.retryPeriodMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      const restMs = this.#renewedMs + this.#options.renewDeadlineMs - this.#clock.monotonicMs();
      const isRenewed = restMs > 0 && (await this.#try(this.#deadline(restMs)));
      if (!isRenewed && (restMs <= 0 || this.#isOverdue() || this.#isHeldByAnother())) return this.#lose();
    }
  }

  #isOverdue(): boolean {
    return this.#clock.monotonicMs() - this.#renewedMs >= this.#options.renewDeadlineMs;
  }

  #isHeldByAnother(): boolean {
    return this.#leader !== '' && this.#leader !== this.#options.identity;
  }

  #lose(): void {
    this.#isLeading = false;
    this.#options.onStoppedLeading();
    void this.#announce('stopped leading');
  }

  #deadline(restMs: number): AbortSignal {
    return AbortSignal.any([AbortSignal.timeout(Math.ceil(restMs)), this.#stop.signal]);
  }

  /** One try to take or renew the lease; false when it did not succeed, for whatever reason. */
  async #try(signal: AbortSignal): Promise<boolean> {
    const sentMs = this.#clock.monotonicMs();
    try {
      const isHeld = await this.#tryToHold(signal);
      if (isHeld) this.#renewedMs = sentMs;
      this.#isLeading ||= isHeld;
      return isHeld;
    } catch (error) {
      // Somebody else was faster: look at the lease afresh next time.
      if (error instanceof ApiError && error.status === 409) this.#mustRead = true;
      else this.#report(error);
      return false;
    }
  }

  async #tryToHold(signal: AbortSignal): Promise<boolean> {
    const lease = await this.#newest(signal);
    const now = this.#clock.now();
    if (lease === undefined) {
      this.#observe(await this.#create(this.#heldSpec(undefined, now), signal));
      return true;
    }
    const isOurs = lease.spec?.holderIdentity === this.#options.identity;
    const changedMs = this.#observe(lease);
    if (!isOurs && !isTakable({ lease, changedMs }, this.#clock.monotonicMs())) return false;
    this.#observe(await this.#write(lease, this.#heldSpec(lease.spec, now), signal));
    return true;
  }

  /** Our own copy while we lead, which saves a request at each renewal; else what the server has. */
  async #newest(signal: AbortSignal): Promise<Lease | undefined> {
    const known = this.#seen?.lease;
    const isCopyGood = this.#isLeading && !this.#mustRead;
    if (isCopyGood && known?.spec?.holderIdentity === this.#options.identity) return known;
    const lease = await this.#read(signal);
    this.#mustRead = false;
    return lease;
  }

  #heldSpec(before: LeaseSpec | undefined, now: number): LeaseSpec {
    const { identity, leaseDurationMs: durationMs } = this.#options;
    return heldSpec(before, { identity, durationMs }, now);
  }

  /** Takes note of the lease and answers since when it has been seen like that. */
  #observe(lease: Lease): number {
    if (lease.metadata.resourceVersion !== this.#seen?.lease.metadata.resourceVersion) {
      this.#seen = { lease, changedMs: this.#clock.monotonicMs() };
    }
    const holder = lease.spec?.holderIdentity ?? '';
    if (holder !== this.#leader) {
      this.#leader = holder;
      if (holder !== '') this.#options.onNewLeader?.(holder);
    }
    return this.#seen.changedMs;
  }

  async #read(signal: AbortSignal): Promise<Lease | undefined> {
    const { client, namespace, name } = this.#options;
    try {
      return (await client.get(resources.leases, { namespace, name, signal })) as Lease;
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return undefined;
      throw error;
    }
  }

  async #create(spec: LeaseSpec, signal: AbortSignal): Promise<Lease> {
    const { client, namespace, name } = this.#options;
    const body = {
      apiVersion: apiVersionOf(resources.leases),
      kind: 'Lease',
      metadata: { name, namespace },
      spec,
    };
    return (await client.create(resources.leases, { namespace, body, signal })) as Lease;
  }

  async #write(lease: Lease, spec: LeaseSpec, signal: AbortSignal): Promise<Lease> {
    const { client, namespace, name } = this.#options;
    const body = { ...lease, spec: { ...lease.spec, ...spec } };
    return (await client.update(resources.leases, { namespace, name, body, signal })) as Lease;
  }

  /** O-8.9: an event of the older kind on the Lease; nobody waits for it, and its loss does no harm. */
  async #announce(what: string): Promise<void> {
    const { client, namespace, name, identity } = this.#options;
    const now = this.#clock.now();
    const body = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `${name}.${now.toString(16)}${Math.floor(this.#random() * 0x10000).toString(16)}`,
        namespace,
      },
      involvedObject: { apiVersion: apiVersionOf(resources.leases), kind: 'Lease', name, namespace },
      reason: 'LeaderElection',
      message: `${identity} ${what}`,
      source: { component: identity },
      type: 'Normal',
      count: 1,
      firstTimestamp: `${microTime(now).slice(0, 19)}Z`,
      lastTimestamp: `${microTime(now).slice(0, 19)}Z`,
    };
    try {
      await client.create(resources.coreEvents, { namespace, body, signal: AbortSignal.timeout(3000) });
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    this.#options.onError?.(error instanceof Error ? error : new Error(String(error)));
  }
}
