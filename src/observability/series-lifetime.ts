import type { Figures } from './figures.ts';
import type { Instruments } from './instruments.ts';

/**
 * Lets the counters and histograms of deleted ClusterQueues and cohorts go (O-11.2, O-11.4). Those of LocalQueues go
 * with the LocalQueue (O-11.3). What is gone is found at a scrape, by comparing with the one before.
 */
export class SeriesLifetime {
  readonly #instruments: Instruments;
  #known: Owners = { clusterQueues: new Set(), cohorts: new Set(), localQueues: new Set() };

  constructor(instruments: Instruments) {
    this.#instruments = instruments;
  }

  async dropVanished(figures: Figures): Promise<void> {
    const before = this.#known;
    const now = ownersIn(figures);
    this.#known = now;
    const clusterQueues = missing(before.clusterQueues, now.clusterQueues);
    const cohorts = missing(before.cohorts, now.cohorts);
    const localQueues = missing(before.localQueues, now.localQueues);
    if (clusterQueues.size + cohorts.size + localQueues.size === 0) return;
    await this.#instruments.forget((labels) => {
      const clusterQueue = labels['cluster_queue'] ?? labels['preempting_cluster_queue'];
      if (clusterQueue !== undefined) return clusterQueues.has(String(clusterQueue));
      if (labels['namespace'] !== undefined)
        return localQueues.has(`${labels['namespace']}/${labels['name']}`);
      return labels['cohort'] !== undefined && cohorts.has(String(labels['cohort']));
    });
  }
}

interface Owners {
  readonly clusterQueues: Set<string>;
  readonly cohorts: Set<string>;
  readonly localQueues: Set<string>;
}

function ownersIn(figures: Figures): Owners {
  return {
    clusterQueues: new Set(figures.clusterQueues.map(({ name }) => name)),
    cohorts: new Set(Array.from(figures.cohorts(), ({ name }) => name)),
    localQueues: new Set(Array.from(figures.localQueues(), ({ namespace, name }) => `${namespace}/${name}`)),
  };
}

function missing(before: ReadonlySet<string>, now: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...before].filter((name) => !now.has(name)));
}
