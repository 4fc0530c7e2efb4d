import { addAmounts, subtractAmounts, UNLIMITED } from '../../src/core/amounts/index.ts';
import type { Amount } from '../../src/core/amounts/index.ts';
import type { QuotaLimits } from '../../src/core/quota/index.ts';

export interface NaiveQueue {
  cohort: string | undefined;
  quota: QuotaLimits | undefined;
  used: bigint;
}

export interface NaiveCohort {
  parent: string | undefined;
  quota: QuotaLimits | undefined;
}

/** The formulas of 2.2 word by word, for one flavor and resource, computed afresh at each question. */
export class NaiveQuota {
  readonly queues = new Map<string, NaiveQueue>();
  /** Cohorts with an object; those only named are found by their children. */
  readonly cohorts = new Map<string, NaiveCohort>();

  cohortNames(): readonly string[] {
    const named = [...this.queues.values()].map(({ cohort }) => cohort);
    const parents = [...this.cohorts.values()].map(({ parent }) => parent);
    const all = [...this.cohorts.keys(), ...named, ...parents].filter((name) => name !== undefined);
    return [...new Set(all)].toSorted();
  }

  isCyclic(cohort: string | undefined): boolean {
    const seen = new Set<string>();
    for (let name = cohort; name !== undefined; name = this.cohorts.get(name)?.parent) {
      if (seen.has(name)) return true;
      seen.add(name);
    }
    return false;
  }

  available(queue: string): Amount {
    const amount = this.#available(`queue ${queue}`);
    return amount > 0n ? amount : 0n;
  }

  potential(queue: string): Amount {
    return this.#potential(`queue ${queue}`);
  }

  subtreeOfCohort(cohort: string): Amount {
    return this.#subtree(`cohort ${cohort}`);
  }

  usageOfCohort(cohort: string): Amount {
    return this.#usage(`cohort ${cohort}`);
  }

  #parent(node: string): string | undefined {
    const [kind, name = ''] = node.split(' ');
    const parent = kind === 'queue' ? this.queues.get(name)?.cohort : this.cohorts.get(name)?.parent;
    return parent === undefined || this.isCyclic(parent) ? undefined : `cohort ${parent}`;
  }

  #children(node: string): readonly string[] {
    const queues = [...this.queues.keys()].map((name) => `queue ${name}`);
    const cohorts = this.cohortNames().map((name) => `cohort ${name}`);
    return [...queues, ...cohorts].filter((child) => this.#parent(child) === node);
  }

  #quota(node: string): QuotaLimits {
    const [kind, name = ''] = node.split(' ');
    const quota = kind === 'queue' ? this.queues.get(name)?.quota : this.cohorts.get(name)?.quota;
    return quota ?? { nominal: 0n };
  }

  #subtree(node: string): Amount {
    return this.#children(node)
      .map((child) => subtractAmounts(this.#subtree(child), this.#local(child)))
      .reduce(addAmounts, this.#quota(node).nominal);
  }

  #local(node: string): Amount {
    const { lendingLimit } = this.#quota(node);
    if (lendingLimit === undefined || this.#parent(node) === undefined) return 0n;
    return positive(subtractAmounts(this.#subtree(node), lendingLimit));
  }

  #usage(node: string): Amount {
    const [kind, name = ''] = node.split(' ');
    if (kind === 'queue') return addAmounts(0n, this.queues.get(name)?.used ?? 0n);
    return this.#children(node)
      .map((child) => positive(subtractAmounts(this.#usage(child), this.#local(child))))
      .reduce(addAmounts, 0n);
  }

  #available(node: string): Amount {
    const parent = this.#parent(node);
    if (parent === undefined) return subtractAmounts(this.#subtree(node), this.#usage(node));
    const localAvailable = positive(subtractAmounts(this.#local(node), this.#usage(node)));
    return addAmounts(localAvailable, lesser(this.#available(parent), this.#cap(node)));
  }

  #cap(node: string): Amount {
    const { borrowingLimit } = this.#quota(node);
    if (borrowingLimit === undefined) return UNLIMITED;
    const lent = subtractAmounts(this.#subtree(node), this.#local(node));
    const burden = positive(subtractAmounts(this.#usage(node), this.#local(node)));
    return addAmounts(subtractAmounts(lent, burden), borrowingLimit);
  }

  #potential(node: string): Amount {
    const parent = this.#parent(node);
    const { borrowingLimit } = this.#quota(node);
    if (parent === undefined) return this.#subtree(node);
    const reach = addAmounts(this.#local(node), this.#potential(parent));
    if (borrowingLimit === undefined) return reach;
    return lesser(reach, addAmounts(this.#subtree(node), borrowingLimit));
  }
}

function positive(amount: Amount): Amount {
  return amount > 0n ? amount : 0n;
}

function lesser(a: Amount, b: Amount): Amount {
  return a < b ? a : b;
}
