import type { JobStep } from './job-roll.ts';
import { shownResource } from './render-board.ts';
import type { Holding, UsageLedger } from './usage-ledger.ts';

/** One line about a Job's step, such as `12.3 s  team-red  training-4 starts on a100: 12 GPUs, 4 of them borrowed`. */
export function describeStep(
  { step, startedMs }: { readonly step: JobStep; readonly startedMs: number },
  holding: Holding | undefined,
  ledger: UsageLedger,
): string {
  const seconds = ((step.atMs - startedMs) / 1000).toFixed(1).padStart(6);
  return `${seconds} s  ${step.namespace.padEnd(10)} ${step.name} ${describePhase(step, holding, ledger)}`;
}

function describePhase({ phase }: JobStep, holding: Holding | undefined, ledger: UsageLedger): string {
  switch (phase) {
    case 'waiting':
      return 'waits';
    case 'running':
      return `starts${holding === undefined ? '' : describeHolding(holding, ledger)}`;
    case 'finished':
      return 'is finished';
    case 'failed':
      return 'has failed';
  }
}

function describeHolding({ clusterQueue, amounts }: Holding, ledger: UsageLedger): string {
  const flavors = [...new Set(amounts.map(({ flavor }) => flavor))].sort();
  const place = ` on ${flavors.join(' and ')}`;
  const shown = amounts.filter(({ resource }) => resource === shownResource);
  const gpus = shown.reduce((sum, { amount }) => sum + amount, 0n);
  if (gpus === 0n) return `${place}, without GPUs`;
  const borrowed = flavors
    .map((flavor) => borrowedOf(ledger, clusterQueue, flavor))
    .reduce((sum, amount) => sum + amount, 0n);
  // Of what the queue borrows by now, no more than its own size can be for this Job.
  const own = borrowed < gpus ? borrowed : gpus;
  return `${place}: ${gpus} ${gpus === 1n ? 'GPU' : 'GPUs'}${own > 0n ? `, ${own} of them borrowed` : ''}`;
}

function borrowedOf(ledger: UsageLedger, clusterQueue: string, flavor: string): bigint {
  const quota = ledger.quotas.find(
    (each) => each.clusterQueue === clusterQueue && each.flavor === flavor && each.resource === shownResource,
  );
  if (quota === undefined) return 0n;
  const excess = ledger.usageOf(quota) - quota.nominal;
  return excess > 0n ? excess : 0n;
}
