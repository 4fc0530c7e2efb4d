import { isDeepStrictEqual } from 'node:util';
import { compareCycles, compareStates } from './compare.ts';
import type { Difference, LastMessages } from './compare.ts';
import { observeCycle, observeState } from './observe.ts';
import { schedulingOptionsOf } from './scenario-options.ts';
import { ScenarioWorld } from './scenario-world.ts';
import type { ExpectedCycle, Scenario, Step } from './scenario.ts';

/** A difference and where it is. */
export interface Finding extends Difference {
  /** From 1. */
  readonly step: number;
  /** From 1; absent for the picture at rest. */
  readonly cycle?: number;
}

/** Runs a scenario; gives the differences of the first step that is not as recorded, as what follows only repeats it. */
export function runScenario(scenario: Scenario): readonly Finding[] {
  const world = new ScenarioWorld(schedulingOptionsOf(scenario));
  const last: LastMessages = new Map();
  world.applyAll(scenario.objects);
  world.rest();
  for (const [index, step] of scenario.steps.entries()) {
    world.now = Date.parse(step.at);
    world.sampleUsage();
    world.disturb(step);
    world.rest();
    const findings = runStep(step, world, last);
    if (findings.length > 0) return findings.map((finding) => ({ ...finding, step: index + 1 }));
  }
  return [];
}

function runStep(step: Step, world: ScenarioWorld, last: LastMessages): readonly Omit<Finding, 'step'>[] {
  const { cycles: expected = [], ended, state = {} } = step.expect ?? {};
  const seen =
    step.schedule === undefined ? { cycles: [], ended: undefined } : schedule(step.schedule, world);
  const findings = compareAllCycles(expected, seen.cycles, last);
  if (findings.length > 0) return findings;
  const ends = ended === seen.ended ? [] : [{ what: 'ended', expected: ended, got: seen.ended }];
  return [...ends, ...compareStates(state, observeState(world), last)];
}

function compareAllCycles(
  expected: readonly ExpectedCycle[],
  seen: readonly ExpectedCycle[],
  last: LastMessages,
): readonly Omit<Finding, 'step'>[] {
  const findings: Omit<Finding, 'step'>[] = [];
  for (let index = 0; index < Math.max(expected.length, seen.length); index += 1) {
    const [want, got] = [expected[index], seen[index]];
    const differences =
      want === undefined || got === undefined
        ? [{ what: want === undefined ? 'not expected' : 'did not happen', expected: want, got }]
        : compareCycles(want, got, last);
    findings.push(...differences.map((difference) => ({ ...difference, cycle: index + 1 })));
  }
  return findings;
}

function schedule(
  plan: NonNullable<Step['schedule']>,
  world: ScenarioWorld,
): { readonly cycles: readonly ExpectedCycle[]; readonly ended: string } {
  const { untilIdle = false, tick = '0s' } = plan;
  const cyclesMax = cyclesMaxOf(plan);
  const recorded: ExpectedCycle[] = [];
  let before = observeState(world);
  while (recorded.length < cyclesMax && world.state.queues.hasHeads()) {
    const cycle = observeCycle(world.runRound(), world);
    world.rest();
    world.now += Number.parseFloat(tick) * 1000;
    const after = observeState(world);
    const isRepeated = isDeepStrictEqual([cycle, after], [recorded.at(-1), before]);
    if (untilIdle && isRepeated && isFruitless(cycle)) return { cycles: recorded, ended: 'repeats' };
    recorded.push(cycle);
    before = after;
  }
  return { cycles: recorded, ended: world.state.queues.hasHeads() ? 'limit' : 'idle' };
}

function cyclesMaxOf({ cycles, limit }: NonNullable<Step['schedule']>): number {
  return cycles ?? limit ?? 0;
}

function isFruitless({ admitted = {}, preempted = {} }: ExpectedCycle): boolean {
  return Object.keys(admitted).length + Object.keys(preempted).length === 0;
}
